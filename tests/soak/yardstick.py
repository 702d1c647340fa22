"""How much slower than free the machine is at this moment: a program of its own.

Programs beside us take processor time, so that everything lasts longer than it would. The
yardstick works for a fixed processor time and tells how much longer that took.
"""

import subprocess
import sys
import time

WORK_SECONDS = 0.2


class Yardstick:
    """A reference program that runs beside whatever is measured."""

    def __init__(self) -> None:
        command = [sys.executable, __file__]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    def slowness(self) -> float:
        """Return the elapsed time for each second of work, at least 1."""
        output, _ = self.process.communicate()
        return max(1.0, float(output))


def main() -> None:
    started = time.monotonic()
    begun = time.process_time()
    while time.process_time() - begun < WORK_SECONDS:
        pass
    print((time.monotonic() - started) / WORK_SECONDS)


if __name__ == "__main__":
    main()
