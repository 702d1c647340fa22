"""Rendering a notification as a mail: subject, plain text, HTML and headers.

The words are the owner's (NotificationText) or the kind's own. The kind's placeholders are
replaced once; nothing in the words or in the values is evaluated, and unknown placeholders stay
as they are.
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
from booking.notifications.mail_styles import MAIL_STYLES
from booking.notifications.sample_values import common_sample_values
from booking.notifications.sanitizing import clean_line, clean_subject, clean_text

PLACEHOLDER = re.compile(r"\{([a-z_]{1,40})\}")
DETAILS_PLACEHOLDER = re.compile(r"\{(appointment|details|list)\}")
"""A paragraph of one of these alone is shown as a table of its "Label: value" lines."""
URL_PATH = r"(?:/(?:[^\s<>\"']*[^\s<>\"'.,;:!?)\]])?|(?![\w@:-]|\.\w))"
"""A path without the punctuation after it. Or none, but then the host name must end there, so that
https://clinic.example.evil is not taken for https://clinic.example."""


@dataclass(frozen=True)
class MailBlock:
    """A paragraph: lines of text, a table of details (label, value), or a code to type."""

    lines: Sequence[str] = ()
    details: Sequence[tuple[str, str]] = ()
    is_code: bool = False

    @property
    def html_lines(self) -> list[SafeString]:
        """Return the lines as HTML."""
        return lines_to_html(self.lines)

    @property
    def text(self) -> str:
        """Return the paragraph as plain text."""
        return "\n".join([*self.lines, *(f"{label}: {value}" for label, value in self.details)])


@dataclass(frozen=True)
class MailContent:
    """The content of a mail, from which both the text and the HTML are made."""

    subject: str
    blocks: Sequence[MailBlock]
    actions: Sequence[tuple[str, str]]
    sign_off: Sequence[str]
    footer: Sequence[str]
    sender: str

    @property
    def html_footer(self) -> list[SafeString]:
        """Return the footer's lines as HTML."""
        return lines_to_html(self.footer)


@dataclass(frozen=True)
class MailFooter:
    """The footer of a mail, and the headers that tell mail programs the same."""

    reply_to: str = ""
    unsubscribe_link: str = ""
    is_sample: bool = False

    @property
    def lines(self) -> list[str]:
        """Return the lines below the mail."""
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
        """Return headers after RFC 3834, and RFC 2369 and RFC 8058 if there is a link to stop."""
        headers = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
        if self.reply_to:
            headers["Reply-To"] = self.reply_to
        if self.unsubscribe_link:
            headers["Precedence"] = "bulk"
            headers["List-Unsubscribe"] = f"<{self.unsubscribe_link}>"
            headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        return headers


def render(notification: Notification) -> RenderedMail:
    """Return the notification as a mail. Raises LookupError if its kind is not registered."""
    kind = get_kind(notification.kind)
    if kind is None:
        raise LookupError(f"No app has registered the notification kind {notification.kind}.")
    data: Mapping[str, Any] = json.loads(notification.data or "{}")
    clinic = ClinicProfile.current()
    with translation.override(settings.LANGUAGE_CODE):
        subject, body = get_wording(kind)
        footer = MailFooter(
            reply_to=_reply_to(data, clinic),
            unsubscribe_link=kind.get_unsubscribe_link(notification)
            if kind.get_unsubscribe_link
            else "",
        )
        values = kind.get_values(notification, data)
        content = compose_mail(kind, subject, body, values=values, clinic=clinic, footer=footer)
        text, html = to_text_and_html(content)
        attachments = kind.get_attachments(notification)
        return RenderedMail(content.subject, text, html, footer.headers, attachments)


def render_sample(kind: NotificationKind, subject: str, body: str) -> RenderedMail:
    """Return a mail with these words and sample values, for the owner. Nothing is attached."""
    clinic = ClinicProfile.objects.get()
    with translation.override(settings.LANGUAGE_CODE):
        footer = MailFooter(reply_to=_reply_to({}, clinic), is_sample=True)
        values = {**common_sample_values(clinic), **kind.get_sample_values(clinic)}
        content = compose_mail(kind, subject, body, values=values, clinic=clinic, footer=footer)
        text, html = to_text_and_html(content)
        return RenderedMail(content.subject, text, html, footer.headers)


