"""The models of the booking app."""

from booking.models.appointment_events import AppointmentEvent
from booking.models.appointments import Appointment
from booking.models.audit import AuditEntry
from booking.models.booking_origins import BookingOrigin, ProvenEmail
from booking.models.catalogue import Option, Room, RoomKind, Treatment
from booking.models.clinic import ClinicProfile, Closure
from booking.models.email_changes import EmailChange
from booking.models.erasure_permits import ErasurePermit
from booking.models.health import (
    Accommodation,
    AccommodationRule,
    CallbackRequest,
    MedicalClearance,
    Screening,
    ScreeningSignature,
)
from booking.models.move_proposals import MoveProposal
from booking.models.notifications import (
    MailServerState,
    Notification,
    NotificationText,
    Priority,
    RecipientPause,
    WorkerHeartbeat,
)
from booking.models.patient_choices import ErasureRequest, Favorite, PatientChoice
from booking.models.patient_merges import PatientMerge
from booking.models.payments import Payment, ReceiptFile
from booking.models.people import Patient, User
from booking.models.rate_limits import RateLimitCounter
from booking.models.restrictions import Restriction
from booking.models.schedule import (
    DateException,
    DateExceptionSpan,
    OpeningHours,
    TimeOff,
    WeeklyHours,
)
from booking.models.scheduled_jobs import ScheduledJob
from booking.models.staff import CalendarFeed, Invitation, Role, StaffRole
from booking.models.therapists import Offer, Therapist
from booking.models.user_sessions import UserSession

__all__ = [
    "Accommodation",
    "AccommodationRule",
    "Appointment",
    "AppointmentEvent",
    "AuditEntry",
    "BookingOrigin",
    "CalendarFeed",
    "CallbackRequest",
    "ClinicProfile",
    "Closure",
    "DateException",
    "DateExceptionSpan",
    "EmailChange",
    "ErasurePermit",
    "ErasureRequest",
    "Favorite",
    "Invitation",
    "MailServerState",
    "MedicalClearance",
    "MoveProposal",
    "Notification",
    "NotificationText",
    "Offer",
    "OpeningHours",
    "Option",
    "Patient",
    "PatientChoice",
    "PatientMerge",
    "Payment",
    "Priority",
    "ProvenEmail",
    "RateLimitCounter",
    "ReceiptFile",
    "RecipientPause",
    "Restriction",
    "Role",
    "Room",
    "RoomKind",
    "ScheduledJob",
    "Screening",
    "ScreeningSignature",
    "StaffRole",
    "Therapist",
    "TimeOff",
    "Treatment",
    "User",
    "UserSession",
    "WeeklyHours",
    "WorkerHeartbeat",
]
