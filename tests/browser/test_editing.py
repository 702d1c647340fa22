"""Editors at work in a real browser: from an empty form to readers, back, and two at once."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.articles.editing.hostile import ALL_PAYLOADS
from tests.browser.article_states import (
    OFFICE,
    first_article,
    is_saved,
    open_form,
    save_as,
    text_of,
)
from tests.browser.conftest import Open
from tests.browser.team import enter
from tests.servers.site import Site

pytestmark = pytest.mark.browser

A_PICTURE = """
from io import BytesIO
from articles.actions.actor import Actor
from articles.actions.images import ImageDescription, add_image
from tests.articles.images.image_files import make_image
content = make_image()
words = ImageDescription(alt="Two feet on a cushion", caption="Feet up")
add_image(BytesIO(content), len(content), words, by=Actor.system())
"""


def bar_button(page: Page, label: str, field: str = "Text") -> None:
    bar = page.get_by_role("toolbar", name=f"{field}: form")
    bar.get_by_role("button", name=label, exact=True).click()


def put_in(page: Page) -> None:
    page.get_by_role("button", name="Put in").click()


def add_source(page: Page) -> None:
    group = page.locator("#source-group")
    group.get_by_label("Authors, title").fill("Allen RP. Restless legs. Sleep Med 2014.")
    group.get_by_label("Key").fill("allen-2014")
    group.get_by_label("DOI").fill("10.1016/j.sleep.2014.03.025")


def write_body(page: Page) -> None:
    """A heading, a claim, then the label and the source that it needs, a table and a figure."""
    keys = page.keyboard
    text_of(page, "body").click()
    bar_button(page, "Heading")
    keys.type("Does massage help?")
    keys.press("Enter")
    keys.type("Massage may ease restless legs for a while. ")
    expect(page.locator("#checks")).to_contain_text("This says that something helps.")
    bar_button(page, "How sure")
    page.get_by_label("How sure are we?").select_option("weak")
    put_in(page)
    bar_button(page, "Source")
    page.get_by_label("allen-2014:").check()
    put_in(page)
    expect(page.locator("#checks")).not_to_contain_text("This says that something helps.")
    keys.press("Enter")
    bar_button(page, "Figure")
    page.get_by_label("Picture", exact=True).select_option(label="Two feet on a cushion")
    put_in(page)
    keys.press("ControlOrMeta+End")
    bar_button(page, "Table")
    page.locator("[contenteditable=true]:focus th").first.wait_for()  # else letters are lost
    keys.type("Length")


def fill_in(page: Page) -> None:
    page.get_by_label("Title", exact=True).fill("A night of rest")
    page.get_by_label("In lists").fill("What helps at night, and what nobody knows.")
    page.get_by_label("For search engines").fill("Rest at night.")
    add_source(page)
    write_body(page)
    faq = page.locator("#faq-group")
    faq.get_by_label("Question", exact=True).fill("How long?")
    faq.locator(".prose-text").click()
    page.keyboard.type("Nobody knows.")


def look_at_it(page: Page) -> None:
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Look at it").click()
    frame = opened.value.frame_locator("iframe")
    expect(frame.get_by_role("heading", name="A night of rest")).to_be_visible()
    opened.value.get_by_label("Dark").check()
    expect(frame.locator("html")).to_have_css("color-scheme", "dark")
    opened.value.close()


def test_an_article_is_written_previewed_and_published(open_context: Open, site: Site) -> None:
    """With a figure, a table, a question and sources; and a preview before anything is saved."""
    site.run_python(A_PICTURE)
    page = open_context(width=1280).new_page()
    enter(page, site, "editor")
    open_form(page, f"{OFFICE}add/")
    fill_in(page)
    look_at_it(page)

    page.get_by_role("button", name="Save").click()
    is_saved(page)
    page.get_by_role("link", name="Next step").click()
    page.get_by_role("button", name="Send for review").click()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Done: published.")).to_be_visible()
    page.get_by_role("link", name="As readers see it now").click()

    main = page.locator("main")
    expect(main.get_by_role("button", name="Weak evidence")).to_be_visible()
    expect(main.get_by_role("columnheader", name="Length")).to_be_visible()
    expect(main.get_by_role("img", name="Two feet on a cushion")).to_be_visible()
    expect(main.get_by_role("heading", name="How long?")).to_be_visible()
    expect(main.locator("#source-1")).to_contain_text("Allen RP. Restless legs.")


def test_a_revision_is_compared_and_restored(open_context: Open, site: Site) -> None:
    page = open_context(width=1280).new_page()
    enter(page, site, "editor")
    address = f"{OFFICE}{first_article(site)}/"
    open_form(page, f"{address}change/")
    title = page.get_by_label("Title", exact=True).input_value()
    save_as(page, "Iron and quiet legs")
    page.get_by_role("link", name="History").click()
    page.get_by_role("link", name="What changed in 2").click()
    expect(page.locator("ins")).to_contain_text("quiet")
    expect(page.locator("del")).to_contain_text("restless")

    page.get_by_role("button", name="Go back to revision 1").click()

    expect(page.get_by_text("The article says again what it said then.")).to_be_visible()
    open_form(page, f"{address}change/")
    expect(page.get_by_label("Title", exact=True)).to_have_value(title)


def test_conflicting_edits_are_merged_and_an_autosave_is_restored(
    open_context: Open, site: Site
) -> None:
    mine, theirs = (open_context(width=1280).new_page() for _ in range(2))
    enter(mine, site, "editor")
    enter(theirs, site, "owner")
    address = f"{OFFICE}{first_article(site)}/change/"
    for page in (mine, theirs):
        open_form(page, address)
    text_of(mine, "body").click()
    mine.keyboard.type("An hour's work. ")
    mine.goto("about:blank")  # the laptop is closed
    save_as(theirs, "Their title")
    is_saved(theirs)

    mine.goto(address)
    mine.get_by_role("link", name="Go on with it").click()
    expect(mine.locator("#article-form")).to_have_attribute("data-ready", "yes")
    expect(text_of(mine, "body")).to_contain_text("An hour's work.")
    save_as(mine, "My title")
    expect(mine.get_by_text("while you were writing")).to_be_visible()
    expect(mine.locator("#article-form")).to_have_attribute("data-ready", "yes")
    mine.get_by_label("Take theirs").check()
    mine.get_by_role("button", name="Save").click()

    is_saved(mine)
    expect(mine.get_by_label("Title", exact=True)).to_have_value("Their title")
    expect(text_of(mine, "body")).to_contain_text("An hour's work.")


def test_hostile_markup_never_runs_even_without_the_csp(open_context: Open, site: Site) -> None:
    """Typed as HTML into the bare fields: form, checks, preview, comparison, list, page, feed."""
    page = open_context(width=1280, bypass_csp=True).new_page()
    ran: list[str] = []
    page.context.expose_function("ran", lambda: ran.append(page.url))
    page.on("dialog", lambda dialog: dialog.dismiss())
    enter(page, site, "editor")
    pk = first_article(site)
    page.route("**/prose-editor.js", lambda route: route.abort())
    page.route(re.compile(r"/prose-editor\.[0-9a-f]+\.js"), lambda route: route.abort())
    page.goto(f"{OFFICE}{pk}/change/")
    page.fill("#id_body", ALL_PAYLOADS)
    page.fill("#id_title", ALL_PAYLOADS[-100:])
    page.fill("#id_excerpt", ALL_PAYLOADS[:290])
    page.fill("#id_why", "<img src=x onerror=ran()>")
    page.wait_for_timeout(1500)
    page.get_by_role("button", name="Save").click()
    is_saved(page)
    page.unroute_all()
    site.sql("UPDATE articles_article SET body = ?, title = ?, excerpt = ? WHERE id = ?",
             ALL_PAYLOADS, ALL_PAYLOADS[-100:], ALL_PAYLOADS[:290], pk)  # fmt: skip
    open_form(page, f"{OFFICE}{pk}/change/")
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Look at it").click()
    opened.value.frame_locator("iframe").locator("h1").wait_for()
    for address in (f"{OFFICE}{pk}/history/", f"{OFFICE}{pk}/history/1/2/", f"{OFFICE}{pk}/steps/",
                    OFFICE, "/articles/", "/articles/feed/",
                    "/articles/iron-and-restless-legs/"):  # fmt: skip
        page.goto(address)
        for link in page.locator("main a[href], #content a[href]").all():
            assert not str(link.get_attribute("href")).strip().lower().startswith("javascript")
    page.wait_for_timeout(500)

    assert ran == []
