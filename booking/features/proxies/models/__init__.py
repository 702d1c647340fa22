"""The models of people who act for patients."""

from booking.features.proxies.models.grants import (
    REQUEST_OPEN_FOR,
    Basis,
    DateOfBirth,
    HiddenAppointment,
    Proxy,
    ProxyEnd,
    ProxyQuerySet,
    ProxyRequest,
    ProxyReview,
    permission_columns,
)
from booking.features.proxies.models.minors import (
    ADULT_AGE,
    CONSENT_TEXT_VERSION,
    CONSENT_TEXTS,
    OLDEST_AGE,
    THERAPIST_NOTES,
    AdultPresence,
    GuardianConsent,
    ProxySettings,
)

__all__ = [
    "ADULT_AGE",
    "CONSENT_TEXTS",
    "CONSENT_TEXT_VERSION",
    "OLDEST_AGE",
    "REQUEST_OPEN_FOR",
    "THERAPIST_NOTES",
    "AdultPresence",
    "Basis",
    "DateOfBirth",
    "GuardianConsent",
    "HiddenAppointment",
    "Proxy",
    "ProxyEnd",
    "ProxyQuerySet",
    "ProxyRequest",
    "ProxyReview",
    "ProxySettings",
    "permission_columns",
]
