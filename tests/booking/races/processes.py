"""Start processes that book concurrently, and give them jobs."""

from collections import Counter
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Any, Self

from tests.booking.races import worker
from tests.servers.forked import FORKED


class Processes:
    """Several worker processes (tests.booking.races.worker)."""

    def __init__(self, count: int) -> None:
        self.count = count

    def __enter__(self) -> Self:
        self.workers = [_start() for _ in range(self.count)]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for process, pipe in self.workers:
            pipe.close()
            process.join(timeout=30)

    def run(self, work: str, **job: Any) -> Counter[str]:
        """Run the job in every process at the same moment; count the outcomes of the attempts."""
        pipes = [pipe for _, pipe in self.workers]
        for number, pipe in enumerate(pipes):
            pipe.send({"work": work, "number": number, **job})
        assert [_hear(pipe) for pipe in pipes] == ["ready"] * self.count
        for pipe in pipes:
            pipe.send("go")
        total: Counter[str] = Counter()
        for pipe in pipes:
            total.update(_hear(pipe))
        return total


def _start() -> tuple[BaseProcess, Connection]:
    ours, theirs = FORKED.Pipe()
    process = FORKED.Process(target=worker.do_jobs, args=(theirs,), daemon=True)
    process.start()
    theirs.close()
    return process, ours


def _hear(pipe: Connection) -> Any:
    try:
        return pipe.recv()
    except EOFError:
        return ["the worker died"]
