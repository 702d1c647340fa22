"""Send requests with wrk, which keeps a number of connections busy from one thread."""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

PATIENCE_SECONDS = 30
SCRIPT = """
local threads = {}
function setup(thread) table.insert(threads, thread) end
function init(args) refused = 0 end
function response(status) if status == 503 then refused = refused + 1 end end
function done(summary, latency, requests)
  local refused = 0
  for _, thread in ipairs(threads) do refused = refused + thread:get("refused") end
  local e = summary.errors
  io.write(string.format(
    '\\n{"answers":%d,"microseconds":%d,"p50":%d,"p99":%d,"refused":%d,"failed":%d}\\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), refused,
    e.connect + e.read + e.write + e.timeout + e.status - refused))
end
"""


@dataclass(frozen=True, slots=True)
class Load:
    """What wrk counted. `refused` were answered with 503, `failed` in another way or not at all."""

    answers: int
    microseconds: int
    p50: int
    p99: int
    refused: int
    failed: int

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.answers / (self.microseconds / 1e6) if self.microseconds else 0.0

    @property
    def tail(self) -> float:
        """The ratio of p99 to the median."""
        return self.p99 / self.p50 if self.p50 else 0.0


@dataclass
class Generator:
    """wrk with a script that prints its counts as JSON."""

    program: str
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def send(self, url: str, *, connections: int, seconds: int) -> Load:
        """Ask for one URL again and again on all connections."""
        with tempfile.TemporaryDirectory(prefix="clinic-bench-") as folder:
            script = Path(folder) / "counts.lua"
            script.write_text(SCRIPT)
            command = [self.program, "--threads=1", f"--connections={connections}"]
            command += [f"--duration={seconds}s", f"--timeout={PATIENCE_SECONDS}s"]
            command += [f"--script={script}", "--latency"]
            for name, value in self.headers.items():
                command += ["--header", f"{name}: {value}"]
            told = subprocess.run([*command, url], capture_output=True, text=True, check=True)
        return Load(**json.loads(told.stdout.splitlines()[-1]))


def find_program() -> str | None:
    """Return the path of wrk, or None if it is not installed."""
    return shutil.which("wrk")
