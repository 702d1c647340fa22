"""The states of the articles' pages. See tests/browser/states.py."""

from collections.abc import Callable, Mapping
from functools import partial

from playwright.sync_api import Page, expect

from tests.servers.site import Site

Reach = Callable[[Page, Site], None]

ARTICLE = "/articles/can-massage-help-restless-legs/"


def _go(address: str, page: Page, _site: Site) -> None:
    page.goto(address)


def _label_explained(page: Page, _site: Site) -> None:
    page.goto(ARTICLE)
    page.get_by_role("button", name="Weak evidence").first.click()
    expect(page.get_by_text("We cannot be sure.").last).to_be_visible()


def _contents_open(page: Page, _site: Site) -> None:
    page.goto(ARTICLE)
    page.evaluate("document.querySelector('details.contents').open = true")


def _comment_with_errors(page: Page, _site: Site) -> None:
    page.goto(f"{ARTICLE}comment/")
    page.get_by_role("button", name="Send your comment").click()
    expect(page.get_by_role("alert")).to_be_visible()


def _no_answer(page: Page, _site: Site) -> None:
    page.goto(f"{ARTICLE}helpful/")
    page.evaluate("document.querySelector('[data-helpful-form] button').value = 'perhaps'")
    page.get_by_role("button", name="Yes, it helped").click()
    expect(page.get_by_text("Please choose one")).to_be_visible()


def _comments_closed(page: Page, site: Site) -> None:
    site.sql("UPDATE articles_article SET comments_open = 0 WHERE slug = 'iron-and-restless-legs'")
    page.goto("/articles/iron-and-restless-legs/comment/")
    site.sql("UPDATE articles_article SET comments_open = 1")


READING: Mapping[str, Reach] = {
    "article: without booking": partial(_go, "/articles/when-to-see-a-doctor/"),
    "article: with comments": partial(_go, "/articles/sleeping-with-restless-legs/"),
    "article: a label explained": _label_explained,
    "article: contents open": _contents_open,
    "article: at a source": partial(_go, f"{ARTICLE}#source-3"),
    "article: no such article": partial(_go, "/articles/sleping/"),
    "article-topic: no such topic": partial(_go, "/articles/topics/masage/"),
    "articles: found": partial(_go, "/articles/?q=feritin"),
    "articles: nothing found": partial(_go, "/articles/?q=xylophone"),
    "articles: too long": partial(_go, f"/articles/?q={'legs+' * 60}"),
    "article-comment": partial(_go, f"{ARTICLE}comment/"),
    "article-comment: with errors": _comment_with_errors,
    "article-comment: closed": _comments_closed,
    "article-comment-sent": partial(_go, f"{ARTICLE}comment/sent/"),
    "article-helpful": partial(_go, f"{ARTICLE}helpful/"),
    "article-helpful: no answer": _no_answer,
    "article-helpful-thanks": partial(_go, f"{ARTICLE}helpful/thanks/"),
}
"""The states of the articles' pages."""
