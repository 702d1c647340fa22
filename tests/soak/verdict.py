"""Compares what the crowd was told with the database and the mails that arrived.

`python -m tests.soak.verdict JOURNAL MAILS`, with the environment of the site, prints one line of
JSON: {"breaches": [sentences], "figures": {...}}.
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

GRACE = 5.0
"""Seconds after a recovery in which the site may still be unavailable."""
Line = Mapping[str, Any]
State = tuple[str, datetime | None]
"""A status and a start; None for a start that the journal does not know."""
MAILED = {"booked": "booked", "moved": "moved", "cancelled": "cancelled"}
"""The kind of the notification by the kind of the event in an appointment's history."""


@dataclass
class Story:
    """What the journal says about one appointment: all states that it may be in."""

    possible: set[State | None] = field(default_factory=lambda: {None})
    """None: it was never booked."""
    acknowledged: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)

    def add(self, line: Line) -> None:
        """Follow one event."""
        what, outcome = line["what"], line["outcome"]
        if outcome == "refused":
            return
        self.asked[what] += 1
        start = datetime.fromisoformat(line["start"]) if line.get("start") else None
        after = {_next(state, what, start) for state in self.possible}
        if outcome == "acknowledged":
            self.acknowledged[what] += 1
            self.possible = after
        else:
            self.possible |= after


def _next(state: State | None, what: str, start: datetime | None) -> State | None:
    """Return the state after an event that did happen."""
    if what == "booked":
        return (Status.BOOKED, start)
    if state is None:
        return None
    status, previous = state
    if what == "moved":
        return (status, start)
    return ({"cancelled": Status.CANCELLED, "arrived": Status.ARRIVED}[what], previous)


def read_stories(lines: Sequence[Line]) -> dict[str, Story]:
    """Return the stories by the address of their patient."""
    stories: dict[str, Story] = defaultdict(Story)
    for line in lines:
        if line["line"] == "event":
            stories[line["about"]].add(line)
    return stories


def lost_or_wrong(stories: Mapping[str, Story]) -> Iterator[str]:
    """Every acknowledged event is in the database, and nobody is booked twice."""
    rows: dict[str, list[Appointment]] = defaultdict(list)
    told = Appointment.objects.filter(booked_at__isnull=False, patient__email__in=[*stories])
    for row in told.select_related("patient"):
        assert row.patient is not None
        rows[row.patient.email].append(row)
    for about, story in stories.items():
        found = rows.get(about, [])
        if len(found) > 1:
            yield f"{about} is booked {len(found)} times"
        states: set[State | None] = {(row.status, row.starts_at) for row in found} or {None}
        if not any(_fits(state, story.possible) for state in states):
            yield f"{about} is {_shown(states)}, but was told {_shown(story.possible)}"


def _fits(state: State | None, possible: set[State | None]) -> bool:
    """Whether a state of the database is one of those, some of which leave the start open."""
    return state in possible or (state is not None and (state[0], None) in possible)


def _shown(states: set[State | None]) -> str:
    return " or ".join(
        "not booked" if state is None else f"{state[0]} at {state[1]}"
        for state in sorted(states, key=str)
    )


Occupied = tuple[int, int, datetime, datetime]
"""Of one appointment: the key of a therapist or room, its own, its start, and when it is over."""


def double_bookings() -> Iterator[str]:
    """No two appointments occupy one therapist or room at once; found here in plain Python."""
    for resource in ("therapist", "room"):
        rows = Appointment.objects.filter(status__in=OCCUPYING_STATUSES).values_list(
            resource, "pk", "starts_at", "blocked_until"
        )
        yield from overlaps(resource, rows)


def overlaps(resource: str, rows: Iterable[Occupied]) -> Iterator[str]:
    """Yield a sentence for each appointment that begins before an earlier one is over."""
    last: dict[int, tuple[datetime, int]] = {}
    for key, pk, start, end in sorted(rows, key=lambda row: (row[0], row[2], row[1])):
        if key in last and start < last[key][0]:
            yield f"appointments {last[key][1]} and {pk} share {resource} {key} at {start}"
        last[key] = max(last.get(key, (end, pk)), (end, pk))


def wrong_mails(stories: Mapping[str, Story], mails: Sequence[Line]) -> Iterator[str]:
    """Each event has one mail, unless a newer one took its place.

    One that was replaced may have arrived nevertheless, when its answer was lost.
    """
    arrived = Counter(mail["id"] for mail in mails)
    events = AppointmentEvent.objects.filter(
        kind__in=MAILED, appointment__patient__email__in=[*stories]
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


def doubled_mails(mails: Sequence[Line]) -> Iterator[str]:
    """No two mails with different Message-IDs tell one person the same change."""
    ids: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for mail in mails:
        if mail.get("uid"):
            told = (*mail["to"], mail["uid"], mail["method"], mail["sequence"])
            ids[told].add(mail["id"])
    for told, different in ids.items():
        if len(different) > 1:
            yield f"{told[0]} was mailed {len(different)} times about {' '.join(told[1:])}"


def unavailable_outside_faults(lines: Sequence[Line]) -> Iterator[str]:
    """The site serves everybody as long as no fault is at work."""
    faults = [line for line in lines if line["line"] == "fault"]
    spans = [(fault["started"], fault["recovered"] + fault["allowed"] + GRACE) for fault in faults]
    for line in lines:
        if line["line"] != "request" or line["status"] not in (0, 503):
            continue
        if not any(start <= line["ended"] and line["started"] <= end for start, end in spans):
            yield (
                f"{line['actor']}: {line['request']} answered {line['status']} "
                f"after {line['ended'] - line['started']:.1f} s while nothing was out of order"
            )


def figures(lines: Sequence[Line], mails: Sequence[Line]) -> dict[str, Any]:
    """Count what happened."""
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
    stories = read_stories(lines)
    breaches = [
        *(f"{line['actor']}: {line['sentence']}" for line in lines if line["line"] == "breach"),
        *lost_or_wrong(stories),
        *double_bookings(),
        *wrong_mails(stories, mails),
        *doubled_mails(mails),
        *unavailable_outside_faults(lines),
    ]
    sys.stdout.write(json.dumps({"breaches": breaches, "figures": figures(lines, mails)}) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
