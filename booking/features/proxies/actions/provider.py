"""The functions of this feature that the core calls (booking.access.proxies)."""

from booking.access.proxies import ProxyProvider
from booking.features.proxies.actions.grants import end_agreed_since
from booking.features.proxies.actions.reads import record_read
from booking.features.proxies.queries import (
    find_permissions,
    is_health_shown,
    list_patients,
    without_hidden,
)

PROVIDER = ProxyProvider(
    find_permissions,
    list_patients,
    without_hidden,
    record_read,
    end_agreed_since,
    is_health_shown,
)
