"""Identifiers of others, swapped into addresses and forms, find nothing foreign.

Each try is a page of the account, or any other address that takes an identifier or a token, with
random ones: of the person's own rows, of those whom they act for or did, and of strangers, and
tokens that differ from a stranger's in a letter. `SWAPS=10000` in the environment tries more.
"""

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse

from booking.access.proxies import Permission
from booking.features.proxies.actions.grants import GrantTerms, end_grant, grant_by_patient
from booking.features.proxies.actions.invitations import invite
from booking.features.proxies.actions.takeovers import ask_to_take_over
from booking.features.proxies.models import (
    HiddenAppointment,
    Proxy,
    ProxyEnd,
    ProxyInvitation,
    ProxyRequest,
    RecordTakeover,
)
from booking.models import Appointment, Favorite, Patient, Therapist
from clinic.lib.dates import clock
from tests.booking.features.proxies.family import ALL, TERMS, Person, person
from tests.factories import AppointmentFactory
from tests.people import browser_of
from tests.roles.test_access_marks import every_address
from tests.scene import Scene, at, make_clinic

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]
SWAPS = int(os.environ.get("SWAPS", "60"))
PART = re.compile(r"<(?:(\w+):)?(\w+)>")
PAGES = [
    (str(pattern.name), {name: kind or "str" for kind, name in PART.findall(path)})
    for path, pattern in every_address(get_resolver().url_patterns)
    if path.startswith("me/") or PART.search(path)
]
"""All pages of the account, and all other addresses with an identifier or a token."""
LISTS = [page for page in PAGES if page[0] in ("me", "me-past")] * 10
"""Tried more often: they show the most."""


@dataclass(frozen=True)
class Household:
    """Ana acts for Ben with some permissions, used to act for Cleo, and never for the strangers."""

    ana: Person
    ben: Person
    others: Sequence[Person]
    identifiers: Sequence[Any]
    secrets: Mapping[str, str]
    """What Ana must never read, and why."""


def household(scene: Scene, permissions: frozenset[Permission]) -> Household:
    ana, ben, cleo = person("Ana"), person("Ben"), person("Cleo")
    strangers = [person("Xaverine"), person("Yolandine")]
    grant_by_patient(ana.user, ben.patient, GrantTerms(permissions), by=ben.actor)
    ended = grant_by_patient(ana.user, cleo.patient, GrantTerms(ALL), by=cleo.actor)
    end_grant(ended.public_id, by=cleo.actor)
    rows: list[Any] = [ended]
    for member in (ana, ben, cleo, *strangers):
        note = f"note of {member.patient}"
        rows += [member.patient, AppointmentFactory(patient=member.patient, patient_note=note)]
        other = next(who for who in strangers if who != member)
        rows.append(grant_by_patient(other.user, member.patient, GrantTerms(ALL), by=member.actor))
        rows += asked_by(member, other, is_invited=member is not ana)
    rows.append(grant_by_patient(person("Zoe").user, ben.patient, GrantTerms(ALL), by=ben.actor))
    hidden = AppointmentFactory(patient=ben.patient, starts_at=at(9))
    HiddenAppointment.objects.create(appointment=hidden)
    # the token of a hold of somebody else would be a secret, no identifier
    altered_links = [altered(row.link_token) for row in rows if is_visit(row)]
    tokens = [scene.hold(at(15)).hold_token, *altered_links]
    Patient.objects.filter(pk=ben.patient.pk).update(phone="312-555-7311")
    secrets = {member.user.email: f"the address of {member.patient}" for member in (ben, cleo)}
    secrets |= {f"friend-of-{address}": "an invitation" for address in tuple(secrets)}
    secrets["Zoe Reader"] = "who else acts for the patient"
    secrets["312-555-7311"] = "contact data, which no grant shows"
    secrets |= {f"note of {member.patient}": "a note" for member in (cleo, *strangers)}
    secrets |= {row.link_token: "a secret link" for row in rows if is_visit(row)}
    secrets |= {f"asked for {member.patient}": "a request" for member in (cleo, *strangers)}
    secrets[hidden.therapist.name] = "a hidden appointment"
    if Permission.SEE_TIMES not in permissions:
        visit = next(row for row in rows if is_visit(row) and row.patient == ben.patient)
        secrets[visit.therapist.name] = "a time that was not granted"
    # else the own details name them, as therapists to prefer
    Therapist.objects.filter(name__in=secrets).update(is_active=False)
    identifiers = [*(row.public_id for row in [*rows, hidden]), *tokens]
    return Household(ana, ben, [cleo, *strangers], identifiers, secrets)


