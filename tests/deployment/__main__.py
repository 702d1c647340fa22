"""`make deployment-test`: install a release on a new Debian by docs/deployment.md, and use it.

    python -m tests.deployment [sqlite] [postgresql] [--folder FOLDER]

Needs root, Debian's packages debootstrap and systemd-container, and the ports 80, 443 and 8000 of
this machine. Takes about five minutes for each database. A certificate that nobody has signed
stands in for certbot's.
"""

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

from clinic import __version__
from clinic.release import ROOT, write_release
from tests.deployment.commands import HOST, read_steps
from tests.deployment.machine import Machine, NotPossible, booted

DATABASES = ("sqlite", "postgresql")
READY_SECONDS = 120
GET = f"curl -sS --cacert /etc/letsencrypt/live/{HOST}/fullchain.pem --resolve {HOST}:443:127.0.0.1"
UNITS = "clinic-web clinic-worker clinic-backup.timer nginx"


def main() -> int:
    """Try the databases that are named, or all. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.deployment")
    parser.add_argument("databases", nargs="*", choices=[*DATABASES, []], metavar="DATABASE")
    parser.add_argument("--folder", type=Path, default=Path("/var/tmp/clinic-deployment"))
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    archive = write_release(ROOT / "dist")
    for database in options.databases or DATABASES:
        try:
            with booted(options.folder) as machine:
                install(machine, archive, database)
                use(machine)
        except subprocess.CalledProcessError as error:
            print(f"FAILED with {error.returncode}:\n{error.output}")
            return 1
        except NotPossible as error:
            print(error)
            return 1
    return 0


def install(machine: Machine, archive: Path, database: str) -> None:
    """Do what the document says. Raises CalledProcessError at the first command that fails."""
    for file in archive.parent.glob(f"{archive.name}*"):
        (machine.root / "root" / file.name).write_bytes(file.read_bytes())
    for step in read_steps(__version__, database=database):
        begun = time.monotonic()
        said = machine.run(step.lines)
        seconds = time.monotonic() - begun
        print(f"{database}: {step.number}. {step.title}: {seconds:.0f} s", flush=True)
    print(said)


def use(machine: Machine) -> None:
    """Open the site, kill its programs, and look whether all is well again."""
    wait_until_ready(machine)
    status = machine.run(
        f"{GET} -o /dev/null -w '%{{http_code}} HTTP/%{{http_version}}' https://{HOST}/"
    )
    print(f"The home page over https: {status}")
    if not status.startswith("200 "):
        raise subprocess.CalledProcessError(1, "curl", machine.run("journalctl -u clinic-web"))
    machine.run("for unit in clinic-web clinic-worker; do systemctl kill -s KILL $unit; done")
    time.sleep(1)  # so that the answer is not that of a process that is about to end
    print(f"Ready again {wait_until_ready(machine):.0f} s after both services were killed")
    print(machine.run(f"systemctl is-active {UNITS} | sort | uniq -c"))
    print(machine.run("systemd-analyze security --no-pager | grep clinic"))


def wait_until_ready(machine: Machine) -> float:
    """Wait until /readyz is content, and return how many seconds it took."""
    begun = time.monotonic()
    while time.monotonic() - begun < READY_SECONDS:
        said = machine.run("curl -s http://127.0.0.1:8000/readyz", check=False)
        if said and json.loads(said)["status"] == "ok":
            return time.monotonic() - begun
        time.sleep(0.5)
    raise subprocess.CalledProcessError(1, "readyz", said + machine.run("journalctl -u 'clinic-*'"))


if __name__ == "__main__":
    sys.exit(main())
