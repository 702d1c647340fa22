"""The treatments that an article offers to book, with their next free times."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from articles.models import Article
from booking.models import ClinicProfile, Option, Treatment
from booking.queries.availability.bookable_times import BookableTime
from booking.queries.availability.next_times import find_next_times
from booking.queries.availability.offers import find_offers
from booking.queries.catalogue import BookableTreatment, bookable_treatments

MAX_TREATMENTS = 3


@dataclass(frozen=True, slots=True)
class BookingSuggestion:
    """A treatment with its usual option and the next free times."""

    bookable: BookableTreatment
    times: Sequence[BookableTime]

    @property
    def treatment(self) -> Treatment:
        return self.bookable.treatment

    @property
    def option(self) -> Option:
        return self.bookable.default_option


def booking_suggestions(
    article: Article, clinic: ClinicProfile | None, now: datetime
) -> list[BookingSuggestion]:
    """Return the article's treatments that can be booked, at most MAX_TREATMENTS.

    Empty if the article does not offer booking. Two queries, and seven or thirteen for each
    treatment.
    """
    if not article.offers_booking or clinic is None:
        return []
    treatment_ids = {treatment.pk for treatment in article.treatments.all()}
    bookable = [row for row in bookable_treatments() if row.treatment.pk in treatment_ids]
    return [_with_times(row, clinic, now) for row in bookable[:MAX_TREATMENTS]]


def _with_times(
    bookable: BookableTreatment, clinic: ClinicProfile, now: datetime
) -> BookingSuggestion:
    offers = find_offers(clinic, bookable.default_option.pk)
    return BookingSuggestion(bookable, find_next_times(clinic, offers, now=now))
