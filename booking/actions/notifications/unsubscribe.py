"""Somebody wants no more mails that their appointment does not need."""

from django.db import transaction

from booking.models import Patient
from booking.queries.notifications.unsubscribes import patients_with_email
from clinic.lib.dates import clock


def stop_optional_mail(patient: Patient) -> None:
    """For the mailbox, under whatever name it booked. Twice is once; what is waiting in the
    outbox sees it when it is due."""
    with transaction.atomic():
        rows = patients_with_email(patient.email).filter(no_extra_mail_since__isnull=True)
        rows.update(no_extra_mail_since=clock.now())
