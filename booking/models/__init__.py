"""The rows of a clinic."""

from booking.models.appointment_events import AppointmentEvent
from booking.models.appointments import Appointment
from booking.models.catalogue import Option, Room, RoomKind, Treatment
from booking.models.clinic import ClinicProfile, Closure
from booking.models.health import (
    CallBack,
    Comfort,
    ComfortRule,
    HealthAccess,
    OutcomeLift,
    Screening,
    ScreeningSignature,
)
from booking.models.notifications import Message, MessageText, WorkerBeat
from booking.models.patient_merges import PatientMerge
from booking.models.payments import Payment
from booking.models.people import Patient, User
from booking.models.rate_limits import UseCount
from booking.models.schedule import (
    DateException,
    DateExceptionSpan,
    OpeningHours,
    TimeOff,
    WeeklyHours,
)
from booking.models.staff import CalendarFeed, Invitation, Role, StaffRole
from booking.models.therapists import Offer, Therapist

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
