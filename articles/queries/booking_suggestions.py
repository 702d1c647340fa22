"""What can be booked at the end of an article: neutral names, and the next free times."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from articles.models import Article
from booking.models import ClinicProfile, Option, Treatment
from booking.queries.availability.bookable_times import Time
from booking.queries.availability.next_times import next_times
from booking.queries.availability.offers import offers_of
from booking.queries.catalogue import Bookable, bookable_treatments

MOST = 3


@dataclass(frozen=True, slots=True)
class Bookables:
    """A treatment, the length that most people choose, and when it could be had."""

    found: Bookable
    times: Sequence[Time]

    @property
    def treatment(self) -> Treatment:
        return self.found.treatment

    @property
    def option(self) -> Option:
        return self.found.usual


def to_book(article: Article, clinic: ClinicProfile | None, now: datetime) -> list[Bookables]:
    """The article's treatments that can be booked, at most three; none where the article does
    not offer booking. Two queries, and seven or thirteen for each treatment."""
    if not article.offers_booking or clinic is None:
        return []
    wanted = {treatment.pk for treatment in article.treatments.all()}
    given = [found for found in bookable_treatments() if found.treatment.pk in wanted]
    return [_with_times(found, clinic, now) for found in given[:MOST]]


def _with_times(found: Bookable, clinic: ClinicProfile, now: datetime) -> Bookables:
    offers = offers_of(clinic, Q(option=found.usual))
    return Bookables(found, next_times(clinic, offers, now=now))
