"""Real deadlocks and locks that are not released: PostgreSQL only, SQLite has one lock for all."""

from collections.abc import Callable
from threading import Barrier, Event

import pytest
from django.db import OperationalError, connection, transaction

from booking.actions import locks
from booking.actions.locks import lock_resources, write_action, write_transaction
from booking.errors import ChangeInProgress
from booking.models import Appointment, Therapist
from tests.booking.races.changes import TEN, TWO, booked, move, real
from tests.booking.races.concurrency import PATIENCE, all_at_once
from tests.scene import Scene, fresh, make_clinic

pytestmark = [
    pytest.mark.race,
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one lock"),
]


@pytest.fixture
def scene() -> Scene:
    return make_clinic(therapists=2, rooms=2)


def in_opposite_order(scene: Scene, wrap: Callable[..., Callable[[], int]]) -> list[object]:
    """Two transactions lock the same two rows, each the one that the other locks last."""
    first_locked = Barrier(2)
    attempts: list[int] = []

    def locker(keys: list[int]) -> Callable[[], int]:
        calls: list[int] = []

        def act() -> int:
            calls.append(1)
            attempts.append(1)
            with write_transaction():
                for key in keys:
                    Therapist.objects.select_for_update(no_key=True).get(pk=key)
                    if len(calls) == 1 and key == keys[0]:
                        first_locked.wait(PATIENCE)
            return len(calls)

        return wrap(act)

    keys = [therapist.pk for therapist in scene.therapists]
    return [*all_at_once([locker(keys), locker(keys[::-1])]), len(attempts)]


@real
def test_without_the_retry_one_transaction_of_a_deadlock_fails(scene: Scene) -> None:
    *results, attempts = in_opposite_order(scene, lambda act: act)
    assert sum(isinstance(result, OperationalError) for result in results) == 1
    assert attempts == 2


@real
def test_the_aborted_transaction_of_a_deadlock_succeeds_when_retried(scene: Scene) -> None:
    *results, attempts = in_opposite_order(scene, write_action)
    assert (sorted(map(str, results)), attempts) == (["1", "2"], 3)


@real
def test_a_lock_timeout_is_refused_and_changes_nothing(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "LOCK_TIMEOUT_MS", 100)
    mine, locked, told = booked(scene, TEN), Event(), Event()

    def never_ready() -> None:
        with transaction.atomic():
            list(Therapist.objects.select_for_update(no_key=True))
            locked.set()
            told.wait(PATIENCE)

    def impatient() -> Appointment | None:
        assert locked.wait(PATIENCE)
        try:
            return move(scene, mine, TWO)()  # type: ignore[return-value]
        finally:
            told.set()

    _, result = all_at_once([never_ready, impatient])
    assert isinstance(result, ChangeInProgress)
    assert fresh(mine).starts_at == TEN


@real
def test_locking_in_any_order_never_ends_in_a_deadlock(scene: Scene) -> None:
    keys = [therapist.pk for therapist in scene.therapists]

    def locker(order: list[int]) -> Callable[[], bool]:
        def act() -> bool:
            for _ in range(20):
                with write_transaction():
                    lock_resources(therapists=order)
            return True

        return act

    assert all_at_once([locker(keys), locker(keys[::-1])]) == [True, True]
