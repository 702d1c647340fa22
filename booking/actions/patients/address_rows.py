"""Rows of the core that only an e-mail address leads to, for an erasure after a restore.

Keyed hashes of addresses, such as those of proven ones and in the audit trail, stay: nobody can
read them back.
"""

from collections.abc import Iterator, Sequence

from booking.actions.patients.erasure_parts import erase_accounts
from booking.models import Invitation, Notification, User
from booking.registries import erasures_after_restore
from booking.registries.erasures_after_restore import ROWS_AT_A_TIME, AddressRow, AddressSource
from booking.registries.people import Person
from clinic.lib.dates import clock


def register_address_rows() -> None:
    """Add the core's rows to what is erased again by an address."""
    erasures_after_restore.register_address_source(AddressSource(_find_mails, _erase_mails))
    erasures_after_restore.register_address_source(AddressSource(_find_accounts, _erase_accounts))
    erasures_after_restore.register_address_source(
        AddressSource(_find_invitations, _erase_invitations)
    )


def _find_mails() -> Iterator[AddressRow]:
    rows = Notification.objects.filter(is_to_patient=False).exclude(to_email="").order_by("pk")
    found = rows.values_list("pk", "to_email", "created_at")
    return (AddressRow(*row) for row in found.iterator(ROWS_AT_A_TIME))


def _erase_mails(pks: Sequence[int]) -> None:
    Notification.objects.filter(pk__in=pks).delete()


def _find_accounts() -> Iterator[AddressRow]:
    """Yield accounts without a record that are not of staff."""
    rows = User.objects.filter(patient=None, staff_roles=None, is_staff=False, is_superuser=False)
    found = rows.order_by("pk").values_list("pk", "email", "joined_at")
    return (AddressRow(*row) for row in found.iterator(ROWS_AT_A_TIME))


def _erase_accounts(pks: Sequence[int]) -> None:
    users = tuple(User.objects.filter(pk__in=pks).order_by("pk"))
    emails = frozenset(user.email for user in users)
    erase_accounts(Person((), users, emails), clock.now())


def _find_invitations() -> Iterator[AddressRow]:
    """Yield the invitations to the team."""
    found = Invitation.objects.order_by("pk").values_list("pk", "email", "created_at")
    return (AddressRow(*row) for row in found.iterator(ROWS_AT_A_TIME))


def _erase_invitations(pks: Sequence[int]) -> None:
    Invitation.objects.filter(pk__in=pks).delete()
