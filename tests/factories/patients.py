"""Factories for merges of patient records, changes of addresses and requests for erasure."""

from typing import Any

import factory

from booking.models import EmailChange, ErasureRequest, PatientMerge, Restriction
from clinic.lib.dates import clock
from tests.factories.booking import ModelFactory, PatientFactory, UserFactory


class PatientMergeFactory(ModelFactory[PatientMerge]):
    """The merge of a duplicate just now; no rows were moved."""

    class Meta:
        model = PatientMerge

    remaining: Any = factory.SubFactory(PatientFactory)
    duplicate: Any = factory.SubFactory(PatientFactory)


class EmailChangeFactory(ModelFactory[EmailChange]):
    """A change whose code was not entered yet."""

    class Meta:
        model = EmailChange

    user: Any = factory.SubFactory(UserFactory)
    old_email: Any = factory.SelfAttribute("user.email")
    new_email = factory.Sequence(lambda n: f"new{n}@mail.example")


class ErasureRequestFactory(ModelFactory[ErasureRequest]):
    """An open request."""

    class Meta:
        model = ErasureRequest

    patient: Any = factory.SubFactory(PatientFactory)


class RestrictionFactory(ModelFactory[Restriction]):
    """An open request."""

    class Meta:
        model = Restriction

    patient: Any = factory.SubFactory(PatientFactory)
    ground = "claims"
    requested_at: Any = factory.LazyFunction(clock.now)
