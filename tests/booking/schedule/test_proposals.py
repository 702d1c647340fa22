"""Proposals for affected appointments: their order, and that each is possible."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.lifecycle import Status
from booking.models import Appointment, Offer
from booking.queries.availability.proposals import Proposal, find_proposals
from booking.queries.schedule.impact import find_impact
from tests.booking.schedule.schedule_changes import (
    TODAY,
    TUESDAY,
    WEDNESDAY,
    Scene,
    at,
    away,
    booked,
)
from tests.factories import OfferFactory, TherapistFactory, works_all_week

pytestmark = pytest.mark.django_db

NOON = at(12, day=TODAY)


def proposed(scene: Scene, row: Appointment) -> list[tuple[datetime, str]]:
    """Start and therapist of each, in order."""
    return [(place.starts_at, place.therapist.name) for place in places(scene, row)]


def places(scene: Scene, row: Appointment) -> tuple[Proposal, ...]:
    change = away(scene.therapists[0])
    lost = find_impact(change, scene.clinic, NOON).affected
    return find_proposals(lost, change, scene.clinic, NOON)[row.pk]


def test_the_same_time_with_another_therapist_comes_first(scene: Scene) -> None:
    row = booked(scene, at(15))

    assert proposed(scene, row) == [
        (at(15), "Tom"),
        (at(9, day=WEDNESDAY), "Rosa"),
        (at(12, day=WEDNESDAY), "Rosa"),
        (at(15, 15), "Tom"),
    ]


def test_without_a_requested_therapist_the_nearest_time_comes_first(
    scene: Scene,
) -> None:
    row = booked(scene, at(13), any_therapist=True)

    assert proposed(scene, row) == [
        (at(13), "Tom"),
        (at(13, 15), "Tom"),
        (at(9, day=WEDNESDAY), "Rosa"),
        (at(12, day=WEDNESDAY), "Rosa"),
    ]


def test_nothing_is_proposed_that_is_earlier_than_booked(scene: Scene) -> None:
    row = booked(scene, at(16))

    assert min(start for start, _ in proposed(scene, row)) >= at(16)


def test_a_colleague_who_is_busy_or_has_no_room_is_not_proposed(scene: Scene) -> None:
    row = booked(scene, at(9))
    booked(scene, at(9), place=1, room=1)
    third = TherapistFactory(name="Una")
    works_all_week(third)
    OfferFactory(therapist=third, option=scene.option)

    assert (at(9), "Una") in proposed(scene, row)  # in the room that the row itself leaves
    scene.rooms[0].is_active = False
    scene.rooms[0].save()
    assert at(9) not in [start for start, _ in proposed(scene, row)]


def test_a_therapist_without_the_treatment_is_not_proposed(scene: Scene) -> None:
    row = booked(scene, at(9))
    Offer.objects.filter(therapist=scene.therapists[1]).delete()

    assert {name for _, name in proposed(scene, row)} == {"Rosa"}


def test_a_discontinued_treatment_has_no_proposals(scene: Scene) -> None:
    row = booked(scene, at(9))
    Offer.objects.all().delete()

    assert proposed(scene, row) == []


def test_the_agreed_price_stays_unless_the_colleague_has_an_own_one(scene: Scene) -> None:
    row = booked(scene, at(9), price=Decimal("70.00"))
    assert {place.price for place in places(scene, row)} == {Decimal("70.00")}

    Offer.objects.filter(therapist=scene.therapists[1]).update(own_price=Decimal("99.00"))
    prices = {place.therapist.name: place.price for place in places(scene, row)}
    assert prices == {"Rosa": Decimal("70.00"), "Tom": Decimal("99.00")}


def test_first_proposals_do_not_clash(scene: Scene) -> None:
    works_all_week(scene.therapists[0])
    rows = [booked(scene, at(9)), booked(scene, at(10, 15)), booked(scene, at(11, 30))]
    booked(scene, at(9), place=1, room=1)
    firsts = [proposed(scene, row)[0] for row in rows]

    assert len(set(firsts)) == len(firsts)


def test_an_arrived_appointment_has_no_proposals(scene: Scene) -> None:
    here = booked(scene, at(13, day=TODAY), status=Status.ARRIVED)
    change = away(scene.therapists[0], day=TODAY)
    lost = find_impact(change, scene.clinic, NOON).affected

    assert lost == [here]
    assert find_proposals(lost, change, scene.clinic, NOON) == {}


def test_proposals_take_eight_queries_for_any_number(scene: Scene) -> None:
    change = away(scene.therapists[0])

    def cost() -> int:
        lost = find_impact(change, scene.clinic, NOON).affected
        with CaptureQueriesContext(connection) as captured:
            find_proposals(lost, change, scene.clinic, NOON)
        return len(captured)

    booked(scene, at(9))
    one = cost()
    for hour in (11, 13, 15):
        booked(scene, at(hour))
    assert cost() == one == 8


def test_proposals_reach_two_weeks_ahead(scene: Scene) -> None:
    row = booked(scene, at(9))
    latest = max(start for start, _ in proposed(scene, row))

    assert latest.astimezone(scene.clinic.zone).date() <= TUESDAY + timedelta(days=14)
