"""The clinic's own row."""

from django.http import HttpRequest

from booking.models import ClinicProfile


def current_clinic(request: HttpRequest) -> ClinicProfile | None:
    """The clinic, read once a request."""
    if not hasattr(request, "_clinic"):
        request._clinic = ClinicProfile.current()  # type: ignore[attr-defined]
    clinic: ClinicProfile | None = request._clinic  # type: ignore[attr-defined]
    return clinic
