"""The rows of a clinic."""

from booking.models.appointment import Appointment, AppointmentEvent
from booking.models.catalogue import Option, Room, RoomKind, Treatment
from booking.models.clinic import ClinicProfile, Closure
from booking.models.limits import UseCount
from booking.models.people import Patient, User
from booking.models.schedule import (
    DateException,
    DateExceptionSpan,
    OpeningHours,
    TimeOff,
    WeeklyHours,
)
from booking.models.therapist import Offer, Therapist

__all__ = [
    "Appointment",
    "AppointmentEvent",
    "ClinicProfile",
    "Closure",
    "DateException",
    "DateExceptionSpan",
    "Offer",
    "OpeningHours",
    "Option",
    "Patient",
    "Room",
    "RoomKind",
    "Therapist",
    "TimeOff",
    "Treatment",
    "UseCount",
    "User",
    "WeeklyHours",
]
