"""Grants and dates of birth in "Who can see me" and in the copy of a person's data."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Max, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from booking.access.proxies import PERMISSION_LABELS
from booking.features.proxies.models import (
    DateOfBirth,
    GuardianConsent,
    HiddenAppointment,
    Proxy,
    ProxyEnd,
    ProxyRequest,
    ProxyReview,
)
from booking.features.proxies.queries import born_on, grants_over
from booking.models import AuditEntry, Patient
from booking.registries import patient_access, patient_export
from booking.registries.birth_dates import register_birth_dates
from booking.registries.patient_access import AccessLine
from booking.registries.patient_export import TREATMENT, EmailPart, ExportPart


def access_lines(patient: Patient, now: datetime) -> Iterator[AccessLine]:
    """Yield a line for each proxy of a patient, for the page "Who can see me". Two queries."""
    grants = grants_over(patient)
    reads = AuditEntry.objects.filter(patient_pk=patient.pk, at__lte=now)
    reads = reads.filter(user__in=[grant.actor_id for grant in grants]).order_by()
    last = dict(reads.values_list("user").annotate(Max("at")))
    for grant in grants:
        labels = [PERMISSION_LABELS[permission] for permission in sorted(grant.permissions)]
        yield AccessLine(
            name=str(grant.actor),
            what=_("can %(what)s") % {"what": "; ".join(map(str, labels))},
            last_read_at=last.get(grant.actor_id),
            end_url=reverse("me-family-grant", args=[grant.public_id]),
            end_label=_("Change or end"),
        )


def exported_grants(patient: Patient) -> Iterator[dict[str, Any]]:
    """Yield the grants over a patient, for the copy of their data. Two queries."""
    rows = Proxy.objects.filter(patient=patient).select_related("actor", "end")
    for row in rows:
        yield {
            "who": str(row.actor),
            "may": [str(PERMISSION_LABELS[permission]) for permission in sorted(row.permissions)],
            "because": row.get_basis_display(),
            "since": row.granted_at,
            "last_day": row.ends_on,
            "ended": row.end.at if hasattr(row, "end") else None,
        }


def exported_own_grants(patient: Patient) -> Iterator[dict[str, Any]]:
    """Yield for whom a patient may or could act, for the copy of their data. Two queries."""
    rows = Proxy.objects.filter(actor=patient.user_id or 0).select_related("patient", "end")
    for row in rows:
        yield {
            "for": row.patient.name,
            "may": [str(PERMISSION_LABELS[permission]) for permission in sorted(row.permissions)],
            "since": row.granted_at,
            "last_day": row.ends_on,
            "ended": row.end.at if hasattr(row, "end") else None,
        }


def exported_requests(email: str) -> Iterator[dict[str, Any]]:
    """Yield the requests to act for somebody, made by or sent to an address. Two queries."""
    rows = ProxyRequest.objects.filter(Q(email__iexact=email) | Q(actor__email__iexact=email))
    for row in rows.select_related("actor"):
        is_own = row.actor.email.lower() == email.lower()
        yield {
            "made_by": "" if is_own else str(row.actor),
            "for": row.name,
            "sent_to": row.email,
            "asked": row.asked_at,
            "answer": "" if is_own else row.get_answer_display(),
        }


def exported_hidden(patient: Patient) -> Iterator[dict[str, Any]]:
    """Yield which appointments a patient hides from those who act for them. One query."""
    rows = HiddenAppointment.objects.filter(appointment__patient=patient)
    for row in rows.select_related("appointment"):
        yield {"appointment": row.appointment.starts_at, "hidden": row.hidden_at}


def exported_birth_dates(patient: Patient) -> Iterator[dict[str, Any]]:
    """Yield the dates of birth that were entered for a patient. One query."""
    for row in DateOfBirth.objects.filter(patient=patient):
        yield {"born_on": row.born_on, "entered": row.entered_at}


def exported_consents(patient: Patient) -> Iterator[dict[str, Any]]:
    """Yield what guardians agreed to for a patient. One query."""
    for row in GuardianConsent.objects.filter(patient=patient).select_related("given_by"):
        yield {
            "who": str(row.given_by),
            "agreed": row.given_at,
            "version": row.version,
            "adult_in_the_room": row.get_attendance_display(),
            "text": row.text,
        }


def register_grant_data() -> None:
    """Add grants and dates of birth to "Who can see me" and to the copy of a person's data."""
    patient_access.register(access_lines)
    register_birth_dates(born_on)
    for part in (
        ExportPart("family", _("Who may or could act for you"), exported_grants, (Proxy, ProxyEnd)),
        ExportPart("acting_for", _("For whom you may or could act"), exported_own_grants),
        ExportPart(
            "birth_dates",
            _("Date of birth"),
            exported_birth_dates,
            (DateOfBirth,),
            frozenset({TREATMENT}),
        ),
        ExportPart(
            "guardian_consents",
            _("What your guardians agreed to"),
            exported_consents,
            (GuardianConsent,),
        ),
        ExportPart(
            "hidden_appointments",
            _("Appointments that you hide from others"),
            exported_hidden,
            (HiddenAppointment,),
        ),
    ):
        patient_export.register(part)
    patient_export.register_by_email(
        EmailPart(
            "requests_to_act", _("Requests to act for somebody"), exported_requests, (ProxyRequest,)
        )
    )
    patient_export.leave_out(ProxyReview, "A task for staff to look at a grant.")
