"""A reader's way from a search to a booked treatment, and what an article does on the way."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.reading_states import ARTICLE
from tests.browser.steps import APPOINTMENT_PAGE, QUESTIONS_PAGE, fill_in, go_on, say_no
from tests.servers.site import Site

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("script", [True, False], ids=["with", "without"])
def test_a_reader_goes_from_a_search_to_a_booking(open_context: Open, script: bool) -> None:
    page = open_context(java_script_enabled=script).new_page()
    page.goto("/")
    if script:
        page.get_by_text("Menu", exact=True).click()
        page.get_by_role("link", name="Articles", exact=True).first.click()
    else:
        page.goto("/articles/")
    page.get_by_label("Search the articles").fill("massge study")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_text("We looked for massage study")).to_be_visible()
    page.get_by_role("link", name="Can massage help restless legs?").click()
    expect(page).to_have_url(re.compile(f"{ARTICLE}$"))
    expect(page.get_by_text("Not yet reviewed by a clinician").first).to_be_visible()
    page.locator(".booking-offer button.slot").first.click()
    expect(page).to_have_url(QUESTIONS_PAGE)
    say_no(page)
    fill_in(page)
    go_on(page)
    expect(page).to_have_url(APPOINTMENT_PAGE)


def test_a_reference_leads_to_its_source_and_back(open_context: Open) -> None:
    page = open_context().new_page()
    page.goto(ARTICLE)
    page.locator(".refs a").first.click()
    source = page.locator(".sources li:target")
    expect(source).to_be_in_viewport()
    source.get_by_role("link", name="Back to mention 1").click()
    expect(page.locator(".refs a:target")).to_be_in_viewport()


def test_a_label_is_explained_by_keyboard_and_without_javascript(
    open_context: Open,
) -> None:
    for script in (True, False):
        page = open_context(java_script_enabled=script).new_page()
        page.goto(ARTICLE)
        label = page.get_by_role("button", name="Weak evidence").first
        label.scroll_into_view_if_needed()
        label.press("Enter")
        explained = page.locator("#label-weak")
        expect(explained).to_be_visible()
        expect(explained).to_be_in_viewport()
        page.keyboard.press("Escape")
        expect(explained).to_be_hidden()
        expect(label).to_be_focused()


def test_a_vote_is_sent_without_leaving_the_page(open_context: Open, site: Site) -> None:
    page = open_context().new_page()
    page.goto(ARTICLE)
    counted = total(site)
    page.get_by_role("link", name="Yes this page was helpful").click()
    expect(page.get_by_text("Thank you. Your answer helps us to write better.")).to_be_visible()

    assert page.url.endswith(ARTICLE)
    assert total(site) == counted + 1


def test_a_vote_is_sent_without_javascript(open_context: Open, site: Site) -> None:
    page = open_context(java_script_enabled=False).new_page()
    page.goto(ARTICLE)
    counted = total(site)
    page.get_by_role("link", name="No this page was not helpful").click()
    page.get_by_role("button", name="No, it did not").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()

    assert total(site) == counted + 1


def test_a_vote_that_fails_is_reported(open_context: Open) -> None:
    page = open_context().new_page()
    page.goto(ARTICLE)
    page.route("**/helpful/", lambda route: route.abort())
    page.get_by_role("link", name="Yes this page was helpful").click()

    expect(page.get_by_text("That did not work. Please try again later.")).to_be_visible()
    expect(page.get_by_role("link", name="Yes this page was helpful")).to_be_visible()


def test_a_comment_is_sent_and_awaits_approval(open_context: Open, site: Site) -> None:
    page = open_context().new_page()
    page.goto(ARTICLE)
    page.get_by_role("link", name="Write a comment").click()
    page.get_by_label("Your comment").fill("Sent by a test.")
    page.get_by_label("Your name").fill("Ana Reader")
    page.get_by_label("E-mail").fill("ana@reader.example")
    page.get_by_role("button", name="Send your comment").click()
    expect(page.get_by_role("heading", name="Thank you for your comment")).to_be_visible()
    page.get_by_role("link", name="Back to the article").click()

    expect(page.get_by_text("Sent by a test.")).to_have_count(0)
    assert site.sql("SELECT count(*) FROM articles_comment WHERE status = 'held'")[0][0] >= 1


def test_the_link_is_copied_or_shared_by_the_device(open_context: Open, site: Site) -> None:
    context = open_context()
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.add_init_script("navigator.share = (what) => { window.shared = what; }")
    page.goto(f"{ARTICLE}#sources")
    page.get_by_role("button", name="Copy the link").click()
    expect(page.get_by_text("The link is copied.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == f"{site.url}{ARTICLE}"
    page.get_by_role("button", name="Share", exact=True).click()

    assert page.evaluate("shared") == {
        "title": "Can massage help restless legs? What we know",
        "url": f"{site.url}{ARTICLE}",
    }


def test_without_javascript_every_visible_button_works(open_context: Open) -> None:
    page = open_context(java_script_enabled=False).new_page()
    page.goto(ARTICLE)

    expect(page.get_by_role("button", name="Copy the link")).to_be_hidden()
    expect(page.get_by_role("button", name="Print")).to_be_hidden()


def test_the_print_version_contains_text_and_label_explanations(open_context: Open) -> None:
    page = open_context(width=800).new_page()
    page.goto(ARTICLE)
    page.emulate_media(media="print")

    for hidden in (".site-head", ".bottom-bar", ".booking-offer", ".tools", ".article-side"):
        expect(page.locator(hidden)).to_be_hidden()
    for shown in (".article-text", ".in-short", ".medical", ".sources", ".about-page"):
        expect(page.locator(shown)).to_be_visible()
    expect(page.locator("#label-weak")).to_be_visible()


@pytest.mark.parametrize("width", [390, 1440])
def test_an_article_loads_without_layout_shift(open_context: Open, width: int) -> None:
    page = open_context(width=width, color_scheme="dark").new_page()
    page.add_init_script(
        "window.moved = 0; new PerformanceObserver((list) => { for (const one of "
        "list.getEntries()) window.moved += one.value; }).observe({type: 'layout-shift', "
        "buffered: true});"
    )
    page.goto(ARTICLE, wait_until="networkidle")
    scroll_through(page)

    assert page.evaluate("moved") < 0.01


def scroll_through(page: Page) -> None:
    height = page.evaluate("document.body.scrollHeight")
    for top in range(0, height, 700):
        page.evaluate("(top) => scrollTo(0, top)", top)


def total(site: Site) -> int:
    """How many answers were counted."""
    return int(site.sql("SELECT coalesce(sum(yes + no), 0) FROM articles_helpfulcount")[0][0])
