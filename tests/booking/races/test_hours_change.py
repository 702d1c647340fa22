"""Hours change while an appointment is booked, confirmed, moved or cancelled."""

from datetime import datetime

import pytest

from booking.actions.appointments.book_online import book_appointment
from booking.actions.appointments.cancel import cancel_appointment
from booking.actions.appointments.reschedule import reschedule_appointment
from booking.actions.schedule.change_schedule import change_schedule
from booking.errors import InvalidState, Refusal, UnresolvedConflicts
from booking.models import Appointment, TimeOff
from booking.queries.appointments.invariants import check_invariants
from tests.booking.races.concurrency import ORDERS, Job, Together, overlaps
from tests.booking.schedule.schedule_changes import STAFF, away, booked, keep
from tests.scene import ADA, GUEST, TUESDAY, Scene, at, make_clinic

pytestmark = [
    pytest.mark.race,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("database"),
    pytest.mark.postgresql,
]


@pytest.fixture
def scene() -> Scene:
    return make_clinic(therapists=2, rooms=2)


def take_tuesday_off(scene: Scene, **resolutions: object) -> Job:
    """The first therapist takes Tuesday off, settling whoever is named."""
    chosen = {row.pk: keep(row) for row in resolutions.values() if isinstance(row, Appointment)}

    def change() -> object:
        return change_schedule(
            away(scene.therapists[0], TUESDAY), resolutions=chosen, by=STAFF
        ).total()

    return change


def is_sound(now: datetime) -> bool:
    return overlaps() == 0 and not [
        f for finding in check_invariants(now) for f in finding.descriptions
    ]


@ORDERS
def test_a_concurrent_hold_is_released_or_refused(
    scene: Scene, together: Together, frozen_clock: datetime
) -> None:
    def choose() -> object:
        return scene.hold(at(10), scene.therapists[0]).pk

    outcomes = together(take_tuesday_off(scene), choose)

    assert outcomes[0] == 0
    assert TimeOff.objects.count() == 1
    assert not Appointment.objects.active_holds(frozen_clock).exists()
    assert is_sound(frozen_clock)


@ORDERS
def test_a_concurrent_confirmation_is_shown_in_the_preview_or_refused(
    scene: Scene, together: Together, frozen_clock: datetime
) -> None:
    hold = scene.hold(at(10), scene.therapists[0])

    def confirm() -> object:
        return book_appointment(Appointment.objects.get(pk=hold.pk), ADA, by=GUEST).pk

    changed, confirmed = together(take_tuesday_off(scene), confirm)

    if isinstance(changed, UnresolvedConflicts):
        assert confirmed == hold.pk
        assert not TimeOff.objects.exists()
    else:
        assert isinstance(confirmed, InvalidState)
        assert TimeOff.objects.count() == 1
    assert is_sound(frozen_clock)


@ORDERS
@pytest.mark.parametrize("what", ["cancels", "patient_move_count"])
@pytest.mark.parametrize("patient_first", [False, True], ids=["the desk first", "patient first"])
def test_a_concurrent_change_by_the_patient_is_not_overwritten(
    scene: Scene, together: Together, frozen_clock: datetime, what: str, patient_first: bool
) -> None:
    row = booked(scene, at(15))

    def patient() -> object:
        mine = Appointment.objects.get(pk=row.pk)
        if what == "cancels":
            return cancel_appointment(mine, by=STAFF).status
        return reschedule_appointment(
            mine, start=at(16), therapist=scene.therapists[1].slug, by=STAFF
        ).status

    jobs = (patient, take_tuesday_off(scene, row=row))
    done, changed = together(*jobs) if patient_first else reversed(together(*reversed(jobs)))

    assert not isinstance(done, Refusal)
    row.refresh_from_db()
    assert row.status == ("cancelled" if what == "cancels" else "booked")
    assert isinstance(changed, UnresolvedConflicts) != TimeOff.objects.exists()
    assert is_sound(frozen_clock)


@ORDERS
def test_two_identical_concurrent_changes_of_hours_are_saved_once(
    scene: Scene, together: Together, frozen_clock: datetime
) -> None:
    first, second = (take_tuesday_off(scene) for _ in range(2))

    assert together(first, second) == [0, 0]
    assert TimeOff.objects.count() == 1
    assert is_sound(frozen_clock)
