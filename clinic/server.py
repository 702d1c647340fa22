"""The web server, in the demo and in production: `python -m clinic.server`.

It has the only copy of granian's options. What differs comes from the environment or the command
line: PORT, LISTEN_ADDRESS and WEB_CONCURRENCY. Wrong settings and a port in use end it with one
sentence before any process is started.
"""

import argparse
import os
import sys
from collections.abc import Sequence

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from clinic.lib import env, ports
from clinic.lib.private_files import make_new_files_private
from clinic.lib.sqlite import make_folder

TARGET = "clinic.rsgi:application"
LOCAL_ADDRESS = "127.0.0.1"
DEFAULT_PORT, DEFAULT_PROCESSES = 8000, 2
BACKPRESSURE = 512
"""How many connections a process takes at a time. Idle ones count, so browsers must fit in."""
HEADER_MILLISECONDS = 20_000
"""How long a request's headers may take to arrive. The body has limits of its own (clinic.rsgi)."""
RESPAWN_SECONDS = 0.5
STOP_SECONDS = 5
"""How long a process may finish its requests before it is killed."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve the site until asked to stop. Returns the exit code: 1 if it cannot start."""
    make_new_files_private()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
    try:
        options = read_options(arguments)
        make_folder(settings.DATABASES["default"])
        with ports.reserve(options.port, "server"):
            ports.require_free(options.address, options.port)
            serve(options.address, options.port, options.processes)
    except (ImproperlyConfigured, ports.PortError) as error:
        print(f"The site cannot start: {error}", file=sys.stderr)
        return 1
    return 0


def read_options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Return address, port and processes from the command line, or else from the environment.

    Raises ImproperlyConfigured or PortError if one is wrong.
    """
    parser = argparse.ArgumentParser(prog="python -m clinic.server", description="Serve the site.")
    parser.add_argument("--address", help="listen here; default: LISTEN_ADDRESS, or this machine")
    parser.add_argument("--port", help=f"default: PORT, or {DEFAULT_PORT}")
    parser.add_argument("--processes", type=int, help="default: WEB_CONCURRENCY, or 2")
    options = parser.parse_args(arguments)
    options.address = options.address or env.text("LISTEN_ADDRESS", LOCAL_ADDRESS)
    options.port = ports.parse(options.port or env.text("PORT", str(DEFAULT_PORT)))
    options.processes = options.processes or env.number("WEB_CONCURRENCY", DEFAULT_PROCESSES)
    if options.processes < 1:
        raise ImproperlyConfigured("WEB_CONCURRENCY must be 1 or more.")
    return options


def serve(address: str, port: int, processes: int) -> None:
    """Run granian until it is asked to stop (SIGTERM, SIGINT). SIGHUP replaces the processes."""
    Granian(
        TARGET,
        address=address,
        port=port,
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_MILLISECONDS),
        websockets=False,
        workers=processes,
        respawn_failed_workers=True,
        respawn_interval=RESPAWN_SECONDS,
        workers_kill_timeout=STOP_SECONDS,
        backpressure=BACKPRESSURE,
        log_level=LogLevels.error,
    ).serve()


if __name__ == "__main__":
    sys.exit(main())
