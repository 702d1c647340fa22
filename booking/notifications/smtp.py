"""Sending one rendered mail, and what the answers of the mail server mean."""

import json
import unicodedata
from base64 import b64decode, b64encode
from email import encoders
from email.headerregistry import Address
from email.mime.base import MIMEBase
from smtplib import (
    SMTPDataError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from booking.models import Notification
from booking.notifications.kinds import Attachment, RenderedMail
from booking.notifications.return_path import return_path

PERMANENT_CODES = range(500, 600)
SERVER_UNAVAILABLE_CODES = {421, 451, 452, 454, 530, 534, 535, 538}


class MailServerUnavailable(Exception):
    """The mail server cannot be reached or accepts no mail now. Try all mails later."""


class TemporaryDeliveryError(Exception):
    """The mail server does not accept this mail now. Try it later."""


class PermanentDeliveryError(Exception):
    """The mail server will never accept this mail."""


def send_email(
    notification: Notification, mail: RenderedMail, connection: BaseEmailBackend
) -> None:
    """Send one mail.

    Raises MailServerUnavailable, TemporaryDeliveryError or PermanentDeliveryError. Their texts are
    shown on the desk, and contain neither addresses nor anything from the mail.
    """
    try:
        connection.send_messages([build_email(notification, mail)])
    except SMTPRecipientsRefused as error:
        code = max((code for code, _ in error.recipients.values()), default=450)
        raise _error_for_code(code) from error
    except (SMTPDataError, SMTPSenderRefused) as error:
        raise _error_for_code(error.smtp_code) from error
    except SMTPResponseException as error:  # at the greeting or sign-in, not about this mail
        raise MailServerUnavailable(f"The mail server answered {error.smtp_code}.") from error
    except (SMTPException, OSError) as error:
        raise MailServerUnavailable(f"The mail server is away ({type(error).__name__}).") from error
    except ValueError as error:  # a header or address that cannot be written
        raise PermanentDeliveryError("The address cannot be written in a mail.") from error


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


def _error_for_code(code: int) -> Exception:
    if code in SERVER_UNAVAILABLE_CODES:
        return MailServerUnavailable(f"The mail server answered {code}.")
    if code in PERMANENT_CODES:
        return PermanentDeliveryError(f"The mail server refused it for good ({code}).")
    return TemporaryDeliveryError(f"The mail server asked to try later ({code}).")


def _mime_part(attachment: Attachment) -> MIMEBase:
    main, _, sub = attachment.content_type.partition("/")
    part = MIMEBase(main, sub)
    for name, value in attachment.parameters.items():
        part.set_param(name, value)
    part.set_payload(attachment.content)
    encoders.encode_base64(part)
    part.add_header("Content-Disposition", "attachment", filename=attachment.name)
    return part
