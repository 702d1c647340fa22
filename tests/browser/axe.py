"""axe-core in a page: which of its rules the page violates."""

from collections.abc import Mapping
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

TARGET_SIZE = "target-size"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]
"""Rules whose result depends on the colour scheme."""
REMEMBER_COLOURS = """
(() => {
  const {Color} = axe.commons.color;
  const parse = Color.prototype.parseString;
  const known = new Map();
  Color.prototype.parseString = function (text) {
    if (!known.has(text)) known.set(text, parse.call(new Color(0, 0, 0), text));
    const {r, g, b, alpha} = known.get(text);
    return Object.assign(this, {r, g, b, alpha});
  };
})();
"""
"""Lets axe read each text of a colour once: it meets the same few for every element behind every
text, and a quarter of its time went into reading them."""
AXE = f"{AXE_SCRIPT}\n{REMEMBER_COLOURS}"
STATIC = {"axe.js": AXE}
"""The site serves it: half a megabyte takes Playwright as long as the browser needs to read it."""
LOAD = "async () => { if (!('axe' in window)) await import('/static/axe.js'); }"


def axe_violations(page: Page, *, rules: list[str] | None = None) -> list[str]:
    """Return the violations that axe finds on the page, one line each.

    A target that only the fixed bar at the foot hides counts only if it is too small also in a
    window as tall as the page: people scroll.
    """
    asked = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": WCAG}
    page.evaluate(LOAD)
    found = _run(page, asked)
    if any(violation["id"] == TARGET_SIZE for violation in found):
        found = [violation for violation in found if violation["id"] != TARGET_SIZE]
        found += _run_on_whole_page(page, {"type": "rule", "values": [TARGET_SIZE]})
    return [
        f"{violation['id']}: {node['html'][:120]} ({node.get('failureSummary', '')[:200]})"
        for violation in found
        for node in violation["nodes"]
    ]


def _run(page: Page, asked: Mapping[str, object]) -> list[Any]:
    options = {"runOnly": asked, "resultTypes": ["violations"], "preload": False}
    script = "(options) => axe.run(options).then((all) => all.violations)"
    violations: list[Any] = page.evaluate(script, options)
    return violations


def _run_on_whole_page(page: Page, asked: Mapping[str, object]) -> list[Any]:
    """Run axe in a window as tall as the page, then give the window its size back."""
    size = page.viewport_size
    assert size is not None
    height = page.evaluate("() => document.documentElement.scrollHeight")
    page.set_viewport_size({"width": size["width"], "height": max(height, size["height"])})
    try:
        return _run(page, asked)
    finally:
        page.set_viewport_size(size)
