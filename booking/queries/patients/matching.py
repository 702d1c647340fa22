"""Which patients may be the same person: the one rule of phone booking, record, merge and import.

Three things are compared, each normalized first:

* the name: without accents, apostrophes, capitals and surplus spaces; a hyphen is a space,
* the e-mail address: without accents, apostrophes and capitals,
* the phone number: its last seven digits without the extension, so that a country or area code may
  be missing. Numbers with fewer than six digits are not compared.

Two people *look alike* if any of the three is equal. They are *the same person* if the name and
one of the other two are equal.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from booking.access.roles import AnyUser
from booking.access.scope import visible_patients
from booking.inputs import ContactDetails, PersonalDetails
from booking.models import Patient
from clinic.lib.text.phone_numbers import phone_digits
from clinic.lib.text.search_text import normalize_email, normalize_text

MIN_PHONE_DIGITS = 6
COMPARED_PHONE_DIGITS = 7
MAX_LOOK_ALIKES = 8


@dataclass(frozen=True, slots=True)
class IdentityKeys:
    """The normalized values by which two people are compared; empty if there is no value."""

    name: str
    email: str
    phone: str

    def looks_like(self, other: "IdentityKeys") -> bool:
        """Whether the name, the e-mail address or the phone number is the same."""
        return (
            (bool(self.name) and self.name == other.name)
            or (bool(self.email) and self.email == other.email)
            or (bool(self.phone) and self.phone == other.phone)
        )

    def pairs(self) -> list[tuple[str, str]]:
        """Name with e-mail and name with phone: people who share a pair are the same person."""
        return [(self.name, contact) for contact in (self.email, self.phone) if contact]

    def as_q(self) -> Q:
        """The filter on patients that `looks_like` describes.

        `Patient.search_text` holds name, e-mail and digits, normalized, with spaces between.
        """
        look_alikes = Q(pk__in=())
        if self.name:
            look_alikes |= Q(
                search_text__startswith=f"{self.name} ",
                search_text__regex=rf"^{re.escape(self.name)} [^ ]* [0-9]*$",
            )
        if self.email:
            look_alikes |= Q(search_text__contains=f" {self.email} ")
        if self.phone:
            is_whole = len(self.phone) < COMPARED_PHONE_DIGITS
            look_alikes |= Q(search_text__endswith=f" {self.phone}" if is_whole else self.phone)
        return look_alikes


def identity_keys(person: ContactDetails | PersonalDetails | Patient) -> IdentityKeys:
    """Return the values by which a person is compared."""
    digits = phone_digits(person.phone)
    return IdentityKeys(
        normalize_text(person.name),
        normalize_email(person.email),
        digits[-COMPARED_PHONE_DIGITS:] if len(digits) >= MIN_PHONE_DIGITS else "",
    )


def look_alikes_of(
    user: AnyUser, person: ContactDetails | PersonalDetails | Patient, now: datetime
) -> list[Patient]:
    """Return the patients visible to `user` who look like this person, by name, at most
    MAX_LOOK_ALIKES. One query.

    A patient is not among their own look-alikes.
    """
    patients = visible_patients(user, now).filter(identity_keys(person).as_q())
    if isinstance(person, Patient):
        patients = patients.exclude(pk=person.pk)
    return list(patients.order_by("name", "pk")[:MAX_LOOK_ALIKES])
