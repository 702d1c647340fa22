"""Delete old entries of the audit trail."""

from datetime import datetime, timedelta

from booking.models import AuditEntry, ClinicProfile

DAYS_PER_YEAR = 366
BATCH_SIZE = 5_000


def delete_old_audit_entries(now: datetime) -> int:
    """Delete entries that are older than the clinic keeps them, at most BATCH_SIZE.

    None before the clinic is set up. Returns how many were deleted.
    """
    clinic = ClinicProfile.current()
    if clinic is None:
        return 0
    cutoff = now - timedelta(days=DAYS_PER_YEAR * clinic.audit_kept_years)
    old = AuditEntry.objects.filter(at__lt=cutoff).order_by("at").values_list("pk", flat=True)
    return AuditEntry.objects.filter(pk__in=list(old[:BATCH_SIZE])).delete()[0]
