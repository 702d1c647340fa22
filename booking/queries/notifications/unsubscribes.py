"""Who wants no mails beyond those that an appointment needs."""

from django.db.models import QuerySet
from django.db.models.functions import Lower

from booking.models import Patient
from clinic.lib.crypto import signed_links

LINK_PURPOSE, LINK_VERSION = "stop-mail", 1


def make_unsubscribe_token(patient: Patient) -> str:
    """Opens the page on which such mails are stopped, and nothing else."""
    return signed_links.make_token(LINK_PURPOSE, patient.public_id, LINK_VERSION)


def find_patient_by_unsubscribe_token(token: str) -> Patient | None:
    """The patient whose mail the link was in."""
    row = signed_links.unverified_row_id(token)
    if row is None or not signed_links.is_valid_token(token, LINK_PURPOSE, row, LINK_VERSION):
        return None
    return Patient.objects.filter(public_id=row).first()


def is_unsubscribed(email: str) -> bool:
    """Under whatever name or appointment: the wish belongs to the mailbox."""
    return patients_with_email(email).filter(no_extra_mail_since__isnull=False).exists()


def patients_with_email(email: str) -> QuerySet[Patient]:
    """Everybody who gave that address, in whatever case."""
    return Patient.objects.annotate(address=Lower("email")).filter(address=email.lower())
