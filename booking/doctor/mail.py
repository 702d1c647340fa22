"""Mail: the settings, the server, the queue, and what others need in order to accept our mails."""

import smtplib
from collections.abc import Iterator
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import get_connection
from django.core.validators import validate_email

from booking.doctor.site_settings import LOCAL_HOSTS
from booking.models import Notification
from booking.notifications.mail_alarm import load_mail_alarm
from booking.queries.notifications.heartbeats import count_overdue_notifications
from clinic.lib.dates import clock

NO_MAIL_SCHEMES = frozenset({"console", "file", "memory", "dummy"})
"""Schemes of EMAIL_URL with which no mail leaves the machine."""
SIGN_IN_REFUSED = (
    "The mail server does not accept our sign-in. Check user name and password in EMAIL_URL."
)


def check_mail_settings() -> Iterator[tuple[bool, str]]:
    """Check EMAIL_URL and DEFAULT_FROM_EMAIL, and name the DNS records that mails need."""
    scheme = urlsplit(settings.EMAIL_URL).scheme
    if scheme in NO_MAIL_SCHEMES and not settings.DEMO:
        yield (
            False,
            f"EMAIL_URL is {scheme}://, so no mail reaches anybody. Set it to your mail server, "
            "such as smtp://user:password@mail.example.com:587/?tls=True",
        )
    is_encrypted = settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL
    if settings.EMAIL_HOST_USER and not is_encrypted and settings.EMAIL_HOST not in LOCAL_HOSTS:
        yield (
            False,
            "EMAIL_URL sends the password of the mail server without encryption. Add ?tls=True.",
        )
    yield from _check_sender()


def _check_sender() -> Iterator[tuple[bool, str]]:
    sender = settings.DEFAULT_FROM_EMAIL
    _name, address = parseaddr(sender)
    domain = address.rpartition("@")[2]
    try:
        validate_email(address)
    except ValidationError:
        domain = ""
    if "." not in domain and not settings.DEMO:
        yield (
            False,
            f"DEFAULT_FROM_EMAIL is {sender!r}, from which no mail server takes a mail. Set it to "
            "an address of yours, such as clinic@example.com or Oak Clinic <clinic@example.com>",
        )
    elif not settings.DEMO:
        yield (
            True,
            f"Mails come from {address}. So that others accept them, {domain} needs three DNS "
            "records (TXT), which your mail provider names: SPF, such as v=spf1 "
            f"include:PROVIDER -all; DKIM at SELECTOR._domainkey.{domain}; DMARC at "
            f"_dmarc.{domain}, such as v=DMARC1; p=quarantine. See them with: dig +short TXT "
            f"{domain} _dmarc.{domain}",
        )


def check_mail_server() -> Iterator[tuple[bool, str]]:
    """Check that the mail server answers and accepts the sign-in."""
    if not settings.EMAIL_URL:
        yield (
            settings.DEMO,
            "EMAIL_URL is not set: mails are kept here and nobody gets them. Set it to your mail "
            "server, such as smtp://user:password@mail.example.com:587/?tls=True",
        )
        return
    mail = get_connection()
    try:
        mail.open()
        mail.close()
    except smtplib.SMTPAuthenticationError:
        yield False, SIGN_IN_REFUSED
    except (OSError, ValueError) as error:  # ValueError: a host name that cannot be one
        yield (
            False,
            f"The mail server does not answer ({type(error).__name__}). Check host and port in "
            "EMAIL_URL, and whether this machine may connect to it.",
        )
    else:
        yield True, "The mail server answers."


def check_mail_queue() -> Iterator[tuple[bool, str]]:
    """Check whether mails are late, undeliverable or refused, or no mail is taken at all."""
    now = clock.now()
    overdue, failed = count_overdue_notifications(now), Notification.objects.undeliverable().count()
    yield overdue == 0, f"{overdue} messages are overdue." + _where(overdue, "the desk lists them")
    yield (
        failed == 0,
        f"{failed} messages could not be delivered; the desk shows them."
        + _where(failed, "Desk, Mail: call these people, and correct their addresses"),
    )
    alarm = load_mail_alarm(now)
    if alarm is not None:
        yield (
            False,
            f"No mails are sent since {alarm.since:%Y-%m-%d %H:%M} UTC: {alarm.waiting} wait, none "
            f"is lost. {alarm.meaning} It said: {alarm.reply!r}. {alarm.advice} The next try is at "
            f"{alarm.next_try_at:%H:%M:%S} UTC; the desk has a button to try again now.",
        )
    refused = Notification.objects.refused().count() if alarm is None else 0
    yield refused == 0, f"{refused} messages are refused by the mail server; the desk shows them."


def _where(count: int, what: str) -> str:
    return f" {what[0].upper()}{what[1:]}." if count else ""
