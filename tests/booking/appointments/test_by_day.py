"""Who comes on a day, for the therapists' lists."""

import pytest
from pytest_django import DjangoAssertNumQueries

from booking.queries.appointments.by_day import appointments_on_day
from tests.factories import AppointmentFactory
from tests.scene import TUESDAY, at, make_clinic

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]


@pytest.mark.parametrize("rows", [1, 3])
def test_a_list_with_all_that_it_shows_is_one_query(
    rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    scene = make_clinic()
    for number in range(rows):
        AppointmentFactory(
            option=scene.option,
            therapist=scene.therapists[0],
            room=scene.rooms[0],
            starts_at=at(9 + 2 * number),
        )

    with django_assert_num_queries(1):
        found = appointments_on_day(scene.clinic, TUESDAY)
        shown = [
            (row.patient and row.patient.name, row.option.treatment.name, row.room.name)
            for row in found
        ]
        users = {row.therapist.user for row in found}

    assert len(shown) == rows
    assert len(users) == 1
