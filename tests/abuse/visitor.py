"""A visitor at a browser, from a network address of their choice."""

import re
import time
from collections.abc import Callable, Sequence
from typing import cast

from tests.abuse.site import AbusedSite
from tests.soak.browser import NO_ANSWER, Browser, Page
from tests.soak.journal import Journal

PATIENCE, TRIES = 120.0, 30
CHANGE_IN_PROGRESS = "being changed by somebody else right now"
MIN_FILL_SECONDS = 4.0
"""Whoever fills in the personal details quicker than a person can has to confirm them again."""
MAIL_SECONDS = 120.0


class NoJournal:
    """A journal that records nothing: the trials count results, not responses."""

    def request(self, *_: object) -> None:
        """Forget an answer."""

    def violation(self, *_: object) -> None:
        """Forget an answer that the soak would not allow."""


class Visitor(Browser):
    """A browser whose requests come from `address`, as a proxy would say."""

    def __init__(self, port: int, address: str) -> None:
        super().__init__(port, cast(Journal, NoJournal()), address, PATIENCE)
        self.address = address

    def _answer(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Page:
        """Send a request; press again when the site says that it has too much to do, or that
        somebody else changes the same thing."""
        for _ in range(TRIES):
            page = super()._answer(method, path, body, {**headers, "X-Forwarded-For": self.address})
            if page.status not in NO_ANSWER and CHANGE_IN_PROGRESS not in page.body:
                break
            time.sleep(1)
        return page

    def hold(self, treatment: str, option: str, start: str, **more: str) -> Page:
        """Press the button of a time."""
        return self.post(f"/book/{treatment}/", option=option, therapist="", start=start, **more)


class Patient(Visitor):
    """An honest guest: holds a time, types a code if asked for it, fills in the form, and books."""

    def __init__(self, site: AbusedSite, address: str, email: str) -> None:
        super().__init__(site.port, address)
        self.site, self.email = site, email

    def hold_or_prove(self, treatment: str, option: str, starts: Sequence[str]) -> str:
        """Hold the first start that is still free; return the address of the hold, or ""."""
        for start in starts:
            page = self.hold(treatment, option, start)
            if page.status == 429 and page.inputs(name="email"):
                page = self._prove(treatment, option, start)
            if page.location.startswith("/book/hold/"):
                return page.location.removesuffix("questions/")
        return ""

    def _prove(self, treatment: str, option: str, start: str) -> Page:
        slot = {"option": option, "therapist": "", "start": start}
        asked = self.post(f"/book/{treatment}/code/", email=self.email, **slot)
        token = asked.inputs(name="token")
        code = self._mailed(r"\b(\d{6})\b") if token else ""
        if not code:
            return asked
        self.post(f"/book/{treatment}/code/", token=token[0]["value"], code=code, **slot)
        return self.hold(treatment, option, start)  # the browser sends the same form again

    def finish(self, hold: str) -> bool:
        """Answer the questions, fill in the details, and book; return whether it is booked."""
        person = {"name": "Ana Reader", "email": self.email, "phone": "312 555 0142"}
        version = self.get(f"{hold}questions/").hidden_fields().get("version", [""])[0]
        self.post(f"{hold}questions/", version=version, none="on", consent="on", question_set="1")
        page = self.post(hold, **person)
        if page.location == f"{hold}review/":  # filled in quicker than a person
            page = self.post(f"{hold}review/")
        if page.status == 409:
            self.post(f"{hold}prove/")
            link = self._mailed(r"(/book/prove/[^\s/]+/)")
            page = self.post(link) if link else page
        return page.location.startswith("/appointments/")

    def _mailed(self, pattern: str) -> str:
        """Return what the newest mail says, once it has come."""
        return wait_for(lambda: _first(pattern, self.site.text_to(self.email)))


def wait_for(look: Callable[[], str], seconds: float = MAIL_SECONDS) -> str:
    """Return what `look` finds, or "" after some seconds."""
    deadline = time.monotonic() + seconds
    while not (found := look()) and time.monotonic() < deadline:
        time.sleep(0.2)
    return found


def _first(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    return found[1] if found else ""
