"""Bounced mails: return paths, delivery reports and the mailbox."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from email.message import Message

import pytest
from django.core import mail
from django.db import OperationalError
from pytest_django import Settings

from booking.actions.jobs.job_runs import describe_error
from booking.actions.notifications.record_delivery_failure import record_delivery_failure
from booking.actions.patients.update_patient import change_patient
from booking.features.bounces import actions as bounce_actions
from booking.features.bounces.actions import read_bounces, record_bounce
from booking.features.bounces.queries import check_bounces
from booking.inputs import PatientData
from booking.models import Notification, Patient, Role
from booking.notifications.delivery import deliver_due
from booking.notifications.outcomes import set_undeliverable_since
from booking.notifications.return_path import find_returned, return_path
from clinic.lib.crypto.return_tokens import make_return_token, read_return_token
from clinic.lib.dates import clock
from clinic.lib.mail.delivery_reports import Failure
from clinic.lib.scheduled_jobs import JobFailed
from tests.clinic.lib.mail.reports import NO_SUCH_MAILBOX, NOT_REPORTS, TO, dsn, report
from tests.factories import (
    AppointmentFactory,
    ClinicProfileFactory,
    NotificationFactory,
    PatientFactory,
)
from tests.html import compact
from tests.people import browser_of, member
from tests.servers.imap import FakeMailbox, imap_server

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]


@pytest.fixture(autouse=True)
def bounce_settings(settings: Settings) -> None:
    settings.BOUNCE_ADDRESS = "bounces@clinic.example"
    settings.STAFF_SECOND_FACTOR = "optional"


@pytest.fixture
def box(settings: Settings) -> Iterator[FakeMailbox]:
    with imap_server() as box:
        settings.BOUNCE_MAILBOX_URL = box.url
        yield box


@pytest.fixture
def sent() -> Notification:
    """The confirmation of an appointment, sent to ana@reader.example."""
    ClinicProfileFactory()
    return NotificationFactory(
        kind="booked",
        appointment=AppointmentFactory(patient__email=TO, patient__name="Ana Reader"),
        status="sent",
        sent_at=clock.now(),
        to_email=TO,
    )


def marked() -> list[str]:
    rows = Patient.objects.exclude(undeliverable_since=None).order_by("pk")
    return list(rows.values_list("name", flat=True))


def fresh(row: Notification) -> Notification:
    return Notification.objects.get(pk=row.pk)


class TestReturnPath:
    def test_every_mail_has_its_own_return_path_and_the_usual_sender(
        self, sent: Notification, settings: Settings
    ) -> None:
        settings.EMAIL_URL = "smtp://mail.example"
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        waiting = NotificationFactory(kind="booked", appointment=sent.appointment)
        deliver_due()
        (email,) = mail.outbox

        assert email.from_email == return_path(waiting)
        assert email.from_email.startswith("bounces+")
        assert len(email.from_email.partition("@")[0]) <= 64
        assert email.message()["From"] == settings.DEFAULT_FROM_EMAIL

    def test_return_paths_are_off_without_an_address(
        self, sent: Notification, settings: Settings
    ) -> None:
        settings.BOUNCE_ADDRESS = ""

        assert return_path(sent) == ""
        assert find_returned(["+x@", "a@b.example"]) is None

    def test_a_return_path_identifies_its_mail_in_any_case(self, sent: Notification) -> None:
        path = return_path(sent)

        assert find_returned(["x@y.example", path]) == sent
        assert find_returned([path.upper()]) == sent

    def test_a_forged_return_path_is_rejected(self, sent: Notification) -> None:
        path = return_path(sent)
        token = path[8:48]
        for number in range(len(token)):
            wrong = "a" if token[number] != "a" else "b"
            forged = token[:number] + wrong + token[number + 1 :]
            assert read_return_token(forged) is None, number
        for forged in ("", "a" * 40, "!" * 40, "é" * 40, token[:-1], f"{token}a"):
            assert find_returned([f"bounces+{forged}@clinic.example"]) is None

    def test_return_paths_signed_with_an_old_key_are_accepted(
        self, sent: Notification, settings: Settings
    ) -> None:
        token = make_return_token(sent.public_id)
        settings.LINK_KEYS = ["n" * 40, *settings.LINK_KEYS]

        assert read_return_token(token) == sent.public_id
        settings.LINK_KEYS = ["n" * 40]
        assert read_return_token(token) is None


class TestDeliveryReports:
    def deliver_report(self, sent: Notification, **values: str) -> Message:
        return dsn(returned_to=return_path(sent), **values)

    def test_a_mailbox_that_does_not_exist_marks_the_patient_and_ends_the_mail(
        self, sent: Notification, frozen_clock: datetime
    ) -> None:
        assert record_bounce(self.deliver_report(sent))

        row = fresh(sent)
        assert (row.status, row.failure) == ("failed", "no_such_mailbox")
        assert row.problem == "It came back: there is no such mailbox. (5.1.1)"
        assert Patient.objects.get().undeliverable_since == frozen_clock

    @pytest.mark.parametrize("server", NO_SUCH_MAILBOX)
    def test_reports_of_all_known_servers_are_read(self, sent: Notification, server: str) -> None:
        record_bounce(report(NO_SUCH_MAILBOX[server], return_path(sent)))

        assert marked() == ["Ana Reader"]

    def test_a_full_mailbox_ends_the_mail_and_marks_no_patient(self, sent: Notification) -> None:
        record_bounce(self.deliver_report(sent, status="5.2.2", reply="smtp; 552 5.2.2 full"))

        assert fresh(sent).status == "failed"
        assert marked() == []

    def test_a_report_of_a_delay_does_nothing(self, sent: Notification) -> None:
        record_bounce(self.deliver_report(sent, status="4.4.1", action="delayed"))

        assert (fresh(sent).status, marked()) == ("sent", [])

    @pytest.mark.parametrize("name", NOT_REPORTS)
    def test_an_automatic_reply_does_nothing(self, sent: Notification, name: str) -> None:
        assert not record_bounce(report(NOT_REPORTS[name], return_path(sent)))
        assert (fresh(sent).status, marked()) == ("sent", [])

    def test_a_forged_report_does_nothing(self, sent: Notification) -> None:
        forged = f"bounces+{'a' * 40}@clinic.example"

        assert not record_bounce(dsn(returned_to=forged))
        assert not record_bounce(dsn())
        assert (fresh(sent).status, marked()) == ("sent", [])

    def test_a_report_about_a_corrected_address_marks_no_patient(self, sent: Notification) -> None:
        patient = Patient.objects.get()
        change_patient(patient, PatientData("Ana Reader", "right@reader.example", "1"))
        record_bounce(self.deliver_report(sent))

        assert fresh(sent).status == "failed"
        assert marked() == []

    def test_all_patients_with_the_address_are_marked(self, sent: Notification) -> None:
        PatientFactory(email=TO.upper(), name="Bo Reader")
        PatientFactory(name="Cy Other")
        record_bounce(self.deliver_report(sent))

        assert marked() == ["Ana Reader", "Bo Reader"]

    def test_a_report_about_a_forwarding_address_marks_no_patient(self, sent: Notification) -> None:
        record_bounce(self.deliver_report(sent, final="old@work.example", original=TO))

        assert fresh(sent).status == "failed"
        assert marked() == []

    def test_a_second_report_changes_nothing(self, sent: Notification, settings: Settings) -> None:
        record_bounce(self.deliver_report(sent))
        before = (fresh(sent).failed_at, Patient.objects.get().undeliverable_since)
        settings.CLINIC_CLOCK += timedelta(days=1)
        record_bounce(self.deliver_report(sent))

        assert (fresh(sent).failed_at, Patient.objects.get().undeliverable_since) == before

    def test_a_report_that_is_sent_again_marks_nobody_whom_staff_have_cleared(
        self, sent: Notification
    ) -> None:
        record_bounce(self.deliver_report(sent))
        Patient.objects.update(undeliverable_since=None)
        record_bounce(self.deliver_report(sent))

        assert marked() == []

    def test_a_report_about_a_waiting_mail_does_not_end_it(self, sent: Notification) -> None:
        Notification.objects.update(status="waiting", sent_at=None)
        assert record_delivery_failure(fresh(sent), Failure.PERMANENT) is False

        assert fresh(sent).status == "waiting"

    @pytest.mark.parametrize(("address", "is_cleared"), [("", True), ("b@x.example", False)])
    def test_an_accepted_mail_clears_the_mark_only_without_return_paths(
        self, sent: Notification, settings: Settings, address: str, is_cleared: bool
    ) -> None:
        record_bounce(self.deliver_report(sent))
        settings.BOUNCE_ADDRESS = address
        set_undeliverable_since(fresh(sent), None)

        assert (marked() == []) is is_cleared

    def test_the_desk_shows_the_mark(self, sent: Notification) -> None:
        record_bounce(self.deliver_report(sent))
        patient, appointment = Patient.objects.get(), sent.appointment
        assert appointment is not None
        desk = browser_of(member(Role.FRONTDESK, app=False))

        for path, sentence in (
            ("/desk/", "These mails did not arrive. Please call."),
            ("/desk/mail/", "Our mails do not arrive: please call"),
            (f"/desk/patients/{patient.public_id}/", "Our mails do not arrive"),
            (f"/desk/appointments/{appointment.public_id}/", "Our mails do not arrive"),
            (f"/desk/mail/{sent.pk}/", "It came back: there is no such mailbox. (5.1.1)"),
        ):
            assert sentence in compact(desk.get(path).content.decode()), path


class TestTheMailbox:
    def test_reports_are_recorded_and_deleted_and_other_mails_are_kept(
        self, sent: Notification, box: FakeMailbox
    ) -> None:
        box.put(dsn(returned_to=return_path(sent)))
        answer = box.put(report(NOT_REPORTS["answer"], return_path(sent)))
        forged = box.put(dsn())

        assert read_bounces(clock.now()) == 1
        assert marked() == ["Ana Reader"]
        assert box.messages.keys() == {answer, forged}
        assert all(flags == {r"\Seen"} for flags in box.flags.values())
        assert read_bounces(clock.now()) == 0

    @pytest.mark.parametrize("shape", ["deep", "wide", "long", "broken"])
    @pytest.mark.parametrize("is_forged", [True, False])
    def test_a_message_of_any_shape_stops_nothing(
        self, sent: Notification, box: FakeMailbox, shape: str, is_forged: bool
    ) -> None:
        path = "bounces@clinic.example" if is_forged else return_path(sent)
        strange = box.put(strange_message(shape, path))
        box.put(dsn(returned_to=return_path(sent)))

        assert read_bounces(clock.now()) == 1
        assert box.flags == {strange: {r"\Seen"}}

    def test_a_message_is_read_again_if_the_database_was_away(
        self, sent: Notification, box: FakeMailbox, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        uid = box.put(dsn(returned_to=return_path(sent)))
        with monkeypatch.context() as patch:
            patch.setattr(bounce_actions, "find_returned", raise_operational_error)
            with pytest.raises(OperationalError):
                read_bounces(clock.now())
        assert box.flags == {uid: set()}
        assert read_bounces(clock.now()) == 1

    def test_a_mailbox_that_cannot_be_read_is_shown_to_the_owner(
        self, sent: Notification, box: FakeMailbox
    ) -> None:
        box.put(dsn(returned_to=return_path(sent)))
        box.fails = "LOGIN"

        with pytest.raises(JobFailed) as failure:
            read_bounces(clock.now())
        assert describe_error(failure.value) == (
            "The mailbox for mails that come back could not be read "
            "(user name or password is refused)."
        )
        assert list(check_bounces()) == [
            (
                False,
                "The mailbox for mails that come back does not open "
                "(user name or password is refused).",
            )
        ]

    def test_the_mailbox_is_read_only_if_configured(
        self, settings: Settings, box: FakeMailbox
    ) -> None:
        settings.BOUNCE_ADDRESS = ""

        assert read_bounces(clock.now()) == 0
        assert box.commands == []


def raise_operational_error(_addresses: object) -> None:
    raise OperationalError("away")


def strange_message(shape: str, to: str) -> bytes:
    """Return a message that somebody has written to break its readers."""
    head = f"Delivered-To: {to}\nTo: {to}\nMIME-Version: 1.0\n"
    mixed = 'Content-Type: multipart/report; boundary="b{}"\n\n--b{}\n'
    status = "Content-Type: message/delivery-status\n\nAction: x\n\n--b0\n"
    body = {
        "deep": "".join(mixed.format(number, number) for number in range(4000)),
        "wide": mixed.format(0, 0) + status * 4000,
        "long": "\n" + "x" * 300_000,
        "broken": 'Content-Type: multipart/report; boundary=""; report-type="\n\n--\n\x00\udcff\n',
    }[shape]
    return (head + body).encode("utf-8", "surrogateescape")


class TestDoctor:
    @pytest.mark.parametrize(
        ("address", "with_mailbox", "provider", "is_ok", "words"),
        [
            ("", False, "", True, "are not noticed"),
            ("b@x.example", False, "", False, "set BOUNCE_MAILBOX_URL too"),
            ("", True, "", False, "set BOUNCE_ADDRESS too"),
            ("b@x.example", True, "", True, "are read from the mailbox of bounces on 127.0.0.1"),
            ("", False, "mailgun", True, "are reported by mailgun"),
        ],
    )
    def test_doctor_says_whether_bounces_are_processed(
        self,
        settings: Settings,
        box: FakeMailbox,
        address: str,
        with_mailbox: bool,
        provider: str,
        is_ok: bool,
        words: str,
    ) -> None:
        settings.BOUNCE_ADDRESS, settings.MAIL_WEBHOOK = address, provider
        settings.BOUNCE_MAILBOX_URL = box.url if with_mailbox else ""
        ((found, sentence),) = check_bounces()

        assert found is is_ok
        assert words in sentence
