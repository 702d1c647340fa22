"""A hold becomes a booked appointment."""

from datetime import datetime

from django.conf import settings
from django.db.models import Q

from booking.actions.actor import Actor, Door, Kind, record
from booking.actions.health.hold_answers import keep_with_booking
from booking.actions.health.screening_requirements import insist_answered, insist_open
from booking.actions.locks import lock_rooms, lock_therapists, one_at_a_time
from booking.actions.rate_limit import BOOKINGS, BOOKINGS_OF_EMAIL, spend, spend_by
from booking.engine.hours import local
from booking.errors import EmailNotProven, HoldExpired, NotPossibleNow, OptionNotOffered, SlotTaken
from booking.inputs import PersonalDetails
from booking.lifecycle import Status
from booking.models import Appointment, ClinicProfile, Patient
from booking.notifications.subjects.appointment_changes import tell_booked
from booking.queries.appointments.guest_bookings import (
    guest_bookings_last_hour,
    open_bookings_of_email,
)
from booking.queries.availability.offers import offers_of
from booking.queries.availability.slots import load_availability
from booking.queries.patients.email_verification import proves
from clinic.lib.dates import clock
from clinic.lib.dates.epoch import to_minutes

OPEN_BOOKINGS_OF_EMAIL = 3


def book_appointment(
    hold: Appointment, details: PersonalDetails, *, by: Actor, proof: str = ""
) -> Appointment:
    """Confirm a held time. Confirming again gives the same appointment, changed in nothing.

    A guest always becomes a new Patient: nothing here attaches to or changes a person who
    exists. `proof` is the token of a link that was mailed to the address. Raises HoldExpired
    when the time ran out, SlotTaken when the clinic has closed or the therapist has left since,
    NotPossibleNow when the hold was given back, EmailNotProven when guests book more than they
    may and have not proven the address, and what the health gate refuses.
    """
    spend_by(BOOKINGS, by)
    if by.door == Door.GUEST:
        spend(BOOKINGS_OF_EMAIL, details.email)
    with one_at_a_time():
        lock_therapists([hold.therapist_id])
        lock_rooms([hold.room_id])
        row = Appointment.objects.select_for_update(of=("self",), no_key=True)
        appointment = row.select_related("option__treatment").get(pk=hold.pk)
        if appointment.status == Status.BOOKED:
            return appointment
        now = clock.now()
        _check_live(appointment, now)
        clinic = ClinicProfile.objects.get()
        insist_answered(appointment, insist_open(clinic, by=by), now)
        _check_still_open(appointment, clinic, now)
        if by.door == Door.GUEST and not (proof and proves(proof, details.email, now)):
            _check_guest(details.email, clinic, now)
        appointment.patient = Patient.objects.create(
            name=details.name, email=details.email, phone=details.phone, created_at=now
        )
        appointment.note, appointment.draft = details.note, ""
        appointment.status = Status.BOOKED
        appointment.booked_at = appointment.agreed_at = now
        appointment.hold_expires_at = None
        appointment.save()
        keep_with_booking(appointment)
        tell_booked(appointment, record(appointment, Kind.BOOKED, by=by))
    return appointment


def _check_live(appointment: Appointment, now: datetime) -> None:
    lapsed = appointment.status == Status.HOLD and not appointment.holds_at(now)
    if lapsed or appointment.status == Status.EXPIRED:
        raise HoldExpired()
    if appointment.status != Status.HOLD:  # given back; undoing a cancellation is another story
        raise NotPossibleNow()


def _check_guest(email: str, clinic: ClinicProfile, now: datetime) -> None:
    """One sentence for both reasons, so that it tells nobody whether an e-mail is known."""
    if not settings.ABUSE_LIMITS:
        return
    if guest_bookings_last_hour(now) >= clinic.guest_bookings_per_hour:
        raise EmailNotProven()
    if open_bookings_of_email(email, now) >= OPEN_BOOKINGS_OF_EMAIL:
        raise EmailNotProven()


def _check_still_open(appointment: Appointment, clinic: ClinicProfile, now: datetime) -> None:
    """Hours, closures and catalogue may have changed since the time was held."""
    offers = offers_of(clinic, Q(option=appointment.option_id), therapist=appointment.therapist_id)
    if not offers:
        raise OptionNotOffered()
    start = to_minutes(appointment.starts_at)
    day = local(start, clinic.zone).date()
    availability = load_availability(
        clinic, offers, first=day, last=day, now=now, ignoring=appointment, any_notice=True
    )
    if not availability.would_be_offered(start):
        raise SlotTaken()
