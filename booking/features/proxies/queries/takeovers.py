"""Read requests of grown children to take over their record, and the records they may mean."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from booking.access.proxies import PERMISSION_LABELS
from booking.features.proxies.models import Basis, DateOfBirth, Proxy, RecordTakeover
from booking.features.proxies.queries import live_grants
from booking.models import Patient, User
from booking.registries import patient_export
from booking.registries.patient_export import ExportPart
from clinic.lib.text.search_text import normalize_text

MAX_CANDIDATES = 20


@dataclass(frozen=True, slots=True)
class TakeoverCandidate:
    """A record that may be meant, with who acts for the patient now."""

    patient: Patient
    has_same_name: bool
    last_visit: datetime | None
    proxies: tuple[str, ...]


def open_takeovers(now: datetime) -> QuerySet[RecordTakeover]:
    """Return the requests that staff have not decided on, the oldest first."""
    rows = RecordTakeover.objects.filter(decision="", closes_at__gt=now, user__is_active=True)
    return rows.filter(user__patient__isnull=False).select_related("user__patient").order_by("pk")


def latest_takeover(user: User, now: datetime) -> RecordTakeover | None:
    """Return a user's last request, open or decided, or None if there is none to show."""
    rows = RecordTakeover.objects.filter(user=user, closes_at__gt=now)
    return rows.exclude(decision=RecordTakeover.Decision.WITHDRAWN).order_by("-pk").first()


def takeover_records(takeover: RecordTakeover) -> QuerySet[Patient]:
    """Return the records that a request may be about.

    They have no account, somebody has acted for the patient as a parent, and the date of birth that
    was entered last is the one of the request. A name alone is never enough.
    """
    born = DateOfBirth.objects.filter(patient=OuterRef("pk")).order_by("-pk")
    as_parent = Proxy.objects.filter(patient=OuterRef("pk"), basis=Basis.PARENT)
    rows = Patient.objects.current().filter(Exists(as_parent), user=None)
    rows = rows.alias(last_born_on=Subquery(born.values("born_on")[:1]))
    return rows.filter(last_born_on=takeover.born_on)


def takeover_candidates(takeover: RecordTakeover) -> list[TakeoverCandidate]:
    """Return the records that a request may be about, those of the same name first. Two queries."""
    name = normalize_text(takeover.user.patient.name)
    visits = Max("appointments__starts_at", filter=Q(appointments__booked_at__isnull=False))
    rows = list(takeover_records(takeover).annotate(last_visit=visits)[:MAX_CANDIDATES])
    names: dict[int, set[str]] = {}
    for grant in live_grants().filter(patient__in=rows).select_related("actor"):
        names.setdefault(grant.patient_id, set()).add(str(grant.actor))
    found = [
        TakeoverCandidate(
            row, normalize_text(row.name) == name, row.last_visit, _sorted(names.get(row.pk, set()))
        )
        for row in rows
    ]
    return sorted(found, key=lambda row: (not row.has_same_name, row.patient.name.casefold()))


def exported_takeovers(patient: Patient) -> Iterator[dict[str, Any]]:
    """Yield a patient's requests to take over a record, for the copy of their data. One query."""
    for row in RecordTakeover.objects.filter(user=patient.user_id or 0):
        yield {
            "born_on": row.born_on,
            "asked": row.asked_at,
            "others_may": [str(PERMISSION_LABELS[right]) for right in sorted(row.permissions)],
            "decision": row.get_decision_display(),
            "decided": row.decided_at,
            "why": row.reason,
        }


def register_takeover_data() -> None:
    """Add the requests to the copy of a person's data."""
    patient_export.register(
        ExportPart(
            "takeovers",
            _("When you asked to take over your record"),
            exported_takeovers,
            (RecordTakeover,),
        )
    )


def _sorted(names: set[str]) -> tuple[str, ...]:
    return tuple(sorted(names, key=str.casefold))
