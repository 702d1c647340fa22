"""Tips, products, discounts, write-offs and refunds at the desk."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from booking.actions.appointments.mark_status import mark_arrived
from booking.actions.payments import record_payment_reversal
from booking.errors import InvalidState
from booking.features.money.actions.extras import charge_tip, give_discount, take_back
from booking.features.money.actions.refund import refund_payment
from booking.features.money.errors import MoreThanDue, MoreThanReceived
from booking.features.money.models import LedgerEntry, LedgerReason
from booking.features.money.queries.balances import balances_of
from booking.models import Appointment, AuditEntry, Payment
from tests.booking.desk.staffed_desk import Desk, by, page, patient_of, signed_in
from tests.booking.features.money.books import due, entries, faults, pay
from tests.html import assert_valid, text_of
from tests.scene import at, events, fresh

pytestmark = [
    pytest.mark.django_db, pytest.mark.postgresql, pytest.mark.usefixtures("frozen_clock"),
]  # fmt: skip
NOTHING = Decimal(0)


@pytest.fixture
def visit(desk: Desk, appointment: Appointment) -> Appointment:
    """A visit whose patient is here."""
    mark_arrived(appointment, by=by(desk.front))
    return fresh(appointment)


def extra(row: Appointment, slug: str) -> str:
    return reverse("desk-extra", args=[row.public_id, slug])


def send(client: Client, row: Appointment, slug: str, **data: str) -> Any:
    return client.post(extra(row, slug), {"token": str(uuid4())} | data)


@pytest.mark.parametrize(
    ("slug", "data", "lines", "left"),
    [
        ("tip", {"amount": "10"}, [("patient", 1000), ("tips", -1000)], "95.00"),
        (
            "product", {"amount": "12.50", "description": "Arnica oil"},
            [("patient", 1250), ("products", -1250)], "97.50",
        ),
        (
            "discount", {"amount": "15", "reason": "Began late"},
            [("patient", -1500), ("discounts", 1500)], "70.00",
        ),
        (
            "write-off", {"amount": "85", "reason": "Moved away"},
            [("patient", -8500), ("write_offs", 8500)], "0.00",
        ),
    ],
)  # fmt: skip
def test_each_story_is_one_entry_and_changes_what_is_due(
    visit: Appointment, front: Client, slug: str, data: dict[str, str], lines: object, left: str
) -> None:
    assert_valid(front.get(extra(visit, slug)).content.decode())
    answer = send(front, visit, slug, **data)

    assert answer.headers["Location"] == page("desk-appointment", visit)
    assert entries(visit)[1:] == [(slug.replace("-", "_"), lines)]
    assert due(visit)[0] == Decimal(left)
    assert events(visit)[-1] == "charged"
    assert AuditEntry.objects.filter(details__event="charged").count() == 1
    assert_valid(front.get(page("desk-appointment", visit)).content.decode())
    assert faults() == []


def test_the_same_form_sent_twice_counts_once(visit: Appointment, front: Client) -> None:
    token = str(uuid4())
    for _press in range(2):
        send(front, visit, "tip", amount="10", token=token)

    assert len(entries(visit)) == 2


@pytest.mark.parametrize("slug", ["discount", "write-off"])
def test_a_reason_is_asked_for(visit: Appointment, front: Client, slug: str) -> None:
    answer = send(front, visit, slug, amount="10")

    assert answer.status_code == 422
    assert "Please say why." in text_of(assert_valid(answer.content.decode()))
    assert len(entries(visit)) == 1


def test_a_reason_is_stored_encrypted_and_shown(visit: Appointment, front: Client) -> None:
    send(front, visit, "discount", amount="15", reason="Began late")
    reason = LedgerReason.objects.get()

    assert reason.text == "Began late"
    stored = LedgerReason.objects.extra(select={"raw": "text"}).values_list("raw", flat=True)
    assert "late" not in str(stored[0])
    statement = front.get(reverse("desk-statement", args=[patient_of(visit).public_id]))
    assert "Began late" in text_of(assert_valid(statement.content.decode()))


@pytest.mark.parametrize("slug", ["discount", "write-off"])
def test_no_more_is_given_up_than_is_due(visit: Appointment, front: Client, slug: str) -> None:
    answer = send(front, visit, slug, amount="85.01", reason="Began late")

    assert answer.status_code == 422
    assert str(MoreThanDue.message) in text_of(assert_valid(answer.content.decode()))


def test_a_visit_that_is_not_charged_is_not_written_off(
    appointment: Appointment, front: Client
) -> None:
    answer = send(front, appointment, "write-off", amount="10", reason="Moved away")

    assert answer.status_code == 422
    assert "not charged yet" in text_of(assert_valid(answer.content.decode()))


def test_what_was_paid_too_much_can_be_a_tip(desk: Desk, visit: Appointment, front: Client) -> None:
    pay(desk, visit, "97.00")
    form = front.get(extra(visit, "tip"))

    assert 'value="12.00"' in form.content.decode()
    send(front, visit, "tip", amount="12.00")
    assert due(visit) == (NOTHING, NOTHING)


def test_a_mistake_is_taken_back_once_with_a_reason(
    desk: Desk, visit: Appointment, front: Client
) -> None:
    tip = charge_tip(visit, amount=Decimal(10), token="t", by=by(desk.front))
    address = reverse("desk-extra-take-back", args=[visit.public_id, tip.pk])
    assert_valid(front.get(address).content.decode())
    assert front.post(address, {}).status_code == 422
    assert front.post(address, {"reason": "Wrong visit"}).status_code == 303
    assert front.post(address, {"reason": "Wrong visit"}).status_code == 404

    take_back(tip, visit, reason="Again", by=by(desk.front))
    assert entries(visit)[2:] == [("taken_back", [("patient", -1000), ("tips", 1000)])]


@pytest.mark.parametrize("slug", ["discount", "write-off"])
def test_a_therapist_charges_tips_and_products_but_gives_no_discount(
    desk: Desk, visit: Appointment, slug: str
) -> None:
    maya = signed_in(desk.maya)
    assert maya.get(extra(visit, slug)).status_code == 403
    assert send(maya, visit, slug, amount="10", reason="Began late").status_code == 403

    assert send(maya, visit, "tip", amount="10").status_code == 303
    assert "Discount" not in maya.get(page("desk-appointment", visit)).content.decode()


def test_a_therapist_cannot_open_the_money_of_a_colleague(desk: Desk, visit: Appointment) -> None:
    daniel = signed_in(desk.daniel)

    assert daniel.get(extra(visit, "tip")).status_code == 404
    assert send(daniel, visit, "tip", amount="10").status_code == 404


def test_an_unknown_story_is_not_found(visit: Appointment, front: Client) -> None:
    assert front.get(extra(visit, "present")).status_code == 404


def refund_page(payment: Payment) -> str:
    return reverse("desk-refund", args=[payment.number])


def test_a_part_is_given_back_after_a_second_look(
    desk: Desk, visit: Appointment, front: Client
) -> None:
    payment = pay(desk, visit, "85.00", "card")
    token = str(uuid4())
    sent = {"amount": "20", "reason": "Began late", "token": token}
    assert_valid(front.get(refund_page(payment)).content.decode())
    look = front.post(refund_page(payment), sent)

    assert "$20.00" in text_of(assert_valid(look.content.decode()))
    assert Payment.objects.filter(refunds=payment).count() == 0
    for _press in range(2):
        answer = front.post(refund_page(payment), sent | {"confirmed": "1"})
    receipt = Payment.objects.get(refunds=payment)
    assert answer.headers["Location"] == reverse("desk-receipt", args=[receipt.number])
    assert (receipt.amount, receipt.method) == (Decimal("-20.00"), "card")
    assert receipt.number == payment.number + 1
    assert entries(visit)[2:] == [
        ("refund", [("card", -2000), ("patient", 2000)]),
        ("discount", [("patient", -2000), ("discounts", 2000)]),
    ]
    assert due(visit) == (NOTHING, NOTHING)
    assert faults() == []
    shown = text_of(assert_valid(front.get(answer.headers["Location"]).content.decode()))
    assert f"gives back a part of receipt {payment.number}" in shown


def test_what_was_paid_too_much_is_given_back_without_a_discount(
    desk: Desk, visit: Appointment
) -> None:
    payment = pay(desk, visit, "97.00")
    refund_payment(payment, amount=Decimal(12), reason="Too much", token="t", by=by(desk.front))

    assert entries(visit)[2:] == [("refund", [("cash", -1200), ("patient", 1200)])]
    assert balances_of(patient_of(visit)) == {}


def test_no_more_is_given_back_than_was_paid(desk: Desk, visit: Appointment) -> None:
    payment = pay(desk, visit, "85.00")
    refund_payment(payment, amount=Decimal(80), reason="Ill", token="a", by=by(desk.front))
    with pytest.raises(MoreThanReceived):
        refund_payment(payment, amount=Decimal(6), reason="Ill", token="b", by=by(desk.front))

    refund_payment(payment, amount=Decimal(5), reason="Ill", token="c", by=by(desk.front))
    with pytest.raises(InvalidState):
        record_payment_reversal(payment, by=by(desk.front))


def test_a_receipt_that_was_taken_back_is_not_given_back_too(
    desk: Desk, visit: Appointment
) -> None:
    payment = pay(desk, visit, "85.00")
    record_payment_reversal(payment, by=by(desk.front))
    with pytest.raises(MoreThanReceived):
        refund_payment(payment, amount=Decimal(1), reason="Ill", token="a", by=by(desk.front))


def test_a_therapist_gives_nothing_back(desk: Desk, visit: Appointment) -> None:
    payment = pay(desk, visit, "85.00")

    assert signed_in(desk.maya).get(refund_page(payment)).status_code == 403


def test_the_statement_adds_up(desk: Desk, visit: Appointment, front: Client) -> None:
    pay(desk, visit, "50.00")
    give_discount(visit, amount=Decimal(5), reason="Began late", token="t", by=by(desk.owner))
    shown = front.get(reverse("desk-statement", args=[patient_of(visit).public_id]))
    (statement,) = shown.context["statements"]

    assert [(row.amount, row.balance) for row in statement.rows] == [
        (Decimal("85.00"), Decimal("85.00")),
        (Decimal("-50.00"), Decimal("35.00")),
        (Decimal("-5.00"), Decimal("30.00")),
    ]
    assert (statement.balance, statement.brought_forward) == (Decimal("30.00"), NOTHING)
    assert_valid(shown.content.decode())


def test_a_therapist_sees_the_lines_of_own_appointments_only(
    desk: Desk, visit: Appointment
) -> None:
    other = desk.booked(at(15).replace(day=23), desk.other, patient=visit.patient)
    mark_arrived(other, by=by(desk.front))
    address = reverse("desk-statement", args=[patient_of(visit).public_id])
    (seen,) = signed_in(desk.maya).get(address).context["statements"]
    (all_of_it,) = signed_in(desk.front).get(address).context["statements"]

    assert (len(seen.rows), len(all_of_it.rows)) == (1, 2)


def test_the_statement_needs_as_many_queries_for_one_line_as_for_many(
    desk: Desk, visit: Appointment, front: Client, django_assert_num_queries: Any
) -> None:
    address = reverse("desk-statement", args=[patient_of(visit).public_id])
    front.get(address)
    with django_assert_num_queries(FOR_STATEMENT):
        front.get(address)
    for number in range(5):
        charge_tip(visit, amount=Decimal(1), token=str(number), by=by(desk.front))
    with django_assert_num_queries(FOR_STATEMENT):
        front.get(address)
    assert LedgerEntry.objects.count() == 7


FOR_STATEMENT = 9
