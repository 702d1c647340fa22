"""The programs of the cluster. All addresses are ports of 127.0.0.1; nothing outlives a run."""

import os
import shutil
import signal
import ssl
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path

import psycopg2

from clinic.demo_environment import demo_environment
from tests.cluster.files import LOOPBACK, Endpoints, read_settings, render, write
from tests.servers import postgres
from tests.servers.certificates import write_certificate
from tests.servers.site import OURS
from tests.soak import processes
from tests.soak.processes import ROOT
from tests.soak.site import COLLECT_STATIC, LOAD_DEMO, MIGRATE, SiteProgram

PASSWORDS = {"POSTGRES": "of-postgres", "REPLICATOR": "of-replicator", "REWIND": "of-rewind"}
SITE_PASSWORD, REDIS_PASSWORD = "of-the-site", "of-redis"
DATABASES = {"db1": "10.0.0.11", "db2": "10.0.0.12"}
WEB_MACHINES = {"web1": "10.0.0.21", "web2": "10.0.0.22"}
ETCD, REDIS, BALANCER = "10.0.0.11", "10.0.0.13", "10.0.0.31"
PLAIN_PORT = 8080
PROGRAMS = {
    "etcd": "etcd-server", "patroni": "patroni", "haproxy": "haproxy",
    "pgbouncer": "pgbouncer", "redis-server": "redis-server",
}  # fmt: skip
"""The programs that a run needs, with their Debian packages."""
SEARCH_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/lib/postgresql/15/bin"


def find(program: str) -> str | None:
    """Return the path of a program, None where it is not installed."""
    return shutil.which(program, path=SEARCH_PATH)


@dataclass
class ServiceProgram(SiteProgram):
    """A program that runs as the account of PostgreSQL, in a folder of its own."""

    def start(self) -> None:
        """Start the program without waiting until it is ready."""
        self.process = postgres.start_program(
            list(self.command),
            self.log.parent,
            postgres.unprivileged_user(),
            environment=self.environment,
            orphaned=signal.SIGTERM,
        )


