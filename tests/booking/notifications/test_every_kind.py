"""Properties of mails of every kind."""

import re
from email.utils import getaddresses

import pytest

from booking.inputs import PersonalDetails
from booking.models import Appointment, Notification
from booking.notifications.kinds import RenderedMail, all_kinds, get_kind
from booking.notifications.mail_format import mail_from_json
from booking.notifications.recipients import update_recipient
from booking.notifications.rendering import render
from booking.queries.notifications.last_notification import CHANGE_KINDS
from clinic.lib.crypto.signed_links import TOKEN_LENGTH
from tests.booking.notifications.every_kind import ANA, SECRET_WORDS, one_of_every_kind, open_clinic
from tests.booking.notifications.mail_text import (
    as_received,
    links_of_html,
    links_of_text,
    words_of_html,
)
from tests.conftest import ModuleDatabase

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]

KINDS = sorted(kind.name for kind in all_kinds())
HEALTH = re.compile(
    r"\b(health|rls|restless|symptom|disease|diagnos\w*|medicin\w*|knee|pain|hurts?|pregnan\w*)\b",
    re.IGNORECASE,
)
TRICKS = {
    "line breaks": "Ana\r\nBcc: all@mail.example\r\n\r\nHello",
    "a comma and brackets": 'Reader, "Ana" <evil@mail.example>, x@y.example',
    "very long": "Wolfeschlegelsteinhausenbergerdorff " * 4,
    "emoji": "Ana 👩‍👩‍👧‍👦🏽 Reader",
    "right to left": "\u202eredaeR anA\u202c عائشة \u2067x\u2069",
    "a link": "Win at evil.example/now https://evil.example",
    "a template": "{code} {{ 7*7 }} {% debug %} %(who)s {appointment}",
    "html": "<b onmouseover=alert(1)>Ana</b><script>x</script>",
    "encoded word": "=?utf-8?q?Bcc=3A_all=40mail.example?= Ana",
}


def rendered(message: Notification) -> RenderedMail:
    update_recipient(message)
    fresh = Notification.objects.get(pk=message.pk)
    return mail_from_json(fresh.rendered) if fresh.rendered else render(fresh)


@pytest.fixture(scope="module")
def mails(module_database: ModuleDatabase) -> dict[str, tuple[Notification, RenderedMail]]:
    """One mail of every kind, to somebody with an ordinary name; for all tests."""
    with module_database():
        found = one_of_every_kind(open_clinic())
        return {kind: (row, rendered(row)) for kind, row in found.items()}


def test_every_word_and_link_of_the_text_part_is_in_the_html_part(
    mails: dict[str, tuple[Notification, RenderedMail]],
) -> None:
    for kind, (row, mail) in mails.items():
        received = as_received(row, mail)
        text = received.get_body(("plain",))
        html = received.get_body(("html",))
        assert received.get_content_type() in ("multipart/alternative", "multipart/mixed"), kind
        assert text is not None, kind
        assert html is not None, kind
        plain, words = text.get_content(), words_of_html(html.get_content())
        for address in links_of_text(plain):
            assert address in links_of_html(html.get_content()), (kind, address)
        said = [word for word in plain.split() if not word.startswith("http") and word != "--"]
        shown = " ".join(words).replace(" :", ":")
        for word in said:
            assert word in shown or word.rstrip(":") in shown, (kind, word)
        assert links_of_html(html.get_content()) <= links_of_text(plain), kind


def test_every_mail_has_sender_reply_to_and_auto_submitted_headers(
    mails: dict[str, tuple[Notification, RenderedMail]],
) -> None:
    for kind, (row, mail) in mails.items():
        received = as_received(row, mail)
        assert received["Auto-Submitted"] == "auto-generated", kind
        assert received["Message-ID"] == row.message_id, kind
        assert received["From"] == "clinic@clinic.example", kind
        wanted = ANA.email if kind == "contact" else "hello@clinic.example"
        assert received["Reply-To"] == wanted, kind
        assert received["Date"], kind


