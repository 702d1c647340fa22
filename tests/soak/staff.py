"""Simulated staff: booking by phone, arrivals, time off, and imports by the owner."""

import random
import re
import time
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.soak.browser import Browser, Page
from tests.soak.journal import Journal, Outcome

ZONE = ZoneInfo("America/Chicago")
EMAIL_DOMAIN, PASSWORD = "lakeside-massage.example", "quiet-legs-by-the-lake"
"""Those of the demo, as `make run` prints them. This program runs without Django."""
DESK = "/desk/"
SIGN_IN = "/accounts/login/"
OPTION = re.compile(r'<option value="(\d+)"[^>]*>\s*Swedish massage, 60 min')
THERAPIST = re.compile(r'<option value="([-a-z]+)"')
TIME_OFF = re.compile(r"/desk/time-off/(\d+)/back/")
ROUNDED = 5
TRIES = 6
PAUSE = 1.0


class Staff:
    """A member of staff, who signs in again when the session has ended."""

    def __init__(self, port: int, journal: Journal, name: str, account: str) -> None:
        self.port, self.journal, self.name, self.account = port, journal, name, account
        self.choice = random.Random(name)
        self.browser = Browser(port, journal, name)
        self.is_signed_in = False
        self.number = 0

    def act(self) -> None:
        """Sign in, or do one task."""
        if not self.is_signed_in:
            self.is_signed_in = self.sign_in()
        elif self.work().location.startswith(SIGN_IN):
            self.is_signed_in = False

    def sign_in(self) -> bool:
        """Sign in with the password of the demo clinic. Return whether that succeeded."""
        if not self.browser.get(SIGN_IN).is_ok:
            return False
        login = f"{self.account}@{EMAIL_DOMAIN}"
        page = self.browser.post(SIGN_IN, login=login, password=PASSWORD)
        return page.outcome == "acknowledged"

    def work(self) -> Page:
        """Do one task and return the last answer."""
        raise NotImplementedError

    def _about(self) -> str:
        self.number += 1
        return f"{self.name}-{self.number}@soak.example"


