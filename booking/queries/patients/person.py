"""Everything that belongs to one person: records, accounts and e-mail addresses.

A guest booking always makes a new record, so one person can have several under one address, and
some that were merged.
"""

from collections.abc import Iterable

from django.db.models import Q

from booking.models import EmailChange, Patient, User
from booking.registries.people import Person


def find_person(email: str) -> Person:
    """Return the person with an e-mail address; one without records and accounts if nobody has it.

    A record with this address that belongs to an account with another one is somebody else's.
    """
    address = email.strip().lower()
    if not address:
        return Person((), (), frozenset())
    own = Q(user__email=address) | Q(email__iexact=address, user=None)
    records = _with_merged(Patient.objects.filter(own))
    return _person(records, User.objects.filter(email=address), {address})


def find_person_of(patient: Patient) -> Person:
    """Return the person of one record: with it go its account and what was merged with it."""
    records = _with_merged([patient])
    return _person(records, [record.user for record in records if record.user], set())


def _with_merged(records: Iterable[Patient]) -> list[Patient]:
    """Add the records that were merged with these, in either direction. Ordered by number."""
    found: dict[int, Patient] = {}
    pending = {record.pk for record in records}
    while pending:
        rows = Patient.objects.filter(pk__in=pending).select_related("user", "preferred_therapist")
        found |= {row.pk: row for row in rows}
        above = {row.merged_into_id for row in rows if row.merged_into_id is not None}
        below = Patient.objects.filter(merged_into__in=pending).values_list("pk", flat=True)
        pending = (above | set(below)) - found.keys()
    return [found[pk] for pk in sorted(found)]


def _person(records: list[Patient], users: Iterable[User], addresses: set[str]) -> Person:
    accounts = {user.pk: user for user in users}
    accounts |= {record.user.pk: record.user for record in records if record.user is not None}
    emails = addresses | {record.email.lower() for record in records}
    emails |= {account.email for account in accounts.values()}
    changes = EmailChange.objects.filter(user__in=accounts, completed_at__isnull=False)
    for pair in changes.values_list("old_email", "new_email"):
        emails |= {email.lower() for email in pair}
    ordered = tuple(accounts[pk] for pk in sorted(accounts))
    return Person(tuple(records), ordered, frozenset(emails - {""}))
