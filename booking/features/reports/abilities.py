"""Who may see reports."""

from booking.access.roles import Role, register_ability

SEE_REPORTS = register_ability("see reports", frozenset({Role.OWNER}))
