"""Find appointments by the tokens of their links."""

from typing import Literal

from booking.models import Appointment
from clinic.lib.crypto import signed_links

LinkPurpose = Literal["hold", "appointment"]


def find_by_link(token: str, purpose: LinkPurpose) -> Appointment | None:
    """Return the appointment of a valid token, or None. At most one query."""
    row = signed_links.unverified_row_id(token)
    if row is None:
        return None
    try:
        appointment = Appointment.objects.with_related().get(public_id=row)
    except Appointment.DoesNotExist:
        return None
    genuine = signed_links.is_valid_token(token, purpose, row, appointment.link_version)
    return appointment if genuine else None
