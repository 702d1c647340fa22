"""Turn a hold into a booked appointment."""

from datetime import datetime

from django.conf import settings

from booking.actions.actor import Actor, ActorType, EventKind
from booking.actions.appointments.lock_appointment import lock_appointment
from booking.actions.appointments.record_event import record_event
from booking.actions.health.hold_answers import attach_answers_to_patient
from booking.actions.health.screening_requirements import (
    ONLINE_ACTOR_TYPES,
    require_answers_used,
    require_current_answers,
    require_online_booking_open,
)
from booking.actions.holds.holding_limits import (
    record_proven_address,
    record_unproven_address,
    require_may_book,
)
from booking.actions.locks import lock_resources, write_action, write_transaction
from booking.actions.patients.lock_patient import lock_patient
from booking.actions.patients.proof_of_email import record_proven_email
from booking.actions.rate_limit import (
    BOOKING_LIMIT,
    BOOKING_PER_EMAIL_LIMIT,
    count_in_one_transaction,
)
from booking.errors import (
    EmailNotVerified,
    HoldExpired,
    InvalidState,
    OptionNotOffered,
    SlotTaken,
    TooManyUpcoming,
)
from booking.inputs import PersonalDetails
from booking.lifecycle import Status
from booking.models import Appointment, ClinicProfile, Patient
from booking.notifications.subjects.appointments import notify_booked
from booking.notifications.subjects.urgent_texts import notify_urgent_appointment
from booking.queries.appointments.guest_bookings import (
    count_guest_bookings_last_hour,
    count_upcoming_guest_bookings,
)
from booking.queries.appointments.patient_texts import is_urgent
from booking.queries.availability.offers import find_offer
from booking.queries.availability.slots import load_availability_when_empty
from booking.queries.patients.email_verification import verifies_email
from booking.queries.patients.proven_emails import mailbox_hash
from clinic.lib.dates import clock
from clinic.lib.dates.epoch import to_minutes

MAX_OPEN_BOOKINGS_PER_EMAIL, MAX_OPEN_BOOKINGS_PER_PROVEN_EMAIL = 3, 6
MAX_OPEN_BOOKINGS_PER_PATIENT = 12
"""How many upcoming appointments a patient with an account can have booked online."""
MAX_OPEN_BOOKINGS_PER_ACCOUNT = 24
"""The same of one account and all patients for whom it acts together."""

BOOKED_FIELDS = (
    "patient", "patient_note", "draft", "status", "booked_at", "terms_accepted_at",
    "hold_expires_at",
)  # fmt: skip
"""The fields of a hold that booking it changes."""


@write_action
def book_appointment(
    hold: Appointment,
    details: PersonalDetails,
    *,
    by: Actor,
    patient: Patient | None = None,
    verification_token: str = "",
) -> Appointment:
    """Book the held time. A second call returns the same appointment unchanged.

    `patient` is the record of a signed-in patient, to which the appointment belongs: of `details`
    only the note counts then. A guest always becomes a new Patient; existing patients are never
    matched or changed. `verification_token` comes from the link mailed to the address. Raises
    TooManyUpcoming for a patient who has booked as much as one may; HoldExpired; SlotTaken
    if the clinic closed or the therapist left meanwhile; InvalidState if the hold was released;
    EmailNotVerified if guests exceed their limits and the address is not verified;
    ScreeningBlocked; RateLimitExceeded.
    """
    guest_email = details.email if by.actor_type == ActorType.GUEST else ""
    count_in_one_transaction((BOOKING_LIMIT, by.ip_address), (BOOKING_PER_EMAIL_LIMIT, guest_email))
    with write_transaction():
        lock_resources(therapists=[hold.therapist_id], rooms=[hold.room_id])
        appointment = lock_appointment(hold)
        if appointment.status == Status.BOOKED:
            return appointment
        now = clock.now()
        _check_hold_is_active(appointment, now)
        clinic = ClinicProfile.objects.get()
        active = require_online_booking_open(clinic, by=by)
        health_status = require_current_answers(appointment, active, now)
        _check_still_offered(appointment, clinic, now)
        appointment.patient = (
            _lock_patient_of_hold(appointment, patient, by=by, now=now)
            if patient is not None
            else _create_guest(
                appointment, details, verification_token, by=by, clinic=clinic, now=now
            )
        )
        require_answers_used(health_status, appointment.patient)
        appointment.patient_note, appointment.draft = details.note, ""
        appointment.status = Status.BOOKED
        appointment.booked_at = appointment.terms_accepted_at = now
        appointment.hold_expires_at = None
        appointment.save(update_fields=BOOKED_FIELDS)
        attach_answers_to_patient(appointment, appointment.patient, by=by)
        event = record_event(appointment, EventKind.BOOKED, by=by)
        notify_booked(appointment, event, clinic=clinic)
        if is_urgent(appointment, record=health_status.record):
            notify_urgent_appointment(appointment)
    return appointment


