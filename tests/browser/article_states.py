"""The states of the editors' pages. See tests/browser/states.py."""

import re
from collections.abc import Callable, Mapping
from functools import partial

from playwright.sync_api import Locator, Page, expect

from tests.browser.team import enter
from tests.servers.site import Site

Reach = Callable[[Page, Site], None]

OFFICE = "/admin/articles/article/"
NOT_PAGES = {
    "articles_article_check", "articles_article_autosave", "articles_article_restore",
    "articles_article_preview_frame", "articles_topic_add", "articles_topic_change",
    "articles_contributor_changelist", "articles_contributor_add",
}  # fmt: skip
"""Addresses that only take a POST, the readers' own page in a frame, and forms of the stock admin
like those that are seen as "articles_contributor_change"."""


def open_form(page: Page, address: str) -> None:
    """Open an article's form and wait for its rich-text editors."""
    page.goto(address)
    expect(page.locator("#article-form")).to_have_attribute("data-ready", "yes")


def text_of(page: Page, name: str) -> Locator:
    """Return the rich-text editor of a field."""
    return page.locator(f"#id_{name}_editor")


def first_article(site: Site) -> int:
    rows = site.sql("SELECT id FROM articles_article WHERE slug = 'iron-and-restless-legs'")
    return int(rows[0][0])


def _as_owner(address: str, page: Page, site: Site) -> None:
    enter(page, site)
    page.goto(address.format(first_article(site)))


def _form(page: Page, site: Site) -> None:
    enter(page, site)
    open_form(page, f"{OFFICE}{first_article(site)}/change/")
    text_of(page, "body").click()
    page.get_by_role("toolbar", name="Text: form").get_by_role("button", name="How sure").click()
    expect(page.get_by_label("How sure are we?")).to_be_focused()


def _new_with_errors(page: Page, site: Site) -> None:
    enter(page, site)
    open_form(page, f"{OFFICE}add/")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert").first).to_be_focused()


def save_as(page: Page, title: str) -> None:
    page.get_by_label("Title", exact=True).fill(title)
    page.get_by_role("button", name="Save").click()


def _collision(page: Page, site: Site) -> None:
    enter(page, site)
    address = f"{OFFICE}{first_article(site)}/change/"
    with page.context.expect_page() as opened:
        page.evaluate("address => void window.open(address, '_blank', 'noopener')", address)
    open_form(page, address)
    open_form(opened.value, address)
    save_as(opened.value, "Their title")
    expect(opened.value.get_by_text("Saved.")).to_be_visible()
    save_as(page, "My title")
    expect(page.get_by_role("group", name="Both of you changed: Title")).to_be_visible()


def _revised(page: Page, site: Site, then: str) -> None:
    enter(page, site)
    address = f"{OFFICE}{first_article(site)}/"
    open_form(page, f"{address}change/")
    save_as(page, "Iron, once more")
    expect(page.get_by_text("Readers see it once it is published.")).to_be_visible()
    page.goto(f"{address}{then}")


def _preview(page: Page, site: Site) -> None:
    enter(page, site)
    open_form(page, f"{OFFICE}{first_article(site)}/change/")
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Look at it").click()
    page.goto(opened.value.url)
    opened.value.close()
    page.get_by_label("A phone").check()
    expect(page.frame_locator("iframe").get_by_role("heading", level=1)).to_be_visible()


def _contributor(page: Page, site: Site) -> None:
    _as_owner("/admin/articles/contributor/add/", page, site)
    page.get_by_label("Name", exact=True).fill("Ada Wong")
    page.get_by_label("Short name").fill("ada-wong")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("link", name="Ada Wong").first.click()
    expect(page).to_have_url(re.compile(r"/change/$"))
    expect(page.get_by_role("heading", name="Change contributor")).to_be_visible()


WRITING: Mapping[str, Reach] = {
    "articles_article_changelist": partial(_as_owner, OFFICE),
    "articles_article_add": _new_with_errors,
    "articles_article_change": _form,
    "articles_article_change: two editors": _collision,
    "articles_article_steps": partial(_revised, then="steps/"),
    "articles_article_history": partial(_as_owner, OFFICE + "{}/history/"),
    "articles_article_comparison": partial(_revised, then="history/1/2/"),
    "articles_article_preview": _preview,
    "articles_articlesettings_changelist": partial(_as_owner, "/admin/articles/articlesettings/"),
    "articles_topic_changelist": partial(_as_owner, "/admin/articles/topic/"),
    "articles_contributor_change": _contributor,
}
"""Pages about articles for editors and the owner."""


def is_saved(page: Page) -> None:
    expect(page).to_have_url(re.compile(r"/change/$"))
    expect(page.get_by_text("Saved.")).to_be_visible()
