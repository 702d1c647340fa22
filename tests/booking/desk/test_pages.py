"""The pages of the desk, as a browser without a script uses them."""

from datetime import date, timedelta
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from booking.lifecycle import Status
from booking.models import Appointment, Notification, Payment, Role
from tests.booking.desk.staffed_desk import Desk, page, patient_of
from tests.factories import NotificationFactory
from tests.html import assert_valid, attribute, text_of
from tests.people import browser_of, member
from tests.scene import at

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 11, 23)
ADDRESSES = {
    "today": "/desk/",
    "one day": "/desk/calendar/",
    "rooms": "/desk/calendar/?by=rooms",
    "one week": "/desk/calendar/?view=week&therapist=therapist",
    "everybody's week": "/desk/calendar/?view=week",
    "book": "/desk/book/",
}
MAX_BYTES = 60_000
MAX_QUERIES = 15


def tap(client: Client, row: Appointment, to: str, **more: str) -> str:
    """Press a status button; returns the status then."""
    answer = client.post(page("desk-status", row), {"to": to} | more)
    assert answer.status_code == 303
    return Appointment.objects.get(pk=row.pk).status


def test_a_visit_takes_four_clicks_at_the_desk(desk: Desk, front: Client) -> None:
    row = desk.booked(at(11, 50, day=MONDAY), patient__name="Ada Example")
    today = text_of(assert_valid(front.get("/desk/").content.decode()))
    assert "Ada Example" in today
    assert "10 minutes late" in today

    assert tap(front, row, "arrived") == Status.ARRIVED
    assert tap(front, row, "back-from-arrived") == Status.BOOKED
    assert tap(front, row, "arrived") == Status.ARRIVED
    assert tap(front, row, "completed") == Status.COMPLETED
    assert "Over (1)" in text_of(assert_valid(front.get("/desk/").content.decode()))


def test_a_status_button_leads_back_only_to_pages_of_the_desk(desk: Desk, front: Client) -> None:
    row = desk.booked(at(11, 50, day=MONDAY))
    address = page("desk-status", row)
    there = front.post(address, {"to": "arrived", "next": "/desk/?therapist=x"})
    elsewhere = front.post(address, {"to": "arrived", "next": "//evil.example/desk/"})

    assert there["Location"] == "/desk/?therapist=x"
    assert elsewhere["Location"] == page("desk-appointment", row)


def test_an_impossible_status_change_is_explained(
    desk: Desk, front: Client, tomorrow: Appointment
) -> None:
    assert tap(front, tomorrow, "arrived") == Status.BOOKED

    assert "not today" in text_of(assert_valid(front.get("/desk/").content.decode()))


def test_phone_numbers_are_links(desk: Desk, front: Client) -> None:
    desk.booked(at(15, day=MONDAY), patient__phone="+1 (312) 555-0142")
    document = assert_valid(front.get("/desk/").content.decode())

    assert "tel:+13125550142" in attribute(document, "a", "href")


def test_an_undelivered_mail_is_shown_on_today(
    desk: Desk, front: Client, tomorrow: Appointment
) -> None:
    NotificationFactory(appointment=tomorrow, status="failed", to_email=patient_of(tomorrow).email)

    assert "did not arrive" in text_of(assert_valid(front.get("/desk/").content.decode()))


def test_the_page_of_an_appointment_shows_all_details(
    desk: Desk, front: Client, tomorrow: Appointment
) -> None:
    NotificationFactory(
        appointment=tomorrow, kind="booked", status="sent", sent_at=at(9, day=MONDAY)
    )
    desk.booked(at(14, day=date(2026, 11, 3)), patient=tomorrow.patient, status=Status.COMPLETED)
    text = text_of(assert_valid(front.get(page("desk-appointment", tomorrow)).content.decode()))

    for said in (
        "Ada Example", "10:00 am to 11:00 am", "312-555-0101", tomorrow.room.name, "Price $85.00",
        "Booked", "sent", "online, as a guest", "Tue 3 Nov",
    ):  # fmt: skip
        assert said in text


