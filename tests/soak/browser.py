"""A minimal HTTP client: keeps cookies, sends the CSRF token, follows no redirects.

Every answer is recorded in the journal.
"""

import http.client
import re
import time
import uuid
from dataclasses import dataclass
from html import unescape
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from tests.soak.journal import Journal, Outcome

TIMEOUT_SECONDS = 15.0
"""How long a request waits for an answer."""
EXPECTED_STATUSES = {200, 302, 303, 409, 410, 422, 429}
"""The answers that valid requests may get; besides, NO_ANSWER while a fault lasts."""
UNAVAILABLE = {502, 503, 504}
"""502 and 504 come from a proxy whose server has ended or does not answer."""
NO_ANSWER = {0} | UNAVAILABLE
PAUSE_WITHOUT_ANSWER = 0.3
INPUT = re.compile(r"<(?:input|button)\b[^>]*>")
ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Page:
    """An answer; status 0 if none came."""

    status: int
    location: str = ""
    body: str = ""

    @property
    def outcome(self) -> Outcome:
        """Whether the request changed something, as far as the answer says."""
        if self.status in (302, 303):
            return "acknowledged"
        return "unknown" if self.status in NO_ANSWER else "refused"

    @property
    def is_ok(self) -> bool:
        return self.status == 200

    def inputs(self, **where: str) -> list[dict[str, str]]:
        """Return the attributes of all inputs and buttons that have these values."""
        tags = [
            {name: unescape(value) for name, value in ATTRIBUTE.findall(tag)}
            for tag in INPUT.findall(self.body)
        ]
        return [tag for tag in tags if where.items() <= tag.items()]

    def hidden_fields(self) -> dict[str, list[str]]:
        """Return the values of all hidden inputs, by name."""
        fields: dict[str, list[str]] = {}
        for tag in self.inputs(type="hidden"):
            fields.setdefault(tag.get("name", ""), []).append(tag.get("value", ""))
        return fields


class Browser:
    """One person's browser. Not to be shared between threads."""

    def __init__(
        self, port: int, journal: Journal, actor: str, timeout: float = TIMEOUT_SECONDS
    ) -> None:
        self.port, self.journal, self.actor, self.timeout = port, journal, actor, timeout
        self.cookies: dict[str, str] = {}

    def get(self, path: str) -> Page:
        return self._send("GET", path, b"", {})

    def post(self, path: str, **fields: "str | list[str]") -> Page:
        """Send a form, with the CSRF token of the cookie."""
        return self._post(path, fields)

    def _post(self, path: str, fields: "dict[str, str | list[str]]") -> Page:
        fields["csrfmiddlewaretoken"] = self.cookies.get("csrf", "")
        body = urlencode(fields, doseq=True).encode()
        return self._send("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})

    def upload(self, path: str, name: str, content: str, **fields: str) -> Page:
        """Send a form with one file."""
        boundary = uuid.uuid4().hex
        fields["csrfmiddlewaretoken"] = self.cookies.get("csrf", "")
        parts = [
            f'Content-Disposition: form-data; name="{field}"\r\n\r\n{value}'
            for field, value in fields.items()
        ]
        parts.append(
            f'Content-Disposition: form-data; name="{name}"; filename="{name}.csv"\r\n'
            f"Content-Type: text/csv\r\n\r\n{content}"
        )
        body = "".join(f"--{boundary}\r\n{part}\r\n" for part in parts) + f"--{boundary}--\r\n"
        kind = f"multipart/form-data; boundary={boundary}"
        return self._send("POST", path, body.encode(), {"Content-Type": kind})

    def _send(
        self,
        method: str,
        path: str,
        body: bytes,
        headers: dict[str, str],
    ) -> Page:
        started = time.monotonic()
        page = self._answer(method, path, body, headers)
        self.journal.request(self.actor, f"{method} {path_pattern(path)}", page.status, started)
        if page.status not in EXPECTED_STATUSES | NO_ANSWER:
            self.journal.violation(self.actor, f"{method} {path} answered {page.status}")
        if page.status == 0:
            time.sleep(PAUSE_WITHOUT_ANSWER)
        return page

    def _answer(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Page:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)
        sent = {"Host": f"localhost:{self.port}", "Connection": "close", **headers}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            connection.request(method, path, body, sent)
            response = connection.getresponse()
            content = response.read().decode(errors="replace")
        except (OSError, http.client.HTTPException):
            return Page(0)
        finally:
            connection.close()
        for line in response.headers.get_all("Set-Cookie") or []:
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return Page(response.status, response.headers.get("Location", ""), content)


def path_pattern(path: str) -> str:
    """Return an address without its query, and with tokens and keys replaced by `*`."""
    path = path.partition("?")[0]
    return re.sub(r"/(?:[\w-]{30,}|[0-9]+)(?=/|$)", "/*", path)
