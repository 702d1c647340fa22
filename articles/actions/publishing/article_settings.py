"""The owner says what is asked for before readers see a text."""

from articles.models import ArticleSettings


def choose_article_rules(*, second_person: bool, clinician_signs: bool) -> None:
    """Holds for what is published from now on; what readers see already stays."""
    ArticleSettings.objects.update_or_create(
        pk=1, defaults={"second_person": second_person, "clinician_signs": clinician_signs}
    )
