"""Who may see reports."""

from booking.access.roles import register_ability
from booking.models import Role

SEE_REPORTS = register_ability("see reports", frozenset({Role.OWNER}))
