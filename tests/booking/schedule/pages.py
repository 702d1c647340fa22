"""Helpers that read and submit the pages of the schedule."""

import re
from typing import Any
from xml.etree.ElementTree import Element

from django.http import HttpResponse
from django.test import Client

from booking.models import Appointment
from tests.html import assert_valid, text_of

HOURS, DAY, OFF = (f"/desk/schedule/rosa/{page}/" for page in ("hours", "day", "time-off"))
CLOSURES, HOLIDAYS = "/desk/closures/", "/desk/closures/holidays/"
ALL_DAY = {"first_day": "2026-11-24"}
"""Tuesday off."""


def read(response: Any) -> str:
    """Return the text of a page, and assert that its HTML is valid."""
    return text_of(assert_valid(response.content.decode()))


def fields(response: Any) -> dict[str, list[str]]:
    """Return the values that the form would send unchanged, by name, with hidden fields."""
    document = assert_valid(response.content.decode())
    found: dict[str, list[str]] = {}
    for element in document.iter("input"):
        if _is_sent(element):
            found.setdefault(element.get("name", ""), []).append(element.get("value", ""))
    found.pop("csrfmiddlewaretoken", None)
    return found


def choose(client: Client, path: str, response: Any, **chosen: str) -> HttpResponse:
    """POST the preview with these choices: `a12="keep"` for appointment 12, `step="settle"`..."""
    data = fields(response) | {
        re.sub(r"^a(?=\d)", "choice-", name): [value] for name, value in chosen.items()
    }
    return client.post(path, data)  # type: ignore[return-value]


def choices(response: Any, row: Appointment) -> list[str]:
    """The radio buttons of one appointment."""
    document = assert_valid(response.content.decode())
    name = f"choice-{row.pk}"
    return [e.get("value", "") for e in document.iter("input") if e.get("name") == name]


def _is_sent(element: Element) -> bool:
    kind = element.get("type", "text")
    return kind not in ("radio", "checkbox") or element.get("checked") is not None
