"""From a message in the outbox to a mail: subject, plain text, HTML and headers.

The wording is the owner's (MessageText) or the kind's own. Placeholders are replaced once, from
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

from booking.models import ClinicProfile, Message, MessageText
from booking.notifications.appointment_text import where
from booking.notifications.kinds import Kind, RenderedMail, Words, get_kind
from booking.notifications.sample_values import sample_values
from booking.notifications.sanitizing import many_lines, one_line, subject_line

PLACEHOLDER = re.compile(r"\{([a-z_]{1,40})\}")
FACTS = re.compile(r"\{(appointment|details|list)\}")
"""A paragraph that is nothing but one of these is a card of lines, "Label: value"."""
REST_OF_LINK = r"(?:/(?:[^\s<>\"']*[^\s<>\"'.,;:!?)\]])?|(?![\w@:-]|\.\w))"
"""A path, without the full stop after it; or none, and then not https://clinic.example.evil."""


@dataclass(frozen=True)
class Block:
    """A paragraph: lines to read, facts (label and value), or a code to type."""

    lines: Sequence[str] = ()
    facts: Sequence[tuple[str, str]] = ()
    is_code: bool = False

    @property
    def html_lines(self) -> list[SafeString]:
        return html_lines(self.lines)

    @property
    def text(self) -> str:
        return "\n".join([*self.lines, *(f"{label}: {value}" for label, value in self.facts)])


@dataclass(frozen=True)
class Content:
    """What a mail says, before it has a shape."""

    subject: str
    blocks: Sequence[Block]
    actions: Sequence[tuple[str, str]]
    sign_off: Sequence[str]
    why: Sequence[str]
    sender: str

    @property
    def html_why(self) -> list[SafeString]:
        return html_lines(self.why)


@dataclass(frozen=True)
class Foot:
    """What stands below every mail, and the headers that say the same to programs."""

    reply_to: str = ""
    stop_link: str = ""
    is_sample: bool = False

    @property
    def lines(self) -> list[str]:
        lines = [_("This mail was sent automatically.")]
        if self.is_sample:
            lines = [_("This is a test with a made-up appointment. Its links open nothing.")]
        if self.reply_to:
            answer = _("If you reply, your answer goes to %(address)s.")
            lines.append(answer % {"address": self.reply_to})
        if self.stop_link:
            lines += [_("Send me no more mails of this kind:"), self.stop_link]
        return lines

    @property
    def headers(self) -> dict[str, str]:
        """RFC 3834; RFC 2369 and RFC 8058 for the mails that can be stopped."""
        headers = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
        if self.reply_to:
            headers["Reply-To"] = self.reply_to
        if self.stop_link:
            headers["Precedence"] = "bulk"
            headers["List-Unsubscribe"] = f"<{self.stop_link}>"
            headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        return headers


def render(message: Message) -> RenderedMail:
    """The mail. Raises LookupError for a kind that no app has registered."""
    kind = get_kind(message.kind)
    if kind is None:
        raise LookupError(f"No app knows messages of the kind {message.kind}.")
    data: Mapping[str, Any] = json.loads(message.data or "{}")
    clinic = ClinicProfile.current()
    with translation.override(settings.LANGUAGE_CODE):
        subject, body = wording(kind)
        foot = Foot(
            reply_to=_reply_to(data, clinic),
            stop_link=kind.stop_link(message) if kind.stop_link else "",
        )
        values = kind.context(message, data)
        content = compose(kind, subject, body, values=values, clinic=clinic, foot=foot)
        text, html = written(content)
        attachments = kind.attachments(message)
        return RenderedMail(content.subject, text, html, foot.headers, attachments)


def render_sample(kind: Kind, subject: str, body: str) -> RenderedMail:
    """A wording filled with made-up values, for the owner to look at. Nothing is attached."""
    clinic = ClinicProfile.objects.get()
    with translation.override(settings.LANGUAGE_CODE):
        foot = Foot(reply_to=_reply_to({}, clinic), is_sample=True)
        values = sample_values(clinic)
        content = compose(kind, subject, body, values=values, clinic=clinic, foot=foot)
        text, html = written(content)
        return RenderedMail(content.subject, text, html, foot.headers)


