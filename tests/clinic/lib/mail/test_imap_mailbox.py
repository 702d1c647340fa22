"""Reading a mailbox over IMAP."""

from pathlib import Path

import pytest

from clinic.lib.mail.imap_mailbox import MailboxUnavailable, open_mailbox, parse_mailbox_url
from tests.clinic.lib.mail.reports import dsn
from tests.servers.certificates import write_certificate
from tests.servers.imap import imap_server


def test_unread_messages_are_read_and_deleted_ones_expunged_at_the_end() -> None:
    with imap_server() as box:
        first, second = box.put(dsn()), box.put(dsn(status="5.2.2"))
        with open_mailbox(parse_mailbox_url(box.url)) as mailbox:
            assert mailbox.unread(most=1) == [str(first)]
            assert mailbox.unread(most=9) == [str(first), str(second)]
            content = mailbox.fetch(str(first))
            assert content is not None
            assert b"Subject: Undelivered Mail Returned to Sender" in content
            mailbox.delete(str(first))
            mailbox.mark_read(str(second))
            assert mailbox.unread(most=9) == []
            mailbox.mark_unread(str(second))
            assert mailbox.unread(most=9) == [str(second)]
        assert list(box.messages) == [second]


def read_and_delete(url: str, uid: str) -> None:
    with open_mailbox(parse_mailbox_url(url)) as mailbox:
        mailbox.unread(most=9)
        mailbox.fetch(uid)
        mailbox.delete(uid)


@pytest.mark.parametrize("command", ["LOGIN", "SELECT", "SEARCH", "FETCH", "STORE"])
def test_a_refusal_of_the_server_is_reported(command: str) -> None:
    with imap_server() as box:
        uid = str(box.put(dsn()))
        box.fails = command
        with pytest.raises(MailboxUnavailable, match=r"refused|does not exist"):
            read_and_delete(box.url, uid)


def test_an_unreachable_server_is_reported() -> None:
    with (
        pytest.raises(MailboxUnavailable, match="no mail server is at that port"),
        open_mailbox(parse_mailbox_url("imap://a:b@127.0.0.1:9/")),
    ):
        pass


@pytest.mark.parametrize("url", ["imap://a:p%C3%A4ss@{}", "imap://a:b@{}/M%C3%BCll"])
def test_characters_that_imap_cannot_carry_are_reported(url: str) -> None:
    with (
        imap_server() as box,
        pytest.raises(MailboxUnavailable, match=r"letters|refused"),
        open_mailbox(parse_mailbox_url(url.format(f"127.0.0.1:{box.port}"))),
    ):
        pass


def test_a_self_signed_certificate_is_refused(tmp_path: Path) -> None:
    with imap_server(write_certificate(tmp_path / "mail.pem", "127.0.0.1")) as box:
        url = box.url.replace("imap://", "imaps://")
        with (
            pytest.raises(MailboxUnavailable, match="certificate is not valid"),
            open_mailbox(parse_mailbox_url(url)),
        ):
            pass
        assert box.commands == []


def test_a_url_says_where_the_mailbox_is() -> None:
    address = parse_mailbox_url("imaps://me%40x.example:p%2Fw@mail.example/Archive%20Box")

    assert (address.user, address.password, address.folder) == (
        "me@x.example",
        "p/w",
        "Archive Box",
    )
    assert (address.host, address.port, address.with_tls) == ("mail.example", 993, True)
    assert str(address) == "me@x.example on mail.example"
    assert parse_mailbox_url("imap://a:b@localhost").folder == "INBOX"


@pytest.mark.parametrize(
    "url",
    ["", "imaps://", "imaps://mail.example", "imaps://a@mail.example", "pop3://a:b@mail.example",
     "imap://a:b@mail.example/INBOX"],
)  # fmt: skip
def test_a_url_that_is_wrong_or_without_tls_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"imap"):
        parse_mailbox_url(url)
