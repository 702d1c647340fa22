"""Forwarded headers are used only from configured proxies."""

from ipaddress import IPv6Address, ip_network

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from clinic.lib.http.proxies import (
    TrustedProxyMiddleware,
    client_address,
    is_trusted,
    network_of,
    parse_address,
    rate_limit_address,
)

OURS = [ip_network("10.0.0.0/8"), ip_network("fd00::/8")]


def seen(request: HttpRequest) -> dict[str, object]:
    """The headers as the rest of the site sees them."""
    TrustedProxyMiddleware(lambda _request: HttpResponse())(request)
    return dict(request.META)


def test_forwarded_headers_of_unknown_proxies_are_dropped(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = OURS
    request = RequestFactory().get(
        "/", REMOTE_ADDR="203.0.113.9", HTTP_X_FORWARDED_FOR="1.2.3.4",
        HTTP_X_FORWARDED_PROTO="https", HTTP_FORWARDED="for=1.2.3.4",
    )  # fmt: skip
    meta = seen(request)

    assert meta["REMOTE_ADDR"] == "203.0.113.9"
    assert not any("FORWARDED" in name for name in meta)


def test_forwarded_headers_of_our_proxy_are_used(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = OURS
    request = RequestFactory().get(
        "/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="6.6.6.6, 203.0.113.9, 10.0.0.2"
    )

    assert seen(request)["REMOTE_ADDR"] == "203.0.113.9"


@pytest.mark.parametrize(
    ("forwarded", "client"),
    [
        ("", "10.0.0.1"),
        ("203.0.113.9", "203.0.113.9"),
        ("1.1.1.1, 203.0.113.9", "203.0.113.9"),
        ("203.0.113.9, nonsense", "10.0.0.1"),
        ("10.0.0.3", "10.0.0.1"),
        ("2001:db8::1", "2001:db8::1"),
        ("203.0.113.9:4711", "203.0.113.9"),
        ("[2001:db8::1]:4711, 10.0.0.2:80", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("203.0.113.9:port", "10.0.0.1"),
        ("[203.0.113.9]:80", "10.0.0.1"),
        ("203.0.113.9:999999", "10.0.0.1"),
    ],
)
def test_the_nearest_address_that_is_not_ours_counts(forwarded: str, client: str) -> None:
    assert client_address("10.0.0.1", forwarded, OURS) == client


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("", ""),
    ],
)
def test_an_ipv6_network_counts_as_one_address(address: str, counted: str) -> None:
    assert rate_limit_address(RequestFactory().get("/", REMOTE_ADDR=address)) == counted


@pytest.mark.parametrize(
    ("counted", "network"),
    [
        ("203.0.113.9", "203.0.113.0/24"),
        ("2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("unknown", "unknown"),
    ],
)
def test_a_network_is_what_one_customer_can_choose_from(counted: str, network: str) -> None:
    assert network_of(counted) == network


ADDRESSES = st.ip_addresses().filter(
    lambda address: not (isinstance(address, IPv6Address) and address.ipv4_mapped)
)


@given(address=ADDRESSES, port=st.one_of(st.none(), st.integers(0, 65535)), claimed=st.text())
def test_a_proxy_that_writes_ports_is_understood_whatever_the_visitor_claims(
    address: object, port: int | None, claimed: str
) -> None:
    """A property: the hop that the nearest proxy of ours wrote is found, and nothing before it."""
    hop = str(address)
    if port is not None:
        hop = f"[{hop}]:{port}" if ":" in hop else f"{hop}:{port}"

    seen_address = client_address("10.0.0.1", f"{claimed}, {hop}, 10.0.0.2:80", OURS)
    assert parse_address(hop) == address
    if not is_trusted(hop, OURS):
        assert seen_address == str(address)


@given(text=st.text(max_size=80))
def test_no_text_is_too_strange_to_be_counted(text: str) -> None:
    counted = rate_limit_address(RequestFactory().get("/", REMOTE_ADDR=text))

    assert isinstance(network_of(counted), str)
    assert client_address("10.0.0.1", text, OURS)
