"""Read the audit trail of health data."""

from datetime import datetime

from django.db.models import Q, QuerySet

from booking.models import HealthAccess, Patient
from booking.queries.health.email_hashes import hash_email_with_all_keys
from booking.queries.health.scope import patients_by_email


def health_accesses_by_email(
    email: str, since: datetime, until: datetime
) -> QuerySet[HealthAccess]:
    """Return the log entries in [since, until) about anybody who has or had this address."""
    current = patients_by_email(email).values("pk")
    records = Patient.objects.filter(Q(pk__in=current) | Q(merged_into__in=current))
    patients = list(records.values_list("pk", flat=True))
    about = Q(patient_pk__in=patients) | Q(email_hash__in=hash_email_with_all_keys(email))
    rows = HealthAccess.objects.filter(about, at__gte=since, at__lt=until)
    return rows.select_related("user").order_by("at", "pk")
