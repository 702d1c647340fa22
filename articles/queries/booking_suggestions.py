"""What can be booked at the end of an article: neutral names, and the next free times."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from articles.models import Article
from booking.models import ClinicProfile, Option, Treatment
from booking.queries.availability.bookable_times import BookableTime
from booking.queries.availability.next_times import find_next_times
from booking.queries.availability.offers import find_offers
from booking.queries.catalogue import BookableTreatment, bookable_treatments

MAX_TREATMENTS = 3


@dataclass(frozen=True, slots=True)
class BookingSuggestion:
    """A treatment, the length that most people choose, and when it could be had."""

    bookable: BookableTreatment
    times: Sequence[BookableTime]

    @property
    def treatment(self) -> Treatment:
        return self.bookable.treatment

    @property
    def option(self) -> Option:
        return self.bookable.usual


def booking_suggestions(
    article: Article, clinic: ClinicProfile | None, now: datetime
) -> list[BookingSuggestion]:
    """The article's treatments that can be booked, at most three; none where the article does
    not offer booking. Two queries, and seven or thirteen for each treatment."""
    if not article.offers_booking or clinic is None:
        return []
    wanted = {treatment.pk for treatment in article.treatments.all()}
    given = [found for found in bookable_treatments() if found.treatment.pk in wanted]
    return [_with_times(found, clinic, now) for found in given[:MAX_TREATMENTS]]


def _with_times(
    bookable: BookableTreatment, clinic: ClinicProfile, now: datetime
) -> BookingSuggestion:
    offers = find_offers(clinic, Q(option=bookable.usual))
    return BookingSuggestion(bookable, find_next_times(clinic, offers, now=now))
