"""Check that text is readable and targets are large enough, at the current window size."""

from playwright.sync_api import Page

SPACED = """* { line-height: 1.5 !important; letter-spacing: .12em !important;
  word-spacing: .16em !important; } p { margin-block-end: 2em !important; }"""
"""The text spacing that readers can set (WCAG 1.4.12)."""

LOST = """() => {
  const lost = [];
  if (document.scrollingElement.scrollWidth > innerWidth)
    lost.push(`the page is ${document.scrollingElement.scrollWidth} wide in ${innerWidth}`);
  const unseen = ".visually-hidden, .honeypot, .skip, svg, script, style, .table-scroll, option";
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  const known = new Map();
  const frameOf = (place) => {  // null for what frames nothing
    if (!known.has(place)) {
      const style = getComputedStyle(place);
      const framed = (style.overflowX !== "visible" || style.borderTopWidth !== "0px")
        && style.display !== "inline" && !place.matches("summary");
      known.set(place, framed ? {edge: place.getBoundingClientRect(),
        scrolls: ["auto", "scroll"].includes(style.overflowY)} : null);
    }
    return known.get(place);
  };
  while (texts.nextNode()) {
    const text = texts.currentNode;
    const parent = text.parentElement;
    if (!text.data.trim() || parent.closest(unseen) || !parent.checkVisibility()) continue;
    range.selectNodeContents(text);
    const said = text.data.trim().slice(0, 40);
    for (const box of range.getClientRects()) {
      if (box.width === 0) continue;
      if (box.left < -1 || box.right > innerWidth + 1) lost.push(`beside the window: ${said}`);
      for (let place = parent; place !== document.body; place = place.parentElement) {
        const frame = frameOf(place);
        if (frame && (box.left < frame.edge.left - 1 || box.right > frame.edge.right + 1
            || (!frame.scrolls
                && (box.top < frame.edge.top - 6 || box.bottom > frame.edge.bottom + 6))))
          lost.push(`outside its ${place.tagName.toLowerCase()}.${place.className}: ${said}`);
      }
    }
  }
  return [...new Set(lost)];
}"""

SMALL = """() => {
  const box = (one) => (one.labels?.length && ["radio", "checkbox"].includes(one.type)
                        ? one.labels[0] : one).getBoundingClientRect();
  const inSentence = (one) => getComputedStyle(one).display === "inline"
    && [...one.parentElement.childNodes].some((other) => other !== one && other.nodeType === 3
                                                         && /\\w/.test(other.data));
  return [...document.querySelectorAll("a[href], button, summary, select, textarea, input")]
    .filter((one) => one.type !== "hidden" && one.checkVisibility()
                     && !one.closest(".skip, .honeypot") && !inSentence(one))
    .map((one) => {
      const stretched = one.matches(".listing-name a") && one.closest(".listing-item, .person");
      const {width, height} = box(stretched || one);
      const least = one.matches("a:not(.button, .slot, .day)") ? 24 : 44;
      return height + 0.5 < least || width + 0.5 < least
        ? `${Math.round(width)} x ${Math.round(height)}: ${one.outerHTML.slice(0, 90)}` : "";
    }).filter(Boolean);
}"""


UNPAINTED = """(hidden) => {
  document.documentElement.style.clipPath = hidden ? "inset(100%)" : "";
}"""
"""Clips the whole page: it is laid out as ever, but painting it at every size takes a third of the
time."""
LOST_OR_SMALL = f"() => [...({LOST})(), ...({SMALL})()]"


def what_is_lost(page: Page) -> list[str]:
    """Return text that is cut off or outside the window, and sideways scrolling."""
    return [str(line) for line in page.evaluate(LOST)]


def small_targets(page: Page) -> list[str]:
    """Return small targets: links under 24 pixels (outside a sentence), controls under 44."""
    return [str(line) for line in page.evaluate(SMALL)]


SIZES = {
    "1280 x 1024 at 400 %": (320, 256),
    "a small phone": (320, 640),
    "a phone on its side": (740, 360),
    "a tablet": (820, 1180),
    "a desk": (1280, 800),
}


TIGHTEST = ["1280 x 1024 at 400 %", "a tablet"]
"""The narrowest sizes for one column and for the columns of the desk."""


def lost_or_small(page: Page) -> list[str]:
    """At every size, and with the spacing that readers may choose (WCAG 1.4.12): what scrolls
    sideways, is cut off, or is too small to hit. The context must bypass the CSP."""
    found = []
    page.evaluate(UNPAINTED, True)
    for spaced, sizes in (("", [*SIZES]), (" with wide spacing", TIGHTEST)):
        if spaced:
            page.add_style_tag(content=SPACED)
        for name in sizes:
            width, height = SIZES[name]
            page.set_viewport_size({"width": width, "height": height})
            found += [f"{name}{spaced}: {line}" for line in page.evaluate(LOST_OR_SMALL)]
    page.evaluate(UNPAINTED, False)
    return found


LARGE_TEXT = """(size) => {
  const html = document.documentElement;
  html.style.fontSize = `${size}px`;
  const right = (one) => Math.round(one.getBoundingClientRect().right);
  const isTooWide = (one) => right(one) > innerWidth + 1;
  const found = document.scrollingElement.scrollWidth <= innerWidth ? []
    : [...document.body.querySelectorAll("*")]
      .filter((one) => isTooWide(one) && ![...one.children].some(isTooWide) && one.checkVisibility()
                       && !one.closest(".visually-hidden, .honeypot, .table-scroll"))
      .map((one) => `${right(one)} wide in ${innerWidth}: ${one.outerHTML.slice(0, 120)}`);
  html.style.fontSize = "";
  return found;
}"""


def too_wide_with_large_text(page: Page) -> list[str]:
    """Return what makes the page scroll sideways on a small phone with text of 32 pixels."""
    width, height = SIZES["a small phone"]
    page.set_viewport_size({"width": width, "height": height})
    return [f"with text of 32 px: {line}" for line in page.evaluate(LARGE_TEXT, 32)]
