"""Record that a guardian agrees to the treatment of a child."""

from booking.actions.actor import Actor, ActorType
from booking.actions.audit.record import Action, patient_object, record_audit
from booking.features.proxies.models import (
    CONSENT_TEXT_VERSION,
    CONSENT_TEXTS,
    AdultPresence,
    GuardianConsent,
    ProxySettings,
)
from booking.models import Patient, User
from clinic.lib.dates import clock

DEMO_ONLINE_AGE = 11


def record_consent(patient: Patient, guardian: User) -> None:
    """Save the consent to the present text, in the caller's transaction."""
    attendance = AdultPresence(ProxySettings.current().attendance)
    GuardianConsent.objects.create(
        patient=patient,
        given_by=guardian,
        given_at=clock.now(),
        version=CONSENT_TEXT_VERSION,
        attendance=attendance,
        text=str(CONSENT_TEXTS[attendance]),
    )
    by = Actor(ActorType.PATIENT, guardian, for_patient=patient)
    agreed = patient_object(patient, kind="consent of a guardian", version=CONSENT_TEXT_VERSION)
    record_audit(Action.CREATED, agreed, by=by)


def add_demo_families() -> None:
    """Let parents of the demo clinic book online for children from 11 on."""
    ProxySettings.objects.get_or_create(only_row=True, defaults={"online_age": DEMO_ONLINE_AGE})
