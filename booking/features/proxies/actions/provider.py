"""The functions of this feature that the core calls about proxies and minors."""

from booking.access.proxies import ProxyProvider
from booking.features.proxies.actions.grants import end_agreed_since
from booking.features.proxies.actions.minors import record_consent
from booking.features.proxies.actions.reads import record_read
from booking.features.proxies.queries import (
    find_known_age,
    find_permissions,
    is_health_shown,
    list_patients,
    without_hidden,
    youngest_online,
)
from booking.registries.minors import MinorsProvider

PROVIDER = ProxyProvider(
    find_permissions,
    list_patients,
    without_hidden,
    record_read,
    end_agreed_since,
    is_health_shown,
)
MINORS = MinorsProvider(find_known_age, record_consent, youngest_online)
