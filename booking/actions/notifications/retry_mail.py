"""Trying at once to send mails again, when somebody has mended what stopped the queue."""

from booking.notifications.mail_server import request_probe


def retry_mail_now() -> None:
    """Let the worker try again within seconds. Does nothing while mails are sent."""
    request_probe()
