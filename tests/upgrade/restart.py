"""What the upgrade runs to restart the site: `python -m tests.upgrade.restart FOLDER`.

It asks the program that has started the site, and waits until that has started the new one.
"""

import sys
import time
from pathlib import Path

WANTED, DONE = "restart-wanted", "restart-done"
POLL_SECONDS, MAX_SECONDS = 0.05, 120.0


def main(folder: Path) -> None:
    """Ask for the restart. Ends with an error if it is not done in time."""
    (folder / WANTED).touch()
    until = time.monotonic() + MAX_SECONDS
    while not (folder / DONE).exists():
        if time.monotonic() > until:
            sys.exit("The site was not restarted.")
        time.sleep(POLL_SECONDS)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
