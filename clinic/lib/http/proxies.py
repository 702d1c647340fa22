"""The client's address behind reverse proxies.

Forwarded headers are believed only from the proxies in settings.TRUSTED_PROXIES.
"""

from collections.abc import Callable, Sequence
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

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


class TrustedProxyMiddleware:
    """Sets REMOTE_ADDR to the client's address; removes forwarded headers of untrusted peers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        trusted: Networks = settings.TRUSTED_PROXIES
        peer = request.META.get("REMOTE_ADDR", "")
        if is_trusted(peer, trusted):
            forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
            request.META["REMOTE_ADDR"] = client_address(peer, forwarded, trusted)
        else:
            for header in FORWARDED_HEADERS:
                request.META.pop(header, None)
        return self.get_response(request)


def client_address(peer: str, forwarded: str, trusted: Networks) -> str:
    """Return the last address in the chain that is not a trusted proxy.

    Addresses after it are trusted proxies; addresses before it are only claimed by the client.
    """
    for hop in reversed([hop.strip() for hop in forwarded.split(",") if hop.strip()]):
        if not _is_address(hop):
            break
        if not is_trusted(hop, trusted):
            return hop
    return peer


def is_trusted(address: str, trusted: Networks) -> bool:
    """Return whether the address belongs to a trusted proxy."""
    return _is_address(address) and any(ip_address(address) in network for network in trusted)


def rate_limit_address(request: HttpRequest) -> str:
    """Return the address that rate limits count: the network of IPV6_PREFIX_LENGTH for IPv6."""
    address = request.META.get("REMOTE_ADDR", "")
    if _is_address(address) and isinstance(parsed := ip_address(address), IPv6Address):
        mapped = parsed.ipv4_mapped
        return str(mapped or ip_network((parsed.packed, IPV6_PREFIX_LENGTH), strict=False))
    return str(address)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
