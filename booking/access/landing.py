"""The page to which people are sent after they have signed in.

    landing.register(Ability.ARTICLES, "admin:articles_article_changelist")

Whoever may use the desk is sent there, patients to their account. Others are sent to the page that
is registered for an ability of theirs.
"""

from django.urls import reverse

from booking.access.roles import Ability, AnyUser, has_ability

_pages: dict[str, str] = {}


def register(ability: str, url_name: str) -> None:
    """Send those with an ability, who may not use the desk, to a page after they sign in."""
    _pages[ability] = url_name


def landing_page(user: AnyUser) -> str:
    """Return an address: of the desk for its staff, of a registered page, else of the account."""
    if has_ability(user, Ability.USE_DESK):
        return reverse("desk")
    for ability, url_name in _pages.items():
        if has_ability(user, ability):
            return reverse(url_name)
    return reverse("me")
