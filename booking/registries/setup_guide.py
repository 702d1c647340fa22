"""Links that features add to the end of the guide for new clinics.

A feature adds a link:

    setup_guide.register("desk-import", _("Bring patients from another system"))
"""

from django.utils.functional import Promise

_links: dict[str, str | Promise] = {}


def register(url_name: str, label: str | Promise) -> None:
    """Add a link to the page with this URL name. Raises ValueError if it has another label."""
    if _links.setdefault(url_name, label) != label:
        raise ValueError(f"There is a link to {url_name} already.")


def links() -> list[tuple[str, str | Promise]]:
    """Return URL name and label of every registered link."""
    return list(_links.items())
