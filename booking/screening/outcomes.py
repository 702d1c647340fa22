"""The outcomes of a screening, and what follows from them. The most severe answer decides."""

from collections.abc import Iterable
from enum import StrEnum


class Outcome(StrEnum):
    """Whether a massage can be booked. The members are in order of severity."""

    OK = "OK"
    ADAPT = "ADAPT"
    DOCTOR = "DOCTOR"
    STOP = "STOP"

    @property
    def rank(self) -> int:
        """The severity: 0 for OK, 3 for STOP."""
        return list(Outcome).index(self)

    @property
    def blocks_booking(self) -> bool:
        """Whether no massage can be booked: DOCTOR and STOP."""
        return self.rank >= Outcome.DOCTOR.rank


class CareAdvice(StrEnum):
    """Where a patient should turn to. The members are in order of urgency."""

    NONE = ""
    CALL = "call"
    DOCTOR = "doctor"
    WAIT = "wait"
    URGENT = "urgent"
    EMERGENCY = "emergency"

    @property
    def rank(self) -> int:
        """The urgency: 0 for NONE, 5 for EMERGENCY."""
        return list(CareAdvice).index(self)


class TreatmentRestriction(StrEnum):
    """Which treatments an answer excludes."""

    NOTHING = ""
    FIRM = "firm"
    ALL_BUT_PREGNANCY = "all-but-pregnancy"


class Pressure(StrEnum):
    """How firmly a treatment is given, as far as the screening distinguishes it."""

    GENTLE = "gentle"
    FIRM = "firm"
    PREGNANCY = "pregnancy"


ALLOWED_PRESSURES = {
    TreatmentRestriction.NOTHING: frozenset(Pressure),
    TreatmentRestriction.FIRM: frozenset({Pressure.GENTLE, Pressure.PREGNANCY}),
    TreatmentRestriction.ALL_BUT_PREGNANCY: frozenset({Pressure.PREGNANCY}),
}


def allowed_pressures(restrictions: Iterable[TreatmentRestriction]) -> frozenset[Pressure]:
    """Return the pressures that none of the restrictions excludes."""
    allowed = frozenset(Pressure)
    for restriction in restrictions:
        allowed &= ALLOWED_PRESSURES[restriction]
    return allowed


def most_severe(outcomes: Iterable[Outcome]) -> Outcome:
    """Return the most severe outcome, or OK if there are none."""
    return max(outcomes, key=lambda outcome: outcome.rank, default=Outcome.OK)


def most_urgent(advice: Iterable[CareAdvice]) -> CareAdvice:
    """Return the most urgent advice, or NONE if there is none."""
    return max(advice, key=lambda care: care.rank, default=CareAdvice.NONE)
