"""The owner says what is asked for before readers see a text."""

from articles.models import ArticleSettings


def update_article_settings(*, requires_approval: bool, requires_clinician_signature: bool) -> None:
    """Holds for what is published from now on; what readers see already stays."""
    ArticleSettings.objects.update_or_create(
        pk=1,
        defaults={
            "requires_approval": requires_approval,
            "requires_clinician_signature": requires_clinician_signature,
        },
    )
