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
from booking.features.proxies.models.invitations import INVITATION_OPEN_FOR, ProxyInvitation
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
from booking.features.proxies.models.takeovers import TAKEOVER_OPEN_FOR, RecordTakeover

__all__ = [
    "ADULT_AGE",
    "CONSENT_TEXTS",
    "CONSENT_TEXT_VERSION",
    "INVITATION_OPEN_FOR",
    "OLDEST_AGE",
    "REQUEST_OPEN_FOR",
    "TAKEOVER_OPEN_FOR",
    "THERAPIST_NOTES",
    "AdultPresence",
    "Basis",
    "DateOfBirth",
    "GuardianConsent",
    "HiddenAppointment",
    "Proxy",
    "ProxyEnd",
    "ProxyInvitation",
    "ProxyQuerySet",
    "ProxyRequest",
    "ProxyReview",
    "ProxySettings",
    "RecordTakeover",
    "permission_columns",
]
