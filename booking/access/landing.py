"""The page to which people are sent after they have signed in."""

from django.urls import reverse

from booking.access.roles import Ability, AnyUser, has_ability


def landing_page(user: AnyUser) -> str:
    """Return an address: of the desk for its staff, of the back office for editors, else of the
    account."""
    if has_ability(user, Ability.USE_DESK):
        return reverse("desk")
    if has_ability(user, Ability.ARTICLES):
        return reverse("admin:index")
    return reverse("me")
