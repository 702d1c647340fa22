"""The factory for merges of patient records."""

from typing import Any

import factory

from booking.models import PatientMerge
from tests.factories.booking import ModelFactory, PatientFactory


class PatientMergeFactory(ModelFactory[PatientMerge]):
    """The merge of a duplicate just now; no rows were moved."""

    class Meta:
        model = PatientMerge

    remaining: Any = factory.SubFactory(PatientFactory)
    duplicate: Any = factory.SubFactory(PatientFactory)
