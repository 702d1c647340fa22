"""The client's address behind reverse proxies.

Forwarded headers are believed only from the proxies in settings.TRUSTED_PROXIES.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

from django.conf import settings
from django.http import HttpRequest, HttpResponse

Networks = Sequence[IPv4Network | IPv6Network]
FORWARDED_HEADERS = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_FORWARDED",
)
IPV6_PREFIX_LENGTH = 64
"""One IPv6 customer usually has a whole network of this prefix length."""
IPV4_NETWORK_LENGTH, IPV6_NETWORK_LENGTH = 24, 48
ADDRESS_PATTERN = re.compile(
    r"\[(?P<bracketed>[^\[\]]+)\](?::[0-9]{1,5})?"
    r"|(?P<with_port>[0-9.]+):[0-9]{1,5}"
    r"|(?P<plain>[^\[\]]+)",
    re.ASCII,
)


ORIGIN_KEY = "clinic.request_origin"


@dataclass(frozen=True, slots=True)
class RequestOrigin:
    """From where a request came.

    `peer` is the address that connected to the site, and `is_trusted` says whether it is one of
    TRUSTED_PROXIES. `is_forwarded` says whether the request had a header with which proxies name
    the visitor.
    """

    peer: str
    is_trusted: bool
    is_forwarded: bool


def request_origin(request: HttpRequest) -> RequestOrigin:
    """Return from where a request came, as the middleware has noted it; empty without it."""
    origin = request.META.get(ORIGIN_KEY)
    return origin if isinstance(origin, RequestOrigin) else RequestOrigin("", False, False)


class TrustedProxyMiddleware:
    """Sets REMOTE_ADDR to the client's address; removes forwarded headers of untrusted peers.

    `request_origin` returns what it saw of the connection.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        trusted: Networks = settings.TRUSTED_PROXIES
        peer = request.META.get("REMOTE_ADDR", "")
        is_forwarded = any(header in request.META for header in FORWARDED_HEADERS)
        request.META[ORIGIN_KEY] = RequestOrigin(peer, is_trusted(peer, trusted), is_forwarded)
        if is_trusted(peer, trusted):
            forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
            request.META["REMOTE_ADDR"] = client_address(peer, forwarded, trusted)
        else:
            for header in FORWARDED_HEADERS:
                request.META.pop(header, None)
        return self.get_response(request)


def client_address(peer: str, forwarded: str, trusted: Networks) -> str:
    """Return the last address in the chain that is not a trusted proxy.

    Addresses after it are trusted proxies; addresses before it are only claimed by the client. A
    hop may have a port, as some proxies write it: 192.0.2.1:4711 or [2001:db8::1]:4711.
    """
    for hop in reversed([hop for hop in forwarded.split(",") if hop.strip()]):
        address = parse_address(hop)
        if address is None:
            break
        if not _is_within(address, trusted):
            return str(address)
    return peer


def parse_address(text: str) -> IPv4Address | IPv6Address | None:
    """Return the address in a text, which may also have brackets and a port; else None.

    An IPv4 address written as IPv6 (::ffff:192.0.2.1) is returned as IPv4.
    """
    found = ADDRESS_PATTERN.fullmatch(text.strip())
    if found is None:
        return None
    try:
        address = ip_address(found["bracketed"] or found["with_port"] or found["plain"])
    except ValueError:
        return None
    if found["bracketed"] and isinstance(address, IPv4Address):
        return None
    return (isinstance(address, IPv6Address) and address.ipv4_mapped) or address


def is_trusted(address: str, trusted: Networks) -> bool:
    """Return whether the address belongs to a trusted proxy."""
    parsed = parse_address(address)
    return parsed is not None and _is_within(parsed, trusted)


def rate_limit_address(request: HttpRequest) -> str:
    """Return what rate limits count as one visitor: an IPv4 address, or an IPv6 network (/64)."""
    address = request.META.get("REMOTE_ADDR", "")
    parsed = parse_address(address)
    if isinstance(parsed, IPv6Address):
        return str(ip_network((int(parsed), IPV6_PREFIX_LENGTH), strict=False))
    return str(parsed or address)


def network_of(counted: str) -> str:
    """Return the network of what `rate_limit_address` returned: IPv4 /24, IPv6 /48.

    One provider's customer or one rented server can usually choose among these addresses. Any
    other text is returned as it is.
    """
    parsed = parse_address(counted.partition("/")[0])
    if parsed is None:
        return counted
    length = IPV6_NETWORK_LENGTH if isinstance(parsed, IPv6Address) else IPV4_NETWORK_LENGTH
    return str(ip_network((str(parsed).partition("%")[0], length), strict=False))


def _is_within(address: IPv4Address | IPv6Address, networks: Networks) -> bool:
    return any(address in network for network in networks)
