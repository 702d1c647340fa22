"""Record the network traffic of a page that is opened with an empty cache."""

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import CDPSession, Page


@dataclass
class Wire:
    """The requests of the browser and their responses."""

    addresses: list[str] = field(default_factory=list)
    bytes: int = 0
    headers: dict[str, dict[str, str]] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)

    @property
    def kilobytes(self) -> float:
        return round(self.bytes / 1000, 1)

    def header(self, address: str, name: str) -> str:
        """Return a response header of an address, or an empty string."""
        return self.headers.get(address, {}).get(name, "")


def listen(page: Page) -> Wire:
    """Record from now on, with caching off; sizes include headers and handshakes."""
    wire = Wire()
    session: CDPSession = page.context.new_cdp_session(page)

    def asked(event: dict[str, Any]) -> None:
        if not event["request"]["url"].startswith("data:"):
            wire.addresses.append(event["request"]["url"])

    def answered(event: dict[str, Any]) -> None:
        answer = event["response"]
        headers = {name.lower(): value for name, value in answer["headers"].items()}
        wire.headers[answer["url"]] = headers

    def finished(event: dict[str, Any]) -> None:
        wire.bytes += int(event["encodedDataLength"])

    session.on("Network.requestWillBeSent", asked)
    session.on("Network.responseReceived", answered)
    session.on("Network.loadingFinished", finished)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    page.on("console", lambda said: _complain(wire, said.type, said.text))
    page.on("pageerror", lambda error: wire.complaints.append(str(error)))
    return wire


def _complain(wire: Wire, kind: str, text: str) -> None:
    if kind in ("error", "warning"):
        wire.complaints.append(f"{kind}: {text}")
