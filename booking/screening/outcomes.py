"""What a set of answers comes to. The highest of all answers wins."""

from collections.abc import Iterable
from enum import StrEnum


class Outcome(StrEnum):
    """From free to book to not now; the order of the members is their rank."""

    OK = "OK"
    ADAPT = "ADAPT"
    DOCTOR = "DOCTOR"
    STOP = "STOP"

    @property
    def rank(self) -> int:
        return list(Outcome).index(self)

    @property
    def blocks(self) -> bool:
        """Whether no massage is booked."""
        return self.rank >= Outcome.DOCTOR.rank


class Care(StrEnum):
    """Where to turn, the most pressing last."""

    NONE = ""
    CALL = "call"
    DOCTOR = "doctor"
    WAIT = "wait"
    URGENT = "urgent"
    EMERGENCY = "emergency"

    @property
    def rank(self) -> int:
        return list(Care).index(self)


class Closes(StrEnum):
    """Which treatments an answer closes."""

    NOTHING = ""
    FIRM = "firm"
    ALL_BUT_PREGNANCY = "all-but-pregnancy"


class Touch(StrEnum):
    """How firmly a treatment is given, as far as it matters here."""

    GENTLE = "gentle"
    FIRM = "firm"
    PREGNANCY = "pregnancy"


STILL_OPEN = {
    Closes.NOTHING: frozenset(Touch),
    Closes.FIRM: frozenset({Touch.GENTLE, Touch.PREGNANCY}),
    Closes.ALL_BUT_PREGNANCY: frozenset({Touch.PREGNANCY}),
}


def open_touches(closed: Iterable[Closes]) -> frozenset[Touch]:
    """What may still be given: open by every single answer."""
    still = frozenset(Touch)
    for one in closed:
        still &= STILL_OPEN[one]
    return still


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """The highest one; OK when there is none."""
    return max(outcomes, key=lambda one: one.rank, default=Outcome.OK)


def most_pressing(cares: Iterable[Care]) -> Care:
    """Where to turn first."""
    return max(cares, key=lambda one: one.rank, default=Care.NONE)
