"""A new Debian in a folder, booted with systemd-nspawn. It shares the network of this machine."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MIRROR = "http://deb.debian.org/debian"
PROGRAMS = ("debootstrap", "systemd-nspawn", "nsenter")
APT, CERTIFICATES = Path("/etc/apt/apt.conf.d"), Path("/etc/ssl/certs/ca-certificates.crt")
INSIDE = Path("/run/certificates.crt")
BOOT_SECONDS = 120


class NotPossible(Exception):
    """This machine cannot boot another one. The text is one sentence."""


class Machine:
    """A booted Debian: runs commands as its root."""

    def __init__(self, root: Path, leader: int) -> None:
        self.root = root
        self.leader = leader

    def run(self, script: str, *, check: bool = True) -> str:
        """Run a script in the home folder of root; return what it prints, errors too.

        Raises CalledProcessError if a command of it fails, unless `check` is false.
        """
        pip = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
        environment = pip | {
            "PIP_CERT": str(INSIDE), "HOME": "/root", "DEBIAN_FRONTEND": "noninteractive",
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        }  # fmt: skip
        done = subprocess.run(
            ["nsenter", f"--target={self.leader}", "--all", "--root", "--wdns=/root",
             "bash", "-euo", "pipefail", "-c", script],
            env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            check=False,
        )  # fmt: skip
        if check and done.returncode:
            raise subprocess.CalledProcessError(done.returncode, script, done.stdout)
        return done.stdout


@contextmanager
def booted(folder: Path) -> Iterator[Machine]:
    """Install Debian into a folder, boot it, and remove it at the end.

    The packages of the base system are kept in the folder's `base` for the next time. Raises
    NotPossible if a program is missing.
    """
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if missing or os.geteuid() != 0:
        raise NotPossible(f"This needs root and {', '.join(PROGRAMS)}.")
    root = _new_system(folder)
    options = ["--register=no", "--keep-unit", "--boot", "--resolv-conf=copy-host"]
    options += [f"--directory={root}", f"--bind-ro={CERTIFICATES}:{INSIDE}"]
    with (folder / "console.log").open("w") as log:
        nspawn = subprocess.Popen(
            ["systemd-nspawn", *options], stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
        try:
            yield _wait(Machine(root, _leader(nspawn)))
        finally:
            nspawn.send_signal(signal.SIGTERM)
            try:
                nspawn.wait(60)
            except subprocess.TimeoutExpired:
                nspawn.kill()
                nspawn.wait()
            shutil.rmtree(root, ignore_errors=True)


def _new_system(folder: Path) -> Path:
    """Return a new root folder with Debian and this machine's way to packages."""
    base, root = folder / "base", folder / "root"
    if not base.exists():
        include = "--include=systemd-sysv,dbus"
        draft = folder / "draft"
        shutil.rmtree(draft, ignore_errors=True)
        with (folder / "debootstrap.log").open("w") as log:
            command = ["debootstrap", include, "bookworm", str(draft), MIRROR]
            subprocess.run(command, check=True, stdout=log, stderr=log)
        draft.rename(base)
    shutil.rmtree(root, ignore_errors=True)
    subprocess.run(["cp", "-a", base, root], check=True)
    shutil.copytree(APT, root / APT.relative_to("/"), dirs_exist_ok=True)
    return root


def _leader(nspawn: "subprocess.Popen[bytes]") -> int:
    """Return the process that is the other machine's first one."""
    children = Path(f"/proc/{nspawn.pid}/task/{nspawn.pid}/children")
    deadline = time.monotonic() + BOOT_SECONDS
    while time.monotonic() < deadline and nspawn.poll() is None:
        if found := children.read_text().split():
            return int(found[0])
        time.sleep(0.1)
    raise NotPossible("The other machine does not boot; console.log says why.")


def _wait(machine: Machine) -> Machine:
    deadline = time.monotonic() + BOOT_SECONDS
    while machine.run("systemctl is-system-running", check=False).strip() != "running":
        if time.monotonic() > deadline:
            raise NotPossible("The other machine does not boot; console.log says why.")
        time.sleep(0.5)
    return machine
