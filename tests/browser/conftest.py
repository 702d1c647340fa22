"""Fixtures of the browser tests: a running site and Chromium."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    ViewportSize,
    expect,
    sync_playwright,
)
from xdist.scheduler import LoadScopeScheduling

from tests.browser import axe
from tests.browser.desk import FRONT, MAYA, desk_site
from tests.browser.ready import begin, restore
from tests.browser.team import let_in
from tests.servers.chromium import find_chromium
from tests.servers.faketime import shift_seconds, without_faketime
from tests.servers.site import Site, running_site
from tests.servers.starting import NotStarted

PHONE_SIZE: ViewportSize = {"width": 390, "height": 844}
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--process-per-site",  # else a document after about:blank is shown by a new process
    "--renderer-process-limit=1",  # and none is started in advance
    "--js-flags=--no-opt --no-maglev",  # scripts end before an optimizing compiler has paid off
]
PATIENCE_MS = 30_000
"""How long `expect` waits at most, also on a busy machine."""
DESK_MODULES = {
    f"tests/browser/{file.name}"
    for file in Path(__file__).parent.glob("test_*.py")
    if "open_desk" in file.read_text()
}
DATE_SHIFTED = """
Date = new Proxy(Date, {
  apply: (real) => new real(real.now() + %(shift)d).toString(),
  construct: (real, given, target) =>
    Reflect.construct(real, given.length ? given : [real.now() + %(shift)d], target),
  get: (real, name) => name === "now" ? () => real.now() + %(shift)d : Reflect.get(real, name),
});
"""


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder shared by all processes of this run, so that the demo is loaded once."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def running(
    browser: Browser, store: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """One site for all tests of a session, without rate limits, since tests share one address."""
    folder = tmp_path_factory.mktemp("site")
    with started_or_told(_site(folder, store)) as started:
        begin(browser, started, store)
        yield started


def _site(folder: Path, store: Path) -> AbstractContextManager[Site]:
    return running_site(folder, store=store, static=axe.STATIC, ABUSE_LIMITS="off")


@contextmanager
def started_or_told(site: AbstractContextManager[Site]) -> Iterator[Site]:
    """Fail with one line instead of a traceback when the site does not start."""
    with ExitStack() as stack:
        try:
            started = stack.enter_context(site)
        except NotStarted as error:
            pytest.fail(f"No test of this session: {error}", pytrace=False)
        yield started


def fail_if_ended(site: Site, session: pytest.Session) -> None:
    """Fail one test, with the reason, when a program of the site has ended, or the site does not
    answer after a test that failed. The next tests find it running."""
    failed = session.testsfailed
    if problem := site.program.mend(thoroughly=failed != site.failures_seen):
        pytest.fail(problem, pytrace=False)
    site.failures_seen = failed


@pytest.fixture
def site(running: Site, request: pytest.FixtureRequest) -> Site:
    """The site with the demo as it was loaded, without changes of other tests."""
    fail_if_ended(running, request.session)
    restore(running)
    return running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = find_chromium()
    if chromium is None:
        pytest.fail("There is no Chromium on this machine.")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=chromium, args=FLAGS, env={**without_faketime(os.environ)}
        )
        if shift := shift_seconds(os.environ):
            _shift_clock_of_pages(launched, shift)
        if latency := int(os.environ.get("SLOW_NETWORK_MS", "0")):
            _slow_network(launched, latency)
        yield launched
        launched.close()


def _shift_clock_of_pages(browser: Browser, seconds: int) -> None:
    """Let `Date` in all pages agree with the servers of `make test-dates`."""
    make = browser.new_context
    script = DATE_SHIFTED % {"shift": seconds * 1000}

    def new_context(**options: Any) -> BrowserContext:
        context = make(**options)
        context.add_init_script(script)
        return context

    browser.new_context = new_context  # type: ignore[method-assign]


def _slow_network(browser: Browser, latency_ms: int) -> None:
    """Let each answer come later: a test that does not wait for a page or its script then fails."""
    make = browser.new_context
    conditions = {
        "offline": False, "latency": latency_ms, "downloadThroughput": -1, "uploadThroughput": -1,
    }  # fmt: skip

    def new_context(**options: Any) -> BrowserContext:
        context = make(**options)

        def slow_down(page: Page) -> None:
            devtools = context.new_cdp_session(page)
            devtools.send("Network.enable")
            devtools.send("Network.emulateNetworkConditions", conditions)

        context.on("page", slow_down)
        return context

    browser.new_context = new_context  # type: ignore[method-assign]


Open = Callable[..., BrowserContext]
OpenDesk = Callable[..., Page]


@pytest.fixture
def open_context(browser: Browser, site: Site) -> Iterator[Open]:
    """Open a fresh profile: `open_context(width=320, color_scheme="dark", ...)`."""
    opened: list[BrowserContext] = []

    def opener(*, width: int = 390, height: int = 844, **options: object) -> BrowserContext:
        context = browser.new_context(
            base_url=site.url,
            viewport={"width": width, "height": height},
            **options,  # type: ignore[arg-type]
        )
        opened.append(context)
        return context

    yield opener
    for context in opened:
        context.close()


@pytest.fixture(scope="module")
def kept_pages(browser: Browser) -> Iterator[list[Page]]:
    """The page that `blank_page` made blank again, if there is one."""
    kept: list[Page] = []
    yield kept
    for page in kept:
        page.context.close()


@pytest.fixture
def blank_page(
    browser: Browser, site: Site, kept_pages: list[Page], request: pytest.FixtureRequest
) -> Iterator[Page]:
    """A page like that of a fresh profile: light, with less motion, and without a CSP.

    It is the one of the test before, without its cookies and storage: a new one is a new process,
    which has to compile axe and takes half as long again. After a failure it is new. Static files
    stay in its cache, compiled; of all other pages the browser asks whether they have changed.
    """
    page = kept_pages.pop() if kept_pages else _light_page(browser, site)
    failed = request.session.testsfailed
    yield page
    if request.session.testsfailed == failed:
        _make_blank(page, site)
        kept_pages.append(page)
    else:
        page.context.close()


def _light_page(browser: Browser, site: Site) -> Page:
    context = browser.new_context(
        base_url=site.url,
        viewport=PHONE_SIZE,
        color_scheme="light",
        reduced_motion="reduce",
        bypass_csp=True,
    )
    return context.new_page()


def _make_blank(page: Page, site: Site) -> None:
    """Undo what a test can have changed in the profile and in the settings of the page."""
    for other in page.context.pages:
        if other != page:
            other.close()
    page.unroute_all()
    page.context.clear_cookies()
    page.evaluate("() => sessionStorage.clear()")
    page.goto("about:blank")  # else the next state may be another place of the same document
    devtools = page.context.new_cdp_session(page)
    devtools.send("Storage.clearDataForOrigin", {"origin": site.url, "storageTypes": "all"})
    devtools.detach()
    page.set_viewport_size(PHONE_SIZE)
    page.emulate_media(color_scheme="light")


@pytest.fixture(scope="session")
def desk(browser: Browser, store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A second site with staff, whose clock is frozen on a Tuesday morning."""
    with started_or_told(desk_site(tmp_path_factory.mktemp("desk"), store)) as started:
        let_in(browser, started, FRONT, MAYA)
        yield started


@pytest.fixture
def open_desk(browser: Browser, desk: Site, request: pytest.FixtureRequest) -> Iterator[OpenDesk]:
    """Open the desk as somebody: `open_desk(MAYA, PHONE, color_scheme="dark")`. A fault of a
    script fails the test."""
    fail_if_ended(desk, request.session)
    opened: list[BrowserContext] = []
    faults: list[str] = []

    def opener(who: str, size: tuple[int, int], **options: object) -> Page:
        context = browser.new_context(
            base_url=desk.url,
            viewport={"width": size[0], "height": size[1]},
            **options,  # type: ignore[arg-type]
        )
        opened.append(context)
        context.add_cookies(desk.cookies[who])
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        return page

    yield opener
    for context in opened:
        context.close()
    assert faults == []


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    return DeskTogether(config, log)


class DeskTogether(LoadScopeScheduling):
    """Gives each process one test after another, but all modules that need the desk's site to one
    process, which starts it once; they come first, since they take long.

    Marks of the group (`--dist loadgroup`) do nothing: xdist 3.8 writes them into names of tests
    that pytest 9 no longer reads.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return "desk" if file in DESK_MODULES else nodeid
