"""Sending a mail again from the desk."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from booking.actions.actor import Actor, ActorType
from booking.actions.appointments.cancel import cancel_appointment
from booking.actions.notifications.send_again import (
    SEND_AGAIN_LIMIT,
    mark_reachable,
    send_again,
    send_confirmations,
)
from booking.actions.patients.update_patient import change_patient
from booking.errors import CannotSendAgain, RateLimitExceeded
from booking.inputs import PatientData
from booking.models import Appointment, Notification, Patient, Role
from booking.models.notifications import NotificationQuerySet
from booking.notifications.delivery import deliver_due
from booking.notifications.kinds import all_kinds, get_kind
from booking.queries.notifications.confirmations import unconfirmed_appointments
from booking.queries.notifications.last_notification import CHANGE_KINDS
from clinic.lib.dates import clock
from tests.booking.notifications.every_kind import one_of_every_kind, open_clinic
from tests.factories import AppointmentFactory, ClinicProfileFactory, NotificationFactory
from tests.html import assert_valid, compact
from tests.people import browser_of, member
from tests.scene import events

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]

STAFF = Actor(ActorType.STAFF)
SUBMISSION_ID = UUID("6f1c3a52-0000-4000-8000-000000000001")
NOT_NOW = {"contact", "thank_you"}
"""The text of one was deleted when it was sent; the other is about a visit that is to come."""


@pytest.fixture(autouse=True)
def outgoing(settings: Settings) -> None:
    """Mails leave, and their texts are deleted."""
    settings.EMAIL_URL = "smtp://mail.example"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.STAFF_SECOND_FACTOR = "optional"


def sent(appointment: Appointment, kind: str = "booked") -> Notification:
    """A mail about the appointment that has been sent to its patient."""
    assert appointment.patient is not None
    return NotificationFactory(
        kind=kind,
        appointment=appointment,
        status="sent",
        sent_at=clock.now(),
        to_email=appointment.patient.email,
    )


def again(row: Notification) -> NotificationQuerySet:
    return Notification.objects.filter(kind=row.kind).exclude(pk=row.pk)


def test_every_kind_is_sent_again_or_refused_with_a_reason() -> None:
    refused: dict[str, str] = {}
    for kind, row in one_of_every_kind(open_clinic()).items():
        Notification.objects.filter(pk=row.pk).update(status="sent", sent_at=clock.now(), data="")
        done = Notification.objects.select_related("appointment__patient").get(pk=row.pk)
        try:
            send_again(done, submission_id=SUBMISSION_ID, by=STAFF)
        except CannotSendAgain as refusal:
            refused[kind] = str(refusal)

    never = {kind.name for kind in all_kinds() if kind.get_resend_params is None}
    assert never.isdisjoint({*CHANGE_KINDS, "reminder", "lost_link", "day_list"})
    assert set(refused) == never | NOT_NOW, (
        "List a kind that can be sent again, but not in the situation of every_kind.py, in NOT_NOW "
        "(tests/booking/notifications/test_sending_again.py)."
    )
    assert all(sentence.endswith(".") for sentence in refused.values())
    fresh = Notification.objects.filter(key__endswith=f":again:{SUBMISSION_ID.hex}")
    assert {row.kind for row in fresh} == {kind.name for kind in all_kinds()} - never - NOT_NOW
    assert all(len(row.key) <= 120 for row in fresh)
    for row in fresh:
        known = get_kind(row.kind)
        assert known is not None
        assert known.is_still_wanted(row, clock.now()), row.kind


def test_a_mail_sent_again_has_current_content_and_an_event() -> None:
    ClinicProfileFactory()
    user = member(Role.FRONTDESK, app=False)
    row = sent(AppointmentFactory())
    assert row.appointment is not None
    Appointment.objects.update(starts_at=row.appointment.starts_at + timedelta(minutes=15))

    assert send_again(row, submission_id=SUBMISSION_ID, by=Actor(ActorType.STAFF, user))

    fresh = again(row).get()
    assert (fresh.status, fresh.is_to_patient, fresh.requested_by) == ("waiting", True, user)
    assert fresh.message_id != row.message_id
    assert events(row.appointment)[-1] == "mailed_again"
    assert row.appointment.events.get(kind="mailed_again").details == {"mail": "booked"}
    assert deliver_due() == {"sent": 1}


def test_a_double_click_sends_once() -> None:
    row = sent(AppointmentFactory())
    assert row.appointment is not None

    assert send_again(row, submission_id=SUBMISSION_ID, by=STAFF)
    assert not send_again(row, submission_id=SUBMISSION_ID, by=STAFF)
    assert again(row).count() == 1
    assert events(row.appointment).count("mailed_again") == 1


def test_sending_again_is_limited(settings: Settings) -> None:
    settings.ABUSE_LIMITS = True
    rows = [sent(AppointmentFactory(patient__email="ana@mail.example")) for _ in range(2)]
    for number in range(SEND_AGAIN_LIMIT.most):
        send_again(rows[number % 2], submission_id=uuid4(), by=STAFF)

    with pytest.raises(RateLimitExceeded):
        send_again(rows[0], submission_id=uuid4(), by=STAFF)


def refusal_of(row: Notification) -> str:
    with pytest.raises(CannotSendAgain) as refusal:
        send_again(row, submission_id=SUBMISSION_ID, by=STAFF)
    return str(refusal.value)


def test_each_refusal_to_send_again_has_a_reason(settings: Settings) -> None:
    ClinicProfileFactory()
    waiting = NotificationFactory(kind="booked", appointment=AppointmentFactory())
    cancelled = sent(AppointmentFactory(status="cancelled"))
    back = sent(AppointmentFactory(), kind="cancelled")
    nowhere = sent(AppointmentFactory(patient__email=""))
    over = sent(AppointmentFactory())
    assert refusal_of(waiting) == "It has not been sent yet. It goes by itself."
    assert refusal_of(cancelled) == "The appointment is canceled."
    assert refusal_of(back) == "The appointment is booked."
    assert refusal_of(nowhere) == "We have no e-mail address of theirs."
    settings.CLINIC_CLOCK += timedelta(days=2)
    assert refusal_of(over) == "The appointment is over."
    assert refusal_of(NotificationFactory(kind="gone", status="sent", sent_at=clock.now()))


def test_a_reminder_is_sent_again_at_any_reminder_times() -> None:
    ClinicProfileFactory(reminder_hours=[])
    row = sent(AppointmentFactory(), kind="reminder")
    assert row.appointment is not None
    Notification.objects.update(key=f"reminder:{row.appointment.public_id}:0:48")
    row.refresh_from_db()
    send_again(row, submission_id=SUBMISSION_ID, by=STAFF)

    assert deliver_due() == {"sent": 1}


def test_a_thank_you_is_not_sent_again_when_thank_yous_are_off() -> None:
    clinic = ClinicProfileFactory(thank_you_mail=True)
    row = sent(AppointmentFactory(status="completed"), kind="thank_you")
    send_again(row, submission_id=SUBMISSION_ID, by=STAFF)
    assert deliver_due() == {"sent": 1}

    clinic.thank_you_mail = False
    clinic.save()
    assert "sends none" in refusal_of(row)


def test_a_cancellation_says_again_who_cancelled() -> None:
    ClinicProfileFactory()
    row = AppointmentFactory()
    cancel_appointment(row, by=STAFF, reason="ill")
    mail = Notification.objects.get(kind="cancelled")
    deliver_due()
    mail.refresh_from_db()
    send_again(mail, submission_id=SUBMISSION_ID, by=STAFF)

    assert again(mail).get().data == '{"by_staff": true, "words": ""}'


class TestAtTheDesk:
    @pytest.fixture
    def desk(self) -> Client:
        ClinicProfileFactory()
        return browser_of(member(Role.FRONTDESK, app=False))

    def test_every_list_has_a_button(self, desk: Client) -> None:
        row = sent(AppointmentFactory())
        appointment = row.appointment
        assert appointment is not None
        assert appointment.patient is not None
        for path in (
            "/desk/mail/",
            f"/desk/mail/{row.pk}/",
            f"/desk/patients/{appointment.patient.public_id}/",
            f"/desk/appointments/{appointment.public_id}/",
        ):
            page = desk.get(path).content.decode()
            assert_valid(page)
            assert f'action="/desk/mail/{row.pk}/again/"' in page, path

    def test_the_button_sends_and_returns_to_its_page(self, desk: Client) -> None:
        row = sent(AppointmentFactory())
        data = {"submission_id": str(SUBMISSION_ID), "next": "/desk/mail/?in=sent"}
        response = desk.post(f"/desk/mail/{row.pk}/again/", data)

        assert (response.status_code, response["Location"]) == (303, "/desk/mail/?in=sent")
        assert "A fresh mail goes to" in desk.get("/desk/mail/").content.decode()
        assert again(row).count() == 1

    @pytest.mark.parametrize(
        "data", [{}, {"submission_id": "x"}, {"submission_id": "\0", "next": "//evil"}]
    )
    def test_an_invalid_form_sends_nothing(self, desk: Client, data: Mapping[str, str]) -> None:
        row = sent(AppointmentFactory())

        assert desk.post(f"/desk/mail/{row.pk}/again/", data).status_code == 303
        assert not again(row).exists()

    def test_the_reason_of_a_refusal_is_shown(self, desk: Client) -> None:
        row = sent(AppointmentFactory(status="cancelled"))
        desk.post(f"/desk/mail/{row.pk}/again/", {"submission_id": str(SUBMISSION_ID)})

        assert (
            "Not sent again: The appointment is canceled."
            in desk.get(f"/desk/mail/{row.pk}/").content.decode()
        )

    def test_a_mail_that_is_never_sent_again_has_the_reason_in_place_of_the_button(
        self, desk: Client
    ) -> None:
        row = sent(AppointmentFactory(), kind="sign_in_code")
        page = desk.get(f"/desk/mail/{row.pk}/").content.decode()

        assert "A code is valid for a few minutes." in page
        assert f'action="/desk/mail/{row.pk}/again/"' not in page

    def test_a_therapist_can_send_only_mails_of_own_patients(self) -> None:
        ClinicProfileFactory()
        row = sent(AppointmentFactory())
        other = browser_of(member(Role.THERAPIST, app=False))

        response = other.post(f"/desk/mail/{row.pk}/again/", {"submission_id": str(SUBMISSION_ID)})
        assert response.status_code == 404

    def test_mails_to_staff_are_not_listed_as_mails_to_the_patient(self, desk: Client) -> None:
        appointment = AppointmentFactory()
        NotificationFactory(kind="staff_change", appointment=appointment, to_name="Maya")
        sent(appointment)
        page = desk.get(f"/desk/appointments/{appointment.public_id}/").content.decode()

        assert "to the team" not in page
        assert "Mails to them" in page

    def test_the_query_count_of_the_lists_is_fixed(self, desk: Client) -> None:
        appointment = AppointmentFactory()
        sent(appointment)
        path = f"/desk/patients/{appointment.patient.public_id}/"  # type: ignore[union-attr]
        few = queries_of(desk, path)
        for _ in range(5):
            sent(appointment)

        assert queries_of(desk, path) == few


def queries_of(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


class TestAfterACorrection:
    """The desk offers to send the confirmations to the new address."""

    @pytest.fixture
    def desk(self) -> Client:
        ClinicProfileFactory()
        return browser_of(member(Role.FRONTDESK, app=False))

    @pytest.fixture
    def patient(self) -> Patient:
        """Somebody with two upcoming appointments and one that is over, all confirmed."""
        first = AppointmentFactory()
        assert first.patient is not None
        later = AppointmentFactory(
            patient=first.patient, starts_at=first.starts_at + timedelta(days=7)
        )
        past = AppointmentFactory(
            patient=first.patient, starts_at=first.starts_at - timedelta(days=7)
        )
        for row in (first, later, past):
            sent(row)
        return first.patient

    def edit(self, desk: Client, patient: Patient, email: str) -> str:
        path = f"/desk/patients/{patient.public_id}/"
        data = {"name": patient.name, "email": email, "phone": patient.phone}
        response = desk.post(f"{path}edit/", data)
        assert (response.status_code, response["Location"]) == (303, path)
        page = desk.get(path).content.decode()
        assert_valid(page)
        return compact(page)

    def test_the_confirmations_are_sent_with_one_click(
        self, desk: Client, patient: Patient
    ) -> None:
        page = self.edit(desk, patient, "right@example.com")
        assert "2 upcoming appointments are not confirmed to right<wbr>@example.com" in page
        assert not Notification.objects.waiting().exists()

        path = f"/desk/patients/{patient.public_id}/"
        desk.post(f"{path}confirm/", {"submission_id": str(SUBMISSION_ID)})
        desk.post(f"{path}confirm/", {"submission_id": str(SUBMISSION_ID)})

        assert deliver_due() == {"sent": 2}
        assert "2 confirmations go to right@example.com." in desk.get(path).content.decode()
        assert "not confirmed" not in desk.get(path).content.decode()

    def test_the_offer_is_on_the_page_of_the_appointment_too(
        self, desk: Client, patient: Patient
    ) -> None:
        self.edit(desk, patient, "right@example.com")
        row = patient.appointments.earliest("-starts_at")
        page = desk.get(f"/desk/appointments/{row.public_id}/").content.decode()

        assert "Send 2 confirmations to the present address" in page

    @pytest.mark.parametrize("email", ["", "{}"])
    def test_without_a_new_address_nothing_is_offered(
        self, desk: Client, patient: Patient, email: str
    ) -> None:
        assert "not confirmed" not in self.edit(desk, patient, email.format(patient.email))

    def test_changing_an_address_back_counts_as_another_change(
        self, desk: Client, patient: Patient
    ) -> None:
        old = patient.email
        self.edit(desk, patient, "right@example.com")

        assert "are not confirmed" in self.edit(desk, patient, old)

    def test_a_therapist_sends_only_confirmations_of_own_patients(self, patient: Patient) -> None:
        therapist = member(Role.THERAPIST, app=False)
        own = AppointmentFactory(patient=patient, therapist=therapist.therapist)
        sent(own)
        data = PatientData(patient.name, "right@example.com", patient.phone)
        patient = change_patient(patient, data)

        assert unconfirmed_appointments(therapist, patient, clock.now()) == [own]

    def test_a_correct_address_can_be_tried_again(
        self, desk: Client, patient: Patient, settings: Settings
    ) -> None:
        other = AppointmentFactory(patient__email=patient.email.upper()).patient
        Patient.objects.update(undeliverable_since=settings.CLINIC_CLOCK)
        path = f"/desk/patients/{patient.public_id}/"
        assert "Our mails do not arrive" in desk.get(path).content.decode()

        desk.post(f"{path}retry-mail/", {"submission_id": str(SUBMISSION_ID)})

        assert not Patient.objects.exclude(undeliverable_since=None).exists()
        assert other is not None
        assert deliver_due() == {"sent": 2}
        assert "Our mails do not arrive" not in desk.get(path).content.decode()

    def test_a_patient_without_address_is_not_marked(self) -> None:
        patient = Patient.objects.create(name="Bo", email="", phone="1")
        mark_reachable(patient, by=Actor.system())

        assert send_confirmations(patient, [], submission_id=SUBMISSION_ID, by=STAFF) == 0
