"""The therapists who offer an option, and at which price."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from booking.engine.slots import SessionLength
from booking.models import ClinicProfile, Offer, Option, Therapist
from clinic.lib.compiled_queries import compiled_query


def find_offers(
    clinic: ClinicProfile,
    option: int | None = None,
    *,
    treatment: str | None = None,
    minutes: int | None = None,
    therapist: str | int | None = None,
) -> Mapping[int, Offer]:
    """Return the bookable offers of an option, by therapist pk.

    The option is given as pk, as `treatment` (slug) and `minutes`, or as pk that must be of that
    treatment. Treatment, option and therapist must be active; the order is that of lists.
    `therapist` (slug or pk) narrows it to one. One query.
    """
    slug = therapist if isinstance(therapist, str) else None
    pk = therapist if isinstance(therapist, int) else None
    offers = _offers_of(option, treatment, minutes, slug, pk, clinic.avoid_gaps)
    return {offer.therapist_id: offer for offer in offers}


@compiled_query
def _offers_of(  # noqa: PLR0917  # a compiled query takes only positional arguments
    option: int | None,
    treatment: str | None,
    minutes: int | None,
    slug: str | None,
    therapist: int | None,
    with_shortest: bool,
) -> "QuerySet[Offer, Offer]":
    wanted = {
        "option": option,
        "option__treatment__slug": treatment,
        "option__minutes": minutes,
        "therapist__slug": slug,
        "therapist": therapist,
    }
    given = {name: value for name, value in wanted.items() if value is not None}
    return _listed(Q(**given), with_shortest=with_shortest)


def find_offer(option: int, therapist: int) -> Offer | None:
    """Return the bookable offer of an option (pk) by a therapist (pk), or None. One query."""
    return next(iter(_bookable_offer(option, therapist)), None)


@compiled_query
def _bookable_offer(option: int, therapist: int) -> "QuerySet[Offer, Offer]":
    offers = Offer.objects.filter(bookable_offers_q(), option=option, therapist=therapist)
    return offers.select_related("option__treatment", "therapist").order_by()


def offers_by_option(
    clinic: ClinicProfile, options: Iterable[int]
) -> Mapping[int, Mapping[int, Offer]]:
    """Return bookable offers of several options (pks), by option, then therapist. One query."""
    offers: dict[int, dict[int, Offer]] = {}
    condition = Q(option__in=set(options))
    for offer in _listed(condition, with_shortest=clinic.avoid_gaps):
        offers.setdefault(offer.option_id, {})[offer.therapist_id] = offer
    return offers


def offers_of_options(
    clinic: ClinicProfile, options: Sequence[Option], therapists: Sequence[Therapist]
) -> Mapping[int, Mapping[int, Offer]]:
    """Return what `offers_by_option` returns, for rows that are read already. One query.

    The options must be bookable and the therapists active; their order is kept.
    """
    pks = [option.pk for option in options], [therapist.pk for therapist in therapists]
    offers = _offers_between(*pks, clinic.avoid_gaps)
    found = {(offer.option_id, offer.therapist_id): offer for offer in offers}
    by_option: dict[int, dict[int, Offer]] = {}
    for option in options:
        for therapist in therapists:
            if offer := found.get((option.pk, therapist.pk)):
                offer.option, offer.therapist = option, therapist
                by_option.setdefault(option.pk, {})[therapist.pk] = offer
    return by_option


@compiled_query
def _offers_between(
    options: Sequence[int], therapists: Sequence[int], with_shortest: bool
) -> "QuerySet[Offer, Offer]":
    offers = Offer.objects.filter(option__pk__in=options, therapist__pk__in=therapists).order_by()
    return with_shortest_session(offers) if with_shortest else offers


def bookable_offers_q() -> Q:
    """Return the condition of a bookable offer."""
    return Q(option__is_active=True, option__treatment__is_active=True, therapist__is_active=True)


def with_shortest_session(offers: "QuerySet[Offer]") -> "QuerySet[Offer]":
    """Annotate each offer with the shortest session of its therapist, for the gap rule."""
    offers_of_therapist: Any = (
        Offer.objects.filter(bookable_offers_q(), therapist=OuterRef("therapist"))
        .order_by("option__minutes", "option__turnaround_minutes")
        .annotate(length=F("option__minutes"), after=F("option__turnaround_minutes"))
    )
    return offers.annotate(
        shortest_minutes=Subquery(offers_of_therapist.values("length")[:1]),
        shortest_turnaround=Subquery(offers_of_therapist.values("after")[:1]),
    )


def shortest_session(offer: Offer) -> SessionLength | None:
    """Return what `with_shortest_session` annotated, or None if the gap rule is off."""
    minutes = getattr(offer, "shortest_minutes", None)
    return None if minutes is None else SessionLength(minutes, offer.shortest_turnaround)  # type: ignore[attr-defined]


def _listed(condition: Q, *, with_shortest: bool) -> "QuerySet[Offer]":
    offers = (
        Offer.objects.filter(condition, bookable_offers_q())
        .select_related("option__treatment", "therapist")
        .order_by("therapist__position", "therapist__name")
    )
    return with_shortest_session(offers) if with_shortest else offers
