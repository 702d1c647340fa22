"""The rows of a clinic."""

from booking.models.appointment import Appointment
from booking.models.catalogue import Option, Room, RoomKind, Treatment
from booking.models.clinic import ClinicProfile, Closure
from booking.models.history import AppointmentEvent
from booking.models.importing import ImportDraft
from booking.models.limits import UseCount
from booking.models.merge import PatientMerge
from booking.models.message import Message, MessageText, WorkerBeat
from booking.models.payment import Payment
from booking.models.people import Patient, User
from booking.models.schedule import (
    DateException,
    DateExceptionSpan,
    OpeningHours,
    TimeOff,
    WeeklyHours,
)
from booking.models.screening import (
    CallBack,
    Comfort,
    ComfortRule,
    HealthAccess,
    OutcomeLift,
    Screening,
    ScreeningSignature,
)
from booking.models.staff import CalendarFeed, Invitation, Role, StaffRole
from booking.models.therapist import Offer, Therapist

__all__ = [
    "Appointment",
    "AppointmentEvent",
    "CalendarFeed",
    "CallBack",
    "ClinicProfile",
    "Closure",
    "Comfort",
    "ComfortRule",
    "DateException",
    "DateExceptionSpan",
    "HealthAccess",
    "ImportDraft",
    "Invitation",
    "Message",
    "MessageText",
    "Offer",
    "OpeningHours",
    "Option",
    "OutcomeLift",
    "Patient",
    "PatientMerge",
    "Payment",
    "Role",
    "Room",
    "RoomKind",
    "Screening",
    "ScreeningSignature",
    "StaffRole",
    "Therapist",
    "TimeOff",
    "Treatment",
    "UseCount",
    "User",
    "WeeklyHours",
    "WorkerBeat",
]
