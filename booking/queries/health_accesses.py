"""Who did what with somebody's health data: the audit trail, read."""

from datetime import datetime

from django.db.models import Q, QuerySet

from booking.models import HealthAccess
from booking.queries.health_scope import patients_by_email
from booking.queries.subjects import subjects_of


def accesses_of(email: str, since: datetime, until: datetime) -> QuerySet[HealthAccess]:
    """Every line about whoever is, or was, known by the address, in [since, until)."""
    patients = list(patients_by_email(email).values_list("pk", flat=True))
    about = Q(patient__in=patients) | Q(subject__in=subjects_of(email))
    rows = HealthAccess.objects.filter(about, at__gte=since, at__lt=until)
    return rows.select_related("user").order_by("at", "pk")
