"""The parts of the world of tests/roles/world.py, by subject."""

from dataclasses import dataclass

from articles.models import Comment, Image
from booking.models import (
    AccommodationRule,
    Appointment,
    CallbackRequest,
    Closure,
    ErasureRequest,
    Invitation,
    Notification,
    OpeningHours,
    Patient,
    PatientMerge,
    Payment,
    TimeOff,
    User,
)
from tests.scene import Scene


@dataclass(kw_only=True)
class Bookings:
    """Appointments and a hold of the first therapist, one of a colleague, and their patients."""

    scene: Scene
    appointment: Appointment
    colleagues: Appointment
    receipt: Payment
    colleagues_receipt: Payment
    hold: Appointment
    second_patient: Patient
    merge: PatientMerge
    call_back: CallbackRequest
    erasure: ErasureRequest


@dataclass(kw_only=True)
class Accounts:
    """Everybody by name, the keys of their sessions and passkeys, and an invitation."""

    people: dict[str, User]
    sessions: dict[str, str]
    passkeys: dict[str, int]
    stranger_passkey: int
    invitation: Invitation
    invitation_token: str


@dataclass(kw_only=True)
class PatientAccount:
    """What the patient who signs in has: an appointment and a hold."""

    own_appointment: Appointment
    own_hold: Appointment


@dataclass(kw_only=True)
class Links:
    """A mail, and the tokens of links that mails carry."""

    mail: Notification
    feed_token: str
    proof_token: str
    stop_token: str
    email_change_token: str


@dataclass(kw_only=True)
class Office:
    """Rows that the owner and the therapists set up."""

    opening: OpeningHours
    time_off: TimeOff
    colleagues_time_off: TimeOff
    closure: Closure
    accommodation: AccommodationRule


@dataclass(kw_only=True)
class Articles:
    """An article with two revisions, and what belongs to it."""

    image: Image
    comment: Comment
    article_pk: int
    topic_pk: int
    contributor_pk: int
    article: str = "rest"
    topic: str = "sleep"
