"""Where people are sent after they have signed in."""

from django.urls import reverse

from booking.access.roles import Ability, AnyUser, has_ability


def landing_page(user: AnyUser) -> str:
    """Return the address of the desk, of the back office for editors, or of the account."""
    if has_ability(user, Ability.USE_DESK):
        return reverse("desk")
    if has_ability(user, Ability.ARTICLES):
        return reverse("admin:index")
    return reverse("me")
