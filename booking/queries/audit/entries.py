"""Read the audit trail: entries about one patient, or those of an owner's search."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from booking.models import AuditEntry, Patient
from booking.queries.audit.email_hashes import hash_email_with_all_keys


@dataclass(frozen=True, slots=True)
class AuditSearch:
    """An owner's search for entries in [since, until).

    `actions` are Action values, none for all; `user` is the primary key of the actor or of the
    affected user; `patient` is whom the entries are about.
    """

    since: datetime
    until: datetime
    actions: Collection[str] = ()
    user: int | None = None
    patient: Patient | None = None


def search_entries(search: AuditSearch) -> QuerySet[AuditEntry]:
    """Return the entries that match, newest first."""
    rows = AuditEntry.objects.filter(at__gte=search.since, at__lt=search.until)
    if search.actions:
        rows = rows.filter(action__in=search.actions)
    if search.user is not None:
        rows = rows.filter(Q(user=search.user) | Q(affected_user=search.user))
    if search.patient is not None:
        rows = rows.filter(_about_patient(search.patient))
    return rows.select_related("user", "affected_user").order_by("-at", "-pk")


def entries_about_patient(email: str, since: datetime, until: datetime) -> QuerySet[AuditEntry]:
    """Return the entries in [since, until) about every patient who has or had this address, in
    order."""
    rows = AuditEntry.objects.filter(_about_email(email), at__gte=since, at__lt=until)
    return rows.select_related("user").order_by("at", "pk")


def patients_of(entries: Iterable[AuditEntry]) -> Mapping[int, Patient]:
    """Return the patients whom entries are about, by primary key. One query."""
    return Patient.objects.in_bulk({entry.patient_pk for entry in entries if entry.patient_pk})


def _about_patient(patient: Patient) -> Q:
    """Return a condition: about the patient's record, one merged into it, or its address."""
    merged = list(Patient.objects.filter(merged_into=patient).values_list("pk", flat=True))
    about = Q(patient_pk__in=[patient.pk, *merged])
    if patient.email:
        about |= Q(email_hash__in=hash_email_with_all_keys(patient.email))
    return about


def _about_email(email: str) -> Q:
    """Return a condition: about a record with the address, one merged into it, or the address."""
    current = Patient.objects.filter(email__iexact=email.strip()).values("pk")
    records = Patient.objects.filter(Q(pk__in=current) | Q(merged_into__in=current))
    patients = list(records.values_list("pk", flat=True))
    return Q(patient_pk__in=patients) | Q(email_hash__in=hash_email_with_all_keys(email))
