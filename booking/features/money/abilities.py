"""Who may do what with money, besides taking payments."""

from booking.access.roles import register_ability
from booking.models import Role

CHANGE_CHARGES = register_ability(
    "give discounts and refunds, write off what is not paid",
    frozenset({Role.FRONTDESK, Role.OWNER}),
)
