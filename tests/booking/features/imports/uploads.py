"""Helpers for tests of imports: upload a file, read its errors, confirm it."""

from io import BytesIO
from typing import Any

from django.test import Client

from booking.features.imports.models import ImportDraft

PEOPLE = "name,email,phone,therapist,evenings,quiet\n"
APPOINTMENTS = "name,email,phone,treatment,minutes,therapist,room,date,time\n"


def text(response: Any) -> str:
    return str(response.content.decode())


def check(browser: Client, kind: str, content: str | bytes, **more: Any) -> Any:
    data = content.encode() if isinstance(content, str) else content
    file = BytesIO(data)
    file.name = "them.csv"
    return browser.post(f"/desk/import/{kind}/", {"file": file, **more})


def run(browser: Client, follow: bool = True) -> Any:
    return browser.post(draft_address(), follow=follow)


def draft_address() -> str:
    """Where the file that was checked last is imported."""
    return f"/desk/imports/{ImportDraft.objects.latest('pk').public_id}/"


def errors(response: Any) -> list[tuple[int, str]]:
    return [(error.line, error.message) for error in response.context["errors"]]


def line(**cells: str) -> str:
    usual = {
        "name": "Ana Reader", "email": "ana@reader.example", "phone": "", "treatment": "Swedish",
        "minutes": "60", "therapist": "maya lindqvist", "room": "", "date": "2026-11-25",
        "time": "10:00",
    }  # fmt: skip
    return ",".join((usual | {"treatment": "Swedish massage"} | cells).values()) + "\n"
