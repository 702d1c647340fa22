"""Start processes that book concurrently, controlled by lines of JSON."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[3]


class Processes:
    """Several worker processes (tests.booking.races.worker)."""

    def __init__(self, count: int) -> None:
        self.count = count

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "tests.booking.races.worker"]
        environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
        self.workers = [
            subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for _ in range(self.count)
        ]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for worker in self.workers:
            assert worker.stdin is not None
            assert worker.stdout is not None
            worker.stdin.close()
            worker.wait(timeout=30)
            worker.stdout.close()

    def run(self, work: str, **job: Any) -> Counter[str]:
        """Run the job in every process at the same moment; count the outcomes of the attempts."""
        for number, worker in enumerate(self.workers):
            self._say(worker, {"work": work, "number": number, **job})
        assert [self._hear(worker) for worker in self.workers] == ["ready"] * self.count
        for worker in self.workers:
            self._say(worker, "go")
        total: Counter[str] = Counter()
        for worker in self.workers:
            total.update(self._hear(worker))
        return total

    def _say(self, worker: "subprocess.Popen[str]", message: object) -> None:
        assert worker.stdin is not None
        worker.stdin.write(json.dumps(message) + "\n")
        worker.stdin.flush()

    def _hear(self, worker: "subprocess.Popen[str]") -> Any:
        assert worker.stdout is not None
        return json.loads(worker.stdout.readline() or '"the worker died"')
