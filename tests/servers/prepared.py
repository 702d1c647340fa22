"""Serve demo data that are prepared already: `python -m tests.servers.prepared`.

As `python -m clinic.supervisor`, without the steps that make and load the data, with passwords that
are hashed quickly, and with one web server process by default: each one has to import the site and
compile its templates for itself.
"""

import os
import sys
from pathlib import Path

from clinic.supervisor import (
    StopRequested,
    Supervisor,
    SupervisorError,
    demo_environment,
    read_port,
    server_programs,
)

SETTINGS = "tests.servers.site_settings"


def main() -> int:
    """Run the web server and the message worker until asked to stop; return the exit code."""
    port = read_port(os.environ)
    environment = demo_environment(os.environ, Path(os.environ["DATA_DIR"]))
    supervisor = Supervisor(environment | {"DJANGO_SETTINGS_MODULE": SETTINGS})
    supervisor.install_signal_handlers()
    try:
        for program in server_programs(port, os.environ.get("WEB_CONCURRENCY") or "1"):
            supervisor.start(program)
        supervisor.watch()
    except StopRequested:
        pass
    except SupervisorError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        supervisor.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
