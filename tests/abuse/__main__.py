"""`make abuse`: what visitors could do to a site, tried on a demo clinic of its own.

    python -m tests.abuse                       all trials
    python -m tests.abuse holds slow_bodies     some of them: holds, mail_bomb, signin,
                                                slow_bodies
    python -m tests.abuse --data data           on a copy of the demo in data/, which is quicker

Each trial has a clinic of its own, on a free port of this machine. Prints figures, and ends with 1
if one is not within its bound.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from tests.abuse import holds, mail_bomb, signin, slow_bodies
from tests.abuse.site import AbusedSite, abused_site
from tests.servers.postgres import exit_on_sigterm

TRIALS: Mapping[str, Callable[[AbusedSite], Iterator[tuple[str, bool]]]] = {
    "holds": holds.run,
    "mail_bomb": mail_bomb.run,
    "signin": signin.run,
    "slow_bodies": slow_bodies.run,
}


def main() -> int:
    """Run the trials, print their figures, and return the number of broken bounds, at most 1."""
    parser = argparse.ArgumentParser(prog="python -m tests.abuse", description=__doc__)
    parser.add_argument("trials", nargs="*", choices=[*TRIALS, []], metavar="TRIAL")
    parser.add_argument("--data", type=Path, help="the folder of a demo that is there already")
    options = parser.parse_args()
    broken = 0
    for name in options.trials or TRIALS:
        print(f"== {name}", flush=True)
        with abused_site(options.data) as site:
            for line, is_within in TRIALS[name](site):
                print(f"{'ok    ' if is_within else 'BROKEN'} {line}", flush=True)
                broken += not is_within
    print("Every figure is within its bound." if not broken else f"{broken} bounds are broken.")
    return min(1, broken)


if __name__ == "__main__":
    exit_on_sigterm()
    sys.exit(main())