def asked_by(member: Person, other: Person, *, is_invited: bool) -> list[Any]:
    """Return a request of `other`, invitations of `member`, and their request for a record."""
    asked = ProxyRequest.objects.create(
        actor=other.user,
        name=f"asked for {member.patient}",
        email=member.user.email,
        basis="consent",
        closes_at=clock.now() + timedelta(days=1),
    )
    addresses = [f"friend-of-{member.user.email}", *([other.user.email] if is_invited else [])]
    invited = [invite(email, member.patient, TERMS, by=member.actor) for email in addresses]
    takeover = ask_to_take_over(date(2000, 1, 1), GrantTerms(ALL), by=member.actor)
    return [asked, *invited, takeover]


def is_visit(row: Any) -> bool:
    return isinstance(row, Appointment)


def altered(token: str) -> str:
    """Return the token with another letter in its middle."""
    middle = len(token) // 2
    return token[:middle] + ("A" if token[middle] != "A" else "B") + token[middle + 1 :]


def some_value(kind: str, home: Household, random: Random) -> Any:
    """Return an identifier, a small number or a token, as the address takes it."""
    if kind == "int":
        return random.randrange(1, 60)
    wanted = UUID if kind == "uuid" else str
    return random.choice([value for value in home.identifiers if isinstance(value, wanted)])


def some_address(home: Household, random: Random) -> tuple[str, bool]:
    """Return a random address, and whether it has an identifier or a token."""
    while True:
        name, parts = random.choice([*PAGES, *LISTS])
        kwargs = {part: some_value(kind, home, random) for part, kind in parts.items()}
        try:
            return reverse(name, kwargs=kwargs), bool(parts)
        except NoReverseMatch:  # of the back office, which has a namespace
            continue


def foreign_rows(home: Household) -> list[Any]:
    """Everything that belongs to strangers, as it is now."""
    patients = [member.patient.pk for member in home.others]
    users = [member.user.pk for member in home.others]
    return [
        list(Patient.objects.filter(pk__in=patients).order_by("pk").values()),
        list(Appointment.objects.filter(patient__in=patients).order_by("pk").values()),
        list(Proxy.objects.filter(patient__in=patients).order_by("pk").values()),
        list(ProxyEnd.objects.filter(proxy__patient__in=patients).order_by("pk").values()),
        list(ProxyRequest.objects.filter(email__in=[member.user.email for member in home.others])
             .order_by("pk").values()),
        list(HiddenAppointment.objects.filter(appointment__patient__in=patients).values()),
        list(ProxyInvitation.objects.filter(patient__in=patients).order_by("pk").values()),
        list(RecordTakeover.objects.filter(user__in=users).order_by("pk").values()),
        list(Favorite.objects.filter(patient__in=patients).values()),
        sorted(Proxy.objects.filter(actor__in=users).values_list("pk", flat=True)),
    ]  # fmt: skip


def try_one(home: Household, browser: Client, random: Random) -> str:
    """Open or send to a random page with random identifiers; return what was found, or ""."""
    if random.random() < 0.3:
        whom = random.choice([home.ben] * len(home.others) + [*home.others]).patient
        browser.post(reverse("me-act", args=[whom.public_id]))
    address, parts = some_address(home, random)
    sent = {
        "permissions": ["book", "health"],
        "hidden": "1",
        "reason": "x",
        "name": "Mia",
        "email": "mia@mail.example",
        "born_on": "2001-02-03",
        "is_starred": "on",
    }
    if random.random() < 0.5:
        answer = browser.get(address, {"start": at(11).isoformat()} if parts else {})
    else:
        answer = browser.post(address, sent)
    text = answer.content.decode(errors="replace") + str(answer.headers)
    found = [why for secret, why in home.secrets.items() if secret in text]
    return f"{address}: {found}" if found or answer.status_code >= 500 else ""


@pytest.mark.parametrize(
    "permissions",
    [
        ALL,
        frozenset({Permission.BOOK}),
        frozenset({Permission.SEE_RECEIPTS, Permission.SEE_HEALTH}),
    ],
    ids=["all", "book", "pay and health"],
)
def test_swapped_identifiers_find_and_change_nothing_foreign(
    permissions: frozenset[Permission],
) -> None:
    home = household(make_clinic(therapists=2, rooms=2, horizon_days=2), permissions)
    browser, random = browser_of(home.ana.user), Random(2026)
    before = foreign_rows(home)
    found = [try_one(home, browser, random) for _ in range(SWAPS)]

    assert [line for line in found if line] == []
    assert foreign_rows(home) == before
