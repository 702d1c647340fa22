"""The contact form and lost links: limits, and no hint of which addresses are known."""

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from booking.lifecycle import Status
from booking.models import Notification
from booking.notifications.delivery import deliver_due
from booking.notifications.rendering import render
from tests.factories import AppointmentFactory, ClinicProfileFactory
from tests.html import assert_valid

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]

CONTACT, LOST = "/contact/message/", "/appointments/lost-link/"
QUESTION = {"name": "Ana Reader", "email": "ana@reader.example", "message": "May I bring music?"}
ANA = {"email": "ana@reader.example"}


@pytest.fixture(autouse=True)
def clinic() -> None:
    ClinicProfileFactory()


class TestContact:
    def test_a_question_is_mailed_to_the_clinic_with_the_sender_in_reply_to(
        self, client: Client
    ) -> None:
        assert_valid(client.get(CONTACT).content.decode())
        answer = client.post(CONTACT, QUESTION)
        assert (answer.status_code, answer["Location"]) == (303, f"{CONTACT}sent/")
        assert_valid(client.get(answer["Location"]).content.decode())

        (row,) = Notification.objects.all()
        mail = render(row)
        assert row.to_email == "hello@clinic.example"
        assert mail.headers["Reply-To"] == "ana@reader.example"
        assert mail.subject == "A question from Ana Reader"
        assert "May I bring music?" in mail.text

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("name", ""),
            ("name", "Ana\r\nBcc: x@y.example"),
            ("name", "a\x00b"),
            ("name", "x" * 100_000),
            ("email", "not an address"),
            ("email", '"a,b"@c.example'),
            ("email", '"\x01"@c.example'),
            ("email", "a@b.example, c@d.example"),
            ("message", ""),
            ("message", "a\x00b"),
            ("message", "x" * 2001),
        ],
    )
    def test_errors_are_shown_beside_the_field_and_the_input_is_kept(
        self, client: Client, field: str, value: str
    ) -> None:
        answer = client.post(CONTACT, {**QUESTION, field: value})
        page = answer.content.decode()

        assert answer.status_code == 422
        assert f'href="#id_{field}"' in page
        assert Notification.objects.count() == 0
        kept = "message" if field == "name" else "name"
        assert QUESTION[kept] in page

    def test_a_message_of_despair_is_answered_with_whom_to_call_and_read_first(
        self, client: Client
    ) -> None:
        answer = client.post(CONTACT, {**QUESTION, "message": "I feel I cannot go on any more."})
        page = client.get(answer["Location"]).content.decode()
        mails = {row.kind: render(row) for row in Notification.objects.all()}

        assert answer["Location"].endswith("/sent/")
        assert 'href="tel:988"' in page
        assert 'href="tel:911"' in page
        assert set(mails) == {"contact", "read_first"}
        assert mails["read_first"].subject == "Please read this first"
        assert "go on" not in mails["read_first"].text
        assert 'href="tel:988"' not in client.get(CONTACT).content.decode()

    def test_a_request_that_is_too_large_is_413(self, client: Client) -> None:
        assert client.post(CONTACT, {**QUESTION, "message": "x" * 300_000}).status_code == 413

    def test_a_filled_honeypot_sends_nothing(self, client: Client, settings: Settings) -> None:
        settings.ABUSE_LIMITS = True

        assert client.post(CONTACT, {**QUESTION, "website": "https://x"}).status_code == 422
        assert Notification.objects.count() == 0

    def test_one_ip_address_can_send_five_messages_an_hour(
        self, client: Client, settings: Settings
    ) -> None:
        settings.ABUSE_LIMITS = True
        answers = [client.post(CONTACT, QUESTION) for _ in range(6)]

        assert [answer.status_code for answer in answers] == [303] * 5 + [429]
        assert 0 < int(answers[-1]["Retry-After"]) <= 3601
        assert Notification.objects.count() == 5
        settings.CLINIC_CLOCK += timedelta(hours=1)
        assert client.post(CONTACT, QUESTION).status_code == 303


class TestLostLink:
    def test_the_links_of_upcoming_appointments_are_mailed(self, client: Client) -> None:
        first = AppointmentFactory(patient__email="Ana@Reader.example")
        cancelled = AppointmentFactory(patient__email=ANA["email"], status=Status.CANCELLED)
        other = AppointmentFactory()
        assert_valid(client.get(LOST).content.decode())
        answer = client.post(LOST, ANA)
        assert (answer.status_code, answer["Location"]) == (303, f"{LOST}sent/")

        mail = render(Notification.objects.get())
        assert first.link_token in mail.text
        assert cancelled.link_token not in mail.text
        assert other.link_token not in mail.text

    def test_the_answer_is_the_same_for_an_unknown_address(self, client: Client) -> None:
        AppointmentFactory(patient__email="ana@reader.example")
        answers = [client.post(LOST, {"email": who}) for who in (ANA["email"], "no@body.example")]
        pages = [client.get(answer["Location"]).content for answer in answers]

        assert answers[0].status_code == answers[1].status_code == 303
        for answer in answers:
            del answer["Expires"]  # by the second
            del answer["X-Request-ID"]  # by chance
        assert answers[0].headers.items() == answers[1].headers.items()
        assert pages[0] == pages[1]
        assert Notification.objects.count() == 2
        assert deliver_due() == {"kept": 1, "dropped": 1}

    def test_known_and_unknown_addresses_take_the_same_work(
        self, client: Client, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        AppointmentFactory(patient__email="ana@reader.example")
        counts = []
        for who in (ANA["email"], "no@body.example"):
            with django_assert_num_queries(5) as queries:
                client.post(LOST, {"email": who})
            counts.append([query["sql"].split()[0] for query in queries])

        assert counts[0] == counts[1]

    def test_mails_to_one_address_are_limited_without_saying_so(
        self, client: Client, settings: Settings
    ) -> None:
        settings.ABUSE_LIMITS = True
        answers = [client.post(LOST, ANA).status_code for _ in range(5)]

        assert answers == [303] * 5
        assert Notification.objects.count() == 3

    def test_one_ip_address_can_ask_ten_times_an_hour(
        self, client: Client, settings: Settings
    ) -> None:
        settings.ABUSE_LIMITS = True
        answers = [client.post(LOST, {"email": f"a{n}@b.example"}).status_code for n in range(11)]

        assert answers == [303] * 10 + [429]

    @pytest.mark.parametrize("bad", ["", "x", "a\x00@b.example", "x" * 100_000, "a\r\n@b.example"])
    def test_errors_are_shown_beside_the_field(self, client: Client, bad: str) -> None:
        answer = client.post(LOST, {"email": bad})

        assert answer.status_code == 422
        assert 'href="#id_email"' in answer.content.decode()
