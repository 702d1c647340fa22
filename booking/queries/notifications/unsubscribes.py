"""Patients who have stopped optional mails, and the link that does it."""

from django.db.models import QuerySet
from django.db.models.functions import Lower

from booking.models import Patient
from clinic.lib.crypto import signed_links

LINK_PURPOSE, LINK_VERSION = "stop-mail", 1


def make_unsubscribe_token(patient: Patient) -> str:
    """Return a token that opens the page to unsubscribe, and nothing else."""
    return signed_links.make_token(LINK_PURPOSE, patient.public_id, LINK_VERSION)


def find_patient_by_unsubscribe_token(token: str) -> Patient | None:
    """Return the patient whose mail had this token in its link, or None if it is not valid."""
    row = signed_links.unverified_row_id(token)
    if row is None or not signed_links.is_valid_token(token, LINK_PURPOSE, row, LINK_VERSION):
        return None
    return Patient.objects.filter(public_id=row).first()


def is_unsubscribed(email: str) -> bool:
    """Return whether any patient with this address has unsubscribed; the mailbox counts."""
    return patients_with_email(email).filter(no_extra_mail_since__isnull=False).exists()


def patients_with_email(email: str) -> QuerySet[Patient]:
    """Return all patients with this address, ignoring case."""
    return Patient.objects.annotate(address=Lower("email")).filter(address=email.lower())
