"""Panels that features add to pages of the core.

    panels.register(Page.PATIENT, Panel("booking/features/notes/_panel.html", notes_panel))

where `notes_panel(request, subject)` returns the values for the template, or None to show
nothing. The subject is the page's patient, appointment or receipt; PAYMENT stands below the
payments of an appointment. On Today it is the list of the appointments that are shown, with TODAY
below and TODAY_NOTICES above them; in the patient's account it is the patient. The tag `panels_of`
of `panel_tags` renders them. Panels are shown to everybody who may see the page: what needs another
ability, the function checks.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.http import HttpRequest


class Page(StrEnum):
    """A page of the core that shows panels."""

    PATIENT = "patient"
    APPOINTMENT = "appointment"
    PAYMENT = "payment"
    RECEIPT = "receipt"
    TODAY = "today"
    TODAY_NOTICES = "today-notices"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class Panel:
    """A template and the function that returns its values, or None to show nothing."""

    template: str
    values: Callable[[HttpRequest, Any], Mapping[str, Any] | None]


_panels: dict[Page, list[Panel]] = {page: [] for page in Page}


def register(page: Page, panel: Panel) -> None:
    """Add a panel at the end of a page's panels. Registering it twice adds it once."""
    if panel not in _panels[page]:
        _panels[page].append(panel)


def panels_of(page: Page) -> list[Panel]:
    """Return the panels of a page, in the order of registration."""
    return list(_panels[page])
