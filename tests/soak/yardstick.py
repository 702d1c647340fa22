"""How much slower than free the machine is at this moment: a program of its own.

Programs beside us take processor time, so that everything lasts longer than it would. The
yardstick works for short fixed processor times and tells how much longer they took.
"""

import select
import subprocess
import sys
import time

WORK_SECONDS, PAUSE_SECONDS = 0.2, 0.3


class Yardstick:
    """A reference program that runs beside whatever is measured."""

    def __init__(self) -> None:
        command = [sys.executable, __file__]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)

    def slowness(self) -> float:
        """Stop, and return the elapsed time for each second of work, at least 1."""
        output, _ = self.process.communicate()
        return max(1.0, float(output))


def main() -> None:
    """Work now and then until stdin is closed, and tell how long all that work took."""
    worked = elapsed = 0.0
    while not worked or not select.select([sys.stdin], [], [], PAUSE_SECONDS)[0]:
        started, begun = time.monotonic(), time.process_time()
        while time.process_time() - begun < WORK_SECONDS:
            pass
        elapsed += time.monotonic() - started
        worked += WORK_SECONDS
    print(elapsed / worked)


if __name__ == "__main__":
    main()
