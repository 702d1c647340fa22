"""The transitions between statuses."""

from itertools import product

import pytest

from booking.errors import InvalidState
from booking.lifecycle import ALLOWED_TRANSITIONS, OCCUPYING_STATUSES, Status, check_transition

STEPS = {
    ("hold", "booked"), ("hold", "expired"), ("hold", "cancelled"),
    ("booked", "arrived"), ("booked", "cancelled"), ("booked", "no_show"),
    ("arrived", "completed"), ("arrived", "booked"), ("arrived", "cancelled"),
    ("completed", "arrived"), ("no_show", "booked"), ("cancelled", "booked"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new"), list(product(Status.values, repeat=2)))
def test_only_the_listed_transitions_are_possible(old: str, new: str) -> None:
    if (old, new) in STEPS:
        check_transition(old, Status(new))
    else:
        with pytest.raises(InvalidState):
            check_transition(old, Status(new))


def test_every_status_has_its_transitions() -> None:
    assert set(ALLOWED_TRANSITIONS) == set(Status)


def test_a_hold_can_reach_every_status_and_nothing_returns_to_it() -> None:
    reached: set[Status] = {Status.HOLD}
    while more := {new for old in reached for new in ALLOWED_TRANSITIONS[old]} - reached:
        reached |= more
    assert reached == set(Status)
    assert all(Status.HOLD not in following for following in ALLOWED_TRANSITIONS.values())


def test_an_expired_hold_is_the_end() -> None:
    assert ALLOWED_TRANSITIONS[Status.EXPIRED] == frozenset()


def test_expired_cancelled_and_missed_appointments_do_not_occupy_time() -> None:
    assert set(Status) - set(OCCUPYING_STATUSES) == {
        Status.EXPIRED,
        Status.CANCELLED,
        Status.NO_SHOW,
    }
