"""The factory for merges of patient records."""

from typing import Any

import factory

from booking.models import PatientMerge
from tests.factories.booking import ModelFactory, PatientFactory


class PatientMergeFactory(ModelFactory[PatientMerge]):
    """A record that went into another just now; nothing of theirs is moved."""

    class Meta:
        model = PatientMerge

    remaining: Any = factory.SubFactory(PatientFactory)
    duplicate: Any = factory.SubFactory(PatientFactory)
