"""A tampered preview is refused with a message and saves nothing."""

import pytest
from django.test import Client

from booking.models import Appointment, TimeOff
from tests.booking.schedule.pages import (
    ALL_DAY,
    OFF,
    choose,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "value", ["", "maybe", "move", "move tom", "move tom soon", "move tom 2026-99-99T00:00:00Z"]
)
def test_an_invalid_choice_is_asked_again(
    rosa: Client, three: list[Appointment], value: str
) -> None:
    preview = rosa.post(OFF, ALL_DAY)
    chosen = {f"a{row.pk}": value for row in three}
    response = choose(rosa, OFF, preview, step="settle", **chosen)

    assert response.status_code == 422
    assert not TimeOff.objects.exists()


@pytest.mark.parametrize(
    "value", ["move nobody 2026-11-24T17:00:00Z", "move tom 1999-01-01T00:00:00Z"]
)
def test_a_proposal_that_was_not_offered_is_refused(
    rosa: Client, three: list[Appointment], value: str
) -> None:
    preview = rosa.post(OFF, ALL_DAY)
    chosen = {f"a{row.pk}": value for row in three}
    response = choose(rosa, OFF, preview, step="settle", **chosen)

    assert response.status_code == 409
    assert set(Appointment.objects.values_list("status", flat=True)) == {"booked"}


@pytest.mark.parametrize("shown", ["", "x", "9999999.0", "1.1.1", "\x00", "0" * 5000])
def test_a_tampered_preview_saves_nothing(
    rosa: Client, three: list[Appointment], shown: str
) -> None:
    preview = rosa.post(OFF, ALL_DAY)
    chosen = {f"a{row.pk}": "cancel" for row in three}
    response = choose(rosa, OFF, preview, step="settle", shown=shown, **chosen)

    assert response.status_code == 422
    assert not TimeOff.objects.exists()
