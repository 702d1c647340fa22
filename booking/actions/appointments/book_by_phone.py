"""The desk books for somebody on the phone or at the counter, in one step and without a hold."""

from datetime import datetime

from booking.actions.actor import Actor, Kind, record
from booking.actions.appointments.staff_placement import lock_for, take_place, treatment_of
from booking.actions.health.screening_requirements import insist_patient_fit
from booking.actions.holds.hold_slot import DOUBLE_BOOKINGS
from booking.actions.locks import one_at_a_time
from booking.constraints import refusing
from booking.errors import LooksKnown
from booking.inputs import PersonalDetails, StaffWish
from booking.lifecycle import Status
from booking.models import Appointment, ClinicProfile, Patient
from booking.notifications.subjects.appointment_changes import tell_booked
from booking.queries.availability.staff_places import StaffPlace
from booking.queries.patients.look_alikes import look_alikes
from clinic.lib.dates import clock

Who = Patient | PersonalDetails


def book_by_phone(  # all but two are keywords
    wish: StaffWish,
    who: Who,
    *,
    by: Actor,
    accepted: frozenset[str] = frozenset(),
    surely_new: bool = False,
    team_note: str = "",
) -> Appointment:
    """Book it for a patient on file, or for somebody new. The same booking twice is once.

    Raises LooksKnown where somebody new looks like one of the member of staff's patients and
    is not `surely_new`; NeedsOverride for what is against a rule and not in `accepted`; and
    whatever find_staff_place does. What the health gate refuses no member of staff can accept.
    """
    clinic = ClinicProfile.objects.get()
    with refusing(DOUBLE_BOOKINGS), one_at_a_time():
        lock_for(wish)
        if isinstance(who, Patient):
            who = _on_file(who)
        already = _already(wish, who)
        if already is not None:
            return already
        now = clock.now()
        if isinstance(who, Patient):
            insist_patient_fit(who, treatment_of(wish), now)
        place = take_place(wish, clinic, now=now, accepted=accepted)
        patient = who if isinstance(who, Patient) else _new_patient(who, surely_new, now, by)
        row = _write(place, patient, clinic.currency, now, team_note)
        details = {"override": place.overrides} if place.overrides else {}
        tell_booked(row, record(row, Kind.BOOKED, by=by, **details))
    return row


def _already(wish: StaffWish, who: Who) -> Appointment | None:
    """What a double click, or a retry after a lost answer, has booked before."""
    same = Appointment.objects.with_everything().filter(
        option=wish.option,
        therapist__slug=wish.therapist,
        starts_at=wish.start,
        status=Status.BOOKED,
    )
    if isinstance(who, Patient):
        return same.filter(patient=who).first()
    details = {"patient__name": who.name, "patient__email": who.email, "patient__phone": who.phone}
    return same.filter(**details).first()


def _on_file(patient: Patient) -> Patient:
    """Read again, and kept from others: a colleague may have merged the record meanwhile."""
    row = Patient.objects.select_for_update().get(pk=patient.pk)
    while row.merged_into_id is not None:
        row = Patient.objects.select_for_update().get(pk=row.merged_into_id)
    return row


def _new_patient(who: PersonalDetails, surely_new: bool, now: datetime, by: Actor) -> Patient:
    found = [] if surely_new or by.user is None else look_alikes(by.user, who, now)
    if found:
        raise LooksKnown(found)
    return Patient.objects.create(name=who.name, email=who.email, phone=who.phone, created_at=now)


def _write(
    place: StaffPlace, patient: Patient, currency: str, now: datetime, team_note: str
) -> Appointment:
    row = Appointment(
        option=place.option,
        therapist=place.therapist,
        room_id=place.room,
        patient=patient,
        starts_at=place.starts_at,
        ends_at=place.ends_at,
        frees_at=place.frees_at,
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
