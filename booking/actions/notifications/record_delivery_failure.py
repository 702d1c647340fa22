"""Record that a mail came back."""

from datetime import datetime

from django.db.models import Max
from django.utils.translation import gettext as _

from booking.actions.locks import write_action, write_transaction
from booking.models import Notification
from booking.queries.notifications.unsubscribes import patients_with_email
from clinic.lib.dates import clock
from clinic.lib.mail.delivery_reports import Failure


@write_action
def record_delivery_failure(
    about: Notification | str,
    failure: Failure,
    *,
    code: str = "",
    recipient: str = "",
    happened_at: datetime | None = None,
) -> bool:
    """Record that a mail, or mails to an address, could not be delivered.

    A permanent failure ends the mail as undeliverable. If the mailbox does not exist, the patients
    who have that address are also marked, unless it is a second report about the same mail, or
    staff have since recorded that mails arrive: the mail was sent before that, or the failure
    happened before that or at an unknown time.

    `recipient` is the address that the report is about: if somebody forwards their mail to a
    mailbox that does not exist, their own address is not marked. `code` is the status code of the
    report. A second call changes nothing. Returns False if nothing was recorded, as for a temporary
    failure.
    """
    if failure == Failure.TEMPORARY:
        return False
    with write_transaction():
        if isinstance(about, Notification):
            recorded = _fail(about, failure, code)
            email = about.to_email
        else:
            recorded, email = False, about
        if isinstance(about, Notification):
            happened_at = about.sent_at
        is_first_report = recorded or not isinstance(about, Notification)
        is_their_own = not recipient or recipient.lower() == email.lower()
        is_about_mailbox = failure == Failure.NO_SUCH_MAILBOX and bool(email)
        is_valid = is_about_mailbox and is_first_report and is_their_own
        if is_valid and not _was_cleared_since(email, happened_at):
            reached = patients_with_email(email).filter(undeliverable_since__isnull=True)
            recorded = bool(reached.update(undeliverable_since=clock.now())) or recorded
    return recorded


def _was_cleared_since(email: str, happened_at: datetime | None) -> bool:
    """Return whether staff have recorded, after that moment (None: ever), that mails to an address
    arrive."""
    latest: datetime | None = patients_with_email(email).aggregate(
        latest=Max("undeliverable_cleared_at")
    )["latest"]
    return latest is not None and (happened_at is None or happened_at <= latest)


def _fail(notification: Notification, failure: Failure, code: str) -> bool:
    """End a mail that was sent as undeliverable; False if it has another status."""
    reason = (
        Notification.Failure.NO_SUCH_MAILBOX
        if failure == Failure.NO_SUCH_MAILBOX
        else Notification.Failure.MESSAGE_REFUSED
    )
    problem = _("It came back: %(reason)s.") % {"reason": reason.label}
    sent = Notification.objects.filter(pk=notification.pk, status=Notification.Status.SENT)
    return bool(
        sent.update(
            status=Notification.Status.FAILED,
            failure=reason,
            failed_at=clock.now(),
            problem=f"{problem} ({code})" if code else problem,
        )
    )
