"""Who works here, and what each of them gives."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from booking.models import Offer, Therapist, Treatment
from booking.queries.availability.offers import bookable_offers_q


@dataclass(frozen=True, slots=True)
class OfferedOptions:
    """A treatment as one therapist gives it: the offers, shortest first; at least one."""

    treatment: Treatment
    offers: tuple[Offer, ...]

    @property
    def usual(self) -> Offer:
        """An hour where there is one, else the shortest."""
        return next((offer for offer in self.offers if offer.option.minutes == 60), self.offers[0])


@dataclass(frozen=True, slots=True)
class TeamMember:
    """A working therapist, with the treatments that can be booked, in catalogue order."""

    therapist: Therapist
    given: tuple[OfferedOptions, ...]
    portrait_color: int
    """Which of the four colours of the team's portraits."""

    @property
    def initials(self) -> str:
        """Stands where a portrait would."""
        words = self.therapist.name.split() or ["?"]
        return "".join(dict.fromkeys((words[0][0], words[-1][0]))).upper()

    @property
    def languages(self) -> list[str]:
        """As entered, between commas."""
        return [word.strip() for word in self.therapist.languages.split(",") if word.strip()]


def load_team() -> list[TeamMember]:
    """Everybody who takes appointments, in list order. Two queries."""
    return _members(Therapist.objects.filter(is_active=True))


def find_team_member(slug: str) -> TeamMember | None:
    """One of the team. Two queries."""
    return next(iter(_members(Therapist.objects.filter(is_active=True, slug=slug))), None)


def _members(therapists: "QuerySet[Therapist]") -> list[TeamMember]:
    offers = (
        Offer.objects.filter(bookable_offers_q())
        .select_related("option__treatment")
        .order_by("option__treatment__position", "option__treatment__name", "option__minutes")
    )
    found = therapists.prefetch_related(Prefetch("offers", offers, to_attr="bookable_offers"))
    return [
        TeamMember(therapist, _given(therapist.bookable_offers), therapist.pk % 4 + 1)
        for therapist in found
    ]


def _given(offers: Sequence[Offer]) -> tuple[OfferedOptions, ...]:
    by_treatment: dict[Treatment, list[Offer]] = {}
    for offer in offers:
        by_treatment.setdefault(offer.option.treatment, []).append(offer)
    return tuple(OfferedOptions(treatment, tuple(own)) for treatment, own in by_treatment.items())