def _lock_patient_of_hold(
    appointment: Appointment, patient: Patient, *, by: Actor, now: datetime
) -> Patient:
    """Return the patient's record, locked.

    Raises InvalidState for somebody else's hold, and TooManyUpcoming.
    """
    row = lock_patient(patient)
    if appointment.patient_id not in (None, row.pk):
        raise InvalidState()
    upcoming = Appointment.objects.filter(status=Status.BOOKED, starts_at__gt=now)
    user_pk = by.user.pk if by.user is not None else 0
    booked_by_them = upcoming.filter(events__kind=EventKind.BOOKED, events__user=user_pk)
    if settings.ABUSE_LIMITS and (
        upcoming.filter(patient=row).count() >= MAX_OPEN_BOOKINGS_PER_PATIENT
        or booked_by_them.order_by().distinct().count() >= MAX_OPEN_BOOKINGS_PER_ACCOUNT
    ):
        raise TooManyUpcoming()
    record_proven_address(appointment)
    return row


def _create_guest(
    appointment: Appointment,
    details: PersonalDetails,
    token: str,
    *,
    by: Actor,
    clinic: ClinicProfile,
    now: datetime,
) -> Patient:
    """Return a new record of a guest.

    Raises EmailNotVerified beyond the limits of guests, and InvalidState for the hold of a patient
    with an account.
    """
    if appointment.patient_id is not None:
        raise InvalidState()
    if token and verifies_email(token, details.email, now):
        record_proven_email(details.email)
        record_proven_address(appointment)
    elif by.actor_type == ActorType.GUEST:
        _check_guest_limits(appointment, details.email, by=by, clinic=clinic, now=now)
    guest = Patient(name=details.name, phone=details.phone, created_at=now)
    guest.set_email(details.email, is_own=by.actor_type in ONLINE_ACTOR_TYPES)
    guest.save()
    return guest


def _check_hold_is_active(appointment: Appointment, now: datetime) -> None:
    lapsed = appointment.status == Status.HOLD and not appointment.is_active_hold(now)
    if lapsed or appointment.status == Status.EXPIRED:
        raise HoldExpired()
    if appointment.status != Status.HOLD:  # released
        raise InvalidState()


def _check_guest_limits(
    appointment: Appointment, email: str, *, by: Actor, clinic: ClinicProfile, now: datetime
) -> None:
    """Raise EmailNotVerified beyond a limit of guests.

    It is the same refusal for each limit, so that it does not reveal a known address. For guests
    who have proven this address before only the number of their bookings is limited.
    """
    if not settings.ABUSE_LIMITS:
        return
    is_proven = bool(by.proven_mailbox) and by.proven_mailbox == mailbox_hash(email)
    most = MAX_OPEN_BOOKINGS_PER_PROVEN_EMAIL if is_proven else MAX_OPEN_BOOKINGS_PER_EMAIL
    if count_upcoming_guest_bookings(email, now) >= most:
        raise EmailNotVerified()
    if is_proven:
        record_proven_address(appointment)
        return
    if count_guest_bookings_last_hour(now) >= clinic.guest_bookings_per_hour:
        raise EmailNotVerified()
    require_may_book(appointment, by=by, clinic=clinic, now=now)
    record_unproven_address(appointment)


def _check_still_offered(appointment: Appointment, clinic: ClinicProfile, now: datetime) -> None:
    """Check again, since hours, closures and catalog may have changed after the hold."""
    offer = find_offer(appointment.option_id, appointment.therapist_id)
    if offer is None:
        raise OptionNotOffered()
    availability = load_availability_when_empty(clinic, offer, appointment, now)
    if not availability.is_bookable_when_empty(to_minutes(appointment.starts_at)):
        raise SlotTaken()
