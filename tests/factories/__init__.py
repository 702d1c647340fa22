"""One valid row of every model, made with as little as possible.

Each factory makes what it needs: `AppointmentFactory()` is a booked appointment tomorrow at
16:00 UTC (10 or 11 in the morning in Chicago), with a therapist, a room, an option and a
patient of its own, and its line of history. Say what matters to the test and nothing else.
"""

from tests.factories.articles import (
    ArticleFactory,
    CommentFactory,
    ContributorFactory,
    FaqFactory,
    GlossaryTermFactory,
    OldSlugFactory,
    PageFactory,
    SourceFactory,
    TopicFactory,
)
from tests.factories.booking import (
    HOLD_MINUTES,
    AppointmentEventFactory,
    AppointmentFactory,
    ClinicProfileFactory,
    ClosureFactory,
    DateExceptionFactory,
    DateExceptionSpanFactory,
    OfferFactory,
    OpeningHoursFactory,
    OptionFactory,
    PatientFactory,
    RoomFactory,
    RoomKindFactory,
    TherapistFactory,
    TimeOffFactory,
    TreatmentFactory,
    UserFactory,
    WeeklyHoursFactory,
    in_days,
    tomorrow_at,
    works_all_week,
)
from tests.factories.health import (
    CallBackFactory,
    ComfortRuleFactory,
    HealthAccessFactory,
    OutcomeLiftFactory,
    ScreeningFactory,
    ScreeningSignatureFactory,
)
from tests.factories.messages import CalendarFeedFactory, MessageFactory, StaffRoleFactory
from tests.factories.office import PatientMergeFactory
from tests.factories.payments import PaymentFactory

__all__ = [
    "HOLD_MINUTES",
    "AppointmentEventFactory",
    "AppointmentFactory",
    "ArticleFactory",
    "CalendarFeedFactory",
    "CallBackFactory",
    "ClinicProfileFactory",
    "ClosureFactory",
    "ComfortRuleFactory",
    "CommentFactory",
    "ContributorFactory",
    "DateExceptionFactory",
    "DateExceptionSpanFactory",
    "FaqFactory",
    "GlossaryTermFactory",
    "HealthAccessFactory",
    "MessageFactory",
    "OfferFactory",
    "OldSlugFactory",
    "OpeningHoursFactory",
    "OptionFactory",
    "OutcomeLiftFactory",
    "PageFactory",
    "PatientFactory",
    "PatientMergeFactory",
    "PaymentFactory",
    "RoomFactory",
    "RoomKindFactory",
    "ScreeningFactory",
    "ScreeningSignatureFactory",
    "SourceFactory",
    "StaffRoleFactory",
    "TherapistFactory",
    "TimeOffFactory",
    "TopicFactory",
    "TreatmentFactory",
    "UserFactory",
    "WeeklyHoursFactory",
    "in_days",
    "tomorrow_at",
    "works_all_week",
]
