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


class CareAdvice(StrEnum):
    """Where to turn, the most pressing last."""

    NONE = ""
    CALL = "call"
    DOCTOR = "doctor"
    WAIT = "wait"
    URGENT = "urgent"
    EMERGENCY = "emergency"

    @property
    def rank(self) -> int:
        return list(CareAdvice).index(self)


class TreatmentRestriction(StrEnum):
    """Which treatments an answer closes."""

    NOTHING = ""
    FIRM = "firm"
    ALL_BUT_PREGNANCY = "all-but-pregnancy"


class Pressure(StrEnum):
    """How firmly a treatment is given, as far as it matters here."""

    GENTLE = "gentle"
    FIRM = "firm"
    PREGNANCY = "pregnancy"


ALLOWED_PRESSURES = {
    TreatmentRestriction.NOTHING: frozenset(Pressure),
    TreatmentRestriction.FIRM: frozenset({Pressure.GENTLE, Pressure.PREGNANCY}),
    TreatmentRestriction.ALL_BUT_PREGNANCY: frozenset({Pressure.PREGNANCY}),
}


def allowed_pressures(closed: Iterable[TreatmentRestriction]) -> frozenset[Pressure]:
    """What may still be given: open by every single answer."""
    still = frozenset(Pressure)
    for one in closed:
        still &= ALLOWED_PRESSURES[one]
    return still


def most_severe(outcomes: Iterable[Outcome]) -> Outcome:
    """The highest one; OK when there is none."""
    return max(outcomes, key=lambda one: one.rank, default=Outcome.OK)


def most_urgent(cares: Iterable[CareAdvice]) -> CareAdvice:
    """Where to turn first."""
    return max(cares, key=lambda one: one.rank, default=CareAdvice.NONE)
