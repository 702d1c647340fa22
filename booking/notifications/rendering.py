"""From a message in the outbox to a mail: subject, plain text, HTML and headers.

The wording is the owner's (NotificationText) or the kind's own. Placeholders are replaced once,
from
the kind's list; nothing in the wording or in the data is ever evaluated. What an unknown
placeholder says stays as it is written.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from booking.models import ClinicProfile, Notification, NotificationText
from booking.notifications.appointment_text import clinic_address
from booking.notifications.kinds import NotificationKind, RenderedMail, StrOrPromise, get_kind
from booking.notifications.sample_values import sample_values
from booking.notifications.sanitizing import clean_line, clean_subject, clean_text

PLACEHOLDER = re.compile(r"\{([a-z_]{1,40})\}")
DETAILS_PLACEHOLDER = re.compile(r"\{(appointment|details|list)\}")
"""A paragraph that is nothing but one of these is a card of lines, "Label: value"."""
URL_PATH = r"(?:/(?:[^\s<>\"']*[^\s<>\"'.,;:!?)\]])?|(?![\w@:-]|\.\w))"
"""A path, without the full stop after it; or none, and then not https://clinic.example.evil."""


@dataclass(frozen=True)
class MailBlock:
    """A paragraph: lines to read, facts (label and value), or a code to type."""

    lines: Sequence[str] = ()
    facts: Sequence[tuple[str, str]] = ()
    is_code: bool = False

    @property
    def html_lines(self) -> list[SafeString]:
        return lines_to_html(self.lines)

    @property
    def text(self) -> str:
        return "\n".join([*self.lines, *(f"{label}: {value}" for label, value in self.facts)])


@dataclass(frozen=True)
class MailContent:
    """What a mail says, before it has a shape."""

    subject: str
    blocks: Sequence[MailBlock]
    actions: Sequence[tuple[str, str]]
    sign_off: Sequence[str]
    footer: Sequence[str]
    sender: str

    @property
    def html_footer(self) -> list[SafeString]:
        return lines_to_html(self.footer)


@dataclass(frozen=True)
class MailFooter:
    """What stands below every mail, and the headers that say the same to programs."""

    reply_to: str = ""
    unsubscribe_link: str = ""
    is_sample: bool = False

    @property
    def lines(self) -> list[str]:
        lines = [_("This mail was sent automatically.")]
        if self.is_sample:
            lines = [_("This is a test with a made-up appointment. Its links open nothing.")]
        if self.reply_to:
            answer = _("If you reply, your answer goes to %(address)s.")
            lines.append(answer % {"address": self.reply_to})
        if self.unsubscribe_link:
            lines += [_("Send me no more mails of this kind:"), self.unsubscribe_link]
        return lines

    @property
    def headers(self) -> dict[str, str]:
        """RFC 3834; RFC 2369 and RFC 8058 for the mails that can be stopped."""
        headers = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
        if self.reply_to:
            headers["Reply-To"] = self.reply_to
        if self.unsubscribe_link:
            headers["Precedence"] = "bulk"
            headers["List-Unsubscribe"] = f"<{self.unsubscribe_link}>"
            headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        return headers


def render(message: Notification) -> RenderedMail:
    """The mail. Raises LookupError for a kind that no app has registered."""
    kind = get_kind(message.kind)
    if kind is None:
        raise LookupError(f"No app knows messages of the kind {message.kind}.")
    data: Mapping[str, Any] = json.loads(message.data or "{}")
    clinic = ClinicProfile.current()
    with translation.override(settings.LANGUAGE_CODE):
        subject, body = get_wording(kind)
        footer = MailFooter(
            reply_to=_reply_to(data, clinic),
            unsubscribe_link=kind.unsubscribe_link(message) if kind.unsubscribe_link else "",
        )
        values = kind.context(message, data)
        content = compose_mail(kind, subject, body, values=values, clinic=clinic, footer=footer)
        text, html = to_text_and_html(content)
        attachments = kind.attachments(message)
        return RenderedMail(content.subject, text, html, footer.headers, attachments)


def render_sample(kind: NotificationKind, subject: str, body: str) -> RenderedMail:
    """A wording filled with made-up values, for the owner to look at. Nothing is attached."""
    clinic = ClinicProfile.objects.get()
    with translation.override(settings.LANGUAGE_CODE):
        footer = MailFooter(reply_to=_reply_to({}, clinic), is_sample=True)
        values = sample_values(clinic)
        content = compose_mail(kind, subject, body, values=values, clinic=clinic, footer=footer)
        text, html = to_text_and_html(content)
        return RenderedMail(content.subject, text, html, footer.headers)