def test_every_link_leads_to_this_site_and_no_resources_are_loaded(
    mails: dict[str, tuple[Notification, RenderedMail]],
) -> None:
    for kind, (_row, mail) in mails.items():
        for address in links_of_html(mail.html):
            assert address.startswith("https://clinic.example/"), (kind, address)
        assert not re.search(r"<(img|script|link|iframe|object|form)\b|url\(|@import", mail.html)


def test_no_mail_contains_health_data_or_the_name_of_the_treatment(
    mails: dict[str, tuple[Notification, RenderedMail]],
) -> None:
    for kind, (row, mail) in mails.items():
        files = [file.content.decode() for file in mail.attachments]
        for said in (mail.subject, mail.text, mail.html, *mail.headers.values(), *files):
            unfolded = said.replace("\r\n ", "")
            assert SECRET_WORDS not in unfolded, kind
            assert not HEALTH.search(unfolded), (kind, HEALTH.search(unfolded))
        assert SECRET_WORDS not in row.data


def test_every_link_opens_its_page(
    mails: dict[str, tuple[Notification, RenderedMail]],
) -> None:
    for kind in ("booked", "moved", "move_proposal", "restored", "reminder", "lost_link"):
        row, mail = mails[kind]
        tokens = set(re.findall(rf"/appointments/([\w-]{{{TOKEN_LENGTH}}})/", mail.text))
        if row.appointment:
            assert tokens == {row.appointment.link_token}, kind
        else:
            assert tokens <= {other.link_token for other in Appointment.objects.all()}
            assert len(tokens) == 4


def test_only_optional_mails_can_be_unsubscribed(
    mails: dict[str, tuple[Notification, RenderedMail]],
) -> None:
    for kind, (_row, mail) in mails.items():
        known = get_kind(kind)
        is_optional = known is not None and known.get_unsubscribe_link is not None
        assert ("List-Unsubscribe" in mail.headers) == is_optional, kind
        assert not (is_optional and kind in (*CHANGE_KINDS, "reminder")), kind
    _row, thanks = mails["thank_you"]
    address = thanks.headers["List-Unsubscribe"].strip("<>")
    assert thanks.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert address in thanks.text
    assert address in links_of_html(thanks.html)


@pytest.mark.parametrize("trick", TRICKS)
def test_names_cannot_inject_headers_or_change_files(
    trick: str,
    mails: dict[str, tuple[Notification, RenderedMail]],
) -> None:
    who = PersonalDetails(TRICKS[trick][:150], ANA.email, ANA.phone)
    names = {kind: set(as_received(*mail).keys()) for kind, mail in mails.items()}
    for kind, row in one_of_every_kind(open_clinic(), who).items():
        mail = rendered(row)
        received = as_received(row, mail)
        assert set(received.keys()) == names[kind], kind
        to = getaddresses([str(received["To"])])
        assert [address for _name, address in to] == [row.to_email], kind
        assert "\u202e" not in mail.subject + mail.text + mail.html, kind
        assert not re.search(r"https?://(?!clinic\.example[/\s\"<])", mail.html), kind
        assert "<script" not in mail.html, kind
        assert "<b " not in mail.html, kind
        for file in mail.attachments:
            lines = file.content.decode().split("\r\n")
            assert all(len(line.encode()) <= 75 for line in lines), kind
            assert [line for line in lines if line.startswith("ATTENDEE")] != []
            assert not [line for line in lines if line.startswith("Bcc")]


def test_placeholders_in_a_name_are_not_filled_in() -> None:
    who = PersonalDetails("{link} {{ 7*7 }} {% now %}", ANA.email, ANA.phone)
    row = one_of_every_kind(open_clinic(), who)["booked"]

    assert "Dear {link} {{ 7*7 }} {% now %}," in rendered(row).text


def test_the_sample_of_every_kind_fills_every_placeholder(
    mails: dict[str, tuple[Notification, RenderedMail]],
) -> None:
    from_sample = mails["text_test"][1]
    assert not re.search(r"\{[a-z_]+\}", from_sample.subject + from_sample.text)
    for name in KINDS:
        kind = get_kind(name)
        assert kind is not None
        used = set(re.findall(r"\{([a-z_]+)\}", f"{kind.subject} {kind.body}"))
        assert used <= set(kind.placeholders), name
        assert kind.required_placeholders <= set(kind.placeholders), name
