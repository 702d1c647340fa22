"""The pages of the patient's account, as its navigation lists them.

A page of the core is listed in CORE_PAGES. A feature adds one in its `AppConfig.ready`:

    account_pages.register(AccountPage("me-receipts", _("Receipts"), "receipt", order=60))
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class AccountPage:
    """One link of the account's navigation.

    `url_name` is the name of its address, which takes no arguments, `icon` a name of
    components/icon.html. Pages are shown in the order of `order`.
    """

    url_name: str
    label: str | Promise
    icon: str
    order: int


CORE_PAGES = (
    AccountPage("me", _("Your appointments"), "calendar", order=10),
    AccountPage("me-details", _("Your details"), "user", order=30),
    AccountPage("me-health", _("Health answers"), "heart", order=40),
    AccountPage("me-receipts", _("Receipts"), "receipt", order=55),
    AccountPage("me-reminders", _("Mails and calendar"), "mail", order=60),
    AccountPage("me-devices", _("Devices"), "device", order=80),
    AccountPage("me-access", _("Who can see me"), "eye", order=90),
    AccountPage("me-download", _("Your data"), "download", order=100),
)
_pages: dict[str, AccountPage] = {page.url_name: page for page in CORE_PAGES}


def register(page: AccountPage) -> None:
    """Add a page. Raises ValueError if another one has its URL name."""
    if _pages.setdefault(page.url_name, page) != page:
        raise ValueError(f"There is a page {page.url_name} already.")


def pages() -> list[AccountPage]:
    """Return the pages of the core and of features, by `order`."""
    return sorted(_pages.values(), key=lambda page: page.order)
