"""Ask a patient whether another time or therapist suits them, before anything is moved."""

from datetime import datetime

from booking.actions.actor import Actor, EventKind
from booking.actions.appointments.close_proposal import close_proposal
from booking.actions.appointments.lock_appointment import (
    check_no_newer_events,
    is_clinic_actor,
    lock_appointment,
)
from booking.actions.appointments.record_event import record_event
from booking.actions.appointments.reschedule import history_snapshot, staff_request
from booking.actions.appointments.staff_placement import (
    claim_staff_place,
    lock_requested,
    requested_treatment,
)
from booking.actions.health.screening_requirements import require_screening_passed
from booking.actions.locks import write_action, write_transaction
from booking.errors import (
    NothingToAsk,
    NotReachedByMail,
    OptionNotOfferedByTherapist,
    TooLateToAsk,
)
from booking.inputs import MoveTerms, StaffSlotRequest
from booking.lifecycle import Override, Status
from booking.models import Appointment, ClinicProfile, MoveProposal, Offer, Therapist
from booking.notifications.subjects.appointments import notify_still_booked
from booking.notifications.subjects.move_proposals import notify_asked
from booking.queries.appointments.change_policy import ChangePolicy, require_allowed
from booking.queries.appointments.move_proposals import (
    answer_deadline,
    concerns_patient,
    find_open_proposal,
    has_time_to_answer,
    is_reached_by_mail,
)
from booking.queries.availability.offers import bookable_offers_q
from booking.queries.availability.staff_places import StaffPlace
from clinic.lib.dates import clock


@write_action
def ask_patient(
    appointment: Appointment,
    *,
    start: datetime,
    therapist: str | None = None,
    terms: MoveTerms | None = None,
    is_time_lost: bool = False,
    by: Actor,
) -> MoveProposal:
    """Hold another time for the patient, mail them a link to answer, and return the proposal.

    A second call changes nothing. The appointment stays booked until the patient takes the other
    time, which is the place that a move would take now: it may need the appointment's own therapist
    or room, at times that overlap. `is_time_lost` says that the booked time cannot take place,
    because therapist or room are not available: the appointment is marked as such. `therapist` is a
    slug; `terms` are those of a move by staff. An open proposal of another time is replaced.

    Raises NotReachedByMail, TooLateToAsk, NothingToAsk if time and therapist stay the same,
    OptionNotOfferedByTherapist, ChangeNotAllowed, ConcurrentChange, ScreeningBlocked,
    OverrideRequired, and what find_staff_place raises.
    """
    clinic, terms = ClinicProfile.objects.get(), terms or MoveTerms()
    slot_request = staff_request(appointment, start, therapist, terms)
    with write_transaction():
        lock_requested(
            slot_request, therapists=[appointment.therapist_id], rooms=[appointment.room_id]
        )
        row, now = lock_appointment(appointment), clock.now()
        earlier = find_open_proposal(row)
        if earlier is not None and _asks_the_same(earlier, slot_request, now):
            return earlier
        check_no_newer_events(row, terms.last_seen_event)
        require_allowed(ChangePolicy.of(row, clinic, now, by_staff=is_clinic_actor(by)).moving)
        _require_can_be_asked(row, slot_request, clinic, now)
        if is_time_lost and not _is_offered(slot_request.option, slot_request.therapist):
            raise OptionNotOfferedByTherapist()
        close_proposal(row, by=by)
        place = claim_staff_place(
            slot_request,
            clinic,
            now=now,
            accepted_overrides=terms.accepted_overrides,
            excluding=row,
        )
        hold = _hold(row, place, answer_deadline(row, place.starts_at, clinic, now), by=by)
        proposal = _propose(row, hold, is_time_lost=is_time_lost, by=by)
        notify_asked(proposal, staff_message=terms.message_to_patient)
    return proposal


@write_action
def withdraw_proposal(appointment: Appointment, *, by: Actor) -> Appointment:
    """Withdraw the open proposal of an appointment, which stays booked, and return the appointment.

    The held time becomes free, and the patient gets a mail. A second call changes nothing.
    """
    with write_transaction():
        row = lock_appointment(appointment)
        if not close_proposal(row, by=by):
            return row
        if row.override == Override.ASKED:
            is_on = row.room.is_active and _is_offered(row.option_id, row.therapist.slug)
            row.override = Override.HOURS_CHANGED if is_on else Override.SWITCHED_OFF
            row.save(update_fields=["override"])
        event = record_event(row, EventKind.PROPOSAL_WITHDRAWN, by=by)
        if row.status == Status.BOOKED:
            notify_still_booked(row, event)
    return row


def _is_offered(option: int, therapist: str) -> bool:
    """Return whether a therapist (slug) gives an option (pk)."""
    offers = Offer.objects.filter(bookable_offers_q())
    return offers.filter(therapist__slug=therapist, option=option).exists()


def _asks_the_same(proposal: MoveProposal, slot_request: StaffSlotRequest, now: datetime) -> bool:
    hold = proposal.hold
    held = (hold.option_id, hold.starts_at, hold.therapist.slug)
    is_same_place = held == (slot_request.option, slot_request.start, slot_request.therapist)
    return is_same_place and proposal.is_waiting(now)


def _require_can_be_asked(
    row: Appointment, slot_request: StaffSlotRequest, clinic: ClinicProfile, now: datetime
) -> None:
    if not concerns_patient(row, slot_request.start, slot_request.therapist):
        raise NothingToAsk()
    if not is_reached_by_mail(row.patient):
        raise NotReachedByMail()
    if not has_time_to_answer(row, slot_request.start, clinic, now):
        raise TooLateToAsk()
    if not Therapist.objects.filter(slug=slot_request.therapist, is_active=True).exists():
        raise OptionNotOfferedByTherapist()
    require_screening_passed(row, requested_treatment(slot_request), now)


def _propose(row: Appointment, hold: Appointment, *, is_time_lost: bool, by: Actor) -> MoveProposal:
    """Create the proposal of a held time, and mark and record that the patient is asked."""
    proposal = MoveProposal.objects.create(
        appointment=row, hold=hold, is_time_lost=is_time_lost, asked_at=clock.now()
    )
    if is_time_lost:
        row.override = Override.ASKED
        row.save(update_fields=["override"])
    places = {"from": history_snapshot(row), "to": history_snapshot(hold)}
    record_event(row, EventKind.ASKED, by=by, **places)
    return proposal


def _hold(row: Appointment, place: StaffPlace, expires_at: datetime, *, by: Actor) -> Appointment:
    """Return a hold of the place. Its patient is empty, since the proposal names the appointment,
    which the hold may overlap."""
    hold = Appointment(
        option=place.option,
        therapist=place.therapist,
        room_id=place.room,
        starts_at=place.starts_at,
        ends_at=place.ends_at,
        blocked_until=place.blocked_until,
        status=Status.HOLD,
        price=place.price,
        currency=row.currency,
        override=place.override,
        hold_expires_at=expires_at,
        proposed_for=row.public_id,
        created_at=clock.now(),
    )
    hold.save(force_insert=True)
    record_event(hold, EventKind.HELD, by=by)
    return hold
