"""Change what is required before an article is published."""

from articles.models import ArticleSettings


def update_article_settings(*, requires_approval: bool, requires_clinician_signature: bool) -> None:
    """Save the settings. They apply to later publications; published text stays as it is."""
    ArticleSettings.objects.update_or_create(
        pk=1,
        defaults={
            "requires_approval": requires_approval,
            "requires_clinician_signature": requires_clinician_signature,
        },
    )
