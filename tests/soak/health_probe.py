"""Measures how long the site takes to recover: it saves a change and shows it again."""

import time

from tests.soak.calibration import Calibration
from tests.soak.journal import Journal
from tests.soak.staff import FrontDesk

NAME = "probe"
MAX_RECOVERY_SECONDS = 5.0
"""The longest recovery time allowed, in seconds on an idle machine."""
GIVE_UP_SECONDS = 120.0
FIRST_TRIES = 20
TIMEOUT_SECONDS = 10.0
"""How long a request waits for an answer."""


class HealthProbe:
    """Changes the note of an appointment that no user changes, and reads it back."""

    def __init__(self, port: int, journal: Journal) -> None:
        self.staff = FrontDesk(port, journal, NAME, "frontdesk")
        self.address = ""
        self.notes = 0

    def prepare(self) -> None:
        """Sign in and book the appointment. Raises RuntimeError if that fails FIRST_TRIES times."""
        for _ in range(FIRST_TRIES):
            self.staff.act()
            location = self.staff.book_far_ahead().location if self.staff.is_signed_in else ""
            if location.startswith("/desk/appointments/"):
                self.address = location
                self.staff.browser.timeout = TIMEOUT_SECONDS
                return
        raise RuntimeError("The site could not be used before the first fault.")

    def is_served(self) -> bool:
        """Whether a change is saved and then shown."""
        self.notes += 1
        note = f"note {self.notes} of {NAME}"
        if self.staff.browser.post(f"{self.address}note/", team_note=note).status != 303:
            return False
        return note in self.staff.browser.get(self.address).body

    def wait_for_service(self) -> tuple[float, float]:
        """Wait until the site is in service, at most GIVE_UP_SECONDS.

        Returns the seconds waited, and the slowdown of the machine in that time (1: idle).
        """
        calibration = Calibration()
        started = time.monotonic()
        while not self.is_served():
            if time.monotonic() - started > GIVE_UP_SECONDS:
                break
            time.sleep(0.1)
        seconds = time.monotonic() - started
        return seconds, calibration.slowdown()
