"""The therapists of the team and what each of them offers."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from booking.models import Offer, Therapist, Treatment
from booking.queries.availability.offers import bookable_offers_q


@dataclass(frozen=True, slots=True)
class OfferedOptions:
    """A treatment with one therapist's offers of it, shortest first; at least one."""

    treatment: Treatment
    offers: tuple[Offer, ...]

    @property
    def default_offer(self) -> Offer:
        """The offer of 60 minutes if there is one, else the shortest."""
        return next((offer for offer in self.offers if offer.option.minutes == 60), self.offers[0])


@dataclass(frozen=True, slots=True)
class TeamMember:
    """An active therapist with the treatments that can be booked, in catalog order."""

    therapist: Therapist
    offered: tuple[OfferedOptions, ...]
    portrait_color: int
    """The number of one of four portrait colors, 1 to 4."""

    @property
    def initials(self) -> str:
        """First letters of the first and last name, shown in place of a portrait."""
        names = self.therapist.name.split() or ["?"]
        return "".join(dict.fromkeys((names[0][0], names[-1][0]))).upper()

    @property
    def large_photo_width(self) -> int:
        """The width of the largest file of the photo, in pixels; 0 without a photo."""
        return int(max(self.therapist.photo_widths, default=0))

    @property
    def languages(self) -> list[str]:
        """The languages that the therapist speaks."""
        return [word.strip() for word in self.therapist.languages.split(",") if word.strip()]


def load_team() -> list[TeamMember]:
    """Return all active therapists, in list order. Two queries."""
    return _members(Therapist.objects.filter(is_active=True))


def find_team_member(slug: str) -> TeamMember | None:
    """Return the active therapist with this slug, or None. Two queries."""
    return next(iter(_members(Therapist.objects.filter(is_active=True, slug=slug))), None)


def _members(therapists: "QuerySet[Therapist]") -> list[TeamMember]:
    offers = (
        Offer.objects.filter(bookable_offers_q())
        .select_related("option__treatment")
        .order_by("option__treatment__position", "option__treatment__name", "option__minutes")
    )
    rows = therapists.prefetch_related(Prefetch("offers", offers, to_attr="bookable_offers"))
    return [
        TeamMember(therapist, _group_by_treatment(therapist.bookable_offers), therapist.pk % 4 + 1)
        for therapist in rows
    ]


def _group_by_treatment(offers: Sequence[Offer]) -> tuple[OfferedOptions, ...]:
    by_treatment: dict[Treatment, list[Offer]] = {}
    for offer in offers:
        by_treatment.setdefault(offer.option.treatment, []).append(offer)
    return tuple(
        OfferedOptions(treatment, tuple(treatment_offers))
        for treatment, treatment_offers in by_treatment.items()
    )