def wording(kind: Kind) -> tuple[str, str]:
    """Subject and body: the owner's, or the kind's own."""
    own = MessageText.objects.filter(kind=kind.name).first() if kind.editable else None
    if own is not None:
        return own.subject, own.body
    return str(kind.subject), str(kind.body)


def compose(
    kind: Kind,
    subject: str,
    body: str,
    *,
    values: Mapping[str, str],
    clinic: ClinicProfile | None,
    foot: Foot,
) -> Content:
    """Fill in the placeholders of a wording. Paragraphs that come out empty are left out."""
    clean = {name: many_lines(values[name]) for name in kind.placeholders if name in values}
    paragraphs = re.split(r"\n[ \t]*\n", many_lines(body))
    blocks = [_block(paragraph, clean) for paragraph in paragraphs]
    return Content(
        subject=subject_line(fill(subject, {k: one_line(v) for k, v in clean.items()})),
        blocks=[block for block in blocks if block.lines or block.facts],
        actions=[found for pair in (kind.action, kind.more) if (found := _action(pair, clean))],
        sign_off=_sign_off(clinic) if kind.signed else [],
        why=foot.lines,
        sender=one_line(clinic.name) if clinic else "",
    )


def fill(text: str, values: Mapping[str, str]) -> str:
    """Each placeholder once; what a value says is not looked at again."""
    return PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)


def written(content: Content) -> tuple[str, str]:
    """The same words as plain text and as HTML."""
    parts = [block.text for block in content.blocks]
    parts += [f"{label}:\n{address}" for label, address in content.actions]
    if content.sign_off:
        parts.append("\n".join(content.sign_off))
    text = "\n\n".join([*parts, "\n".join(["-- ", *content.why])]) + "\n"
    language = {"lang": translation.get_language(), "rtl": translation.get_language_bidi()}
    return text, render_to_string(
        "booking/notifications/message.html", {"mail": content, **language}
    )


def html_lines(lines: Sequence[str]) -> list[SafeString]:
    """Lines as HTML. Words that end in a colon, with one of our addresses as the next line, become
    the link themselves: such addresses are long, and nobody reads them."""
    shown: list[SafeString] = []
    rest = list(lines)
    while rest:
        line = rest.pop(0)
        if line.endswith(":") and rest and re.fullmatch(_own_link(), rest[0]):
            shown.append(format_html('<a href="{}">{}</a>', rest.pop(0), line[:-1]))
        else:
            shown.append(with_own_links(line))
    return shown


def with_own_links(line: str) -> SafeString:
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
    return f"{re.escape(settings.BASE_URL)}{REST_OF_LINK}"


def _action(pair: tuple[Words, str] | None, values: Mapping[str, str]) -> tuple[str, str] | None:
    """Label and address, if there is an address of ours."""
    label, place = pair or ("", "")
    address = values.get(place, "")
    ours = address.startswith(f"{settings.BASE_URL}/")
    return (one_line(fill(str(label), values)), address) if ours else None


def _block(paragraph: str, values: Mapping[str, str]) -> Block:
    lines = [line.rstrip() for line in fill(paragraph, values).strip().splitlines()]
    if FACTS.fullmatch(paragraph.strip()):
        pairs = [line.partition(": ") for line in lines]
        return Block(facts=[(label, value) for label, _colon, value in pairs])
    return Block(lines=lines, is_code=paragraph.strip() == "{code}")


def _sign_off(clinic: ClinicProfile | None) -> list[str]:
    if clinic is None:
        return []
    lines = [_("Kind regards,"), clinic.name, where(clinic), clinic.phone]
    return [one_line(line) for line in lines if line]


def _reply_to(data: Mapping[str, Any], clinic: ClinicProfile | None) -> str:
    """Who gets the answer: the sender of a contact form, else the clinic."""
    wanted = str(data.get("reply_to") or (clinic.email if clinic else ""))
    try:
        validate_email(wanted)
    except ValidationError:
        return ""
    return wanted
