"""Compare the engine with the brute force on the same input."""

from dataclasses import replace

from booking.engine.hours import grid_starts, wall_clock_to_utc
from booking.engine.slots import SlotQuery, TherapistCalendar, find_slots
from booking.engine.spans import Spans
from tests.booking.engine import brute_force
from tests.booking.engine.brute_force import Answer, Closing, Worker, World, reading


def assert_same_answers(world: World, *more_grids: int) -> None:
    """Assert that engine and brute force return the same hours and slots, minute by minute.

    `more_grids` are multiples of the world's own, asked about in the same go.
    """
    opened = brute_force.opened(world)
    for key, worker in world.workers.items():
        assert brute_force.expand(engine_open(worker, world)) == opened[key]
    found = brute_force.slots(world, opened)
    for grid in (world.grid, *more_grids):
        on_grid = [answer for answer in found if reading(answer[0], world.zone)[1] % grid == 0]
        assert engine_slots(replace(world, grid=grid)) == on_grid


def engine_slots(world: World) -> list[Answer]:
    return [(slot.start, slot.therapists) for slot in find_slots(question(world))]


def question(world: World) -> SlotQuery:
    """Return the engine's query for a world, built as booking.queries builds it."""
    return SlotQuery(
        session=world.session,
        window=world.window,
        grid=[m for day in world.days for m in grid_starts(day, world.grid, world.zone)],
        calendars=[
            TherapistCalendar(
                key, engine_open(worker, world), Spans.of(worker.busy), worker.shortest
            )
            for key, worker in world.workers.items()
        ],
        rooms={key: Spans.of(busy) for key, busy in world.rooms.items()},
        avoid_gaps=world.avoid_gaps,
    )


def engine_open(worker: Worker, world: World) -> Spans:
    """Return the engine's hours, without time off and closures."""
    working = worker.hours.open_spans(world.known_days, world.zone)
    closed = (_closed(closing, world) for closing in world.closings)
    return working - Spans.of(worker.away) - Spans.of(s for spans in closed for s in spans)


def _closed(closing: Closing, world: World) -> Spans:
    days = [day for day in world.known_days if closing.first <= day <= closing.last]
    wall = (closing.start, closing.end)
    return Spans.of(span for day in days for span in wall_clock_to_utc(day, wall, world.zone))
