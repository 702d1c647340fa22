"""A server that says of everybody that there is no such mailbox refuses us, and marks nobody."""

import pytest
from pytest_django import Settings

from booking.models import Notification
from booking.notifications.delivery import deliver_due
from clinic.lib.mailboxes import mailbox_of
from tests.booking.notifications.bad_server import deliver_for, server, state, to_patients
from tests.booking.notifications.test_delivery import fresh, message
from tests.booking.notifications.test_unexplained_refusals import marked
from tests.servers.smtp import OK, Postbox

__all__ = ["server"]
with_database = pytest.mark.django_db
pytestmark = [pytest.mark.usefixtures("frozen_clock"), pytest.mark.postgresql]
GONE = "550 5.1.1 No such user here"
Status, Failure = Notification.Status, Notification.Failure


def deliverable(server: Postbox, settings: Settings, number: int) -> list[Notification]:
    """Queue a mail to each of so many patients who have got one before."""
    to_patients(number)
    deliver_due()
    deliver_for(settings, 5)
    earlier = list(Notification.objects.filter(status=Status.SENT).order_by("pk"))
    assert len(earlier) == number
    for row in earlier:  # as `build` and `update_recipient` do
        Notification.objects.filter(pk=row.pk).update(mailbox=mailbox_of(row.to_email))
    return [message(to_email=row.to_email, appointment=row.appointment) for row in earlier]


@with_database
def test_addresses_that_took_mails_before_are_not_all_gone_at_once(
    server: Postbox, settings: Settings
) -> None:
    rows = deliverable(server, settings, 5)
    server.rcpt = GONE
    deliver_due()
    deliver_for(settings, 60)

    assert (state().status, state().code) == ("stopped", 550)
    assert marked() == set()
    assert {fresh(row).status for row in rows} == {Status.WAITING}

    server.rcpt = OK
    deliver_for(settings, 3600)
    assert state().status == "ok"
    assert {fresh(row).status for row in rows} == {Status.SENT}
    assert marked() == set()


@with_database
def test_mailboxes_that_are_really_gone_are_marked_once_another_mail_is_accepted(
    server: Postbox, settings: Settings
) -> None:
    rows = deliverable(server, settings, 4)
    gone = {row.to_email for row in rows[:3]}
    server.rcpt = lambda address: GONE if address in gone else OK
    deliver_due()
    deliver_for(settings, 3600)

    assert state().status == "ok"
    assert marked() == gone
    assert [fresh(row).status for row in rows] == [*[Status.FAILED] * 3, Status.SENT]


@with_database
def test_new_addresses_with_typing_mistakes_stop_nothing(
    server: Postbox, settings: Settings
) -> None:
    rows = to_patients(5)
    server.rcpt = GONE
    deliver_due()
    deliver_for(settings, 60)

    assert state().status == "ok"
    assert {fresh(row).status for row in rows} == {Status.FAILED}
    assert marked() == {row.to_email for row in rows}


@with_database
@pytest.mark.parametrize("number", [1, 2])
def test_one_or_two_mailboxes_that_are_gone_are_marked_at_once(
    server: Postbox, settings: Settings, number: int
) -> None:
    rows = deliverable(server, settings, number)
    server.rcpt = GONE
    deliver_due()

    assert state().status == "ok"
    assert marked() == {row.to_email for row in rows}