def get_wording(kind: NotificationKind) -> tuple[str, str]:
    """Return subject and body: the owner's if there are any, or the kind's default words."""
    custom_text = (
        NotificationText.objects.filter(kind=kind.name).first() if kind.is_editable else None
    )
    if custom_text is not None:
        return custom_text.subject, custom_text.body
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
    """Replace the placeholders of subject and body. Paragraphs that end up empty are left out."""
    clean = {name: clean_text(values[name]) for name in kind.placeholders if name in values}
    paragraphs = re.split(r"\n[ \t]*\n", clean_text(body))
    blocks = [_build_block(paragraph, clean) for paragraph in paragraphs]
    return MailContent(
        subject=clean_subject(
            fill_placeholders(subject, {k: clean_line(v) for k, v in clean.items()})
        ),
        blocks=[block for block in blocks if block.lines or block.details],
        actions=[
            action
            for pair in (kind.action, kind.secondary_action)
            if (action := _build_action(pair, clean))
        ],
        sign_off=_sign_off(clinic) if kind.has_sign_off else [],
        footer=footer.lines,
        sender=clean_line(clinic.name) if clinic else "",
    )


def fill_placeholders(text: str, values: Mapping[str, str]) -> str:
    """Replace each known placeholder once; placeholders inside values are not replaced."""
    return PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), text)


def to_text_and_html(content: MailContent) -> tuple[str, str]:
    """Return the content as plain text and as HTML."""
    parts = [block.text for block in content.blocks]
    parts += [f"{label}:\n{address}" for label, address in content.actions]
    if content.sign_off:
        parts.append("\n".join(content.sign_off))
    text = "\n\n".join([*parts, "\n".join(["-- ", *content.footer])]) + "\n"
    language = {"lang": translation.get_language(), "rtl": translation.get_language_bidi()}
    context = {"mail": content, "styles": MAIL_STYLES, **language}
    return text, render_to_string("booking/notifications/mail.html", context)


def lines_to_html(lines: Sequence[str]) -> list[SafeString]:
    """Return lines as HTML.

    If a line ends in a colon and the next one is a link to this site, the first becomes the text
    of the link, because such links are long.
    """
    html: list[SafeString] = []
    remaining = list(lines)
    while remaining:
        line = remaining.pop(0)
        if line.endswith(":") and remaining and re.fullmatch(_own_link(), remaining[0]):
            html.append(format_html('<a href="{}">{}</a>', remaining.pop(0), line[:-1]))
        else:
            html.append(link_own_urls(line))
    return html


def link_own_urls(line: str) -> SafeString:
    """Return the escaped line, with links to this site as links; other URLs stay text."""
    parts = re.split(f"({_own_link()})", line)
    return format_html_join(
        "",
        "{}",
        (
            (format_html('<a href="{}">{}</a>', part, part) if index % 2 else part,)
            for index, part in enumerate(parts)
        ),
    )


def _own_link() -> str:
    return f"{re.escape(settings.BASE_URL)}{URL_PATH}"


def _build_action(
    pair: tuple[StrOrPromise, str] | None, values: Mapping[str, str]
) -> tuple[str, str] | None:
    """Return label and address of a button, or None if the address is not of this site."""
    label, placeholder = pair or ("", "")
    address = values.get(placeholder, "")
    is_own = address.startswith(f"{settings.BASE_URL}/")
    return (clean_line(fill_placeholders(str(label), values)), address) if is_own else None


def _build_block(paragraph: str, values: Mapping[str, str]) -> MailBlock:
    lines = [line.rstrip() for line in fill_placeholders(paragraph, values).strip().splitlines()]
    if DETAILS_PLACEHOLDER.fullmatch(paragraph.strip()):
        pairs = [line.partition(": ") for line in lines]
        return MailBlock(details=[(label, value) for label, _colon, value in pairs])
    return MailBlock(lines=lines, is_code=paragraph.strip() == "{code}")


def _sign_off(clinic: ClinicProfile | None) -> list[str]:
    if clinic is None:
        return []
    lines = [_("Kind regards,"), clinic.name, clinic_address(clinic), clinic.phone]
    return [clean_line(line) for line in lines if line]


def _reply_to(data: Mapping[str, Any], clinic: ClinicProfile | None) -> str:
    """Return the reply address: the contact form's sender, or the clinic. Blank if not valid."""
    address = str(data.get("reply_to") or (clinic.email if clinic else ""))
    try:
        validate_email(address)
    except ValidationError:
        return ""
    return address
