"""Mails as Django sends them, and as JSON in the outbox."""

import json
import unicodedata
from base64 import b64decode, b64encode
from email import encoders
from email.headerregistry import Address
from email.mime.base import MIMEBase

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from booking.models import Notification
from booking.notifications.kinds import Attachment, RenderedMail
from booking.notifications.return_path import return_path


def build_email(notification: Notification, mail: RenderedMail) -> EmailMultiAlternatives:
    """Return the mail as Django sends it, with the notification's Message-ID."""
    email = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text,
        from_email=return_path(notification) or None,
        to=[format_recipient(notification.to_name, notification.to_email)],
        headers={
            **mail.headers,
            "From": settings.DEFAULT_FROM_EMAIL,
            "Message-ID": notification.message_id,
        },
    )
    if mail.html:
        email.attach_alternative(mail.html, "text/html")
    for attachment in mail.attachments:
        email.attach(_mime_part(attachment))
    return email


def format_recipient(name: str, address: str) -> str:
    """Return `Name <address>` for the To header, without control characters in the name."""
    name = "".join(c for c in name if unicodedata.category(c) not in ("Cc", "Cf", "Zl", "Zp"))
    user, _, domain = address.rpartition("@")
    return str(Address(name.strip()[:100], user, domain)) if name.strip() else address


def mail_to_json(mail: RenderedMail) -> str:
    """Return the mail as JSON, for the column `Notification.rendered`."""
    return json.dumps(
        {
            "subject": mail.subject,
            "text": mail.text,
            "html": mail.html,
            "headers": dict(mail.headers),
            "attachments": [
                [a.name, a.content_type, b64encode(a.content).decode(), dict(a.parameters)]
                for a in mail.attachments
            ],
        }
    )


def mail_from_json(text: str) -> RenderedMail:
    """Return the mail from the JSON of `mail_to_json`."""
    raw = json.loads(text)
    attachments = [
        Attachment(name, kind, b64decode(content), parameters)
        for name, kind, content, parameters in raw.pop("attachments")
    ]
    return RenderedMail(**raw, attachments=attachments)


def _mime_part(attachment: Attachment) -> MIMEBase:
    main, _, sub = attachment.content_type.partition("/")
    part = MIMEBase(main, sub)
    for name, value in attachment.parameters.items():
        part.set_param(name, value)
    part.set_payload(attachment.content)
    encoders.encode_base64(part)
    part.add_header("Content-Disposition", "attachment", filename=attachment.name)
    return part
