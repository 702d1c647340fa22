"""Factories for retention rules and their runs, and for sealed records."""

import json
from datetime import date, timedelta
from typing import Any

import factory

from booking.features.privacy.models import RetentionRule, RetentionRun, SealedRecord
from clinic.lib.dates import clock
from tests.factories.base import ModelFactory
from tests.factories.booking import PatientFactory


class RetentionRuleFactory(ModelFactory[RetentionRule]):
    """An approved rule: records of treatment, four years from the last visit."""

    class Meta:
        model = RetentionRule

    jurisdiction = "Here"
    kind = "treatment"
    years = 4
    counted_from = "last_visit"
    source = "Act 1"
    approved_at: Any = factory.LazyFunction(clock.now)


class RetentionRunFactory(ModelFactory[RetentionRun]):
    """A dry run of no records."""

    class Meta:
        model = RetentionRun

    planned_at: Any = factory.LazyFunction(clock.now)
    runs_at: Any = factory.Sequence(lambda n: clock.now() + timedelta(days=7, seconds=n))


class SealedRecordFactory(ModelFactory[SealedRecord]):
    """What is kept of somebody who was erased."""

    class Meta:
        model = SealedRecord

    patient: Any = factory.SubFactory(
        PatientFactory,
        name="Erased person",
        email="",
        phone="",
        erased_at=factory.LazyFunction(clock.now),
    )
    kind = "treatment"
    content = json.dumps({"person": [{"name": "Ana Reader"}], "appointments": []})
    because: Any = factory.LazyFunction(lambda: ["Here: records of treatment, 4 years (Act 1)"])
    keep_until = date(2030, 11, 23)
