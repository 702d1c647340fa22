"""The sections of the desk's navigation.

A feature adds a section:

    navigation.register(Section("desk-reports", _("Reports"), "chart", SEE_REPORTS, order=80))
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from booking.access.roles import Ability


@dataclass(frozen=True, slots=True)
class Section:
    """One link of the desk's navigation.

    `url_name` is the name of its first address, `icon` a name of components/icon.html, `ability`
    what a person needs to see it (see booking.access.roles). Sections are shown in the order of
    `order`. `is_setup` marks the section that opens first while no clinic is set up;
    `needs_clinic=False` marks the sections that are shown even then.
    """

    url_name: str
    label: str | Promise
    icon: str
    ability: str
    order: int
    needs_clinic: bool = True
    is_setup: bool = False


CORE_SECTIONS = (
    Section("desk", _("Today"), "sun", Ability.USE_DESK, order=10, needs_clinic=False),
    Section("desk-calendar", _("Calendar"), "calendar", Ability.USE_DESK, order=20),
    Section("desk-book", _("Book"), "phone", Ability.USE_DESK, order=30),
    Section("desk-patients", _("Patients"), "user", Ability.OWN_CONTACTS, order=40),
    Section("desk-schedule", _("Schedule"), "clock", Ability.OWN_HOURS, order=50),
    Section("desk-mail", _("Mail"), "mail", Ability.USE_DESK, order=60),
    Section("desk-call-backs", _("Calls"), "phone", Ability.ALL_CONTACTS, order=70),
    Section("desk-staff", _("Team"), "users", Ability.STAFF, order=100, needs_clinic=False),
)
_sections: dict[str, Section] = {section.url_name: section for section in CORE_SECTIONS}


def register(section: Section) -> None:
    """Add a section. Raises ValueError if another one has its URL name."""
    if _sections.setdefault(section.url_name, section) != section:
        raise ValueError(f"There is a section {section.url_name} already.")


def sections() -> list[Section]:
    """Return all sections, in their order."""
    return sorted(_sections.values(), key=lambda section: section.order)


def setup_section() -> Section | None:
    """Return the section that sets a new clinic up, if a feature brings one."""
    return next((section for section in sections() if section.is_setup), None)
