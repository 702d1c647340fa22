"""Links that features add to the end of the guide for new clinics.

setup_guide.register("desk-import", _("Bring patients from another system"))
"""

from django.utils.functional import Promise

_links: dict[str, str | Promise] = {}


def register(url_name: str, label: str | Promise) -> None:
    """Add a link to the page with this URL name."""
    _links[url_name] = label


def links() -> list[tuple[str, str | Promise]]:
    """Return URL name and label of every registered link."""
    return list(_links.items())
