"""Stopping mails that an appointment does not need."""

from django.db import transaction

from booking.models import Patient
from booking.queries.notifications.unsubscribes import patients_with_email
from clinic.lib.dates import clock


def stop_optional_mail(patient: Patient) -> None:
    """Unsubscribe all patients with this patient's address from optional mails.

    Does nothing the second time. Queued mails check this when they are due.
    """
    with transaction.atomic():
        rows = patients_with_email(patient.email).filter(no_extra_mail_since__isnull=True)
        rows.update(no_extra_mail_since=clock.now())
