"""Factories for the clinic, its staff and patients, and appointments."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import factory

from booking.lifecycle import Status
from booking.models import (
    Appointment,
    AppointmentEvent,
    ClinicProfile,
    Closure,
    DateException,
    DateExceptionSpan,
    Notification,
    Offer,
    OpeningHours,
    Option,
    Patient,
    Room,
    RoomKind,
    Therapist,
    TimeOff,
    Treatment,
    User,
    WeeklyHours,
)
from clinic.lib.dates import clock
from tests.factories.base import ModelFactory
from tests.factories.health import ScreeningSignatureFactory

HOLD_MINUTES = 10


def tomorrow_at(hour: int, minute: int = 0) -> datetime:
    """Return a time tomorrow, in UTC."""
    day = clock.now().date() + timedelta(days=1)
    return datetime.combine(day, time(hour, minute), UTC)


def sign_questions(_clinic: ClinicProfile, create: bool, extracted: Any, **_: Any) -> None:
    """Sign the health questions of the clinic."""
    if create and extracted is not False:
        ScreeningSignatureFactory()


class ClinicProfileFactory(ModelFactory[ClinicProfile]):
    """The one clinic, in Chicago; asked for again, it is the same row.

    Its health questions are signed, so that booking is open; `signature=False` leaves that out.
    """

    class Meta:
        model = ClinicProfile
        django_get_or_create = ("id",)
        skip_postgeneration_save = True

    signature: Any = factory.PostGeneration(sign_questions)

    id = 1
    name = "Test clinic"
    street = "1 Example Street"
    city = "Chicago"
    region = "IL"
    postcode = "60601"
    country = "US"
    phone = "312-555-0100"
    email = "hello@clinic.example"
    time_zone = "America/Chicago"
    currency = "USD"


class ClosureFactory(ModelFactory[Closure]):
    """A day tomorrow on which the clinic is closed."""

    class Meta:
        model = Closure

    name = factory.Sequence(lambda n: f"Closure {n}")
    first_day: Any = factory.LazyFunction(lambda: clock.now().date() + timedelta(days=1))
    last_day: Any = factory.SelfAttribute("first_day")


class OpeningHoursFactory(ModelFactory[OpeningHours]):
    """Mondays, 09:00 to 17:00."""

    class Meta:
        model = OpeningHours

    weekday: int = 0
    starts = time(9)
    ends = time(17)


class UserFactory(ModelFactory[User]):
    """A user without a usable password."""

    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"user{n}@clinic.example")
    name = factory.Sequence(lambda n: f"User {n}")
    password = "!"


class RoomKindFactory(ModelFactory[RoomKind]):
    class Meta:
        model = RoomKind

    name = factory.Sequence(lambda n: f"Kind {n}")


class RoomFactory(ModelFactory[Room]):
    class Meta:
        model = Room

    name = factory.Sequence(lambda n: f"Room {n}")
    kind: Any = factory.SubFactory(RoomKindFactory)


class TreatmentFactory(ModelFactory[Treatment]):
    """A treatment that needs no special kind of room."""

    class Meta:
        model = Treatment

    name = factory.Sequence(lambda n: f"Treatment {n}")
    slug = factory.Sequence(lambda n: f"treatment-{n}")


class OptionFactory(ModelFactory[Option]):
    """An option of 60 minutes with 15 minutes of turnaround, at 85.00."""

    class Meta:
        model = Option

    treatment: Any = factory.SubFactory(TreatmentFactory)
    minutes = 60
    turnaround_minutes = 15
    price = Decimal("85.00")


class TherapistFactory(ModelFactory[Therapist]):
    """A therapist without hours: see WeeklyHoursFactory."""

    class Meta:
        model = Therapist

    name = factory.Sequence(lambda n: f"Therapist {n}")
    slug = factory.Sequence(lambda n: f"therapist-{n}")


class OfferFactory(ModelFactory[Offer]):
    class Meta:
        model = Offer

    therapist: Any = factory.SubFactory(TherapistFactory)
    option: Any = factory.SubFactory(OptionFactory)


class WeeklyHoursFactory(ModelFactory[WeeklyHours]):
    """Mondays, 09:00 to 17:00."""

    class Meta:
        model = WeeklyHours

    therapist: Any = factory.SubFactory(TherapistFactory)
    weekday: int = 0
    starts = time(9)
    ends = time(17)


class DateExceptionFactory(ModelFactory[DateException]):
    """A day off; DateExceptionSpanFactory adds hours to it."""

    class Meta:
        model = DateException

    therapist: Any = factory.SubFactory(TherapistFactory)
    day: Any = factory.LazyFunction(lambda: clock.now().date() + timedelta(days=1))


class DateExceptionSpanFactory(ModelFactory[DateExceptionSpan]):
    class Meta:
        model = DateExceptionSpan

    exception: Any = factory.SubFactory(DateExceptionFactory)
    starts = time(12)
    ends = time(18)


class TimeOffFactory(ModelFactory[TimeOff]):
    """Time off for all of tomorrow, in UTC."""

    class Meta:
        model = TimeOff

    therapist: Any = factory.SubFactory(TherapistFactory)
    starts_at: Any = factory.LazyFunction(lambda: tomorrow_at(0))
    ends_at: Any = factory.LazyAttribute(lambda off: off.starts_at + timedelta(days=1))


class PatientFactory(ModelFactory[Patient]):
    class Meta:
        model = Patient

    name = factory.Sequence(lambda n: f"Patient {n}")
    email = factory.Sequence(lambda n: f"patient{n}@mail.example")
    phone = "312-555-0199"


class AppointmentEventFactory(ModelFactory[AppointmentEvent]):
    """The first event of the appointment: held for a hold, else booked."""

    class Meta:
        model = AppointmentEvent
        skip_postgeneration_save = True

    appointment: Any = factory.SubFactory("tests.factories.AppointmentFactory", event=None)
    kind = factory.LazyAttribute(
        lambda event: (
            AppointmentEvent.Kind.HELD
            if event.appointment.status == Status.HOLD
            else AppointmentEvent.Kind.BOOKED
        )
    )
    actor_type = AppointmentEvent.ActorType.GUEST

    @factory.post_generation
    def told(self: Any, create: bool, wanted: bool, **_: Any) -> None:
        """With `told=True`, add the sent notification about this event."""
        if wanted:
            Notification.objects.create(
                key=f"{self.kind}:{self.pk}",
                kind=self.kind,
                is_to_patient=True,
                link_version=self.appointment.link_version,
                to_email=self.appointment.patient.email,
                appointment=self.appointment,
                status=Notification.Status.SENT,
                message_id=f"<told-{self.pk}@clinic.example>",
                due_at=self.at,
                next_try_at=self.at,
                give_up_at=self.at,
                sent_at=self.at,
            )


class AppointmentFactory(ModelFactory[Appointment]):
    """A booked appointment; `held=True` makes a live hold, `event=None` leaves out the history,
    `event__told=True` adds the mail that told of it."""

    class Meta:
        model = Appointment
        skip_postgeneration_save = True

    class Params:
        held = factory.Trait(
            status=Status.HOLD,
            patient=None,
            booked_at=None,
            terms_accepted_at=None,
            browser_key="browser",
            hold_expires_at=factory.LazyFunction(
                lambda: clock.now() + timedelta(minutes=HOLD_MINUTES)
            ),
        )

    option: Any = factory.SubFactory(OptionFactory)
    therapist: Any = factory.SubFactory(TherapistFactory)
    room: Any = factory.SubFactory(RoomFactory)
    patient: Any = factory.SubFactory(PatientFactory)
    starts_at: Any = factory.LazyFunction(lambda: tomorrow_at(16))
    ends_at: Any = factory.LazyAttribute(
        lambda row: row.starts_at + timedelta(minutes=row.option.minutes)
    )
    blocked_until: Any = factory.LazyAttribute(
        lambda row: row.ends_at + timedelta(minutes=row.option.turnaround_minutes)
    )
    status = Status.BOOKED
    price: Any = factory.SelfAttribute("option.price")
    currency = "USD"
    booked_at: Any = factory.LazyFunction(clock.now)
    terms_accepted_at: Any = factory.SelfAttribute("booked_at")
    event: Any = factory.RelatedFactory(AppointmentEventFactory, factory_related_name="appointment")


def works_all_week(therapist: Therapist, starts: time = time(9), ends: time = time(17)) -> None:
    """Give a therapist the same hours on all seven days."""
    works_on(range(7), therapist, starts, ends)


def works_on(weekdays: Iterable[int], therapist: Therapist, starts: time, ends: time) -> None:
    """Give a therapist the same hours on some weekdays (Monday is 0)."""
    hours = {"therapist": therapist, "starts": starts, "ends": ends}
    WeeklyHours.objects.bulk_create(
        WeeklyHoursFactory.build(weekday=weekday, **hours) for weekday in weekdays
    )


def in_days(days: int) -> date:
    """Return the date this many days from today, in UTC."""
    return clock.now().date() + timedelta(days=days)
