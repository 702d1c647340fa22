"""Calibration: measures how much slower the machine is now than when idle.

Other programs take processor time, so that everything takes longer. This program uses fixed
amounts of processor time and measures the elapsed time of each.
"""

import select
import subprocess
import sys
import time

WORK_SECONDS, PAUSE_SECONDS = 0.2, 0.3


class Calibration:
    """A reference program that runs while something else is measured."""

    def __init__(self) -> None:
        command = [sys.executable, __file__]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)

    def slowdown(self) -> float:
        """Stop, and return the elapsed seconds for each second of processor time, at least 1."""
        output, _ = self.process.communicate()
        return max(1.0, float(output))


def main() -> None:
    """Use processor time at intervals until stdin is closed, and print the slowdown."""
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
