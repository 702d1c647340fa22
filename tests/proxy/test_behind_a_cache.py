"""Behind a shared cache, no visitor gets another visitor's page."""

import http.client
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

import pytest

from tests.browser.steps import SWEDISH
from tests.servers.nginx import caching_proxy, find_nginx
from tests.servers.site import running_site

pytestmark = pytest.mark.proxy
ARTICLE = "/articles/can-massage-help-restless-legs/"
PUBLIC = (
    ARTICLE, "/articles/", "/articles/topics/massage/", "/articles/?q=iron", "/articles/feed/",
    "/articles/glossary/", "/articles/evidence-policy/",
)  # fmt: skip


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    nginx = find_nginx()
    if nginx is None:
        pytest.skip("NOT RUN: there is no nginx on this machine")
    with (
        running_site(tmp_path_factory.mktemp("site"), ABUSE_LIMITS="off") as site,
        caching_proxy(nginx, site.url, tmp_path_factory.mktemp("nginx")) as address,
    ):
        yield address


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    text: str
    cookies: list[str]

    @property
    def kept(self) -> bool:
        """Whether the cache gave it without asking the site."""
        return self.headers.get("x-cache") == "HIT"


@dataclass
class Visitor:
    """A browser: it keeps its cookies, and follows nothing by itself."""

    proxy: str
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> Answer:
        return self._ask("GET", path, None, headers)

    def post(self, path: str, **fields: str) -> Answer:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", path, urlencode(fields), headers)

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        connection = http.client.HTTPConnection(urlsplit(self.proxy).netloc, timeout=30)
        said = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        connection.request(method, path, body, headers | ({"Cookie": said} if said else {}))
        response = connection.getresponse()
        text = response.read().decode()
        found = response.headers.get_all("Set-Cookie") or []
        for cookie in found:
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(cookie).items()}
        connection.close()
        fields = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, fields, text, found)


def token_in(page: Answer) -> str:
    found = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', page.text)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("path", PUBLIC)
def test_shared_pages_are_cached_without_personal_data(proxy: str, path: str) -> None:
    ana, ben = Visitor(proxy, {"session": "a" * 32, "booking": "ana"}), Visitor(proxy)
    first, second, third = ana.get(path), ben.get(path), ana.get(path)

    assert first.status == 200
    assert second.kept
    assert third.kept
    assert first.text == second.text == third.text
    assert second.cookies == third.cookies == []
    assert "csrfmiddlewaretoken" not in second.text


def test_an_unchanged_page_is_answered_with_304(proxy: str) -> None:
    visitor = Visitor(proxy)
    tag = visitor.get(ARTICLE).headers["etag"]

    assert visitor.get(ARTICLE, **{"If-None-Match": tag}).status == 304


@pytest.mark.parametrize("page", ["comment/", "helpful/"])
def test_pages_with_forms_are_not_cached(proxy: str, page: str) -> None:
    ana, ben = Visitor(proxy), Visitor(proxy)
    for_ana, for_ben = ana.get(ARTICLE + page), ben.get(ARTICLE + page)

    assert not for_ana.kept
    assert not for_ben.kept
    assert token_in(for_ana) != token_in(for_ben)
    assert ana.cookies["csrf"] != ben.cookies["csrf"]
    sent = ana.post(f"{ARTICLE}helpful/", csrfmiddlewaretoken=token_in(for_ana), helpful="yes")
    assert sent.status == 303


def test_holds_and_messages_are_shown_only_to_their_visitor(proxy: str) -> None:
    ana, ben = Visitor(proxy), Visitor(proxy)
    choosing = ana.get(f"/book/{SWEDISH}/")
    start = re.search(r'name="start" value="([^"]+)"', choosing.text)
    option = re.search(r'type="hidden" name="option" value="([^"]+)"', choosing.text)
    assert start is not None
    assert option is not None
    held = ana.post(
        f"/book/{SWEDISH}/",
        csrfmiddlewaretoken=token_in(choosing),
        option=option[1],
        start=start[1],
    )
    assert held.status == 303
    hold = held.headers["location"]
    for visitor in (ana, ben, ana):
        assert not visitor.get(hold).kept
    ana.post(f"{hold}release/", csrfmiddlewaretoken=token_in(ana.get(hold)))

    for path in ("/", "/treatments/", *PUBLIC):
        for visitor in (ana, Visitor(proxy), ana, Visitor(proxy)):
            page = visitor.get(path)
            assert hold not in page.text
            assert not (page.kept and page.cookies), path
