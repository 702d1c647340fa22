"""The functions of this feature that the core calls about proxies and minors."""

from datetime import datetime

from booking.access.proxies import HealthGrant, ProxyProvider
from booking.features.proxies.actions.grants import end_agreed_since
from booking.features.proxies.actions.invitations import withdraw_invitations_since
from booking.features.proxies.actions.minors import record_consent
from booking.features.proxies.actions.reads import record_read
from booking.features.proxies.queries import (
    find_known_age,
    find_permissions,
    grants_over,
    list_patients,
    may_decide,
    without_hidden,
    youngest_online,
)
from booking.models import Patient, User
from booking.registries.minors import MinorsProvider


def list_health_grants(patient: Patient) -> list[HealthGrant]:
    """Return the grants to see a patient's health answers, one for each person. One query."""
    return [
        HealthGrant(
            user_pk=grant.actor_id,
            name=str(grant.actor),
            granted_at=grant.granted_at,
            is_by_patient=grant.granted_by_id == patient.user_id,
        )
        for grant in grants_over(patient)
        if grant.may_see_health
    ]


def end_and_withdraw_since(user: User, since: datetime) -> None:
    """End what a patient has agreed to since a moment, and withdraw whom they have invited."""
    end_agreed_since(user, since)
    withdraw_invitations_since(user, since)


PROVIDER = ProxyProvider(
    find_permissions=find_permissions,
    may_decide=may_decide,
    list_health_grants=list_health_grants,
    list_patients=list_patients,
    without_hidden=without_hidden,
    record_read=record_read,
    end_agreed_since=end_and_withdraw_since,
)
MINORS = MinorsProvider(find_known_age, record_consent, youngest_online)
