"""Which health answers may be used: not those that are only stored.

Answers are only stored if they were given before the patient withdrew the consent to them, or
before the record was restricted. What is given since then is given with a new consent, and is used.
The patient's copy, what the law keeps, and backups hold all answers.
"""

from django.db.models import F, Q

from booking.models import Patient, Screening

LIMITS = ("health_consent_withdrawn_at", "restricted_since")
"""The columns of Patient until which answers are only stored."""


def used_answers_q() -> Q:
    """Return the filter on screenings that `is_used` describes."""
    used = Q()
    for name in LIMITS:
        limit = f"patient__{name}"
        used &= Q(**{f"{limit}__isnull": True}) | Q(answered_at__gt=F(limit))
    return used


def is_used(screening: Screening) -> bool:
    """Return whether answers may be used. No query, if the patient is loaded."""
    return screening.patient is None or is_used_for(screening, screening.patient)


def is_used_for(screening: Screening, patient: Patient) -> bool:
    """Return the same for answers that are to become those of this patient. No query."""
    since = patient.answers_used_since
    return since is None or screening.answered_at > since


def last_used_answers(patient: Patient) -> Screening | None:
    """Return the answers that were given last and may be used, or None. One query."""
    rows = Screening.objects.filter(used_answers_q(), patient=patient)
    return rows.order_by("answered_at", "pk").last()
