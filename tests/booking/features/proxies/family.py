"""Ana, who books for others, and the people for whom she books."""

from dataclasses import dataclass

from booking.access.proxies import Permission
from booking.actions.actor import Actor, ActorType
from booking.features.proxies.actions.grants import GrantTerms
from booking.models import Patient, User
from clinic.lib.dates import clock
from tests.factories import PatientFactory, UserFactory
from tests.people import patient_user

ALL = frozenset(Permission)
BOOK_AND_TIMES = frozenset({Permission.BOOK, Permission.SEE_TIMES})
TERMS = GrantTerms(BOOK_AND_TIMES)


@dataclass(frozen=True)
class Person:
    """A patient with an account."""

    user: User
    patient: Patient

    @property
    def actor(self) -> Actor:
        """The person, for themselves."""
        return Actor(ActorType.PATIENT, self.user)

    def acting_for(self, patient: Patient) -> Actor:
        """The person, for somebody else."""
        return Actor(ActorType.PATIENT, self.user, for_patient=patient)


def person(name: str) -> Person:
    """Return a patient who signs in with an address made of the name."""
    email = f"{name.lower()}@mail.example"
    user = patient_user(name=f"{name} Reader", email=email, last_login=clock.now())
    return Person(user, PatientFactory(name=f"{name} Reader", email=email, user=user))


def staff_actor(user: User) -> Actor:
    """Return a member of staff as an actor."""
    return Actor(ActorType.STAFF, user)


def never_signed_in() -> User:
    """Return an account whose code was never entered."""
    return UserFactory(last_login=None)
