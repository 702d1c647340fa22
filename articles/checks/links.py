"""Find links whose address is invalid."""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urlsplit

HREF = re.compile(r'<a href="([^"]*)"')
LINK_WITHOUT_ADDRESS = re.compile(r"<a>")
HOST = re.compile(r"[^\s.@/]+(?:\.[^\s.@/]+)+")
EMAIL_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
PHONE_NUMBER = re.compile(r"\+?[0-9(][0-9 ()./-]{2,}")


def find_broken_links(html: str) -> Iterator[str]:
    """Yield the invalid addresses of a cleaned text; an empty string for a link without one."""
    for address in map(unescape, HREF.findall(html)):
        if not is_valid_address(address):
            yield address
    if LINK_WITHOUT_ADDRESS.search(html):  # the allowlist removed its address
        yield ""


def is_valid_address(address: str) -> bool:
    """Return whether an address is a path on this site, a fragment, or http, mailto or tel."""
    if re.search(r"\s", address):
        return False
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return False
    if parts.scheme in ("http", "https"):
        return HOST.fullmatch(host) is not None
    if parts.scheme == "mailto":
        return EMAIL_ADDRESS.fullmatch(parts.path) is not None
    if parts.scheme == "tel":
        return PHONE_NUMBER.fullmatch(parts.path) is not None
    is_local_path = address.startswith("/") and not address.startswith("//")
    return not parts.scheme and (is_local_path or (address.startswith("#") and len(address) > 1))