@dataclass
class Cluster:
    """All programs and their ports, in a temporary folder."""

    folder: Path
    binaries: Path
    endpoints: Endpoints = field(default_factory=Endpoints)
    programs: dict[str, SiteProgram] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.folder.chmod(0o755)
        self.environment = self._site_environment()
        self.mails = self.folder / "mails.jsonl"
        self._add_outside_services()
        self._add_etcd_and_redis()
        for name, address in DATABASES.items():
            self._add_database(name, address)
        for name, address in WEB_MACHINES.items():
            self._add_web_machine(name, address)
        self._add_balancer()

    @property
    def port(self) -> int:
        """The port on which the simulated visitors reach the site, without https."""
        return self.endpoints.port(BALANCER, PLAIN_PORT)

    def prepare(self) -> None:
        """Start all but the site, make its database as docs/reference/cluster.md, load a demo."""
        for name in ("mail", "bucket", "etcd1", "redis", "db1"):
            self._start(name)
        self._start("db2")
        for machine in WEB_MACHINES:
            self._start(f"{machine} haproxy")
        self._create_database()
        for machine in WEB_MACHINES:
            self._start(f"{machine} pgbouncer")
        for command in (MIGRATE, COLLECT_STATIC, LOAD_DEMO):
            self.run(command)
        shutil.copytree(self.folder / "web1", self.folder / "web2")

    def start(self) -> None:
        """Start web servers, workers and the balancer."""
        names = [f"{machine} {what}" for machine in WEB_MACHINES for what in ("web", "worker")]
        for name in names:
            self.programs[name].start()
        for name in names:
            self.programs[name].wait()
        self._start("balancer")

    def stop(self) -> None:
        """Kill everything, also the servers of PostgreSQL, which Patroni starts as daemons."""
        for program in reversed(self.programs.values()):
            if program.process is not None:
                processes.kill(program.process)
        for name in DATABASES:
            processes.send(signal.SIGKILL, self.database_processes(name))

    def primary(self) -> str:
        """Return the name of the machine that is the primary now, "" if none says so."""
        asked = (name for name in DATABASES if self.answers(self._rest(name, "primary")))
        return next(asked, "")

    def has_synchronous_standby(self) -> bool:
        """Whether a standby is there that has each commit before it is acknowledged."""
        return any(self.answers(self._rest(name, "synchronous")) for name in DATABASES)

    def database_processes(self, name: str) -> list[int]:
        """Return the processes of PostgreSQL on a machine."""
        with suppress(OSError, ValueError, IndexError):
            pid = int((self.folder / name / "data" / "postmaster.pid").read_text().splitlines()[0])
            return processes.process_tree(pid)
        return []

    def kill_machine(self, name: str) -> None:
        """Kill Patroni first, which would start PostgreSQL again, and then PostgreSQL."""
        found = self.database_processes(name)
        self.programs[name].kill()
        processes.send(signal.SIGKILL, found)

    def shown_by(self, path: str) -> int:
        """Return how many web machines answer an address with 200."""
        ports = [self.endpoints.port(address, 8000) for address in WEB_MACHINES.values()]
        return sum(self.answers(f"http://{LOOPBACK}:{port}{path}") for port in ports)

    def has_https(self) -> bool:
        """Whether the balancer answers with https, and leads from http to it."""
        ports = [self.endpoints.port(BALANCER, port) for port in (443, 80)]
        anybody = ssl._create_unverified_context()
        encrypted = HTTPSConnection("localhost", ports[0], timeout=5, context=anybody)
        plain = HTTPConnection("localhost", ports[1], timeout=5)
        statuses = []
        for connection in (encrypted, plain):
            connection.request("GET", "/healthz")
            statuses.append(connection.getresponse().status)
            connection.close()
        return statuses == [200, 301]

    def run(self, command: Sequence[str], output: Path | None = None) -> None:
        """Run a program on the site's data. Raises CalledProcessError if it fails."""
        with (self.folder / "log").open("ab") as log, (output or Path(os.devnull)).open("wb") as to:
            subprocess.run(
                command,
                cwd=ROOT,
                env=self.environment,
                stdout=to if output else log,
                stderr=log,
                check=True,
            )

    def _start(self, name: str) -> None:
        self.programs[name].start()
        self.programs[name].wait()

    def _service_folder(self, name: str) -> Path:
        folder = self.folder / name.replace(" ", "-")
        folder.mkdir()
        if owner := postgres.unprivileged_user():
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        return folder

    def _add_service(
        self,
        name: str,
        command: Sequence[str],
        folder: Path,
        ready: Callable[[], bool],
        environment: Mapping[str, str] | None = None,
    ) -> None:
        path = find(command[0])
        assert path is not None, f"{command[0]} is not installed"
        self.programs[name] = ServiceProgram(
            name, [path, *command[1:]], environment or {}, folder / "log", ready
        )

    def _add_etcd_and_redis(self) -> None:
        folder = self._service_folder("etcd1")
        changes = {
            "/var/lib/etcd/clinic": str(folder / "data"),
            ",etcd2=http://10.0.0.12:2380,etcd3=http://10.0.0.13:2380": "",
        }
        text = render("etcd.env", self.endpoints, changes=changes, machine="etcd1", address=ETCD)
        health = f"http://{LOOPBACK}:{self.endpoints.port(ETCD, 2379)}/health"
        self._add_service(
            "etcd1", ["etcd"], folder, lambda: self.answers(health), read_settings(text)
        )
        folder = self._service_folder("redis")
        text = render("redis.conf", self.endpoints, changes={"CHANGE_ME_REDIS": REDIS_PASSWORD})
        file = write(folder / "redis.conf", text)
        self._add_service("redis", ["redis-server", str(file)], folder, lambda: True)

    def _add_database(self, name: str, address: str) -> None:
        folder = self._service_folder(name)
        changes = {
            **{f"CHANGE_ME_{account}": password for account, password in PASSWORDS.items()},
            ",10.0.0.12:2379,10.0.0.13:2379": "",
            "10.0.0.0/24": f"{LOOPBACK}/32",
            "/var/lib/postgresql/15/clinic": str(folder / "data"),
            "/usr/lib/postgresql/15/bin": str(self.binaries),
            "/var/lib/postgresql/pgpass-patroni": str(folder / "pgpass"),
            "/var/run/postgresql": str(folder),
        }
        text = render("patroni.yml", self.endpoints, changes=changes, machine=name, address=address)
        file = write(folder / "patroni.yml", text)
        health = self._rest(name, "readiness" if name == "db2" else "primary")
        self._add_service(name, ["patroni", str(file)], folder, lambda: self.answers(health))

    def _add_web_machine(self, name: str, address: str) -> None:
        folder = self._service_folder(f"{name} haproxy")
        changes = {"    user haproxy\n    group haproxy\n    log /dev/log local0 notice\n": ""}
        text = render("haproxy-database.cfg", self.endpoints, changes=changes, address=address)
        command = ["haproxy", "-db", "-f", str(write(folder / "haproxy.cfg", text))]
        self._add_service(
            f"{name} haproxy", command, folder, lambda: self._database_answers(address, "postgres")
        )
        folder = self._service_folder(f"{name} pgbouncer")
        users = write(folder / "userlist.txt", f'"clinic" "{SITE_PASSWORD}"\n')
        changes = {"/etc/pgbouncer/userlist.txt": str(users)}
        text = render("pgbouncer.ini", self.endpoints, changes=changes, address=address)
        command = ["pgbouncer", str(write(folder / "pgbouncer.ini", text))]
        self._add_service(
            f"{name} pgbouncer", command, folder, lambda: self._database_answers(address, "clinic")
        )
        self._add_site_programs(name, address)

    def _add_site_programs(self, name: str, address: str) -> None:
        """Add web server and worker of a machine, as its clinic.env and its drop-in say."""
        settings = read_settings(render("clinic.env", self.endpoints, changes={}, address=address))
        port = settings["PORT"]
        data = {"DATA_DIR": str(self.folder / name), "LISTEN_ADDRESS": LOOPBACK}
        chosen = {key: settings[key] for key in ("PORT", "TRUSTED_PROXIES", "WEB_CONCURRENCY")}
        own = self.environment | chosen | data | {"DATABASE_URL": self._database_url(address, 5000)}
        pooled = {"DATABASE_POOLER": "on", "DATABASE_URL": self._database_url(address, 6432)}
        health = f"http://{LOOPBACK}:{port}/healthz"
        log = self.folder / "log"
        self.programs[f"{name} web"] = SiteProgram(
            f"{name} web",
            (sys.executable, "-m", "clinic.server"),
            own | pooled,
            log,
            lambda: self.answers(health),
        )
        worker = (sys.executable, "manage.py", "deliver_messages", "--loop")
        self.programs[f"{name} worker"] = SiteProgram(
            f"{name} worker", worker, own, log, lambda: True
        )

    def _add_balancer(self) -> None:
        folder = self._service_folder("balancer")
        https = "    bind 10.0.0.31:443 ssl crt /etc/haproxy/clinic.pem alpn h2,http/1.1\n"
        certificate = write_certificate(folder / "clinic.pem", "localhost")
        certificate.chmod(0o644)
        changes = {
            "    user haproxy\n    group haproxy\n": "",
            "    log /dev/log local0 notice\n": "",
            # The simulated users speak plain http, so there is a port for them beside https.
            https: f"{https.replace('/etc/haproxy/clinic.pem', str(certificate))}"
            f"    bind {BALANCER}:{PLAIN_PORT}\n",
            "hdr Host book.example.com": "hdr Host localhost",
        }
        file = write(
            folder / "haproxy.cfg",
            render("haproxy-web.cfg", self.endpoints, changes=changes, address=BALANCER),
        )
        health = f"http://{LOOPBACK}:{self.port}/readyz"
        self._add_service(
            "balancer", ["haproxy", "-db", "-f", str(file)], folder, lambda: self.answers(health)
        )

    def _add_outside_services(self) -> None:
        """Add the mail server and the bucket, which no file of ours describes."""
        log = self.folder / "log"
        mail_port, bucket_port = self.endpoints.port("mail", 25), self.endpoints.port("s3", 443)
        command = (sys.executable, "-m", "tests.soak.mail_server", str(mail_port), str(self.mails))
        self.programs["mail"] = SiteProgram("mail", command, self.environment, log, lambda: True)
        self.programs["bucket"] = SiteProgram(
            "bucket",
            (sys.executable, "-m", "tests.servers.s3", str(bucket_port)),
            self.environment,
            log,
            lambda: self.answers(f"http://{LOOPBACK}:{bucket_port}/pictures"),
        )

    def _site_environment(self) -> dict[str, str]:
        """Return the variables that all machines share, with the limits for visitors off."""
        inherited = {name: value for name, value in os.environ.items() if name not in OURS}
        redis, bucket = self.endpoints.port(REDIS, 6379), self.endpoints.port("s3", 443)
        settings = {
            "DATABASE_URL": self._database_url(WEB_MACHINES["web1"], 5000),
            "CACHE_URL": f"redis://:{REDIS_PASSWORD}@{LOOPBACK}:{redis}/0",
            "EMAIL_URL": f"smtp://{LOOPBACK}:{self.endpoints.port('mail', 25)}",
            "MEDIA_STORAGE": f"s3://key:secret@{LOOPBACK}:{bucket}/pictures?https=off",
            "PORT": str(self.port),
            "ABUSE_LIMITS": "off",
            "DJANGO_SETTINGS_MODULE": "clinic.settings",
        }
        return demo_environment(inherited | settings, self.folder / "web1")

    def _database_url(self, address: str, port: int) -> str:
        endpoint = f"{LOOPBACK}:{self.endpoints.port(address, port)}"
        return f"postgres://clinic:{SITE_PASSWORD}@{endpoint}/clinic"

    def _create_database(self) -> None:
        """Create account and database on the primary, with the commands of the documentation."""
        name = self.primary()
        port = str(self.endpoints.port(DATABASES[name], 5432))
        at = ["-h", str(self.folder / name), "-p", port]
        role = f"CREATE ROLE clinic LOGIN PASSWORD '{SITE_PASSWORD}'"
        database = ["--owner", "clinic", "--encoding", "UTF8", "--locale", "C.UTF-8"]
        for command in (
            [str(self.binaries / "psql"), *at, "-d", "postgres", "-c", role],
            [str(self.binaries / "createdb"), *at, *database, "--template", "template0", "clinic"],
        ):
            owner = postgres.unprivileged_user()
            done = postgres.start_program(command, self.folder / name, owner).wait()
            assert done == 0, f"{command} failed: see {self.folder / name / 'log'}"

    def _database_answers(self, address: str, database: str) -> bool:
        """Whether a PostgreSQL or PgBouncer takes connections through a web machine."""
        is_pooled = database == "clinic"
        port = self.endpoints.port(address, 6432 if is_pooled else 5000)
        user = ("clinic", SITE_PASSWORD) if is_pooled else ("postgres", PASSWORDS["POSTGRES"])
        try:
            psycopg2.connect(
                host=LOOPBACK, port=port, user=user[0], password=user[1],
                dbname=database, connect_timeout=5,
            ).close()  # fmt: skip
        except psycopg2.OperationalError:
            return False
        return True

    def _rest(self, name: str, path: str) -> str:
        return f"http://{LOOPBACK}:{self.endpoints.port(DATABASES[name], 8008)}/{path}"

    def answers(self, url: str) -> bool:
        """Whether an address answers 200."""
        try:
            with urllib.request.urlopen(url, timeout=5) as response:
                return bool(response.status == 200)
        except (OSError, ValueError):
            return False
