"""Book an appointment at the desk, for a patient on the phone or at the counter."""

from datetime import datetime

from booking.actions.actor import Actor, EventKind
from booking.actions.appointments.record_event import record_event
from booking.actions.appointments.staff_placement import (
    claim_staff_place,
    lock_requested,
    requested_treatment,
)
from booking.actions.health.screening_requirements import require_patient_screening_passed
from booking.actions.locks import write_action, write_transaction
from booking.actions.patients.lock_patient import lock_patient
from booking.errors import PossibleDuplicatePatient
from booking.inputs import PersonalDetails, StaffSlotRequest
from booking.lifecycle import ACTIVE_BOOKING_STATUSES, Status
from booking.models import Appointment, ClinicProfile, Patient
from booking.notifications.subjects.appointments import notify_booked
from booking.queries.availability.staff_places import StaffPlace
from booking.queries.patients.matching import look_alikes_of
from clinic.lib.dates import clock

PatientOrDetails = Patient | PersonalDetails


@write_action
def book_by_phone(  # all but two are keywords
    slot_request: StaffSlotRequest,
    who: PatientOrDetails,
    *,
    by: Actor,
    accepted_overrides: frozenset[str] = frozenset(),
    is_new_patient: bool = False,
    may_be_past: bool = False,
    team_note: str = "",
) -> Appointment:
    """Book for a patient on file or for a new one, without a hold, and return the appointment.

    A second call changes nothing. With `may_be_past` it may be a visit that has begun or is over:
    it is marked as entered afterwards, is arrived or completed at once, and no mails are sent. A
    new patient without e-mail address and phone number is a walk-in, and the appointment is marked
    so.

    Raises PossibleDuplicatePatient if a new patient resembles one on file, unless staff have
    confirmed it with `is_new_patient`; OverrideRequired for broken rules that are not in
    `accepted_overrides`; ScreeningBlocked, which staff cannot override; and what find_staff_place
    raises.
    """
    clinic = ClinicProfile.objects.get()
    with write_transaction():
        lock_requested(slot_request)
        if isinstance(who, Patient):
            who = lock_patient(who)
        existing = _find_existing_booking(slot_request, who)
        if existing is not None:
            return existing
        now = clock.now()
        place = claim_staff_place(
            slot_request,
            clinic,
            now=now,
            accepted_overrides=accepted_overrides,
            may_be_past=may_be_past,
        )
        if isinstance(who, Patient) and not place.is_past:
            require_patient_screening_passed(who, requested_treatment(slot_request), now)
        patient = who if isinstance(who, Patient) else _create_patient(who, is_new_patient, now, by)
        row = _create_appointment(place, patient, clinic.currency, now, team_note)
        details = {"override": place.overrides} if place.overrides else {}
        event = record_event(row, EventKind.BOOKED, by=by, **details)
        if not row.entered_afterwards:
            notify_booked(row, event)
    return row


def _find_existing_booking(
    slot_request: StaffSlotRequest, person: PatientOrDetails
) -> Appointment | None:
    """Return what an earlier identical request (a double click, a retry) has booked."""
    bookings = Appointment.objects.with_related().filter(
        option=slot_request.option,
        therapist__slug=slot_request.therapist,
        starts_at=slot_request.start,
        status__in=ACTIVE_BOOKING_STATUSES,
    )
    if isinstance(person, Patient):
        return bookings.filter(patient=person).first()
    details = {
        "patient__name": person.name,
        "patient__email": person.email,
        "patient__phone": person.phone,
    }
    return bookings.filter(**details).first()


def _create_patient(
    details: PersonalDetails, is_new_patient: bool, now: datetime, by: Actor
) -> Patient:
    if not is_new_patient and by.user is not None:
        look_alikes = look_alikes_of(by.user, details, now)
        if look_alikes:
            raise PossibleDuplicatePatient(look_alikes)
    return Patient.objects.create(
        name=details.name, email=details.email, phone=details.phone, created_at=now
    )


def _create_appointment(
    place: StaffPlace, patient: Patient, currency: str, now: datetime, team_note: str
) -> Appointment:
    status = Status.BOOKED
    if place.is_past:
        status = Status.COMPLETED if place.ends_at <= now else Status.ARRIVED
    row = Appointment(
        option=place.option,
        therapist=place.therapist,
        room_id=place.room,
        patient=patient,
        starts_at=place.starts_at,
        ends_at=place.ends_at,
        blocked_until=place.blocked_until,
        status=status,
        entered_afterwards=place.is_past,
        is_walk_in=not (patient.email or patient.phone),
        arrived_at=place.starts_at if place.is_past else None,
        price=place.price,
        currency=currency,
        override=place.override,
        team_note=team_note,
        booked_at=now,
        created_at=now,
    )
    row.save(force_insert=True)
    return row
