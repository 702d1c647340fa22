"""A hold becomes a booked appointment."""

from datetime import datetime

from django.conf import settings
from django.db.models import Q

from booking.actions.actor import Actor, ActorType, EventKind, record_event
from booking.actions.appointments.lock_appointment import lock_appointment
from booking.actions.health.hold_answers import attach_answers_to_patient
from booking.actions.health.screening_requirements import (
    require_current_answers,
    require_online_booking_open,
)
from booking.actions.locks import reserve, write_action, write_transaction
from booking.actions.rate_limit import BOOKING_LIMIT, BOOKING_PER_EMAIL_LIMIT, hit, hit_for_actor
from booking.errors import EmailNotVerified, HoldExpired, InvalidState, OptionNotOffered, SlotTaken
from booking.inputs import PersonalDetails
from booking.lifecycle import Status
from booking.models import Appointment, ClinicProfile, Patient
from booking.notifications.subjects.appointments import notify_booked
from booking.queries.appointments.guest_bookings import (
    count_guest_bookings_last_hour,
    count_upcoming_guest_bookings,
)
from booking.queries.availability.offers import find_offers
from booking.queries.availability.slots import load_availability
from booking.queries.patients.email_verification import verifies_email
from clinic.lib.dates import clock
from clinic.lib.dates.epoch import to_minutes

MAX_OPEN_BOOKINGS_PER_EMAIL = 3


@write_action
def book_appointment(
    hold: Appointment, details: PersonalDetails, *, by: Actor, proof: str = ""
) -> Appointment:
    """Confirm a held time. Confirming again gives the same appointment, changed in nothing.

    A guest always becomes a new Patient: nothing here attaches to or changes a person who
    exists. `proof` is the token of a link that was mailed to the address. Raises HoldExpired
    when the time ran out, SlotTaken when the clinic has closed or the therapist has left since,
    InvalidState when the hold was given back, EmailNotVerified when guests book more than they
    may and have not proven the address, and what the health gate refuses.
    """
    hit_for_actor(BOOKING_LIMIT, by)
    if by.actor_type == ActorType.GUEST:
        hit(BOOKING_PER_EMAIL_LIMIT, details.email)
    with write_transaction():
        reserve(therapists=[hold.therapist_id], rooms=[hold.room_id])
        appointment = lock_appointment(hold)
        if appointment.status == Status.BOOKED:
            return appointment
        now = clock.now()
        _check_hold_is_active(appointment, now)
        clinic = ClinicProfile.objects.get()
        require_current_answers(appointment, require_online_booking_open(clinic, by=by), now)
        _check_still_offered(appointment, clinic, now)
        if by.actor_type == ActorType.GUEST and not (
            proof and verifies_email(proof, details.email, now)
        ):
            _check_guest_limits(details.email, clinic, now)
        appointment.patient = Patient.objects.create(
            name=details.name, email=details.email, phone=details.phone, created_at=now
        )
        appointment.note, appointment.draft = details.note, ""
        appointment.status = Status.BOOKED
        appointment.booked_at = appointment.terms_accepted_at = now
        appointment.hold_expires_at = None
        appointment.save()
        attach_answers_to_patient(appointment)
        notify_booked(appointment, record_event(appointment, EventKind.BOOKED, by=by))
    return appointment


def _check_hold_is_active(appointment: Appointment, now: datetime) -> None:
    lapsed = appointment.status == Status.HOLD and not appointment.is_active_hold(now)
    if lapsed or appointment.status == Status.EXPIRED:
        raise HoldExpired()
    if appointment.status != Status.HOLD:  # given back; undoing a cancellation is another story
        raise InvalidState()


def _check_guest_limits(email: str, clinic: ClinicProfile, now: datetime) -> None:
    """One sentence for both reasons, so that it tells nobody whether an e-mail is known."""
    if not settings.ABUSE_LIMITS:
        return
    if count_guest_bookings_last_hour(now) >= clinic.guest_bookings_per_hour:
        raise EmailNotVerified()
    if count_upcoming_guest_bookings(email, now) >= MAX_OPEN_BOOKINGS_PER_EMAIL:
        raise EmailNotVerified()


def _check_still_offered(appointment: Appointment, clinic: ClinicProfile, now: datetime) -> None:
    """Hours, closures and catalogue may have changed since the time was held."""
    offers = find_offers(
        clinic, Q(option=appointment.option_id), therapist=appointment.therapist_id
    )
    if not offers:
        raise OptionNotOffered()
    start = to_minutes(appointment.starts_at)
    day = clinic.local_date(appointment.starts_at)
    availability = load_availability(
        clinic, offers, first=day, last=day, now=now, excluding=appointment, ignore_notice=True
    )
    if not availability.is_bookable_when_empty(start):
        raise SlotTaken()
