"""Sample comments for the demo, marked as samples in their text."""

from datetime import timedelta

from articles.models import Article, Comment
from clinic.lib.dates import clock

SAMPLE_COMMENTS = {
    "sleeping-with-restless-legs": (
        "Sample comment: a warm bath and ten minutes of stretching have become my evening. It "
        "does not always work, but it is a good ten minutes.",
        "Sample comment: I had never thought of keeping a diary. My doctor found it useful.",
    ),
    "can-massage-help-restless-legs": (
        "Sample comment: thank you for saying plainly what is not known.",
    ),
}
SAMPLE_SENDER = {"name": "Sample reader", "email": "reader@clinic.example"}


def add_sample_comments(article: Article) -> None:
    """Add the approved sample comments of this article, one day apart."""
    texts = SAMPLE_COMMENTS.get(article.slug, ())
    for days, text in enumerate(texts):
        Comment.objects.create(
            article=article,
            text=text,
            status=Comment.Status.APPROVED,
            created_at=clock.now() - timedelta(days=len(texts) - days),
            decided_at=clock.now(),
            **SAMPLE_SENDER,
        )
