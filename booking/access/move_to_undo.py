"""The move that whoever is signed in has just made and can undo, kept in their session."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.sessions.backends.base import SessionBase

from booking.lifecycle import MOVE_UNDO_PERIOD
from clinic.lib.dates import clock

_KEY = "move_to_undo"


@dataclass(frozen=True, slots=True)
class MoveToUndo:
    """The public id of an appointment, and the event of its move."""

    appointment: str
    event: int


def store_move_to_undo(session: SessionBase, move: MoveToUndo) -> None:
    """Keep the move for MOVE_UNDO_PERIOD, in place of an earlier one."""
    until = clock.now() + MOVE_UNDO_PERIOD
    session[_KEY] = [move.appointment, move.event, until.isoformat()]


def find_move_to_undo(session: SessionBase) -> MoveToUndo | None:
    """Return the move if it can still be undone. No query."""
    if _KEY not in session:
        return None
    appointment, event, until = session[_KEY]
    if datetime.fromisoformat(until) < clock.now():
        return None
    return MoveToUndo(appointment, event)


def forget_move_to_undo(session: SessionBase) -> None:
    """Offer it no more."""
    session.pop(_KEY, None)
