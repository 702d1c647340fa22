"""Articles that were to be reviewed again by a day that is over."""

from collections.abc import Iterator
from datetime import date

from articles.models import Article
from booking.models import ClinicProfile
from clinic.lib.dates import clock


def overdue_reviews(today: date) -> "list[Article]":
    """Return the articles that readers see and whose day is over, the longest overdue first."""
    due = Article.objects.visible(clock.now()).filter(review_due__lt=today)
    return list(due.order_by("review_due", "pk"))


def check_reviews() -> Iterator[tuple[bool, str]]:
    """Check, for `manage.py doctor`, whether articles wait to be reviewed again."""
    clinic = ClinicProfile.current()
    if clinic is None:
        return
    overdue = overdue_reviews(clinic.today(clock.now()))
    if overdue:
        one = f"{len(overdue)} article" if len(overdue) == 1 else f"{len(overdue)} articles"
        was = "was" if len(overdue) == 1 else "were"
        yield (
            False,
            f"{one} {was} to be reviewed again by {overdue[0].review_due} or later. Read what the "
            "back office lists (Articles, filter “to review again”), check the sources, and give a "
            "later day.",
        )
    else:
        yield True, "No article waits to be reviewed again."
