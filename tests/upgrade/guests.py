"""Guests who book, move and cancel: `python -m tests.upgrade.guests PORT FILE NAME`.

They end at SIGTERM, after their last action.
"""

import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

from tests.soak.browser import Browser, Page
from tests.soak.guests import APPOINTMENT, TREATMENT, Guest, Slot
from tests.soak.journal import Journal, Outcome
from tests.soak.users import act_until_stopped

GUESTS, MAX_STEPS = 4, 6


class TimedJournal(Journal):
    """Records with every event when it was."""

    def event(self, actor: str, about: str, what: str, outcome: Outcome, **facts: Any) -> None:
        super().event(actor, about, what, outcome, at=time.monotonic(), **facts)


class AnyOrderGuest(Guest):
    """Goes through the steps of a booking in the order of the redirects, which versions change."""

    def _book(self, browser: Browser, about: str, slot: Slot) -> str:
        page, was_unsure = Page(303, self._hold_address(browser, slot)), False
        for _ in range(MAX_STEPS):
            if not page.location.startswith("/book/hold/"):
                break
            page = self._step(browser, page.location, about)
            was_unsure = was_unsure or self.had_lost_answer
        is_booked = page.location.startswith(APPOINTMENT)
        outcome: Outcome = "acknowledged" if is_booked else "unknown" if was_unsure else "refused"
        self.journal.event(self.name, about, "booked", outcome, start=slot.start)
        return page.location.removeprefix(APPOINTMENT).strip("/") if is_booked else ""

    def _step(self, browser: Browser, address: str, about: str) -> Page:
        """Fill in the page of one step, and return where it leads."""
        if address.endswith("/questions/"):
            questions = browser.get(address)
            if questions.location:
                return questions
            answers = {"none": "on", "consent": "on"}
            for name in ("version", "question_set", "asked"):  # one of the last two, by version
                for tag in questions.inputs(name=name)[:1]:
                    answers[name] = tag["value"]
            return self._press(browser, address, **answers)
        person = {"name": about.partition("@")[0], "email": about, "phone": "312 555 0142"}
        is_review = address.endswith("/review/")
        return self._press(browser, address, **({} if is_review else person | {"agreement": "on"}))

    def _hold_address(self, browser: Browser, slot: Slot) -> str:
        """Hold a slot and return where that leads, or "" if it was refused."""
        options = browser.get(f"/book/{TREATMENT}/").inputs(name="option", type="hidden")
        if not options:
            return ""
        chosen = {"option": options[0]["value"], "therapist": slot.therapist, "start": slot.start}
        return self._press(browser, f"/book/{TREATMENT}/", **chosen).location


def main(port: int, file: Path, name: str) -> None:
    """Let the guests act until this process is asked to end. Their names begin with `name`."""
    journal, stopping = TimedJournal(file), threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    threads = [
        threading.Thread(
            target=act_until_stopped,
            args=(AnyOrderGuest(port, journal, f"{name}{number}"), journal, stopping),
        )
        for number in range(GUESTS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
