"""The alarm on pages of the desk while the mail server refuses mails."""

import re
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from booking.actions.jobs.builtin_jobs import delete_old_recipient_pauses, purge_stored_mail
from booking.models import MailServerState, Notification, RecipientPause, Role
from booking.notifications.mail_alarm import load_mail_alarm
from booking.notifications.redaction import redact_addresses
from tests.booking.notifications.test_mailbox import signed_in
from tests.factories import (
    ClinicProfileFactory,
    MailServerStateFactory,
    NotificationFactory,
    RecipientPauseFactory,
)
from tests.html import assert_valid, compact

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]
ALARM = re.compile(r'<section class="notice notice-stop mail-alarm".*?</section>', re.DOTALL)


@pytest.fixture(autouse=True)
def clinic(settings: Settings) -> None:
    settings.STAFF_SECOND_FACTOR, settings.EMAIL_URL = "optional", "smtp://mail.example"
    ClinicProfileFactory()


def alarm_on(client: Client, address: str = "/desk/") -> str:
    """The words of the alarm on a page, or nothing."""
    page = client.get(address).content.decode()
    assert_valid(page)
    found = ALARM.search(page)
    return compact(re.sub(r"<[^>]+>", " ", found[0])) if found else ""


@pytest.mark.parametrize("role", [Role.OWNER, Role.FRONTDESK])
def test_owner_and_front_desk_see_the_alarm_on_every_page(settings: Settings, role: str) -> None:
    MailServerStateFactory(since=settings.CLINIC_CLOCK - timedelta(hours=3))
    NotificationFactory.create_batch(2)
    client, _user = signed_in(role, settings)

    for address in ("/desk/", "/desk/mail/", "/desk/patients/"):
        words = alarm_on(client, address)
        assert "No mails are being sent" in words
        assert "The mail server does not accept our sender address." in words
        assert "Since Mon 23 Nov, 9:00" in words
        assert "2 mails wait; none is lost." in words
        assert "553 5.7.1 Sender address rejected: not owned" in words
        assert "DEFAULT_FROM_EMAIL" in words
        assert "It is tried again at" in words


def test_no_alarm_for_therapists_or_a_working_queue(settings: Settings) -> None:
    owner = signed_in(Role.OWNER, settings)[0]
    assert alarm_on(owner) == ""

    MailServerStateFactory()
    assert alarm_on(signed_in(Role.THERAPIST, settings)[0]) == ""
    settings.EMAIL_URL = ""
    assert alarm_on(owner) == ""


def test_the_alarm_takes_one_query_while_the_queue_works(
    django_assert_num_queries: DjangoAssertNumQueries, settings: Settings
) -> None:
    with django_assert_num_queries(1):
        assert load_mail_alarm(settings.CLINIC_CLOCK) is None


@pytest.mark.parametrize(
    ("stage", "code", "reply", "meaning"),
    [
        (1, 554, "5.7.1 Blocked", "does not talk to us"),
        (2, 535, "5.7.8 Wrong", "does not accept our sign-in"),
        (2, 502, "SMTP AUTH extension not supported", "does not offer the sign-in"),
        (3, 550, "no", "does not accept our sender address"),
        (4, 530, "5.7.0 Authentication required", "does not accept our sign-in"),
        (4, 554, "5.7.1 Relay access denied", "does not let us send"),
        (4, 550, "5.1.8 unknown domain", "does not accept our sender address"),
        (6, 554, "5.7.1 Spam", "does not accept the content"),
    ],
)
def test_the_message_of_the_alarm_depends_on_the_reply(
    settings: Settings, stage: int, code: int, reply: str, meaning: str
) -> None:
    MailServerStateFactory(stage=stage, code=code, reply=reply)
    alarm = load_mail_alarm(settings.CLINIC_CLOCK)

    assert alarm is not None
    assert meaning in str(alarm.meaning)