def test_cancelling_asks_for_the_reason_and_about_the_mail(
    desk: Desk, front: Client, tomorrow: Appointment
) -> None:
    assert_valid(front.get(page("desk-cancel", tomorrow)).content.decode())
    sent = {"reason": "she called", "message": "silent", "words": ""}
    front.post(page("desk-cancel", tomorrow), sent)

    assert Appointment.objects.get(pk=tomorrow.pk).status == Status.CANCELLED
    assert Notification.objects.filter(kind="cancelled").count() == 0
    text = text_of(assert_valid(front.get(page("desk-appointment", tomorrow)).content.decode()))
    assert "she called" in text
    front.post(page("desk-restore", tomorrow))
    assert Appointment.objects.get(pk=tomorrow.pk).status == Status.BOOKED


def test_a_conflicting_note_is_shown_beside_the_new_one(
    desk: Desk, front: Client, tomorrow: Appointment
) -> None:
    address, seen = page("desk-note", tomorrow), tomorrow.events.get().pk
    front.post(address, {"team_note": "brings her dog", "seen": seen})
    answer = front.post(address, {"team_note": "comes by train", "seen": seen})

    assert answer.status_code == 409
    text = text_of(assert_valid(answer.content.decode()))
    assert "brings her dog" in text
    assert "comes by train" in text


def test_a_payment_leads_to_its_receipt(desk: Desk, front: Client, tomorrow: Appointment) -> None:
    sent = {"amount": "85.00", "method": "card", "seen": "0"}
    answer = front.post(page("desk-pay", tomorrow), sent)
    receipt = front.get(answer["Location"])
    text = text_of(assert_valid(receipt.content.decode()))
    assert "Receipt 1" in text
    assert "$85.00" in text
    again = front.post(page("desk-pay", tomorrow), sent)
    assert again.status_code == 409
    front.post(reverse("desk-payment-reverse", args=[1]))

    assert [row.amount for row in Payment.objects.all()] == [Decimal("85.00"), Decimal("-85.00")]
    assert "Price $85.00, paid $0.00" in text_of(
        assert_valid(front.get(page("desk-appointment", tomorrow)).content.decode())
    )


def test_the_calendar_has_links_to_the_next_day_and_week(desk: Desk, front: Client) -> None:
    document = assert_valid(front.get("/desk/calendar/?day=2026-11-24").content.decode())
    links = [
        parse_qs(urlsplit(href).query).get("day", []) for href in attribute(document, "a", "href")
    ]

    assert ["2026-11-23"] in links
    assert ["2026-11-25"] in links


def fill(desk: Desk, rows: int) -> None:
    """Spread over the week, six a day and therapist at most."""
    for number in range(rows):
        day, place = divmod(number, 12)
        start = at(9, day=MONDAY + timedelta(days=day)) + timedelta(minutes=75 * (place // 2))
        desk.booked(start, desk.scene.therapists[place % 2], event=None)


@pytest.mark.parametrize("look", ADDRESSES)
def test_the_query_count_of_each_page_is_fixed(desk: Desk, front: Client, look: str) -> None:
    address = ADDRESSES[look].replace("=therapist", f"={desk.therapist.slug}")
    counts = []
    for rows in (1, 40):
        Appointment.objects.all().delete()
        fill(desk, rows)
        front.get(address)
        with CaptureQueriesContext(connection) as queries:
            answer = front.get(address)
        assert_valid(answer.content.decode())
        assert len(answer.content) < MAX_BYTES
        counts.append(len(queries))

    assert counts[0] == counts[1]
    assert counts[0] <= MAX_QUERIES


def test_the_owner_reads_what_is_wrong_today_in_few_queries_and_the_jobs_once(desk: Desk) -> None:
    fill(desk, 6)
    owner = browser_of(member(Role.OWNER))
    owner.get("/desk/")
    with CaptureQueriesContext(connection) as queries:
        answer = owner.get("/desk/")
    read = [query["sql"] for query in queries if query["sql"].startswith("SELECT")]

    assert answer.status_code == 200
    assert len([sql for sql in read if 'FROM "booking_scheduledjob"' in sql]) == 1
    assert len(read) <= 21