class FrontDesk(Staff):
    """Books patients by phone and at the counter, and records time off of therapists."""

    def work(self) -> Page:
        tasks = [self._book_caller, self._book_caller, self._walk_in, self._take_time_off]
        task = self.choice.choice(tasks)
        return task()

    def _book_caller(self) -> Page:
        """Book a patient by phone, within the next five days."""
        day = datetime.now(ZONE).date() + timedelta(days=self.choice.randint(1, 5))
        clock_time = f"{self.choice.randint(9, 17):02}:{self.choice.choice((0, 30)):02}"
        return self._book(day=str(day), at=clock_time)

    def book_far_ahead(self) -> Page:
        """Book an appointment on a day on which no other user books."""
        day = datetime.now(ZONE).date() + timedelta(days=self.choice.randint(85, 89))
        return self._book(day=str(day), at="12:00")

    def _walk_in(self) -> Page:
        """Book a patient at the counter for today, and mark them as arrived."""
        start = datetime.now(ZONE) + timedelta(minutes=self.choice.randint(5, 120))
        if start.date() != datetime.now(ZONE).date():
            return self._book_caller()
        minute = start.minute // ROUNDED * ROUNDED
        page = self._book(day=str(start.date()), at=f"{start.hour:02}:{minute:02}")
        if page.location.startswith("/desk/appointments/"):
            return self._mark_arrived(page.location)
        return page

    def _book(self, *, day: str, at: str) -> Page:
        """Book a new patient, and give the confirmations that the page asks for."""
        form = self.browser.get("/desk/book/")
        option, therapists = OPTION.search(form.body), THERAPIST.findall(form.body)
        if option is None or not therapists:
            return form
        about = self._about()
        typed: dict[str, Any] = {
            "do": "book", "option": option[1], "day": day, "at": at,
            "therapist": self.choice.choice(therapists),
            "name": about.partition("@")[0], "email": about, "phone": "",
        }  # fmt: skip
        page = self.browser.post("/desk/book/", **typed)
        if page.status == 409 and (asked := confirmations(page)):
            page = self.browser.post("/desk/book/", **typed, accepted=asked)
        self.about = about
        self.journal.event(self.name, about, "booked", page.outcome)
        return page

    def _mark_arrived(self, address: str) -> Page:
        """Mark as arrived, and try again as long as no answer comes."""
        for _ in range(TRIES):
            page = self.browser.post(f"{address}status/", to="arrived")
            if page.outcome != "unknown":
                break
            time.sleep(PAUSE)
        self.journal.event(self.name, self.about, "arrived", page.outcome)
        return page

    def _take_time_off(self) -> Page:
        """Record an hour off for a therapist; affected appointments are kept."""
        overview = self.browser.get("/desk/schedule/")
        slugs = re.findall(r'href="/desk/schedule/([-a-z]+)/"', overview.body)
        if not slugs:
            return overview
        place = f"/desk/schedule/{self.choice.choice(slugs)}/"
        day = datetime.now(ZONE).date() + timedelta(days=self.choice.randint(1, 5))
        hour = self.choice.randint(9, 16)
        typed: dict[str, Any] = {
            "first_day": str(day), "last_day": str(day),
            "starts": f"{hour:02}:00", "ends": f"{hour + 1:02}:00", "note": "", "repeat": "",
        }  # fmt: skip
        page = self.browser.post(f"{place}time-off/", **typed)
        if page.is_ok:  # a preview: somebody is booked
            kept = {tag["name"]: "keep" for tag in page.inputs(type="radio", value="keep")}
            hidden = {name: values[-1] for name, values in page.hidden_fields().items()}
            page = self.browser.post(f"{place}time-off/", **hidden | kept, step="settle")
        return self._give_back(place) if page.outcome == "acknowledged" else page

    def _give_back(self, place: str) -> Page:
        """Cancel all time off of a therapist, so that there are slots to book."""
        page = self.browser.get(place)
        for pk in dict.fromkeys(TIME_OFF.findall(page.body)):
            page = self.browser.post(f"/desk/time-off/{pk}/back/")
        return page


class Owner(Staff):
    """Imports appointments of another system, 20 to 80 days ahead."""

    LINES = 3

    def work(self) -> Page:
        header = "name,email,phone,treatment,minutes,therapist,room,date,time\n"
        therapists = self._therapists()
        if not therapists:
            return self.browser.get(DESK)
        people = [self._about() for _ in range(self.LINES)]
        lines = [
            f"{about.partition('@')[0]},{about},,Swedish massage,60,"
            f"{self.choice.choice(therapists)},,{self._day()},{self.choice.randint(9, 16):02}:00\n"
            for about in people
        ]
        form = self.browser.get("/desk/import/")
        if not form.is_ok:
            return form
        checked = self.browser.upload(
            "/desk/import/appointments/",
            "file",
            header + "".join(lines),
            outside_hours="on",
        )
        found = re.search(r'action="(/desk/imports/[-0-9a-f]+/)"', checked.body)
        return self._run(found[1], people) if found else checked

    def _run(self, address: str, people: list[str]) -> Page:
        """Start the import, and try again as long as no answer comes; each line is booked once.

        If it is not acknowledged, each line may be booked or not: it has its own transaction.
        """
        for _ in range(TRIES):
            page = self.browser.post(address)
            if page.outcome != "unknown":
                break
            time.sleep(PAUSE)
        for about in people:
            outcome: Outcome = "acknowledged" if page.outcome == "acknowledged" else "unknown"
            self.journal.event(self.name, about, "booked", outcome)
        return page

    def _therapists(self) -> list[str]:
        page = self.browser.get("/desk/schedule/")
        return re.findall(r'href="/desk/schedule/([-a-z]+)/"', page.body)

    def _day(self) -> str:
        return str(datetime.now(ZONE).date() + timedelta(days=self.choice.randint(20, 80)))


def confirmations(page: Page) -> list[str]:
    """Return the keys of the confirmations that the page asks for or has already got."""
    asked = page.inputs(name="accepted")
    return list(dict.fromkeys(tag["value"] for tag in asked))
