"""Whether the reverse proxies in front of the site are set right, seen from one request."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _

from clinic.lib.http.proxies import request_origin


@dataclass(frozen=True, slots=True)
class ReverseProxyCheck:
    """From where a request came, and a sentence about the reverse proxies that it passed.

    `address` is the network address of the visitor, as far as the site can tell; `peer` is that of
    the program that sent the request to the site, and `is_trusted` says whether TRUSTED_PROXIES has
    it. `is_ok` says whether the proxies are set right, `verdict` what to change if not.
    """

    address: str
    peer: str
    is_trusted: bool
    is_secure: bool
    host: str
    is_ok: bool
    verdict: str


def check_reverse_proxies(request: HttpRequest) -> ReverseProxyCheck:
    """Return from where a request came, and whether the reverse proxies are set right."""
    origin, address = request_origin(request), request.META.get("REMOTE_ADDR", "")
    is_ok, verdict = _find_verdict(origin.is_trusted, origin.is_forwarded, address == origin.peer)
    values = {"peer": origin.peer, "address": address}
    return ReverseProxyCheck(
        address=address,
        peer=origin.peer,
        is_trusted=origin.is_trusted,
        is_secure=request.is_secure(),
        host=request.get_host(),
        is_ok=is_ok,
        verdict=verdict % values,
    )


def _find_verdict(is_trusted: bool, is_forwarded: bool, is_same: bool) -> tuple[bool, str]:
    if is_trusted and is_same:
        return False, _(
            "The proxy at %(peer)s does not say whose request this is, so all visitors share one "
            "limit. Let it send X-Forwarded-For (docs/deployment.md)."
        )
    if is_trusted:
        return True, _(
            "The proxy at %(peer)s says that this is your request, from %(address)s. If that is "
            "not the address of your network, a proxy is missing in TRUSTED_PROXIES."
        )
    if is_forwarded:
        return False, _(
            "%(peer)s forwards requests, and is not in TRUSTED_PROXIES: what it says about "
            "visitors is not believed, and all of them share one limit. If it is your proxy, add "
            "it."
        )
    return True, _("Your request came to the site without a proxy, from %(peer)s.")
