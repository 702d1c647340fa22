"""What this feature adds to "Who can see me" and to the copy of a person's data."""

from booking.features.proxies.queries.grant_data import register_grant_data
from booking.features.proxies.queries.invitations import register_invitation_data
from booking.features.proxies.queries.takeovers import register_takeover_data


def register_all_data() -> None:
    """Register grants, dates of birth, invitations and requests to take over a record."""
    register_grant_data()
    register_invitation_data()
    register_takeover_data()
