"""What a patient has agreed to or declined, in which version and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from booking.models import Patient, PatientChoice, Screening
from booking.models.appointment_events import AppointmentEvent

MAX_SHOWN = 50
ANSWERS_KEPT = _("That we keep your health answers")
TERMS = _("The terms of a booking")


@dataclass(frozen=True, slots=True)
class Consent:
    """One entry: what was agreed to or declined, and when. `version` is that of the text shown."""

    subject: str | Promise
    is_given: bool
    version: str
    at: datetime
    by_staff: bool = False

    @property
    def answer(self) -> str:
        """The answer for the page, such as "Yes, version 2026-12"."""
        words: list[str | Promise] = [_("Yes") if self.is_given else _("No")]
        if self.by_staff:
            words.append(_("written down by our team"))
        if self.version:
            words.append(_("version %(version)s") % {"version": self.version})
        return ", ".join(map(str, words))


def consents_of(patient: Patient) -> Sequence[Consent]:
    """Return a patient's consents and choices, the newest first. Three queries.

    For consents given with every booking, only the last one of each version. Consents to health
    answers stay here when they are withdrawn, with an entry that says so.
    """
    by_themselves = [AppointmentEvent.ActorType.GUEST, AppointmentEvent.ActorType.PATIENT]
    answered = Screening.objects.filter(patient=patient, actor_type__in=by_themselves)
    versions = answered.order_by().values_list("version").annotate(last=Max("answered_at"))
    terms = patient.appointments.aggregate(last=Max("terms_accepted_at"))["last"]
    rows = [
        *(Consent(ANSWERS_KEPT, True, version, at) for version, at in versions),
        *([Consent(TERMS, True, "", terms)] if terms else []),
        *map(_choice, PatientChoice.objects.filter(patient=patient)[:MAX_SHOWN]),
    ]
    return sorted(rows, key=lambda row: row.at, reverse=True)[:MAX_SHOWN]


def _choice(row: PatientChoice) -> Consent:
    by_staff = row.actor_type == AppointmentEvent.ActorType.STAFF
    label = PatientChoice.Subject(row.subject).label
    return Consent(str(label).capitalize(), row.is_wanted, row.version, row.chosen_at, by_staff)
