"""Compares the answers that the users got with the database and the mails that arrived.

`python -m tests.soak.result_check JOURNAL MAILS`, with the environment of the site, prints one line
of JSON: {"violations": [messages], "figures": {...}}.
"""

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import django

if __name__ == "__main__":
    django.setup()

from booking.lifecycle import OCCUPYING_STATUSES, Status
from booking.models import Appointment, AppointmentEvent, Notification
from tests.soak import journal
from tests.soak.browser import NO_ANSWER

GRACE = 5.0
"""Seconds after a recovery in which the site may still be unavailable."""
Line = Mapping[str, Any]
State = tuple[str, datetime | None]
"""A status and a start; the start is None if the journal does not have it."""
MAILED = {"booked": "booked", "moved": "moved", "cancelled": "cancelled"}
"""The kind of the notification by the kind of the event in an appointment's history."""


@dataclass
class ExpectedStates:
    """The states that one appointment may be in according to the journal."""

    possible: set[State | None] = field(default_factory=lambda: {None})
    """None: it was never booked."""

    def add(self, line: Line) -> None:
        """Apply one event."""
        what, outcome = line["what"], line["outcome"]
        if outcome == "refused":
            return
        start = datetime.fromisoformat(line["start"]) if line.get("start") else None
        after = {_next(state, what, start) for state in self.possible}
        self.possible = after if outcome == "acknowledged" else self.possible | after


def _next(state: State | None, what: str, start: datetime | None) -> State | None:
    """Return the state after an event that took place."""
    if what == "booked":
        return (Status.BOOKED, start)
    if state is None:
        return None
    status, previous = state
    if what == "moved":
        return (status, start)
    return ({"cancelled": Status.CANCELLED, "arrived": Status.ARRIVED}[what], previous)


def read_expected_states(lines: Sequence[Line]) -> dict[str, ExpectedStates]:
    """Return the expected states by the e-mail address of the patient."""
    expected: dict[str, ExpectedStates] = defaultdict(ExpectedStates)
    for line in lines:
        if line["line"] == "event":
            expected[line["about"]].add(line)
    return expected


def wrong_appointments(expected: Mapping[str, ExpectedStates]) -> Iterator[str]:
    """Yield a violation for each patient whose appointment is lost, wrong or booked twice."""
    rows: dict[str, list[Appointment]] = defaultdict(list)
    booked = Appointment.objects.filter(booked_at__isnull=False, patient__email__in=[*expected])
    for row in booked.select_related("patient"):
        assert row.patient is not None
        rows[row.patient.email].append(row)
    for about, allowed in expected.items():
        found = rows.get(about, [])
        if len(found) > 1:
            yield f"{about} is booked {len(found)} times"
        states: set[State | None] = {(row.status, row.starts_at) for row in found} or {None}
        if not any(_fits(state, allowed.possible) for state in states):
            yield f"{about} is {_shown(states)}, expected {_shown(allowed.possible)}"


def _fits(state: State | None, possible: set[State | None]) -> bool:
    """Whether a state of the database is possible; a possible state without start fits any."""
    return state in possible or (state is not None and (state[0], None) in possible)


def _shown(states: set[State | None]) -> str:
    return " or ".join(
        "not booked" if state is None else f"{state[0]} at {state[1]}"
        for state in sorted(states, key=str)
    )


Occupied = tuple[int, int, datetime, datetime]
"""The key of a therapist or room, the key of an appointment, its start and `blocked_until`."""


def double_bookings() -> Iterator[str]:
    """Yield a violation for each two appointments that share a therapist or room.

    Computed in Python, independently of the database's constraints.
    """
    for resource in ("therapist", "room"):
        rows = Appointment.objects.filter(status__in=OCCUPYING_STATUSES).values_list(
            resource, "pk", "starts_at", "blocked_until"
        )
        yield from overlaps(resource, rows)


def overlaps(resource: str, rows: Iterable[Occupied]) -> Iterator[str]:
    """Yield a violation for each appointment that begins before an earlier one has ended."""
    last: dict[int, tuple[datetime, int]] = {}
    for key, pk, start, end in sorted(rows, key=lambda row: (row[0], row[2], row[1])):
        if key in last and start < last[key][0]:
            yield f"appointments {last[key][1]} and {pk} share {resource} {key} at {start}"
        last[key] = max(last.get(key, (end, pk)), (end, pk))


