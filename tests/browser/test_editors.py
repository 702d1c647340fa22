"""What editors do with comments and pictures, from one end to the other."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.editor_states import COMMENTS, QUESTION, add_picture, write_comment
from tests.browser.steps import wait_for_condition
from tests.browser.team import enter
from tests.servers.site import Site

pytestmark = pytest.mark.browser
ARTICLE = "/articles/sleeping-with-restless-legs/"
REPLY = "Thank you. The article says what is known."


def test_a_comment_goes_from_sent_to_shown_and_answered(open_context: Open, site: Site) -> None:
    reader, editor = open_context().new_page(), open_context(width=1280).new_page()
    write_comment(reader)
    enter(editor, site, "editor")
    editor.goto(COMMENTS)
    editor.get_by_role("link", name="Sent by a test").click()
    expect(editor.get_by_text("No advice about anybody's health.")).to_be_visible()
    editor.get_by_label("Your reply").fill(REPLY)
    editor.get_by_role("button", name="Approve and send the reply").click()
    expect(editor.get_by_text("Your reply stands below the comment now.")).to_be_visible()
    reader.goto(f"{ARTICLE}?fresh")  # asked like this, no kept page answers

    shown = reader.locator(".comment", has_text=QUESTION)
    expect(shown.locator(".comment-reply")).to_contain_text(REPLY)
    expect(shown).to_contain_text("replied,")
    assert "Ana Reader" not in reader.content()


def test_a_picture_is_added_and_its_point_set_by_keyboard_and_by_a_click(
    open_context: Open, site: Site
) -> None:
    page = open_context(width=1280).new_page()
    enter(page, site, "editor")
    add_picture(page)
    across, down = page.get_by_label("From the left"), page.get_by_label("From the top")
    mark = page.locator("[data-mark]")
    across.focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("80")
    page.keyboard.press("Tab")
    page.keyboard.type("20")
    assert mark.evaluate("(one) => [one.style.left, one.style.top]") == ["80%", "20%"]

    box = page.locator("[data-focal]").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * 0.25, box["y"] + box["height"] * 0.75)
    expect(across).to_have_value(re.compile("^2[456]$"))
    expect(down).to_have_value(re.compile("^7[456]$"))
    across.fill("80")
    across.press("Enter")
    expect(page.get_by_text("Saved. Articles show it")).to_be_visible()

    assert site.sql("SELECT focal_x FROM articles_image ORDER BY id DESC LIMIT 1") == [(80,)]
    wait_for_condition(page, "document.querySelector('img.thumbnail').complete")
    assert page.locator("img.thumbnail").evaluate("(one) => one.naturalWidth") == 480
