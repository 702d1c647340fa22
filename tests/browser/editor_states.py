"""The states of the editors' pages for pictures and comments."""

from collections.abc import Callable, Mapping
from functools import partial

from playwright.sync_api import Page, expect

from tests.articles.images.image_files import make_landscape
from tests.browser.team import enter
from tests.servers.site import Site

Reach = Callable[[Page, Site], None]

NOT_PAGES = {"article-image", "articles_image_choices"}
"""A file, and data for a script."""
COMMENTS, IMAGES = "/admin/articles/comment/", "/admin/articles/image/"
QUESTION = "Sent by a test: does a warm bath help everybody, or only some? Mine helped at first."


def write_comment(page: Page, text: str = QUESTION) -> None:
    """Write a comment as a reader."""
    page.goto("/articles/sleeping-with-restless-legs/comment/")
    page.get_by_label("Your comment").fill(text)
    page.get_by_label("Your name").fill("Ana Reader")
    page.get_by_label("E-mail").fill("ana@reader.example")
    page.get_by_role("button", name="Send your comment").click()
    expect(page.get_by_role("heading", name="Thank you for your comment")).to_be_visible()


def add_picture(page: Page) -> None:
    """Upload a picture, up to the page where its focal point is chosen."""
    page.goto(f"{IMAGES}add/")
    page.get_by_label("Picture").set_input_files(
        {"name": "feet.jpg", "mimeType": "image/jpeg", "buffer": make_landscape()}
    )
    page.get_by_label("What it shows").fill("Two hills at dusk, and a moon.")
    page.get_by_label("Caption").fill("Evening by the lake")
    page.get_by_role("button", name="Add the picture").click()
    expect(page.get_by_text("Now choose the point")).to_be_visible()


def _comments(page: Page, site: Site) -> None:
    write_comment(page)
    write_comment(page, "BUY CHEAP PILLS at shop.xyz NOW!!!")
    enter(page, site, "editor")
    page.goto(COMMENTS)
    expect(page.get_by_role("link", name="Sent by a test")).to_be_visible()


def _one_comment(page: Page, site: Site) -> None:
    """Approve a comment, then send an empty reply."""
    _comments(page, site)
    page.get_by_role("link", name="Sent by a test").click()
    page.get_by_role("button", name="Approve and send the reply").click()
    expect(page.get_by_role("alert")).to_be_visible()


def _deleting_comments(page: Page, site: Site) -> None:
    write_comment(page)
    enter(page, site, "editor")
    page.goto(f"{COMMENTS}delete/")
    page.get_by_label("E-mail").fill("ana@reader.example")
    page.get_by_role("button", name="Look for comments").click()
    expect(page.get_by_text("There is 1 comment from")).to_be_visible()


def _pictures(page: Page, site: Site) -> None:
    enter(page, site, "editor")
    add_picture(page)
    page.goto(IMAGES)


def _adding_a_picture(page: Page, site: Site) -> None:
    enter(page, site, "editor")
    page.goto(f"{IMAGES}add/")
    page.get_by_role("button", name="Add the picture").click()
    expect(page.get_by_role("alert")).to_be_visible()


def _picture(page: Page, site: Site, button: str = "") -> None:
    enter(page, site, "editor")
    add_picture(page)
    if button:
        page.get_by_role("link", name=button).click()
        expect(page.get_by_text("No text shows it.")).to_be_visible()


EDITING: Mapping[str, Reach] = {
    "articles_comment_changelist": _comments,
    "articles_comment_change": _one_comment,
    "articles_comment_delete": _deleting_comments,
    "articles_image_changelist": _pictures,
    "articles_image_add": _adding_a_picture,
    "articles_image_change": _picture,
    "articles_image_delete": partial(_picture, button="Delete"),
}
"""Pages of Django's admin with our additions."""
