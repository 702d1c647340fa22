"""Simulated patients: they book, move and cancel, and try again when no answer comes."""

import json
import random
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from tests.soak.browser import Browser, Page
from tests.soak.journal import Journal, Outcome

TREATMENT, MINUTES = "swedish-massage", "60"
DAYS = 5
"""All guests book within these days, so that they compete for the same starts."""
TRIES = 6
PAUSE = 0.5
APPOINTMENT = "/appointments/"


@dataclass(frozen=True, slots=True)
class Slot:
    """A start that the site offers, and a therapist who is free then."""

    start: str
    therapist: str


def find_slot(browser: Browser, choice: random.Random) -> Slot | None:
    """Return one of the free starts of the next days, or None if there is none or no answer."""
    today = datetime.now(UTC).date()
    query = {
        "treatment": TREATMENT,
        "minutes": MINUTES,
        "from": str(today),
        "to": str(today + timedelta(days=DAYS)),
    }
    page = browser.get(f"/api/slots?{urlencode(query)}")
    if not page.is_ok:
        return None
    slots = [slot for day in json.loads(page.body)["days"] for slot in day["slots"]]
    if not slots:
        return None
    chosen = choice.choice(slots)
    return Slot(chosen["starts_at"], choice.choice(chosen["therapists"]))


class Guest:
    """A guest who books again and again, each time with another e-mail address."""

    def __init__(self, port: int, journal: Journal, name: str) -> None:
        self.port, self.journal, self.name = port, journal, name
        self.choice = random.Random(name)
        self.visits = 0

    def act(self) -> None:
        """Book an appointment, then perhaps move it, and perhaps cancel it."""
        self.visits += 1
        browser = Browser(self.port, self.journal, self.name)
        about = f"{self.name}-{self.visits}@soak.example"
        slot = find_slot(browser, self.choice)
        token = self._book(browser, about, slot) if slot else ""
        if not token:
            return
        if self.choice.random() < 0.5:
            self._move(browser, about, token)
        if self.choice.random() < 0.4:
            self._cancel(browser, about, token)

    def _book(self, browser: Browser, about: str, slot: Slot) -> str:
        """Book a slot and return the token of the appointment, or "" if it was not booked."""
        hold = self._hold(browser, slot)
        if not hold or not self._answer_questions(browser, hold):
            return ""
        person = {"name": about.partition("@")[0], "email": about, "phone": "312 555 0142"}
        page = self._press(browser, hold, **person)
        if page.location == f"{hold}review/":  # filled in quicker than a person
            page = self._press(browser, f"{hold}review/")
        booked = page.location.startswith(APPOINTMENT)
        outcome: Outcome = "acknowledged" if booked else "refused"
        if not booked and self.had_lost_answer:
            outcome = "unknown"
        self.journal.event(self.name, about, "booked", outcome, start=slot.start)
        return page.location.removeprefix(APPOINTMENT).strip("/") if booked else ""

    def _hold(self, browser: Browser, slot: Slot) -> str:
        """Hold a slot and return the address of the hold, or "" if it was refused."""
        page = browser.get(f"/book/{TREATMENT}/")
        options = page.inputs(name="option", type="hidden")
        if not options:
            return ""
        held = self._press(
            browser,
            f"/book/{TREATMENT}/",
            option=options[0]["value"],
            therapist=slot.therapist,
            start=slot.start,
        )
        is_held = held.location.startswith("/book/hold/")
        return held.location.removesuffix("questions/") if is_held else ""

    def _answer_questions(self, browser: Browser, hold: str) -> bool:
        """Answer the health questions. Return whether the details are asked next."""
        questions = browser.get(f"{hold}questions/")
        version = questions.hidden_fields().get("version", [""])
        answers = {"version": version[0], "none": "on", "consent": "on", "question_set": "1"}
        return self._press(browser, f"{hold}questions/", **answers).location == hold

    def _move(self, browser: Browser, about: str, token: str) -> None:
        """Move the appointment to another free start."""
        slot = find_slot(browser, self.choice)
        if slot is None:
            return
        page = self._press(
            browser,
            f"{APPOINTMENT}{token}/reschedule/",
            start=slot.start,
            therapist=slot.therapist,
        )
        self.journal.event(self.name, about, "moved", self._outcome(page), start=slot.start)

    def _cancel(self, browser: Browser, about: str, token: str) -> None:
        page = self._press(browser, f"{APPOINTMENT}{token}/cancel/", reason="")
        self.journal.event(self.name, about, "cancelled", self._outcome(page))

    def _press(self, browser: Browser, path: str, **fields: str) -> Page:
        """Send a form, and send it again as long as no answer comes.

        Sets `had_lost_answer`: whether one of the tries may have succeeded without an answer.
        """
        self.had_lost_answer = False
        for _ in range(TRIES):
            page = browser.post(path, **fields)
            if page.outcome != "unknown":
                return page
            self.had_lost_answer = True
            time.sleep(PAUSE)
        return page

    def _outcome(self, page: Page) -> Outcome:
        """Return the outcome of the last form; a refusal after a lost answer is unknown."""
        if page.outcome == "refused" and self.had_lost_answer:
            return "unknown"
        return page.outcome
