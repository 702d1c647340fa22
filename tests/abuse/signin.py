"""Sign-in: does the time of an answer tell if an address is a patient's, of staff, or unknown?

500 addresses of each kind ask for a code, and as many try a password, in an order by chance. The
figure is the AUC: the chance that an answer to one kind takes longer than an answer to the other.
0.5 says that the time tells nothing.
"""

import subprocess
import sys
import time
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from random import Random

from tests.abuse.site import AbusedSite
from tests.abuse.visitor import Visitor
from tests.servers.site import ROOT

EACH = 500
WARM_UP = 30
KINDS = ("unknown", "known", "staff")
MIN_AUC, MAX_AUC = 0.45, 0.55
FORMS = {
    "a code": ("/accounts/login/code/", {}, "email"),
    "a password": ("/accounts/login/", {"password": "not the password"}, "login"),
}
ACCOUNTS = f"""
from django.contrib.auth.hashers import make_password
from booking.actions.patients.patient_accounts import get_or_create_patient_account
from booking.models import Role, StaffRole, User
password = make_password("the long password of staff")
for number in range({EACH}):
    get_or_create_patient_account(f"known{{number}}@abuse.example")
    user = User.objects.create(email=f"staff{{number}}@abuse.example", password=password)
    StaffRole.objects.create(user=user, role=Role.FRONTDESK)
"""


def run(site: AbusedSite) -> Iterator[tuple[str, bool]]:
    """Yield a line for each form and kind of address, and whether it is within its bound."""
    command = [sys.executable, "manage.py", "shell", "--verbosity", "0", "-c", ACCOUNTS]
    subprocess.run(command, cwd=ROOT, env=site.environment, check=True, stdout=subprocess.DEVNULL)
    random = Random(2026)
    for form in FORMS:
        seconds, answers = _ask(site, form, random)
        yield f"{form}: the answers are {sorted(answers)}", len(answers) == 1
        for kind in KINDS[1:]:
            figure = area_under_curve(seconds[kind], seconds["unknown"])
            middles = " and ".join(
                f"{sorted(seconds[name])[EACH // 2] * 1000:.1f} ms ({name})"
                for name in (kind, "unknown")
            )
            sentence = f"{form}, {kind} against unknown: AUC {figure:.3f}, medians {middles}"
            yield sentence, MIN_AUC <= figure <= MAX_AUC


def area_under_curve(longer: Sequence[float], shorter: Sequence[float]) -> float:
    """Return the chance that a number of the first list is greater than one of the second; a tie
    counts half."""
    ordered = sorted(shorter)
    wins = sum(bisect_left(ordered, value) + bisect_right(ordered, value) for value in longer)
    return wins / (2 * len(longer) * len(shorter))


def _ask(
    site: AbusedSite, form: str, random: Random
) -> tuple[dict[str, list[float]], set[tuple[int, str]]]:
    """Send the form for every address, each from a network of its own.

    Returns the seconds by kind, and the different answers (status and where they lead).
    """
    path, fields, name = FORMS[form]
    scout = Visitor(site.port, "203.0.113.1")
    scout.get(path)
    seconds: dict[str, list[float]] = {kind: [] for kind in KINDS}
    answers = set()
    order = [(kind, number) for number in range(EACH) for kind in random.sample(KINDS, len(KINDS))]
    warm_up = [("unknown", EACH + number) for number in range(WARM_UP)]
    for place, (kind, number) in enumerate([*warm_up, *order]):
        visitor = Visitor(site.port, f"2001:db8:{place:x}:{len(path):x}::1")
        visitor.cookies = {"csrf": scout.cookies["csrf"]}
        begin = time.perf_counter()
        email = f"{kind}{number}@abuse.example"
        page = visitor.post(path, **{name: email}, **fields)
        taken = time.perf_counter() - begin
        if place >= WARM_UP:
            seconds[kind].append(taken)
            answers.add((page.status, page.location))
    return seconds, answers