def test_try_again_makes_the_queue_due_and_returns_to_the_page(
    settings: Settings,
) -> None:
    MailServerStateFactory()
    failed = NotificationFactory(
        failure="sender_refused",
        failed_at=settings.CLINIC_CLOCK,
        next_try_at=settings.CLINIC_CLOCK + timedelta(minutes=9),
    )
    client, _user = signed_in(Role.FRONTDESK, settings)
    answer = client.post("/desk/mail/try-again/", {"next": "/desk/patients/"})

    assert (answer.status_code, answer["Location"]) == (303, "/desk/patients/")
    assert MailServerState.objects.get().next_probe_at == settings.CLINIC_CLOCK
    assert Notification.objects.get(pk=failed.pk).next_try_at == settings.CLINIC_CLOCK
    assert client.get("/desk/mail/try-again/").status_code == 405
    therapist, _user = signed_in(Role.THERAPIST, settings)
    assert therapist.post("/desk/mail/try-again/").status_code == 403


def test_refused_mails_have_their_own_folder(settings: Settings) -> None:
    NotificationFactory(
        to_name="Too Large",
        failure="message_refused",
        failed_at=settings.CLINIC_CLOCK,
        problem="The mail server refuses this mail (552 5.3.4).",
    )
    NotificationFactory(to_name="In Time")
    page = signed_in(Role.FRONTDESK, settings)[0].get("/desk/mail/?in=refused").content.decode()
    assert_valid(page)

    assert re.findall(r">(Too Large|In Time)<", compact(page)) == ["Too Large"]
    assert "refuses this mail (552 5.3.4)" in page


def test_doctor_reports_the_stopped_queue_with_the_remedy(
    capsys: pytest.CaptureFixture[str], settings: Settings
) -> None:
    MailServerStateFactory()
    NotificationFactory()
    with pytest.raises(SystemExit) as end:
        call_command("doctor")
    said = capsys.readouterr().out

    assert end.value.code == 1
    assert "PROBLEM No mails are sent since 2026-11-23 18:00 UTC: 1 wait, none is lost." in said
    assert "553 5.7.1 Sender address rejected: not owned" in said
    assert "Set DEFAULT_FROM_EMAIL to it" in said


def test_doctor_names_single_mails_that_are_refused(
    capsys: pytest.CaptureFixture[str], settings: Settings
) -> None:
    NotificationFactory(failure="message_refused", failed_at=settings.CLINIC_CLOCK)
    with pytest.raises(SystemExit):
        call_command("doctor")

    assert "PROBLEM 1 messages are refused by the mail server" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<ana@mail.example>: unknown\r\nfor us@oak.example", "<…>: unknown for us@oak.example"),
        ("From:<Ana@mail.example>, see https://x.example/?p=ana@mail.example", None),
        ("nothing here", "nothing here"),
    ],
)
def test_addresses_of_others_are_not_shown(text: str, shown: str | None) -> None:
    line = redact_addresses(text, keep="Oak <us@oak.example>")

    assert "mail.example" not in line
    if shown is not None:
        assert line == shown


def test_texts_of_failed_mails_and_old_pauses_are_deleted_in_time(settings: Settings) -> None:
    old, new = settings.CLINIC_CLOCK - timedelta(days=31), settings.CLINIC_CLOCK
    values = {"status": "failed", "failure": "too_late", "data": "{}", "rendered": "text"}
    NotificationFactory(to_name="Old", failed_at=old, **values)
    NotificationFactory(to_name="New", failed_at=new, **values)
    RecipientPauseFactory(until=old)
    kept = RecipientPauseFactory()

    assert purge_stored_mail(new) == 1
    texts = Notification.objects.order_by("to_name").values_list("to_name", "data")
    assert [(name, bool(data)) for name, data in texts] == [("New", True), ("Old", False)]
    assert delete_old_recipient_pauses(new) == 1
    assert list(RecipientPause.objects.all()) == [kept]
