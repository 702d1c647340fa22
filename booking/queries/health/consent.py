"""Whether a patient's consent to their health answers is in force, and since when it is not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, F, OuterRef

from booking.access.roles import Ability, AnyUser, has_ability
from booking.lifecycle import Status
from booking.models import Appointment, Patient, Screening
from booking.queries.health.shown_answers import ALL_ANSWERS, ShownAnswers
from booking.queries.health.used_answers import last_used_answers

MAX_TO_CALL = 20


@dataclass(frozen=True, slots=True)
class HealthConsent:
    """The state of the consent to health answers.

    Attributes:
        version: The version of the questions with which it was last given; "" if not in force, or
            if the reader is not shown these answers.
        given_at: When that was, or None.
        withdrawn_at: When it was last withdrawn, or None. Newer answers have a newer `given_at`.
        can_be_withdrawn: Whether answers are used that were given with it.
        can_be_given_again: Whether there are answers that would be used again.
    """

    version: str = ""
    given_at: datetime | None = None
    withdrawn_at: datetime | None = None
    can_be_withdrawn: bool = False
    can_be_given_again: bool = False


def find_health_consent(patient: Patient, shown: ShownAnswers = ALL_ANSWERS) -> HealthConsent:
    """Return the state of a patient's consent, for a reader who is shown these answers.

    At most two queries.
    """
    last, withdrawn_at = last_used_answers(patient), patient.health_consent_withdrawn_at
    is_restricted = patient.restricted_since is not None  # then no answers from before are used
    has_older = (
        withdrawn_at is not None
        and not is_restricted
        and _has_answers_before(patient, withdrawn_at)
    )
    told = last if last is not None and shown.includes(last) else None
    return HealthConsent(
        version=told.version if told is not None else "",
        given_at=told.answered_at if told is not None else None,
        withdrawn_at=withdrawn_at,
        can_be_withdrawn=last is not None,
        can_be_given_again=has_older,
    )


def appointments_to_call_about(user: AnyUser, now: datetime) -> Sequence[Appointment]:
    """Return the next appointment of each patient who withdrew the consent to their answers.

    Only for users who may see every patient's contact data, and only as long as nobody has asked
    the questions again. One query.
    """
    if not has_ability(user, Ability.ALL_CONTACTS):
        return []
    withdrawn = "patient__health_consent_withdrawn_at"
    rows = Appointment.objects.filter(
        status=Status.BOOKED, ends_at__gt=now, **{f"{withdrawn}__isnull": False}
    )
    asked = Screening.objects.filter(
        patient=OuterRef("patient"), answered_at__gt=OuterRef(withdrawn)
    )
    rows = rows.filter(~Exists(asked), booked_at__lte=F(withdrawn)).with_related()
    first: dict[int | None, Appointment] = {}
    for row in rows.order_by("starts_at", "pk"):
        first.setdefault(row.patient_id, row)
    return list(first.values())[:MAX_TO_CALL]


def _has_answers_before(patient: Patient, moment: datetime) -> bool:
    return Screening.objects.filter(patient=patient, answered_at__lte=moment).exists()
