"""Parsing delivery reports of mail servers."""

from email import message_from_bytes, message_from_string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.lib.mail.delivery_reports import (
    FailedRecipient,
    Failure,
    classify,
    envelope_recipients,
    read_failures,
)
from tests.clinic.lib.mail.reports import NO_SUCH_MAILBOX, NOT_REPORTS, TO, dsn, report

GONE = Failure.NO_SUCH_MAILBOX


def test_postfix_says_that_there_is_no_such_mailbox() -> None:
    assert read_failures(dsn()) == [FailedRecipient(TO, GONE, "5.1.1")]


@pytest.mark.parametrize("server", NO_SUCH_MAILBOX)
def test_reports_of_other_servers_are_recognised(server: str) -> None:
    (failed,) = read_failures(report(NO_SUCH_MAILBOX[server]))

    assert (failed.address, failed.failure) == (TO, GONE)


@pytest.mark.parametrize(
    ("status", "reply"),
    [
        ("5.2.2", "smtp; 552 5.2.2 mailbox full"),
        ("5.2.1", "smtp; 550 5.2.1 mailbox disabled"),
        ("5.7.1", "smtp; 550 5.7.1 blocked, user unknown to our list"),
        ("5.3.4", "smtp; 552 5.3.4 too large"),
        ("5.0.0", "smtp; 550 rejected by policy"),
        ("5.4.1", "smtp; 550 5.4.1 Recipient address rejected: Access denied"),
        ("5.0.0", "smtp; 554 5.7.9 no such user agent allowed"),
    ],
)
def test_a_mail_that_was_refused_for_another_reason_says_nothing_about_the_mailbox(
    status: str, reply: str
) -> None:
    (failed,) = read_failures(dsn(status=status, reply=reply))

    assert failed.failure == Failure.PERMANENT


@pytest.mark.parametrize(
    "values",
    [
        {"status": "4.4.1", "reply": "smtp; 451 try later", "action": "delayed"},
        {"status": "4.2.2", "reply": "smtp; 452 4.2.2 full", "action": "failed"},
        {"status": "5.1.1", "action": "delayed"},
    ],
)
def test_a_delay_is_no_failure(values: dict[str, str]) -> None:
    (failed,) = read_failures(dsn(**values))

    assert failed.failure == Failure.TEMPORARY


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded", "unheard-of"])
def test_a_delivery_is_no_failure(action: str) -> None:
    assert read_failures(dsn(action=action, status="2.1.5")) == []


def test_the_more_exact_code_of_the_reply_counts() -> None:
    found = read_failures(dsn(status="5.0.0", reply="smtp; 550 5.1.1 gone"))

    assert found == [FailedRecipient(TO, GONE, "5.1.1")]


@pytest.mark.parametrize("name", NOT_REPORTS)
def test_replies_and_automatic_replies_are_no_reports(name: str) -> None:
    assert read_failures(report(NOT_REPORTS[name])) == []


def test_the_return_path_is_found_in_every_header() -> None:
    message = message_from_string(
        "To: <a@x.example>, B <b@x.example>\nDelivered-To: c@x.example\n"
        "Envelope-To: d@x.example\n\n"
    )

    assert set(envelope_recipients(message)) == {
        "a@x.example", "b@x.example", "c@x.example", "d@x.example",
    }  # fmt: skip


def test_a_code_is_read_before_words() -> None:
    assert classify("5.7.1", "user unknown") == Failure.PERMANENT
    assert classify("", "550 User unknown in virtual table") == GONE
    assert classify("4.1.1", "user unknown") == Failure.TEMPORARY


@given(st.binary(max_size=2_000))
def test_any_message_can_be_parsed(raw: bytes) -> None:
    read_failures(message_from_bytes(raw))
    read_failures(message_from_bytes(b"Content-Type: message/delivery-status\n\n" + raw))
    envelope_recipients(message_from_bytes(b"To: " + raw))
