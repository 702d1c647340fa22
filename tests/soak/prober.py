"""Tells whether the site is in service: it takes a change, and shows it."""

import time

from tests.soak.journal import Journal
from tests.soak.staff import FrontDesk
from tests.soak.yardstick import Yardstick

NAME = "prober"
BACK_SECONDS = 5.0
"""The longest time until the site is back, on a machine that has nothing else to do."""
GIVE_UP_SECONDS = 120.0
FIRST_TRIES = 20
PATIENCE = 10.0
"""Seconds for one answer."""


class Prober:
    """Changes the note of an appointment that nobody else touches, again and again."""

    def __init__(self, port: int, journal: Journal) -> None:
        self.staff = FrontDesk(port, journal, NAME, "frontdesk")
        self.address = ""
        self.notes = 0

    def prepare(self) -> None:
        """Sign in and book the appointment. Raises RuntimeError if the site does not let us."""
        for _ in range(FIRST_TRIES):
            self.staff.act()
            location = self.staff.book_far_ahead().location if self.staff.is_signed_in else ""
            if location.startswith("/desk/appointments/"):
                self.address = location
                self.staff.browser.patience = PATIENCE
                return
        raise RuntimeError("The site could not be used before anything was out of order.")

    def is_served(self) -> bool:
        """Whether a change is taken and then shown."""
        self.notes += 1
        note = f"note {self.notes} of {NAME}"
        if self.staff.browser.post(f"{self.address}note/", team_note=note).status != 303:
            return False
        return note in self.staff.browser.get(self.address).body

    def wait_for_service(self) -> tuple[float, float]:
        """Wait until the site is in service.

        Returns the seconds until then, and how much slower than free the machine was meanwhile.
        """
        yardstick = Yardstick()
        started = time.monotonic()
        while not self.is_served():
            if time.monotonic() - started > GIVE_UP_SECONDS:
                break
            time.sleep(0.1)
        seconds = time.monotonic() - started
        return seconds, yardstick.slowness()
