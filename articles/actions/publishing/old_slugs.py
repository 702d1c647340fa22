"""An article moves to another address, and old links follow it."""

from articles.models import Article, OldSlug


def save_old_slug(article: Article, slug: str) -> None:
    """Call before it lives at `slug`. Nothing leads away from a live address. Readers never knew
    the address of an article that was not published, so that is not kept."""
    OldSlug.objects.filter(slug=slug).delete()
    stored = Article.objects.filter(pk=article.pk, published_at__isnull=False)
    for old in stored.exclude(slug=slug).values_list("slug", flat=True):
        OldSlug.objects.update_or_create(slug=old, defaults={"article": article})
