"""Recognize requests that a page of this site has sent, not a page of another site."""

from django.http import HttpRequest


def is_from_this_site(request: HttpRequest) -> bool:
    """Return whether the browser's headers say that a page of this site sent the request.

    Browsers send `Sec-Fetch-Site` and, for a POST, `Origin`; a page cannot change either (Fetch
    Metadata Request Headers; RFC 6454, 7). Without them the answer is False.
    """
    fetch_site = request.headers.get("Sec-Fetch-Site")
    if fetch_site is not None:
        return fetch_site == "same-origin"
    origin = request.headers.get("Origin")
    return origin is not None and origin == f"{request.scheme}://{request.get_host()}"
