"""Who wants no mails beyond those that an appointment needs."""

from django.db.models import QuerySet
from django.db.models.functions import Lower

from booking.models import Patient
from clinic.lib.crypto import signed_links

STOP, VERSION = "stop-mail", 1


def stop_token(patient: Patient) -> str:
    """Opens the page on which such mails are stopped, and nothing else."""
    return signed_links.make_token(STOP, patient.public_id, VERSION)


def find_by_stop_token(token: str) -> Patient | None:
    """The patient whose mail the link was in."""
    row = signed_links.claimed_row(token)
    if row is None or not signed_links.is_genuine(token, STOP, row, VERSION):
        return None
    return Patient.objects.filter(public_id=row).first()


def has_stopped(email: str) -> bool:
    """Under whatever name or appointment: the wish belongs to the mailbox."""
    return known_under(email).filter(no_extra_mail_since__isnull=False).exists()


def known_under(email: str) -> QuerySet[Patient]:
    """Everybody who gave that address, in whatever case."""
    return Patient.objects.annotate(address=Lower("email")).filter(address=email.lower())