def wrong_mails(expected: Mapping[str, ExpectedStates], mails: Sequence[Line]) -> Iterator[str]:
    """Yield a violation for each event whose mail is missing, unless a newer one replaced it.

    A replaced mail may have arrived nevertheless, when the mail server's answer was lost.
    """
    arrived = Counter(mail["id"] for mail in mails)
    events = AppointmentEvent.objects.filter(
        kind__in=MAILED, appointment__patient__email__in=[*expected]
    ).order_by("pk")
    newest: dict[int, Notification] = {}
    for event in events.select_related("appointment__patient"):
        assert event.appointment.patient is not None
        about = event.appointment.patient.email
        key = f"{MAILED[event.kind]}:{event.pk}"
        row = Notification.objects.filter(key=key).first()
        if row is None:
            yield f"{about}: no mail was queued for {key}"
            continue
        newest[event.appointment_id] = row
        if row.status == Notification.Status.SENT and not arrived[row.message_id]:
            yield f"{about}: {key} counts as sent, but never arrived"
        if row.status not in (Notification.Status.SENT, Notification.Status.DROPPED):
            yield f"{about}: {key} is {row.status}: {row.problem}"
    for row in newest.values():
        if row.status == Notification.Status.DROPPED:
            yield f"{row.to_email}: {row.key} was dropped, but nothing newer was sent"


def duplicate_mails(mails: Sequence[Line]) -> Iterator[str]:
    """Yield a violation for each change that was mailed with different Message-IDs."""
    ids: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for mail in mails:
        if mail.get("uid"):
            change = (*mail["to"], mail["uid"], mail["method"], mail["sequence"])
            ids[change].add(mail["id"])
    for change, different in ids.items():
        if len(different) > 1:
            yield f"{change[0]} was mailed {len(different)} times about {' '.join(change[1:])}"


def unavailable_outside_faults(lines: Sequence[Line]) -> Iterator[str]:
    """Yield a violation for each request that failed while there was no fault."""
    faults = [line for line in lines if line["line"] == "fault"]
    spans = [(fault["started"], fault["recovered"] + fault["allowed"] + GRACE) for fault in faults]
    for line in lines:
        if line["line"] != "request" or line["status"] not in NO_ANSWER:
            continue
        if not any(start <= line["ended"] and line["started"] <= end for start, end in spans):
            yield (
                f"{line['actor']}: {line['request']} answered {line['status']} "
                f"after {line['ended'] - line['started']:.1f} s while there was no fault"
            )


def figures(lines: Sequence[Line], mails: Sequence[Line]) -> dict[str, Any]:
    """Return the figures of a run, by their label."""
    requests = [line for line in lines if line["line"] == "request"]
    events = [line for line in lines if line["line"] == "event"]
    ids = Counter(mail["id"] for mail in mails)
    return {
        "requests": len(requests),
        "answers": Counter(str(line["status"] or "none") for line in requests),
        "acknowledged": Counter(
            line["what"] for line in events if line["outcome"] == "acknowledged"
        ),
        "unknown": Counter(line["what"] for line in events if line["outcome"] == "unknown"),
        "mails": len(ids),
        "duplicates": sum(ids.values()) - len(ids),
        "longest request": round(
            max((line["ended"] - line["started"] for line in requests), default=0), 1
        ),
    }


def main(journal_file: Path, mail_file: Path) -> None:
    lines, mails = list(journal.read(journal_file)), list(journal.read(mail_file))
    expected = read_expected_states(lines)
    violations = [
        *(f"{line['actor']}: {line['message']}" for line in lines if line["line"] == "violation"),
        *wrong_appointments(expected),
        *double_bookings(),
        *wrong_mails(expected, mails),
        *duplicate_mails(mails),
        *unavailable_outside_faults(lines),
    ]
    sys.stdout.write(
        json.dumps({"violations": violations, "figures": figures(lines, mails)}) + "\n"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
