"""What SMTP replies mean: examples from real servers, and properties of the whole table."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.notifications.smtp_replies import (
    NO_REPLY,
    EnhancedCode,
    Meaning,
    Reply,
    Stage,
    meaning_of,
    parse_enhanced_code,
)

BEFORE_A_MAIL = (Stage.CONNECT, Stage.AUTH)
DURING_A_MAIL = (Stage.MAIL, Stage.RCPT, Stage.DATA, Stage.CONTENT)
TEMPORARY = {
    Meaning.SERVER_UNAVAILABLE,
    Meaning.NO_ANSWER,
    Meaning.RECIPIENT_DEFERRED,
    Meaning.MESSAGE_DEFERRED,
}
stages = st.sampled_from(Stage)
codes = st.integers(min_value=0, max_value=999)
enhanced_codes = st.none() | st.tuples(
    st.sampled_from([2, 4, 5]), st.integers(0, 8), st.integers(0, 40)
)


@pytest.mark.parametrize(
    ("stage", "reply", "meaning"),
    [
        (Stage.CONNECT, "554 5.7.1 Client host blocked", Meaning.SENDER_REFUSED),
        (Stage.CONNECT, "521 Server does not accept mail", Meaning.SENDER_REFUSED),
        (Stage.CONNECT, "421 4.3.2 Too many connections", Meaning.SERVER_UNAVAILABLE),
        (Stage.AUTH, "535 5.7.8 Authentication credentials invalid", Meaning.SENDER_REFUSED),
        (Stage.AUTH, "454 4.7.0 Temporary authentication failure", Meaning.SERVER_UNAVAILABLE),
        (Stage.MAIL, "550 no", Meaning.SENDER_REFUSED),
        (Stage.MAIL, "530 5.7.0 Must issue a STARTTLS command first", Meaning.SENDER_REFUSED),
        (Stage.MAIL, "552 5.3.4 Message size exceeds fixed limit", Meaning.MESSAGE_REFUSED),
        (Stage.MAIL, "552 too much mail data", Meaning.MESSAGE_REFUSED),
        (Stage.MAIL, "451 4.3.0 Queue file write error", Meaning.SERVER_UNAVAILABLE),
        (Stage.MAIL, "450 4.1.8 Sender address: domain not found", Meaning.SERVER_UNAVAILABLE),
        (Stage.RCPT, "550 no such user", Meaning.NO_SUCH_MAILBOX),
        (Stage.RCPT, "550 Unrouteable address", Meaning.NO_SUCH_MAILBOX),
        (Stage.RCPT, "550 Action not taken: mailbox unavailable", Meaning.UNEXPLAINED),
        (Stage.RCPT, "550 no", Meaning.UNEXPLAINED),
        (Stage.RCPT, "550 ", Meaning.UNEXPLAINED),
        (Stage.RCPT, "551 User not local", Meaning.UNEXPLAINED),
        (Stage.RCPT, "550 Recipient rejected", Meaning.UNEXPLAINED),
        (Stage.RCPT, "550 Invalid recipient", Meaning.NO_SUCH_MAILBOX),
        (Stage.RCPT, "550 <ana@mail.example>: Recipient address unknown", Meaning.NO_SUCH_MAILBOX),
        (Stage.RCPT, "550 Mailbox ana@mail.example does not exist", Meaning.NO_SUCH_MAILBOX),
        (Stage.RCPT, "550 User unknown in virtual mailbox table", Meaning.NO_SUCH_MAILBOX),
        (Stage.RCPT, "556 no mail here", Meaning.NO_SUCH_MAILBOX),
        (Stage.RCPT, "550 relay not permitted", Meaning.SENDER_REFUSED),
        (Stage.RCPT, "550 Relaying denied. Please authenticate first", Meaning.SENDER_REFUSED),
        (Stage.RCPT, "550 Sender verify failed", Meaning.SENDER_REFUSED),
        (Stage.RCPT, "550 Your IP is listed at a blocklist", Meaning.SENDER_REFUSED),
        (Stage.RCPT, "550 Rejected for policy reasons", Meaning.SENDER_REFUSED),
        (Stage.RCPT, "550 5.1.1 User unknown", Meaning.NO_SUCH_MAILBOX),
        (Stage.RCPT, "556 5.1.10 Recipient domain has a null MX", Meaning.NO_SUCH_MAILBOX),
        (Stage.RCPT, "501 5.1.3 Bad recipient address syntax", Meaning.NO_SUCH_MAILBOX),
        (Stage.RCPT, "550 sorry, no mailbox here by that name (#5.1.1)", Meaning.NO_SUCH_MAILBOX),
        (Stage.RCPT, "553 5.7.1 Sender address rejected: not owned", Meaning.SENDER_REFUSED),
        (Stage.RCPT, "554 5.7.1 Relay access denied", Meaning.SENDER_REFUSED),
        (Stage.RCPT, "553 sorry, not in my list of allowed hosts (#5.7.1)", Meaning.SENDER_REFUSED),
        (Stage.RCPT, "550 5.7.1 Message rejected due to policy", Meaning.SENDER_REFUSED),
        (Stage.RCPT, "550 5.7.23 SPF validation failed", Meaning.SENDER_REFUSED),
        (Stage.RCPT, "553 5.1.8 Sender domain does not exist", Meaning.SENDER_REFUSED),
        (Stage.RCPT, "530 Authentication required", Meaning.SENDER_REFUSED),
        (Stage.RCPT, "552 5.2.2 Mailbox full", Meaning.RECIPIENT_DEFERRED),
        (Stage.RCPT, "552 Mailbox full", Meaning.RECIPIENT_DEFERRED),
        (Stage.RCPT, "550 5.2.1 Mailbox disabled", Meaning.RECIPIENT_DEFERRED),
        (Stage.RCPT, "550 5.4.1 Recipient address rejected", Meaning.RECIPIENT_DEFERRED),
        (Stage.RCPT, "452 4.2.2 Mailbox full", Meaning.RECIPIENT_DEFERRED),
        (Stage.RCPT, "451 4.7.1 Greylisted, please try again", Meaning.RECIPIENT_DEFERRED),
        (Stage.RCPT, "450 4.1.1 Unverified address", Meaning.RECIPIENT_DEFERRED),
        (Stage.RCPT, "452 4.3.1 Insufficient system storage", Meaning.SERVER_UNAVAILABLE),
        (Stage.RCPT, "554 no valid recipients", Meaning.MESSAGE_REFUSED),
        (Stage.RCPT, "550 5.1.0 Address rejected", Meaning.MESSAGE_REFUSED),
        (Stage.RCPT, "550 5.7.2 List expansion not authorized", Meaning.MESSAGE_REFUSED),
        (Stage.DATA, "554 5.5.1 No valid recipients", Meaning.MESSAGE_REFUSED),
        (Stage.DATA, "451 4.5.0 Not now", Meaning.MESSAGE_DEFERRED),
        (Stage.DATA, "354 go on", Meaning.ACCEPTED),
        (Stage.CONTENT, "554 5.7.1 Looks like spam", Meaning.MESSAGE_REFUSED),
        (Stage.CONTENT, "552 5.3.4 Too large", Meaning.MESSAGE_REFUSED),
        (Stage.CONTENT, "550 5.6.0 Bad header", Meaning.MESSAGE_REFUSED),
        (Stage.CONTENT, "550 5.7.26 DMARC", Meaning.SENDER_REFUSED),
        (Stage.CONTENT, "550 5.1.1 User unknown", Meaning.MESSAGE_REFUSED),
        (Stage.CONTENT, "552 5.2.2 Mailbox full", Meaning.RECIPIENT_DEFERRED),
        (Stage.CONTENT, "451 4.7.1 Later", Meaning.MESSAGE_DEFERRED),
        (Stage.CONTENT, "421 4.4.2 Timeout", Meaning.SERVER_UNAVAILABLE),
        (Stage.CONTENT, "250 2.0.0 Ok: queued", Meaning.ACCEPTED),
    ],
)
def test_replies_of_real_servers(stage: Stage, reply: str, meaning: Meaning) -> None:
    code, _, text = reply.partition(" ")

    assert Reply(stage, int(code), text).meaning == meaning


@given(stages, codes, enhanced_codes)
def test_only_a_permanent_reply_to_rcpt_says_that_there_is_no_mailbox(
    stage: Stage, code: int, enhanced: EnhancedCode | None
) -> None:
    if meaning_of(stage, code, enhanced) == Meaning.NO_SUCH_MAILBOX:
        assert stage == Stage.RCPT
        assert 500 <= code < 600
        assert (
            enhanced[1:] in {(1, 1), (1, 2), (1, 3), (1, 6), (1, 10)} if enhanced else code == 556
        )


@given(stages, st.integers(500, 599), st.text("abcdefg -.", max_size=30))
def test_no_reply_without_words_or_enhanced_code_says_that_there_is_no_mailbox(
    stage: Stage, code: int, text: str
) -> None:
    meaning = Reply(stage, code, text).meaning

    assert meaning != Meaning.NO_SUCH_MAILBOX or (stage, code) == (Stage.RCPT, 556)
    assert (meaning == Meaning.UNEXPLAINED) == (stage == Stage.RCPT and code in {550, 551})


@given(stages, st.integers(400, 499), enhanced_codes)
def test_a_temporary_reply_is_never_final(
    stage: Stage, code: int, enhanced: EnhancedCode | None
) -> None:
    assert meaning_of(stage, code, enhanced) in TEMPORARY


@given(stages, st.integers(500, 599), enhanced_codes)
def test_a_permanent_reply_is_never_success_and_never_an_absent_server(
    stage: Stage, code: int, enhanced: EnhancedCode | None
) -> None:
    assert meaning_of(stage, code, enhanced) not in {
        Meaning.ACCEPTED,
        Meaning.SERVER_UNAVAILABLE,
        Meaning.NO_ANSWER,
        Meaning.MESSAGE_DEFERRED,
    }


@given(st.sampled_from(BEFORE_A_MAIL), codes, enhanced_codes)
def test_before_a_mail_has_begun_no_reply_is_about_a_mail_or_a_recipient(
    stage: Stage, code: int, enhanced: EnhancedCode | None
) -> None:
    assert meaning_of(stage, code, enhanced) in {
        Meaning.ACCEPTED,
        Meaning.SENDER_REFUSED,
        Meaning.SERVER_UNAVAILABLE,
    }


@given(st.integers(400, 599), enhanced_codes)
def test_no_reply_to_mail_from_is_about_the_recipient(
    code: int, enhanced: EnhancedCode | None
) -> None:
    meaning = meaning_of(Stage.MAIL, code, enhanced)

    assert meaning not in {Meaning.NO_SUCH_MAILBOX, Meaning.RECIPIENT_DEFERRED}


@given(stages, codes, enhanced_codes)
def test_only_the_expected_reply_is_success(
    stage: Stage, code: int, enhanced: EnhancedCode | None
) -> None:
    expected = code == 354 if stage == Stage.DATA else 200 <= code < 300

    assert (meaning_of(stage, code, enhanced) == Meaning.ACCEPTED) == expected


@given(stages, st.integers(0, 199) | st.integers(355, 399) | st.integers(600, 999), enhanced_codes)
def test_a_malformed_reply_is_treated_as_none(
    stage: Stage, code: int, enhanced: EnhancedCode | None
) -> None:
    assert meaning_of(stage, code, enhanced) == meaning_of(stage, NO_REPLY)


@given(stages, st.integers(400, 599), st.integers(0, 8), st.integers(0, 40))
def test_the_class_of_an_enhanced_code_changes_nothing(
    stage: Stage, code: int, subject: int, detail: int
) -> None:
    meanings = {meaning_of(stage, code, (number, subject, detail)) for number in (2, 4, 5)}

    assert len(meanings) == 1


@given(st.sampled_from(DURING_A_MAIL), st.integers(500, 599), st.sampled_from([7, 8]))
def test_a_refusal_of_our_sender_address_is_not_about_the_recipient(
    stage: Stage, code: int, detail: int
) -> None:
    assert meaning_of(stage, code, (5, 1, detail)) == Meaning.SENDER_REFUSED


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("5.1.1 User unknown", (5, 1, 1)),
        ("  4.2.2 full", (4, 2, 2)),
        ("no mailbox here (#5.1.1)", (5, 1, 1)),
        ("5.1.10 null MX", (5, 1, 10)),
        ("see 5.1.1 below", None),
        ("5.9.1.2 is a version", None),
        ("3.1.1 no class", None),
        ("", None),
    ],
)
def test_the_enhanced_code_is_at_the_beginning_or_after_a_hash(
    text: str, code: EnhancedCode | None
) -> None:
    assert parse_enhanced_code(text) == code


@given(st.text(max_size=80))
def test_any_text_can_be_parsed(text: str) -> None:
    assert Reply(Stage.RCPT, 550, text).codes.startswith("550")
