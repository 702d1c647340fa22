"""Move the keyboard focus, and check that it is visible."""

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Error, Page, expect

LOOK = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return {name: "", problems: []};
  const text = (one.innerText || one.labels?.[0]?.innerText || one.name || "").trim();
  const name = `${one.tagName.toLowerCase()} ${text.replace(/\\s+/g, " ").slice(0, 60)}`;
  const problems = [];
  const box = one.getClientRects()[0];
  const inside = (x, y) => x >= 0 && y >= 0 && x <= innerWidth && y <= innerHeight;
  const own = (hit) => hit && (hit === one || one.contains(hit) || hit.contains(one)
                               || [...(one.labels ?? [])].some((label) => label.contains(hit)));
  const middle = [box.x + box.width / 2, box.y + box.height / 2];
  const points = [middle, [box.x + 4, middle[1]], [box.right - 4, middle[1]],
                  [middle[0], box.y + box.height / 5],
                  [middle[0], box.bottom - box.height / 5]];
  if (one.matches("textarea")) points.pop(); // long ones: what counts is where one writes
  for (const [x, y] of points) {
    if (!inside(x, y)) problems.push(`outside the window at ${x | 0}, ${y | 0}`);
    else if (!own(document.elementFromPoint(x, y)))
      problems.push(`covered at ${x | 0}, ${y | 0}`);
  }
  const rgb = (text) => (text.match(/[\\d.]+/g) ?? [0, 0, 0, 0]).map(Number);
  const light = (text) => {
    const [r, g, b] = rgb(text).map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (from) => {
    for (let place = from; place; place = place.parentElement) {
      const colour = getComputedStyle(place).backgroundColor;
      if ((rgb(colour)[3] ?? 1) === 1) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const rings = [getComputedStyle(one), getComputedStyle(one, "::after")];
  if (one.matches(".pick input, .slot-pick input"))
    rings.push(getComputedStyle(one.nextElementSibling));
  const ring = rings.find((style) => style.outlineStyle === "solid"
                                     && parseFloat(style.outlineWidth) >= 2);
  if (!ring) problems.push("no ring");
  else {
    const both = [light(ring.outlineColor), light(behind(one.parentElement))];
    const [a, b] = both.sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 3) problems.push(`a pale ring: ${ring.outlineColor}`);
  }
  return {name, problems};
}"""
RINGS_WITHOUT_FOCUS = """() => [...document.querySelectorAll("*")]
  .filter((one) => !one.matches(":focus") && getComputedStyle(one).outlineStyle !== "none")
  .map((one) => one.outerHTML.slice(0, 80))"""


@dataclass
class Keyboard:
    """Navigates by keyboard only; records every stop at which the focus is not visible."""

    page: Page
    problems: list[str] = field(default_factory=list)
    stops: list[str] = field(default_factory=list)

    def press(self, key: str) -> str:
        """Press a key and return the name of the focused element."""
        self.page.keyboard.press(key)
        return self.look()

    def look(self) -> str:
        """Record a problem with the visibility of the focus."""
        focused = self._evaluate(LOOK)
        name = str(focused["name"])
        self.stops.append(name)
        self.problems += [f"{self.page.url} {name}: {what}" for what in focused["problems"]]
        return name

    def _evaluate(self, script: str) -> dict[str, Any]:
        """Run the script, once more if the browser moved on to the next page meanwhile."""
        try:
            found = self.page.evaluate(script)
        except Error as error:
            if "Execution context was destroyed" not in error.message:
                raise
            self.page.wait_for_load_state()
            found = self.page.evaluate(script)
        return dict(found)

    def submit(self) -> None:
        """Press Enter on the focused element and wait until the next page is loaded."""
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def tab_to(self, name: str, *, most: int = 80, key: str = "Tab") -> None:
        """Press Tab until the focused element's name begins with `name`, such as "a Book"."""
        for _ in range(most):
            if self.press(key).startswith(name):
                return
        raise AssertionError(f"{name} was not reached; the stops were {self.stops[-most:]}")

    def walk(self, key: str = "Tab", *, most: int = 150) -> list[str]:
        """Move through the whole page and return the names of the stops."""
        begin = len(self.stops)
        for _ in range(most):
            if self.press(key) == "":
                return self.stops[begin:-1]
        raise AssertionError("The focus never left the page.")

    def follow(self, address: str) -> None:
        """Press Enter on the focused element and wait for the address."""
        self.page.keyboard.press("Enter")
        expect(self.page).to_have_url(address)

    def rings_without_focus(self) -> list[str]:
        """Return the elements that look focused but are not."""
        return [str(element) for element in self.page.evaluate(RINGS_WITHOUT_FOCUS)]
