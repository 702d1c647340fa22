"""A change that affects more appointments than one step settles is settled in parts."""

import pytest
from django.test import Client

from booking.actions.schedule import change_schedule as change_action
from booking.actions.schedule.change_schedule import change_schedule, settle_part
from booking.errors import UnresolvedConflicts
from booking.inputs import TherapistSwitchOff
from booking.lifecycle import Override, Status
from booking.models import Appointment, Therapist, TimeOff
from booking.views.desk.schedule import impact as impact_view
from tests.booking.schedule.pages import ALL_DAY, OFF, choose, fields, read
from tests.booking.schedule.schedule_changes import (
    STAFF,
    Scene,
    ask,
    at,
    away,
    booked,
    cancel,
    faults,
    keep,
    move,
)
from tests.scene import fresh

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]


@pytest.fixture(autouse=True)
def two_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settle at most two appointments in one step."""
    monkeypatch.setattr(impact_view, "MAX_AFFECTED", 2)
    monkeypatch.setattr(change_action, "MAX_AFFECTED", 2)


def test_hours_are_saved_with_the_last_part(rosa: Client, three: list[Appointment]) -> None:
    first, second, third = three
    page = rosa.post(OFF, ALL_DAY)
    said = read(page)
    assert "3 patients lose their time" in said
    assert "These are the first 2." in said
    assert "Settle these 2 and go on" in said
    assert "Cleo Walker" not in said

    chosen = {f"a{first.pk}": "cancel", f"a{second.pk}": "keep"}
    rest = choose(rosa, OFF, page, step="settle", **chosen)
    said = read(rest)
    assert (rest.status_code, TimeOff.objects.exists()) == (200, False)
    assert [fresh(row).status for row in three] == ["cancelled", "booked", "booked"]
    assert "1 patient loses their time" in said
    assert "Cleo Walker" in said
    assert "Ben Sleeper" not in said  # who is kept is not asked about again
    assert fields(rest)["first_day"] == ["2026-11-24"]

    done = choose(rosa, OFF, rest, step="settle", **{f"a{third.pk}": "cancel"})
    assert (done.status_code, TimeOff.objects.count()) == (303, 1)
    assert fresh(second).override == Override.HOURS_CHANGED
    assert faults() == []


def test_pressing_twice_or_choosing_half_settles_nothing_more(
    rosa: Client, three: list[Appointment]
) -> None:
    page = rosa.post(OFF, ALL_DAY)
    half = choose(rosa, OFF, page, step="settle", **{f"a{three[0].pk}": "cancel"})
    assert half.status_code == 422
    assert fresh(three[0]).status == Status.BOOKED
    chosen = {f"a{row.pk}": "cancel" for row in three[:2]}
    assert choose(rosa, OFF, page, step="settle", **chosen).status_code == 200
    assert choose(rosa, OFF, page, step="settle", **chosen).status_code == 422
    assert fresh(three[2]).status == Status.BOOKED


def test_a_therapist_takes_nothing_new_from_the_first_part_on(
    scene: Scene, three: list[Appointment]
) -> None:
    rosa, tom = scene.therapists
    change = TherapistSwitchOff(rosa.pk)
    first, second, third = three
    settle_part(
        change, resolutions={first.pk: keep(first), second.pk: ask(second, at(11), tom)}, by=STAFF
    )
    assert not Therapist.objects.get(pk=rosa.pk).is_active
    assert len(faults()) == 1  # the one that is left
    change_schedule(change, resolutions={third.pk: cancel(third)}, by=STAFF, in_parts=True)

    overrides = [fresh(row).override for row in three]
    assert overrides == [Override.SWITCHED_OFF, Override.ASKED, ""]
    assert faults() == []


def test_nobody_moves_into_the_hours_that_the_last_part_takes_away(
    scene: Scene, three: list[Appointment]
) -> None:
    rosa = scene.therapist
    for resolution in (move(three[0], at(16), rosa), ask(three[0], at(16), rosa)):
        with pytest.raises(UnresolvedConflicts) as refused:
            settle_part(away(rosa), resolutions={three[0].pk: resolution}, by=STAFF)
        assert refused.value.problems == {
            three[0].pk: "That time is taken away too. Please choose another."
        }
    assert fresh(three[0]).starts_at == at(9)


def test_the_last_part_must_name_all_that_are_left(scene: Scene) -> None:
    first, second, third = (booked(scene, at(hour)) for hour in (9, 11, 13))
    change = away(scene.therapist)
    settle_part(change, resolutions={first.pk: cancel(first)}, by=STAFF)
    with pytest.raises(UnresolvedConflicts) as refused:
        change_schedule(change, resolutions={second.pk: keep(second)}, by=STAFF, in_parts=True)

    assert list(refused.value.problems) == [third.pk]
    assert not TimeOff.objects.exists()
