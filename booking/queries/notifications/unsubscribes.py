"""Patients who have stopped optional mails, and the link that does it.

The link belongs to a patient and the address that the mail went to: it ends with the address.
"""

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from booking.models import Patient
from clinic.lib.crypto import signed_links

LINK_PURPOSE, LINK_VERSION = "stop-mail", 1


def make_unsubscribe_token(patient: Patient) -> str:
    """Return a token that opens the page to unsubscribe, and nothing else."""
    return signed_links.make_token(_purpose(patient), patient.public_id, LINK_VERSION)


def find_patient_by_unsubscribe_token(token: str) -> Patient | None:
    """Return the patient whose mail had this token in its link, or None if it is not valid."""
    row = signed_links.unverified_row_id(token)
    patient = Patient.objects.filter(public_id=row).first() if row is not None else None
    if patient is None or row is None:
        return None
    genuine = signed_links.is_valid_token(token, _purpose(patient), row, LINK_VERSION)
    return patient if genuine else None


def _purpose(patient: Patient) -> str:
    return f"{LINK_PURPOSE}:{patient.email.lower()}"


def has_stopped_optional_mail(email: str) -> bool:
    """Return whether any patient with this address has unsubscribed, or is restricted.

    The mailbox counts. What was merged follows the restriction of the record it is in.
    """
    is_restricted = Q(restricted_since__isnull=False, merged_into=None)
    gets_none = Q(no_extra_mail_since__isnull=False) | is_restricted
    return patients_with_email(email).filter(gets_none).exists()


def patients_with_email(email: str) -> QuerySet[Patient]:
    """Return all patients with this address, ignoring case."""
    return Patient.objects.annotate(address=Lower("email")).filter(address=email.lower())