def get_wording(kind: NotificationKind) -> tuple[str, str]:
    """Subject and body: the owner's, or the kind's own."""
    own = NotificationText.objects.filter(kind=kind.name).first() if kind.editable else None
    if own is not None:
        return own.subject, own.body
    return str(kind.subject), str(kind.body)


def compose_mail(
    kind: NotificationKind,
    subject: str,
    body: str,
    *,
    values: Mapping[str, str],
    clinic: ClinicProfile | None,
    footer: MailFooter,
) -> MailContent:
    """Fill in the placeholders of a wording. Paragraphs that come out empty are left out."""
    clean = {name: clean_text(values[name]) for name in kind.placeholders if name in values}
    paragraphs = re.split(r"\n[ \t]*\n", clean_text(body))
    blocks = [_build_block(paragraph, clean) for paragraph in paragraphs]
    return MailContent(
        subject=clean_subject(
            fill_placeholders(subject, {k: clean_line(v) for k, v in clean.items()})
        ),
        blocks=[block for block in blocks if block.lines or block.facts],
        actions=[
            found for pair in (kind.action, kind.more) if (found := _build_action(pair, clean))
        ],
        sign_off=_sign_off(clinic) if kind.signed else [],
        footer=footer.lines,
        sender=clean_line(clinic.name) if clinic else "",
    )


def fill_placeholders(text: str, values: Mapping[str, str]) -> str:
    """Each placeholder once; what a value says is not looked at again."""
    return PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)


def to_text_and_html(content: MailContent) -> tuple[str, str]:
    """The same words as plain text and as HTML."""
    parts = [block.text for block in content.blocks]
    parts += [f"{label}:\n{address}" for label, address in content.actions]
    if content.sign_off:
        parts.append("\n".join(content.sign_off))
    text = "\n\n".join([*parts, "\n".join(["-- ", *content.footer])]) + "\n"
    language = {"lang": translation.get_language(), "rtl": translation.get_language_bidi()}
    return text, render_to_string(
        "booking/notifications/message.html", {"mail": content, **language}
    )


def lines_to_html(lines: Sequence[str]) -> list[SafeString]:
    """Lines as HTML. Words that end in a colon, with one of our addresses as the next line, become
    the link themselves: such addresses are long, and nobody reads them."""
    shown: list[SafeString] = []
    rest = list(lines)
    while rest:
        line = rest.pop(0)
        if line.endswith(":") and rest and re.fullmatch(_own_link(), rest[0]):
            shown.append(format_html('<a href="{}">{}</a>', rest.pop(0), line[:-1]))
        else:
            shown.append(link_own_urls(line))
    return shown


def link_own_urls(line: str) -> SafeString:
    """Escaped; addresses of this site can be clicked, others are only words."""
    pieces = re.split(f"({_own_link()})", line)
    return format_html_join(
        "",
        "{}",
        (
            (format_html('<a href="{}">{}</a>', piece, piece) if place % 2 else piece,)
            for place, piece in enumerate(pieces)
        ),
    )


def _own_link() -> str:
    return f"{re.escape(settings.BASE_URL)}{URL_PATH}"


def _build_action(
    pair: tuple[StrOrPromise, str] | None, values: Mapping[str, str]
) -> tuple[str, str] | None:
    """Label and address, if there is an address of ours."""
    label, place = pair or ("", "")
    address = values.get(place, "")
    ours = address.startswith(f"{settings.BASE_URL}/")
    return (clean_line(fill_placeholders(str(label), values)), address) if ours else None


def _build_block(paragraph: str, values: Mapping[str, str]) -> MailBlock:
    lines = [line.rstrip() for line in fill_placeholders(paragraph, values).strip().splitlines()]
    if DETAILS_PLACEHOLDER.fullmatch(paragraph.strip()):
        pairs = [line.partition(": ") for line in lines]
        return MailBlock(facts=[(label, value) for label, _colon, value in pairs])
    return MailBlock(lines=lines, is_code=paragraph.strip() == "{code}")


def _sign_off(clinic: ClinicProfile | None) -> list[str]:
    if clinic is None:
        return []
    lines = [_("Kind regards,"), clinic.name, clinic_address(clinic), clinic.phone]
    return [clean_line(line) for line in lines if line]


def _reply_to(data: Mapping[str, Any], clinic: ClinicProfile | None) -> str:
    """Who gets the answer: the sender of a contact form, else the clinic."""
    wanted = str(data.get("reply_to") or (clinic.email if clinic else ""))
    try:
        validate_email(wanted)
    except ValidationError:
        return ""
    return wanted
