"""A patient's answers to a proposal of another time."""

from booking.actions.actor import Actor, EventKind
from booking.actions.appointments.close_proposal import close_proposal
from booking.actions.appointments.lock_appointment import count_change, lock_appointment
from booking.actions.appointments.record_event import record_event
from booking.actions.appointments.reschedule import apply_move
from booking.actions.health.screening_requirements import require_screening_passed
from booking.actions.locks import lock_resources, write_action, write_transaction
from booking.errors import ProposalExpired
from booking.inputs import MoveTerms
from booking.lifecycle import Override, Status
from booking.models import Appointment, ClinicProfile, MoveProposal
from booking.queries.appointments.change_policy import ChangePolicy, require_allowed
from booking.queries.appointments.move_proposals import HELD_PLACE, find_open_proposal
from booking.queries.availability.staff_places import StaffPlace
from clinic.lib.dates import clock


@write_action
def take_proposed_time(appointment: Appointment, *, by: Actor) -> Appointment:
    """Move the appointment to the time that is held for it, and return it.

    A second call changes nothing. The deadline for changes and the limit of moves do not apply,
    since the clinic has asked. Raises ProposalExpired if the time is not held any more,
    ChangeNotAllowed or ScreeningBlocked.
    """
    clinic = ClinicProfile.objects.get()
    count_change(appointment, by)
    latest = MoveProposal.objects.filter(appointment=appointment).select_related(*HELD_PLACE).last()
    if latest is None:
        raise ProposalExpired()
    held = latest.hold
    with write_transaction():
        lock_resources(
            therapists=[appointment.therapist_id, held.therapist_id],
            rooms=[appointment.room_id, held.room_id],
        )
        row, now = lock_appointment(appointment), clock.now()
        if _is_taken_already(row, held):
            return row
        require_allowed(ChangePolicy.of(row, clinic, now).answering)
        proposal = find_open_proposal(row)
        if proposal is None or proposal.pk != latest.pk or not proposal.is_waiting(now):
            raise ProposalExpired()
        require_screening_passed(row, held.option.treatment, now)
        close_proposal(row, by=by)
        row.any_therapist = row.any_therapist and row.therapist_id == held.therapist_id
        apply_move(row, _place_of(held), terms=MoveTerms(), by=by)
    return row


@write_action
def look_for_other_time(appointment: Appointment, *, by: Actor) -> None:
    """Record, for the desk, that the patient looks for another time than the proposed one.

    The proposed time stays held, so that the patient can still take it.
    """
    count_change(appointment, by)
    with write_transaction():
        row = lock_appointment(appointment)
        proposal = find_open_proposal(row)
        if proposal is None or proposal.wants_other_time:
            return
        proposal.wants_other_time = True
        proposal.save(update_fields=["wants_other_time"])
        record_event(row, EventKind.WANTS_OTHER_TIME, by=by)


def _is_taken_already(row: Appointment, held: Appointment) -> bool:
    """Return whether an earlier request, such as a double click, has moved the appointment
    there."""
    is_there = (row.starts_at, row.ends_at, row.therapist_id) == (
        held.starts_at,
        held.ends_at,
        held.therapist_id,
    )
    return is_there and row.status == Status.BOOKED


def _place_of(held: Appointment) -> StaffPlace:
    return StaffPlace(
        therapist=held.therapist,
        room=held.room_id,
        starts_at=held.starts_at,
        ends_at=held.ends_at,
        blocked_until=held.blocked_until,
        price=held.price,
        option=held.option,
        overrides=(Override(held.override),) if held.override else (),
    )
