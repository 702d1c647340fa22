"""Read invitations to act for a patient."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from booking.access.proxies import PERMISSION_LABELS
from booking.features.proxies.models import ProxyInvitation
from booking.models import Patient, User
from booking.registries import patient_export
from booking.registries.patient_export import EmailPart, ExportPart
from clinic.lib.dates import clock

Answer = ProxyInvitation.Answer


def open_invitations(now: datetime) -> QuerySet[ProxyInvitation]:
    """Return the invitations that can still be answered.

    None of somebody whose record belongs to another account by now.
    """
    rows = ProxyInvitation.objects.filter(answer="", closes_at__gt=now, invited_by__is_active=True)
    return rows.filter(patient__user=F("invited_by"), patient__merged_into=None)


def invitations_of(patient: Patient, now: datetime) -> list[ProxyInvitation]:
    """Return a patient's invitations that are open as far as the patient can see.

    Declined ones are among them until they expire, so that the patient cannot tell.
    """
    unanswered = ("", Answer.DECLINED)
    rows = ProxyInvitation.objects.filter(patient=patient, closes_at__gt=now, answer__in=unanswered)
    return list(rows.order_by("pk"))


def invitations_to(user: User, now: datetime) -> list[ProxyInvitation]:
    """Return the open invitations to the address of a user."""
    rows = open_invitations(now).filter(email=user.email).exclude(invited_by=user)
    return list(rows.select_related("patient", "invited_by"))


def find_invitation_to(user: User, public_id: UUID) -> ProxyInvitation | None:
    """Return an open invitation to the address of a user by public id, or None."""
    found = (row for row in invitations_to(user, clock.now()) if row.public_id == public_id)
    return next(found, None)


def exported_invitations(patient: Patient) -> Iterator[dict[str, Any]]:
    """Yield whom a patient invited to act for them, for the copy of their data. One query."""
    for row in ProxyInvitation.objects.filter(patient=patient):
        was_answered = row.answer in (Answer.AGREED, Answer.WITHDRAWN)
        yield {
            "sent_to": row.email,
            "may": _labels(row),
            "last_day": row.ends_on,
            "invited": row.invited_at,
            "answer": row.get_answer_display() if was_answered else "",
        }


def exported_received(email: str) -> Iterator[dict[str, Any]]:
    """Yield the invitations that were sent to an address. One query."""
    rows = ProxyInvitation.objects.filter(email=email.lower()).select_related("patient")
    for row in rows:
        yield {
            "from": row.patient.name,
            "may": _labels(row),
            "invited": row.invited_at,
            "answer": row.get_answer_display(),
        }


def _labels(row: ProxyInvitation) -> list[str]:
    return [str(PERMISSION_LABELS[permission]) for permission in sorted(row.permissions)]


def register_invitation_data() -> None:
    """Add invitations to the copy of a person's data."""
    patient_export.register(
        ExportPart(
            "invited_to_act",
            _("Whom you invited to act for you"),
            exported_invitations,
            (ProxyInvitation,),
        )
    )
    patient_export.register_by_email(
        EmailPart("invitations_to_act", _("Invitations to act for somebody"), exported_received)
    )
