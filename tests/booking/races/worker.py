"""A process that books, started and given jobs by tests.booking.races.processes.

It answers a job with "ready"; after "go" it does the job and answers with the outcomes. All
processes try the same starts in the same order, from a common seed; lengths and therapists differ.
"""

import time
from collections import Counter
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from random import Random
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import DatabaseError, IntegrityError, connection

from booking.actions.actor import Actor
from booking.actions.holds.hold_slot import SlotRequest, hold_slot
from booking.constraints import violated_constraint
from booking.errors import Refusal
from booking.lifecycle import OCCUPYING_STATUSES
from booking.models import Appointment
from tests.booking.races.own_database import connect_to

PAUSE = 0.002
"""Seconds between checking and writing, as on a slow server."""


def start_to_try(job: dict[str, Any], same: Random) -> datetime:
    """Return a random start on the quarter hour, within the clinic's hours."""
    day, quarter = same.randrange(job["days"]), same.randrange(32)
    return datetime.fromisoformat(job["from"]) + timedelta(days=day, minutes=15 * quarter)


def look_then_insert(job: dict[str, Any], same: Random, own: Random) -> str:
    """Book without protection: check that the time is free, then insert, without lock."""
    start = start_to_try(job, same)
    therapist, room = own.choice(job["therapists"]), own.choice(job["rooms"])
    end = start + timedelta(minutes=own.randrange(20, 140))
    around = Appointment.objects.filter(
        status__in=OCCUPYING_STATUSES, starts_at__lt=end, blocked_until__gt=start
    )
    if around.filter(therapist=therapist).exists() or around.filter(room=room).exists():
        return "seen to be taken"
    time.sleep(PAUSE)
    try:
        Appointment.objects.create(
            public_id=uuid4(),
            option_id=job["option"],
            therapist_id=therapist,
            room_id=room,
            starts_at=start,
            ends_at=end,
            blocked_until=end,
            hold_expires_at=start,
            price=1,
            currency="USD",
        )
    except IntegrityError as error:
        return violated_constraint(error)
    return "booked"


def hold(job: dict[str, Any], same: Random, own: Random) -> str:
    """Hold a slot as the site does, with one of the therapists or any."""
    start = start_to_try(job, same)
    option = own.choice(job["options"])
    therapist = own.choice([None, *job["slugs"]])
    try:
        hold_slot(SlotRequest(option, start, therapist), by=Actor.guest(), browser_key=str(uuid4()))
    except Refusal as refusal:
        return type(refusal).__name__
    return "booked"


WORK = {"look then insert": look_then_insert, "hold": hold}


def do(job: dict[str, Any]) -> Counter[str]:
    """Run all attempts of a job and count their outcomes; database errors count by name."""
    same, own = Random(job["seed"]), Random(f"{job['seed']} {job['number']}")
    ended: Counter[str] = Counter()
    for _ in range(job["attempts"]):
        try:
            ended[WORK[job["work"]](job, same, own)] += 1
        except DatabaseError as error:
            ended[f"{type(error).__name__}: {str(error).splitlines()[0]}"] += 1
    return ended


def do_jobs(pipe: Connection) -> None:
    """Do one job after the other until the pipe is closed."""
    while True:
        try:
            job = pipe.recv()
        except EOFError:
            return
        settings.CLINIC_CLOCK = datetime.fromisoformat(job["now"])
        connect_to(job["database"])
        pipe.send("ready")
        pipe.recv()
        ended = do(job)
        connection.close()
        pipe.send(ended)
