"""A real nginx with a shared cache in front of the site, in a folder of its own."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from tests.servers.ports import free_port
from tests.servers.starting import NotStarted, wait_until

CONFIGURATION = """
{user}
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  proxy_cache_path {folder}/cache keys_zone=pages:1m;
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://{upstream};
      proxy_set_header Host {host};
      proxy_cache pages;
      add_header X-Cache $upstream_cache_status always;
    }}
  }}
}}
"""


def find_nginx() -> Path | None:
    """The program named by NGINX, else the system's, else nothing."""
    path = os.environ.get("NGINX") or shutil.which("nginx", path=f"{os.defpath}:/usr/sbin")
    return Path(path) if path else None


@contextmanager
def caching_proxy(nginx: Path, site: str, folder: Path) -> Iterator[str]:
    """Run nginx with a minimal configuration, caching whatever the response headers allow."""
    upstream = urlsplit(site)
    port = free_port()
    configuration = folder / "nginx.conf"
    configuration.write_text(
        CONFIGURATION.format(
            user="user root;" if os.geteuid() == 0 else "",
            folder=folder,
            port=port,
            upstream=f"127.0.0.1:{upstream.port}",
            host=upstream.netloc,
        )
    )
    log = folder / "error.log"
    command: list[str | Path] = [nginx, "-p", folder, "-c", configuration, "-e", log]
    with subprocess.Popen(command) as process:
        try:
            _wait_for(port, process, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(20)


def _wait_for(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    def answers() -> bool:
        with closing(socket.socket()) as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    try:
        wait_until(answers, process, "nginx")
    except NotStarted as error:
        raise NotStarted(f"{error} {log.read_text() if log.exists() else ''}") from None
