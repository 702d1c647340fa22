"""Rows of the questions before a massage."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import factory

from booking.models import (
    CallBack,
    ComfortRule,
    HealthAccess,
    OutcomeLift,
    Screening,
    ScreeningSignature,
)
from booking.screening.questionnaires import newest_version
from booking.screening.records import DoctorsWord, Record, Wishes
from booking.screening.rules import Sheet, judge
from clinic.lib.dates import clock
from tests.factories.maker import Maker


class ScreeningSignatureFactory(Maker[ScreeningSignature]):
    """A clinician of the tests has signed the newest version; asked for again, the same row."""

    class Meta:
        model = ScreeningSignature
        django_get_or_create = ("version", "digest")

    version: Any = factory.LazyFunction(lambda: newest_version().code)
    digest: Any = factory.LazyFunction(lambda: newest_version().digest)
    clinician = "Dr. Test Only"
    registration = "TEST-1"
    signed_on = date(2026, 11, 1)


def sealed(row: Any, sheet: Sheet | None = None, wishes: Wishes | None = None) -> str:
    """What a row holds for a sheet; without one, "no" to everything."""
    sheet, version = sheet or Sheet(), newest_version()
    whose = str(row.appointment.public_id)
    judgement = judge(version, sheet)
    return Record(whose, version.code, sheet, judgement, wishes or Wishes()).to_json()


class ScreeningFactory(Maker[Screening]):
    """ "No" to everything, for a booked appointment; `sheet` and `wishes` say otherwise."""

    class Meta:
        model = Screening
        exclude = ("sheet", "wishes")

    sheet: Any = None
    wishes: Any = None
    public_id: Any = factory.LazyFunction(uuid4)
    appointment: Any = factory.SubFactory("tests.factories.AppointmentFactory")
    patient: Any = factory.SelfAttribute("appointment.patient")
    asked = "full"
    version: Any = factory.LazyFunction(lambda: newest_version().code)
    sealed: Any = factory.LazyAttribute(lambda row: sealed(row, row.sheet, row.wishes))
    answered_at: Any = factory.LazyFunction(clock.now)
    long_answered_at: Any = factory.SelfAttribute("answered_at")
    keep_until: Any = factory.LazyAttribute(
        lambda row: None if row.patient else row.answered_at + timedelta(hours=24)
    )
    door = "guest"


class OutcomeLiftFactory(Maker[OutcomeLift]):
    """A doctor's word that covers nothing in particular."""

    class Meta:
        model = OutcomeLift

    screening: Any = factory.SubFactory(ScreeningFactory)
    by: Any = factory.SubFactory("tests.factories.UserFactory")
    word_given_on = date(2026, 11, 20)
    sealed: Any = factory.LazyFunction(
        lambda: DoctorsWord("Dr. Who", "", only_gentle=True, covers=frozenset()).to_json()
    )


class CallBackFactory(Maker[CallBack]):
    class Meta:
        model = CallBack

    screening: Any = factory.SubFactory(ScreeningFactory)


class HealthAccessFactory(Maker[HealthAccess]):
    """Somebody has read something."""

    class Meta:
        model = HealthAccess

    did = "read"
    what = "answers"
    object: Any = factory.LazyFunction(uuid4)
    door = "staff"


class ComfortRuleFactory(Maker[ComfortRule]):
    class Meta:
        model = ComfortRule
        django_get_or_create = ("comfort",)

    comfort = "breaks"
