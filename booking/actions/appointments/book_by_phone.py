"""The desk books for somebody on the phone or at the counter, in one step and without a hold."""

from datetime import datetime

from booking.actions.actor import Actor, EventKind, record_event
from booking.actions.appointments.staff_placement import (
    claim_staff_place,
    requested_treatment,
    reserve_requested,
)
from booking.actions.health.screening_requirements import require_patient_screening_passed
from booking.actions.locks import write_action, write_transaction
from booking.errors import PossibleDuplicatePatient
from booking.inputs import PersonalDetails, StaffSlotRequest
from booking.lifecycle import Status
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
    accepted: frozenset[str] = frozenset(),
    is_new_patient: bool = False,
    team_note: str = "",
) -> Appointment:
    """Book it for a patient on file, or for somebody new. The same booking twice is once.

    Raises PossibleDuplicatePatient where somebody new looks like one of the member of staff's
    patients and
    is not `is_new_patient`; NeedsOverride for what is against a rule and not in `accepted`; and
    whatever find_staff_place does. What the health gate refuses no member of staff can accept.
    """
    clinic = ClinicProfile.objects.get()
    with write_transaction():
        reserve_requested(slot_request)
        if isinstance(who, Patient):
            who = _lock_patient(who)
        already = _find_existing_booking(slot_request, who)
        if already is not None:
            return already
        now = clock.now()
        if isinstance(who, Patient):
            require_patient_screening_passed(who, requested_treatment(slot_request), now)
        place = claim_staff_place(slot_request, clinic, now=now, accepted=accepted)
        patient = who if isinstance(who, Patient) else _create_patient(who, is_new_patient, now, by)
        row = _create_appointment(place, patient, clinic.currency, now, team_note)
        details = {"override": place.overrides} if place.overrides else {}
        notify_booked(row, record_event(row, EventKind.BOOKED, by=by, **details))
    return row


def _find_existing_booking(
    slot_request: StaffSlotRequest, who: PatientOrDetails
) -> Appointment | None:
    """What a double click, or a retry after a lost answer, has booked before."""
    same = Appointment.objects.with_related().filter(
        option=slot_request.option,
        therapist__slug=slot_request.therapist,
        starts_at=slot_request.start,
        status=Status.BOOKED,
    )
    if isinstance(who, Patient):
        return same.filter(patient=who).first()
    details = {"patient__name": who.name, "patient__email": who.email, "patient__phone": who.phone}
    return same.filter(**details).first()


def _lock_patient(patient: Patient) -> Patient:
    """Read again, and kept from others: a colleague may have merged the record meanwhile."""
    row = Patient.objects.select_for_update().get(pk=patient.pk)
    while row.merged_into_id is not None:
        row = Patient.objects.select_for_update().get(pk=row.merged_into_id)
    return row


def _create_patient(
    who: PersonalDetails, is_new_patient: bool, now: datetime, by: Actor
) -> Patient:
    if not is_new_patient and by.user is not None:
        look_alikes = look_alikes_of(by.user, who, now)
        if look_alikes:
            raise PossibleDuplicatePatient(look_alikes)
    return Patient.objects.create(name=who.name, email=who.email, phone=who.phone, created_at=now)


def _create_appointment(
    place: StaffPlace, patient: Patient, currency: str, now: datetime, team_note: str
) -> Appointment:
    row = Appointment(
        option=place.option,
        therapist=place.therapist,
        room_id=place.room,
        patient=patient,
        starts_at=place.starts_at,
        ends_at=place.ends_at,
        blocked_until=place.blocked_until,
        status=Status.BOOKED,
        price=place.price,
        currency=currency,
        override=place.override,
        team_note=team_note,
        booked_at=now,
        created_at=now,
    )
    row.save(force_insert=True)
    return row
