"""Booking by phone for existing and new patients."""

from datetime import date

import pytest

from booking.actions.appointments.book_by_phone import book_by_phone
from booking.actions.patients.merge_patients import merge_patients
from booking.errors import OverrideRequired, PossibleDuplicatePatient, TherapistBusy
from booking.inputs import ContactDetails, PersonalDetails
from booking.lifecycle import Override, Status
from booking.models import Appointment, Notification, Patient
from tests.booking.desk.staffed_desk import Desk, by, name_of
from tests.factories import PatientFactory
from tests.scene import at, events

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 11, 23)
EVA = PersonalDetails("Eva New", "eva@mail.example", "+1 312-555-0177")


def test_a_new_patient_is_booked_and_mailed(desk: Desk, frozen_clock: object) -> None:
    row = book_by_phone(
        desk.slot_request(at(10)), EVA, by=by(desk.front), team_note="prefers low light"
    )

    assert (row.status, row.booked_at) == (Status.BOOKED, frozen_clock)
    assert (row.therapist, row.room) == (desk.therapist, desk.scene.rooms[0])
    assert (row.ends_at, row.blocked_until, row.price) == (
        at(11),
        at(11, 15),
        desk.scene.option.price,
    )
    patient = Patient.objects.get()
    assert (row.patient, patient.name, patient.phone) == (patient, EVA.name, EVA.phone)
    assert (row.override, Appointment.objects.get().team_note) == ("", "prefers low light")
    assert events(row) == ["booked"]
    event = row.events.get()
    assert (event.actor_type, event.user) == ("staff", desk.front)
    assert Notification.objects.get(kind="booked").recipient_email == EVA.email


def test_an_existing_patient_keeps_one_record(desk: Desk) -> None:
    patient = PatientFactory()
    row = book_by_phone(desk.slot_request(at(10)), patient, by=by(desk.front))

    assert row.patient == patient
    assert Patient.objects.count() == 1


def test_a_merged_record_is_replaced_by_the_remaining_one(desk: Desk) -> None:
    remaining, duplicate = PatientFactory(), PatientFactory()
    contact = ContactDetails(remaining.name, remaining.email, remaining.phone)
    merge_patients(remaining, Patient.objects.get(pk=duplicate.pk), contact, by=desk.front)

    row = book_by_phone(desk.slot_request(at(10)), duplicate, by=by(desk.front))

    assert row.patient == remaining


def test_a_patient_without_email_gets_no_mail(desk: Desk) -> None:
    book_by_phone(
        desk.slot_request(at(10)), PersonalDetails("Eva", "", "312 555 0177"), by=by(desk.front)
    )

    assert Notification.objects.filter(kind="booked").count() == 0


@pytest.mark.parametrize("who", ["on file", "new"])
def test_a_double_click_books_once(desk: Desk, who: str) -> None:
    person = PatientFactory() if who == "on file" else EVA
    first = book_by_phone(desk.slot_request(at(10)), person, by=by(desk.front))
    again = book_by_phone(desk.slot_request(at(10)), person, by=by(desk.front))

    assert first == again
    assert (Appointment.objects.count(), Patient.objects.count()) == (1, 1)
    assert Notification.objects.filter(kind="booked").count() == 1


def test_an_overlapping_booking_is_refused_even_with_overrides(desk: Desk) -> None:
    desk.booked(at(10))
    every = frozenset(override.value for override in Override)
    with pytest.raises(TherapistBusy):
        book_by_phone(
            desk.slot_request(at(10, 30)), EVA, by=by(desk.front), accepted_overrides=every
        )

    assert not Patient.objects.filter(name=EVA.name).exists()


def test_a_booking_against_a_rule_needs_an_override(desk: Desk) -> None:
    slot_request = desk.slot_request(at(18, day=MONDAY))
    with pytest.raises(OverrideRequired):
        book_by_phone(slot_request, EVA, by=by(desk.front))
    row = book_by_phone(
        slot_request, EVA, by=by(desk.front), accepted_overrides=frozenset({"hours"})
    )

    assert row.override == Override.OUTSIDE_HOURS
    assert row.events.get().details == {"override": ["hours"]}


def test_the_shortest_notice_of_patients_is_none_of_staff(desk: Desk) -> None:
    row = book_by_phone(desk.slot_request(at(12, 30, day=MONDAY)), EVA, by=by(desk.front))

    assert (row.override, row.entered_afterwards) == ("", False)
    assert row.events.get().details == {}


@pytest.mark.parametrize(
    "known",
    [
        {"name": "eva new"},
        {"name": "Somebody", "email": "EVA@mail.example"},
        {"name": "Somebody", "phone": "(312) 555.0177"},
    ],
    ids=["same name", "same e-mail", "same phone, written otherwise"],
)
def test_look_alikes_are_shown_before_a_second_record_is_made(
    desk: Desk, known: dict[str, str]
) -> None:
    before = PatientFactory(**known)
    with pytest.raises(PossibleDuplicatePatient) as refused:
        book_by_phone(desk.slot_request(at(10)), EVA, by=by(desk.front))
    assert list(refused.value.patients) == [before]
    assert (Patient.objects.count(), Appointment.objects.count()) == (1, 0)
    book_by_phone(desk.slot_request(at(10)), EVA, by=by(desk.front), is_new_patient=True)

    assert Patient.objects.count() == 2


def test_a_therapist_sees_no_look_alikes_of_other_therapists(desk: Desk) -> None:
    desk.booked(at(14), desk.other, patient__name=EVA.name)

    assert name_of(book_by_phone(desk.slot_request(at(10)), EVA, by=by(desk.maya))) == EVA.name
