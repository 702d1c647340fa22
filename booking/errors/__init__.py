"""Refusals: exceptions that an action raises instead of doing something.

Each carries a sentence for the user and an HTTP status. They are defined by subject in the modules
of this package and imported from the package itself: `from booking.errors import SlotTaken`.
"""

from booking.errors.appointments import (
    ChangeNotAllowed,
    ConcurrentChange,
    EmailNotVerified,
    ExtensionLimitReached,
    HoldExpired,
    InvalidState,
    NoRoomFree,
    NotEnoughTime,
    NotStarted,
    NotToday,
    OptionNotOffered,
    OptionNotOfferedByTherapist,
    OverrideRequired,
    RoomNotSuitable,
    RoomTaken,
    SlotInPast,
    SlotNotOffered,
    SlotTaken,
    SlotTooFarAhead,
    TherapistBusy,
)
from booking.errors.base import ChangeInProgress, NotAllowed, Refusal
from booking.errors.health import (
    CannotSign,
    ClearanceNotNeeded,
    CrisisReported,
    InvalidAnswers,
    NeedsMedicalAdvice,
    NoSignedQuestionnaire,
    OnlineBookingClosed,
    QuestionsChanged,
    QuestionsNotAnswered,
    ScreeningBlocked,
    ScreeningStop,
    TreatmentNotSuitable,
)
from booking.errors.notifications import CannotSendAgain, NoEmailAddress
from booking.errors.patients import (
    AlreadyMerged,
    BothHaveAccounts,
    CannotMergeWithItself,
    MergeNotAllowed,
    MergeUndoExpired,
    PossibleDuplicatePatient,
)
from booking.errors.payments import (
    NothingToPay,
)
from booking.errors.schedule import (
    TooManyConflicts,
    UnresolvedConflicts,
)
from booking.errors.staff import (
    CannotDeactivateSelf,
    InvalidInvitation,
    LastOwner,
    OwnerRequired,
    ProfileTaken,
    RoleRequired,
)
from clinic.lib.rate_limit import RateLimitExceeded

__all__ = [
    "AlreadyMerged",
    "BothHaveAccounts",
    "CannotDeactivateSelf",
    "CannotMergeWithItself",
    "CannotSendAgain",
    "CannotSign",
    "ChangeInProgress",
    "ChangeNotAllowed",
    "ClearanceNotNeeded",
    "ConcurrentChange",
    "CrisisReported",
    "EmailNotVerified",
    "ExtensionLimitReached",
    "HoldExpired",
    "InvalidAnswers",
    "InvalidInvitation",
    "InvalidState",
    "LastOwner",
    "MergeNotAllowed",
    "MergeUndoExpired",
    "NeedsMedicalAdvice",
    "NoEmailAddress",
    "NoRoomFree",
    "NoSignedQuestionnaire",
    "NotAllowed",
    "NotEnoughTime",
    "NotStarted",
    "NotToday",
    "NothingToPay",
    "OnlineBookingClosed",
    "OptionNotOffered",
    "OptionNotOfferedByTherapist",
    "OverrideRequired",
    "OwnerRequired",
    "PossibleDuplicatePatient",
    "ProfileTaken",
    "QuestionsChanged",
    "QuestionsNotAnswered",
    "RateLimitExceeded",
    "Refusal",
    "RoleRequired",
    "RoomNotSuitable",
    "RoomTaken",
    "ScreeningBlocked",
    "ScreeningStop",
    "SlotInPast",
    "SlotNotOffered",
    "SlotTaken",
    "SlotTooFarAhead",
    "TherapistBusy",
    "TooManyConflicts",
    "TreatmentNotSuitable",
    "UnresolvedConflicts",
]
