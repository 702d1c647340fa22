"""verify_bookings knows the times about which patients are asked, and what is wrong with them."""

from datetime import datetime
from typing import Any

import pytest

from booking.lifecycle import Status
from booking.models import Appointment, MoveProposal, Therapist
from tests import factories as make
from tests.booking.appointments.test_verify_bookings import (
    DAY,
    MINUTE,
    at,
    clinic,
    drop_constraint,
    found,
    only,
    open_therapist,
    told,
)

__all__ = ["clinic", "open_therapist"]  # fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def asked(own: Appointment, **values: Any) -> Appointment:
    """Create a hold, half an hour later, about which the patient of an appointment is asked."""
    same = {"therapist": own.therapist, "room": own.room, "proposed_for": own.public_id}
    hold: Appointment = make.AppointmentFactory(
        starts_at=own.starts_at + 30 * MINUTE, held=True, **same | values
    )
    MoveProposal.objects.create(appointment=own, hold=hold)
    return hold


def test_a_time_about_which_a_patient_is_asked_may_overlap_their_own(
    frozen_clock: datetime, open_therapist: Therapist
) -> None:
    asked(told(therapist=open_therapist, starts_at=at(9)))

    assert found(frozen_clock) == {}


@pytest.mark.parametrize(
    ("resource", "title"),
    [("therapist", "Therapists booked twice"), ("room", "Rooms booked twice")],
)
@pytest.mark.parametrize("minutes", [-30, 30])
def test_such_a_time_that_overlaps_another_appointment_is_found(
    frozen_clock: datetime,
    open_therapist: Therapist,
    minutes: int,
    resource: str,
    title: str,
) -> None:
    drop_constraint(f"{resource}_double_booking")
    own = told(therapist=open_therapist, starts_at=at(9))
    other = told(therapist=open_therapist, starts_at=at(12))
    colleague = make.TherapistFactory()
    make.works_all_week(colleague)
    taken = {"therapist": colleague, "room": make.RoomFactory(), resource: getattr(other, resource)}
    hold = asked(own, **taken)
    Appointment.objects.filter(pk=hold.pk).update(
        **{
            name: getattr(other, name) + minutes * MINUTE
            for name in ("starts_at", "ends_at", "blocked_until")
        }
    )

    assert f"Appointment {hold.pk} " in only(frozen_clock, title).descriptions[0]


@pytest.mark.parametrize("fault", ["closed", "of another", "settled"])
def test_a_time_held_for_a_patient_who_is_not_asked_is_found(
    frozen_clock: datetime, open_therapist: Therapist, fault: str
) -> None:
    own = told(therapist=open_therapist, starts_at=at(9))
    hold = asked(own)
    if fault == "closed":
        MoveProposal.objects.update(closed_at=frozen_clock)
    elif fault == "settled":
        Appointment.objects.filter(pk=own.pk).update(status=Status.ARRIVED)
    else:
        MoveProposal.objects.update(appointment=told(starts_at=frozen_clock - DAY))

    finding = only(frozen_clock, "Held for a patient who is not asked")
    assert finding.descriptions == [
        f"Appointment {hold.pk} is held for a patient who is not asked about it."
    ]
