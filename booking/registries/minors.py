"""What is known about the age of a patient, and whether a guardian may book: a feature fills it.

    minors.register(MinorsProvider(find_age, record_consent))

Without a feature no age is known: the health questions ask it, and whoever is under 18 is asked
to call.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from booking.models import Patient, User


@dataclass(frozen=True, slots=True)
class KnownAge:
    """What the record of a patient says about an appointment on a day.

    Attributes:
        is_minor: Whether the patient is under 18 on that day.
        may_be_booked: Whether the user is a guardian who may book online for a minor of this age.
        has_consent: Whether a guardian has agreed to the consent that counts now.
        consent: The text to which a guardian agrees.
        therapist_note: What the therapist is told.
        youngest: From which age a guardian can book online, in years; 18 if not at all.
    """

    is_minor: bool
    may_be_booked: bool = False
    has_consent: bool = False
    consent: str = ""
    therapist_note: str = ""
    youngest: int = 18

    @property
    def is_closed_online(self) -> bool:
        """Whether the patient is a minor who cannot be booked online by this user."""
        return self.is_minor and not self.may_be_booked

    @property
    def needs_guardian_consent(self) -> bool:
        """Whether the user is asked for the consent of a guardian."""
        return self.is_minor and self.may_be_booked and not self.has_consent


@dataclass(frozen=True, slots=True)
class MinorsProvider:
    """The functions of a feature that knows dates of birth and guardians.

    Attributes:
        find_age: Return what is known about a patient on a day, or None; the user acts for them, or
            is None.
        record_consent: Record, in the caller's transaction, that a user agrees for a patient.
        find_youngest: Return from which age a guardian can book online, in years.
    """

    find_age: Callable[[Patient, User | None, date], KnownAge | None]
    record_consent: Callable[[Patient, User], None]
    find_youngest: Callable[[], int]


_providers: list[MinorsProvider] = []


def register(provider: MinorsProvider) -> None:
    """Add a provider. Registering it twice adds it once."""
    if provider not in _providers:
        _providers.append(provider)


def find_age(patient: Patient, guardian: User | None, day: date) -> KnownAge | None:
    """Return what is known about a patient on a day, or None. `guardian` acts for the patient."""
    found = (provider.find_age(patient, guardian, day) for provider in _providers)
    return next((age for age in found if age is not None), None)


def record_consent(patient: Patient, guardian: User) -> None:
    """Record that a guardian agrees, in the caller's transaction."""
    for provider in _providers:
        provider.record_consent(patient, guardian)


def youngest_online() -> int:
    """Return from which age a guardian can book online, in years; 18 if not at all."""
    return min((provider.find_youngest() for provider in _providers), default=18)
