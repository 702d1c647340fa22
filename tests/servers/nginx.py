"""A real nginx in front of a site, with the file that operators install (docs/deploy/nginx)."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tests.servers.certificates import write_certificate
from tests.servers.ports import free_port
from tests.servers.starting import NotStarted, wait_until

ROOT = Path(__file__).resolve().parent.parent.parent
SITE_FILE = ROOT / "docs" / "deploy" / "nginx" / "clinic.conf"
HOST = "localhost"

MAIN_FILE = """
{user}
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  include {folder}/clinic.conf;
}}
"""


@dataclass(frozen=True)
class Nginx:
    """A running nginx: `plain` and `secure` are addresses of the site, `http` redirects."""

    folder: Path
    plain: str
    secure: str
    http: str
    certificate: Path

    @property
    def log(self) -> str:
        """What it has logged so far, requests and errors."""
        files = sorted(self.folder.glob("*.log"))
        return "".join(file.read_text() for file in files)


def find_nginx() -> Path | None:
    """Return the program named by NGINX, else the system's, else None."""
    path = os.environ.get("NGINX") or shutil.which("nginx", path=f"{os.defpath}:/usr/sbin")
    return Path(path) if path else None


@contextmanager
def caching_proxy(nginx: Path, site: str, folder: Path) -> Iterator[str]:
    """Run nginx in front of a site, and yield its address over plain http."""
    with running_nginx(nginx, site, folder) as server:
        yield server.plain


@contextmanager
def running_nginx(nginx: Path, site: str, folder: Path) -> Iterator[Nginx]:
    """Run nginx in front of the site at an address, with its files in `folder`."""
    port, secure, plain = free_port(), free_port(), free_port()
    certificate = write_certificate(folder / "certificate.pem", HOST)
    (folder / "clinic.conf").write_text(
        site_file(
            {
                "book.example.com": HOST,
                "127.0.0.1:8000": f"127.0.0.1:{urlsplit(site).port}",
                "listen 80;": f"listen 127.0.0.1:{port};",
                "listen [::]:80;": "",
                "listen 443 ssl http2;": f"listen 127.0.0.1:{secure} ssl http2;",
                "listen [::]:443 ssl http2;": f"listen 127.0.0.1:{plain};",
                "/etc/letsencrypt/live/localhost/fullchain.pem": str(certificate),
                "/etc/letsencrypt/live/localhost/privkey.pem": str(certificate),
                "/var/lib/nginx/clinic": f"{folder}/cache",
                "/var/log/nginx": str(folder),
                "proxy_cache clinic;": "proxy_cache clinic; "
                "add_header X-Cache $upstream_cache_status always;",
            }
        )
    )
    user = "user root;" if os.geteuid() == 0 else ""
    configuration, log = folder / "nginx.conf", folder / "error.log"
    configuration.write_text(MAIN_FILE.format(user=user, folder=folder))
    command: list[str | Path] = [nginx, "-p", folder, "-c", configuration, "-e", log]
    with subprocess.Popen(command) as process:
        try:
            _wait_for(plain, process, log)
            local = "http://127.0.0.1"
            yield Nginx(
                folder,
                f"{local}:{plain}",
                f"https://{HOST}:{secure}",
                f"{local}:{port}",
                certificate,
            )
        finally:
            process.terminate()
            process.wait(20)


def site_file(changes: dict[str, str]) -> str:
    """Return the operators' file with what must differ in a test. Each text must be there."""
    text = SITE_FILE.read_text()
    for old, new in changes.items():
        assert old in text, f"{SITE_FILE} lacks {old}"
        text = text.replace(old, new)
    return text


def _wait_for(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    def answers() -> bool:
        with closing(socket.socket()) as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    try:
        wait_until(answers, process, "nginx")
    except NotStarted as error:
        raise NotStarted(f"{error} {log.read_text() if log.exists() else ''}") from None
