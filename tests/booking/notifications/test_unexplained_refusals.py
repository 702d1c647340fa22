"""Recipients that the mail server refuses without a reason: a missing mailbox, or its policy."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from booking.models import Notification, Patient
from booking.notifications.delivery import deliver_due
from booking.notifications.unexplained_refusals import MANY_RECIPIENTS, RefusalCause, evaluate
from tests.booking.notifications.bad_server import deliver_for, server, state, to_patients
from tests.booking.notifications.test_delivery import fresh, message
from tests.servers.smtp import OK, Postbox

__all__ = ["server"]
with_database = pytest.mark.django_db
pytestmark = [pytest.mark.usefixtures("frozen_clock"), pytest.mark.postgresql]
Failure = Notification.Failure
NO, NO_USER = "550 Requested action not taken: mailbox unavailable", "550 no such user"


def marked() -> set[str]:
    rows = Patient.objects.filter(undeliverable_since__isnull=False)
    return set(rows.values_list("email", flat=True))


@with_database
@pytest.mark.parametrize("reply", ["550 no", "551 not local", NO])
def test_a_server_that_refuses_everybody_without_a_reason_stops_the_queue_and_marks_nobody(
    server: Postbox, settings: Settings, reply: str
) -> None:
    rows = to_patients(6)
    server.rcpt = reply
    outcomes = deliver_due() + deliver_for(settings, 60)

    assert outcomes["failed"] == outcomes["sent"] == 0
    assert (state().status, state().code) == ("stopped", int(reply[:3]))
    assert len(server.begun) <= 15
    assert marked() == set()
    assert Notification.objects.waiting().exclude(data="").count() == 6

    server.rcpt = OK
    deliver_for(settings, 16)
    assert state().status == "ok"
    assert sorted(server.ids()) == sorted(row.message_id for row in rows)


@with_database
def test_a_refusal_without_a_reason_counts_only_after_another_mail_was_accepted(
    server: Postbox, settings: Settings
) -> None:
    server.rcpt = lambda address: NO if address == "p0@mail.example" else OK
    (row,) = to_patients(1)
    assert deliver_due() == {"retry": 1}
    deliver_for(settings, 30)
    assert (fresh(row).status, fresh(row).failure) == ("waiting", Failure.UNEXPLAINED)
    assert list(Notification.objects.refused()) == [fresh(row)]
    assert (marked(), state().status) == (set(), "ok")

    message()
    deliver_for(settings, 90)
    given_up = fresh(row)
    assert (given_up.status, given_up.failure) == ("failed", Failure.UNEXPLAINED)
    assert given_up.problem == "The mail server refuses the address and does not say why (550)."
    assert (marked(), state().status) == ({"p0@mail.example"}, "ok")
    assert "Oak" in given_up.rendered


@with_database
def test_several_mails_to_one_mailbox_do_not_stop_the_others(server: Postbox) -> None:
    server.rcpt = lambda address: NO if address == "p0@mail.example" else OK
    (row,) = to_patients(1)
    for _ in range(4):
        message(to_email=row.to_email, appointment=row.appointment)
    assert deliver_due() == {"retry": 5}
    assert state().status == "ok"


@with_database
def test_a_server_that_takes_only_mails_to_staff_stops_the_queue_and_takes_the_marks_back(
    server: Postbox, settings: Settings
) -> None:
    server.rcpt = lambda address: OK if address.endswith("@oak.example") else NO
    patients = to_patients(3)
    for row in patients:
        row.next_try_at += timedelta(days=1)
        row.save(update_fields=["next_try_at"])
    for number, row in enumerate(patients):
        row.next_try_at = settings.CLINIC_CLOCK
        row.save(update_fields=["next_try_at"])
        deliver_due()
        message(to_email="staff@oak.example")
        assert deliver_due()["sent"] == (0 if number == 2 else 1)
        if number < 2:
            deliver_for(settings, 2)
            assert len(marked()) == number + 1

    assert state().status == "stopped"
    assert marked() == set()
    assert {fresh(row).status for row in patients} == {"waiting"}
    assert {fresh(row).problem for row in patients} != {""}


@with_database
def test_a_mark_for_another_reason_is_not_taken_back(server: Postbox, settings: Settings) -> None:
    server.rcpt = lambda address: NO_USER if address == "p0@mail.example" else NO
    to_patients(5)
    deliver_due()
    deliver_for(settings, 10)

    assert state().status == "stopped"
    assert marked() == {"p0@mail.example"}


@with_database
def test_a_server_that_was_away_in_between_has_accepted_nothing(
    server: Postbox, settings: Settings
) -> None:
    to_patients(2)
    server.rcpt = NO
    deliver_due()
    server.greeting = "421 4.3.2 Restarting"
    deliver_for(settings, 5)
    assert state().status == "unavailable"
    server.greeting = OK
    deliver_for(settings, 120)

    assert (marked(), state().status) == (set(), "ok")
    assert Notification.objects.waiting().count() == 2


numbers = st.integers(0, 30)


@given(numbers, numbers, numbers, st.booleans())
def test_the_verdict_follows_the_table(
    in_a_row: int, refused: int, accepted: int, accepted_since: bool
) -> None:
    cause = evaluate(
        in_a_row=in_a_row, refused=refused, accepted=accepted, accepted_since=accepted_since
    )
    many = in_a_row >= MANY_RECIPIENTS
    most = refused >= MANY_RECIPIENTS and refused > accepted

    assert (cause == RefusalCause.REFUSES_US) == (many or most)
    if cause == RefusalCause.NO_SUCH_MAILBOX:
        assert accepted_since
        assert refused < MANY_RECIPIENTS or refused <= accepted


@given(numbers, numbers, st.booleans())
def test_a_mail_more_that_is_accepted_never_turns_a_mailbox_into_a_refusal_of_us(
    refused: int, accepted: int, accepted_since: bool
) -> None:
    before, after = (
        evaluate(in_a_row=1, refused=refused, accepted=number, accepted_since=accepted_since)
        for number in (accepted, accepted + 1)
    )
    if before != RefusalCause.REFUSES_US:
        assert after == before
