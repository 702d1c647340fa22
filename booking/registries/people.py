"""The person that copies and erasures are about."""

from dataclasses import dataclass

from booking.models import Patient, User

MIN_TEXT = 4
"""Shorter names are part of too many words to be searched for."""


@dataclass(frozen=True, slots=True)
class Person:
    """The records and accounts of one person, as they are on file.

    `records` include those that were merged into another. `emails` are in lower case, former ones
    included.
    """

    records: tuple[Patient, ...]
    accounts: tuple[User, ...]
    emails: frozenset[str]

    def __bool__(self) -> bool:
        return bool(self.records or self.accounts)

    @property
    def record_pks(self) -> list[int]:
        """The primary keys of the records."""
        return [record.pk for record in self.records]

    @property
    def account_pks(self) -> list[int]:
        """The primary keys of the accounts."""
        return [account.pk for account in self.accounts]

    def texts(self) -> frozenset[str]:
        """Return what names the person in a text: addresses, full names, and phone numbers."""
        records = [record for record in self.records if record.erased_at is None]
        names = {value for record in records for value in (record.name, record.phone)}
        names |= {account.name for account in self.accounts}
        return frozenset({text for text in names if len(text.strip()) >= MIN_TEXT} | self.emails)

    def is_named_in(self, text: str) -> bool:
        """Whether a text holds an address, a full name or a phone number of the person."""
        folded = text.casefold()
        return any(own.casefold() in folded for own in self.texts())
