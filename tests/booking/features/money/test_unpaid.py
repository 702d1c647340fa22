"""The list of visits that are not paid, and the kind reminder."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from booking.actions.appointments.mark_status import mark_arrived
from booking.errors import NoEmailAddress
from booking.features.money.actions.extras import write_off
from booking.features.money.actions.remind import remind_of_payment
from booking.features.money.errors import NothingOwed, RemindedRecently
from booking.features.money.notifications import is_wanted
from booking.models import Appointment, AuditEntry, Notification, Patient
from booking.notifications.rendering import render
from clinic.lib.dates import clock
from tests.booking.desk.staffed_desk import Desk, by, patient_of, signed_in
from tests.booking.features.money.books import pay
from tests.html import assert_valid, text_of
from tests.scene import at, fresh

pytestmark = [
    pytest.mark.django_db, pytest.mark.postgresql, pytest.mark.usefixtures("frozen_clock"),
]  # fmt: skip
UNPAID = "/desk/money/"


@pytest.fixture
def visit(desk: Desk, appointment: Appointment) -> Appointment:
    """A visit whose patient is here, with 35 dollars to pay."""
    mark_arrived(appointment, by=by(desk.front))
    pay(desk, fresh(appointment), "50.00")
    return fresh(appointment)


def listed(client: Client) -> list[tuple[Appointment, Decimal, bool]]:
    page = client.get(UNPAID)
    assert_valid(page.content.decode())
    return [
        (visit["appointment"], visit["amount"], visit["may_remind"])
        for visit in page.context["visits"]
    ]


def test_visits_that_are_not_fully_paid_are_listed(
    desk: Desk, visit: Appointment, front: Client
) -> None:
    assert listed(front) == [(visit, Decimal("35.00"), True)]
    write_off(visit, amount=Decimal(35), reason="Moved away", token="t", by=by(desk.front))

    assert listed(front) == []


def test_a_therapist_sees_own_visits_only(desk: Desk, visit: Appointment) -> None:
    assert len(listed(signed_in(desk.maya))) == 1
    assert listed(signed_in(desk.daniel)) == []


def test_the_list_needs_as_many_queries_for_one_visit_as_for_many(
    desk: Desk, visit: Appointment, front: Client, django_assert_max_num_queries: Any
) -> None:
    front.get(UNPAID)
    with django_assert_max_num_queries(FOR_THE_LIST):
        front.get(UNPAID)
    for hour in (8, 10, 15):
        mark_arrived(desk.booked(at(hour).replace(day=23)), by=by(desk.front))
    with django_assert_max_num_queries(FOR_THE_LIST):
        assert len(listed(front)) == 4


FOR_THE_LIST = 8


def test_a_reminder_names_the_amount_and_not_the_treatment(
    visit: Appointment, front: Client
) -> None:
    address = reverse("desk-remind", args=[visit.public_id])
    for _press in range(2):
        assert front.post(address).status_code == 303
    mail = Notification.objects.get(kind="payment_reminder")

    assert AuditEntry.objects.filter(details__kind="payment_reminder").count() == 1
    text = render(mail).text
    assert "$35.00" in text
    assert visit.option.treatment.name not in text
    assert listed(front) == [(visit, Decimal("35.00"), False)]


def test_a_reminder_is_not_sent_for_what_is_paid_meanwhile(desk: Desk, visit: Appointment) -> None:
    mail = remind_of_payment(visit, by=by(desk.front))
    assert is_wanted(mail, clock.now())
    pay(desk, visit, "35.00")

    assert not is_wanted(mail, clock.now())
    with pytest.raises(NothingOwed):
        remind_of_payment(visit, by=by(desk.front))


def test_nobody_is_reminded_twice_in_a_week(
    desk: Desk, visit: Appointment, settings: Settings
) -> None:
    remind_of_payment(visit, by=by(desk.front))
    with pytest.raises(RemindedRecently):
        remind_of_payment(visit, by=by(desk.front))

    settings.CLINIC_CLOCK = clock.now() + timedelta(days=8)
    remind_of_payment(visit, by=by(desk.front))
    assert Notification.objects.filter(kind="payment_reminder").count() == 2


def test_who_has_no_address_is_called(desk: Desk, visit: Appointment, front: Client) -> None:
    Patient.objects.filter(pk=patient_of(visit).pk).update(email="")
    with pytest.raises(NoEmailAddress):
        remind_of_payment(fresh(visit), by=by(desk.front))

    shown = assert_valid(front.get(UNPAID).content.decode())
    assert "Send a reminder" not in text_of(shown)
    assert "Call" in text_of(shown)
