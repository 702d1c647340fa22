"""Copies of mails about appointments go to proxies of the patient, and to nobody else."""

from datetime import date, datetime, timedelta

import pytest
from pytest_django import Settings

from booking.access.proxies import Permission
from booking.actions.appointments.book_online import book_appointment
from booking.actions.appointments.cancel import cancel_appointment
from booking.actions.appointments.reschedule import reschedule_appointment
from booking.features.proxies.actions.grants import GrantTerms, end_grant, grant_by_patient
from booking.features.proxies.actions.hiding import set_hidden
from booking.features.proxies.notifications import is_copy_wanted
from booking.models import Appointment, Notification
from booking.notifications.rendering import render
from booking.notifications.subjects.appointments import notify_booked
from clinic.lib.dates import clock
from tests.booking.features.proxies.family import ALL, TERMS, Person, person
from tests.scene import ADA, GUEST, Scene, at, fresh

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]
FRIDAY = date(2026, 11, 27)


def booked(scene: Scene, ben: Person) -> Appointment:
    """An appointment of Ben, with all mails of its booking."""
    row = book_appointment(scene.hold(at(10, day=FRIDAY)), ADA, by=GUEST)
    Notification.objects.all().delete()
    Appointment.objects.filter(pk=row.pk).update(patient=ben.patient)
    notify_booked(fresh(row))
    return fresh(row)


def copies(to: Person | None = None) -> list[Notification]:
    rows = Notification.objects.filter(kind="proxy_copy").order_by("pk")
    return [row for row in rows if to is None or row.to_email == to.user.email]


def wanted(at: datetime | None = None) -> list[str]:
    """The keys of copies that would be sent when they are due."""
    return [
        row.key.partition(":")[0]
        for row in copies()
        if is_copy_wanted(row, at or max(row.due_at, clock.now()))
    ]


def test_who_may_see_times_is_mailed_about_a_booking_and_reminded(
    scene: Scene, ana: Person, ben: Person
) -> None:
    grant_by_patient(ana.user, ben.patient, TERMS, by=ben.actor)
    booked(scene, ben)

    assert {row.to_email for row in copies()} == {ana.user.email}
    assert "booked" in wanted()
    assert "reminder" in wanted()
    assert Notification.objects.filter(kind="booked", is_to_patient=True).count() == 1


def test_nobody_else_is_mailed(scene: Scene, ana: Person, ben: Person) -> None:
    eve = person("Eve")
    grant_by_patient(ana.user, ben.patient, GrantTerms(ALL - {Permission.SEE_TIMES}), by=ben.actor)
    grant = grant_by_patient(eve.user, ben.patient, GrantTerms(ALL), by=ben.actor)
    end_grant(grant.public_id, by=eve.actor)
    booked(scene, ben)

    assert copies() == []


def test_the_proxy_of_a_patient_without_address_is_mailed(
    scene: Scene, ana: Person, ben: Person
) -> None:
    grant_by_patient(ana.user, ben.patient, TERMS, by=ben.actor)
    ben.patient.email = ""
    ben.patient.save()
    booked(scene, ben)

    assert "booked" in wanted()
    assert not Notification.objects.filter(is_to_patient=True).exists()


def test_the_mail_opens_nothing_and_names_the_patient_by_first_name_only(
    scene: Scene, ana: Person, ben: Person
) -> None:
    grant_by_patient(ana.user, ben.patient, TERMS, by=ben.actor)
    appointment = booked(scene, ben)
    mail = render(copies(ana)[0])

    assert appointment.link_token not in mail.text + mail.html
    assert "An appointment is booked for Ben R." in mail.text
    assert "Reader" not in mail.text.replace("Ana Reader", "")
    assert not mail.attachments
    assert mail.subject.startswith("Booked: Fri")


def test_a_grant_that_ends_takes_back_the_mails_that_wait(
    scene: Scene, ana: Person, ben: Person
) -> None:
    grant = grant_by_patient(ana.user, ben.patient, TERMS, by=ben.actor)
    booked(scene, ben)
    end_grant(grant.public_id, by=ben.actor)

    assert wanted() == []


def test_hiding_an_appointment_takes_back_the_mails_that_wait(
    scene: Scene, ana: Person, ben: Person
) -> None:
    grant_by_patient(ana.user, ben.patient, TERMS, by=ben.actor)
    appointment = booked(scene, ben)
    set_hidden(appointment, is_hidden=True, by=ben.actor)
    assert wanted() == []
    count = len(copies())
    cancel_appointment(appointment, by=ben.actor)

    assert len(copies()) == count


def test_a_move_makes_the_mails_about_the_old_time_stale(
    scene: Scene, ana: Person, ben: Person
) -> None:
    grant_by_patient(ana.user, ben.patient, TERMS, by=ben.actor)
    appointment = booked(scene, ben)
    reschedule_appointment(appointment, start=at(14, day=FRIDAY), by=ben.actor)

    assert sorted(set(wanted())) == ["moved", "reminder"]
    fresh_start = fresh(appointment).starts_at.isoformat()
    reminders = [row for row in copies() if row.key.startswith("reminder")]
    assert {is_copy_wanted(row, row.due_at) for row in reminders if fresh_start in row.data} == {
        True
    }


def test_a_cancellation_is_told_and_ends_the_reminders(
    scene: Scene, ana: Person, ben: Person, settings: Settings
) -> None:
    grant_by_patient(ana.user, ben.patient, TERMS, by=ben.actor)
    appointment = booked(scene, ben)
    cancel_appointment(appointment, by=ana.acting_for(ben.patient))

    assert wanted() == ["cancelled"]
    settings.CLINIC_CLOCK = appointment.ends_at + timedelta(minutes=1)
    assert wanted(clock.now()) == []
