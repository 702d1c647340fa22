"""One upgrade under load, from one commit on one database."""

import json
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.soak import processes
from tests.soak.journal import Journal
from tests.soak.site import SiteProgram
from tests.trials.loaded_site import LoadedSite
from tests.upgrade import restart
from tests.upgrade.releases import unpack

POLL_SECONDS = 0.2
PROGRAMS = """
import json, sys
from clinic import supervisor
list_programs = getattr(supervisor, "server_programs", None) or supervisor.programs
print(json.dumps([[*program.command] for program in list_programs(int(sys.argv[1]), "2")]))
"""
"""The older name of the function is `programs`."""


def old_commands(tree: Path, port: int, environment: Mapping[str, str]) -> list[list[str]]:
    """Return the commands of an older web server and worker, as its own supervisor starts them."""
    listed = subprocess.run(
        [sys.executable, "-c", PROGRAMS, str(port)],
        cwd=tree, env=dict(environment), stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    commands = json.loads(listed.stdout.splitlines()[-1])
    return [["env", "-C", str(tree), *command] for command in commands]


@dataclass
class Trial(LoadedSite):
    """The site in a folder: first the code of `commit`, then this one, on the same database."""

    commit: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.old = unpack(self.commit, self.folder / "old")

    def run(self) -> dict[str, Any]:
        """Prepare, upgrade while guests book, and return the figures."""
        self.prepare(self.old)
        old = self.programs(old_commands(self.old, self.port, self.environment))
        new = self.new_programs()
        for program in old:
            program.start()
        for program in old:
            program.wait()
        with self.guests():
            self.wait_for_bookings()
            began = time.monotonic()
            upgrade = self.start_upgrade()
            self.replace(old, new, upgrade)
            ended = time.monotonic()
            self.wait_for_bookings()
        Journal(self.journal).fault("upgrade", started=began, recovered=ended)
        for program in new:
            program.end()
        took = round(ended - began, 1)
        return {"upgrade took": took, "exit code": upgrade.returncode} | self.outcome()

    def start_upgrade(self) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "tests.upgrade.restart", str(self.folder)]
        words = ["--yes", "--backup-to", str(self.folder / "before.zip")]
        words += ["--restart-command", " ".join(command)]
        program = [sys.executable, "manage.py", "upgrade", *words]
        return processes.start(program, self.environment, self.folder / "upgrade.log")

    def replace(
        self,
        old: Sequence[SiteProgram],
        new: Sequence[SiteProgram],
        upgrade: "subprocess.Popen[bytes]",
    ) -> None:
        """Restart the site when the upgrade asks for it: stop the old programs, start the new."""
        while upgrade.poll() is None:
            if (self.folder / restart.WANTED).exists() and old[0].running.poll() is None:
                for program in old:
                    program.end()
                for program in new:
                    program.start()
                for program in new:
                    program.wait()
                (self.folder / restart.DONE).touch()
            time.sleep(POLL_SECONDS)
        if upgrade.returncode:
            print((self.folder / "upgrade.log").read_text(), file=sys.stderr)
            for program in old:
                program.end()
