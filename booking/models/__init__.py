"""The rows of a clinic."""

from booking.models.appointment import Appointment
from booking.models.catalogue import Option, Room, RoomKind, Treatment
from booking.models.clinic import ClinicProfile, Closure
from booking.models.history import AppointmentEvent
from booking.models.limits import UseCount
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
from booking.models.staff import CalendarFeed, Invitation, Role, StaffRole
from booking.models.therapist import Offer, Therapist

__all__ = [
    "Appointment",
    "AppointmentEvent",
    "CalendarFeed",
    "ClinicProfile",
    "Closure",
    "DateException",
    "DateExceptionSpan",
    "Invitation",
    "Message",
    "MessageText",
    "Offer",
    "OpeningHours",
    "Option",
    "Patient",
    "Payment",
    "Role",
    "Room",
    "RoomKind",
    "StaffRole",
    "Therapist",
    "TimeOff",
    "Treatment",
    "UseCount",
    "User",
    "WeeklyHours",
    "WorkerBeat",
]
