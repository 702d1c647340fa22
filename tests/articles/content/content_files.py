"""Read the files of articles/content/ without converting them."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from articles.checks import forbidden_phrases as checks
from tests.articles.content.reader_text import REFUTED_SYNTAX, strip_markup, to_plain_text

CONTENT_DIR = Path(__file__).resolve().parents[3] / "articles" / "content"


@dataclass(frozen=True)
class ContentFile:
    """A file: its front matter, and its body as Markdown."""

    name: str
    front: dict[str, Any]
    body: str

    @property
    def answers(self) -> list[str]:
        return [row["answer"] for row in self.front.get("faq", [])]

    @property
    def marked(self) -> list[str]:
        """Every part that can contain references and labels."""
        return [*self.front.get("summary", []), self.body, *self.answers]

    @property
    def everything(self) -> list[str]:
        """Every part that readers see."""
        front, image = self.front, self.front.get("image", {})
        return [
            *self.marked, front["title"], front["description"], front.get("excerpt", ""),
            *front.get("medical_help", []), image.get("alt", ""), image.get("caption", ""),
            *(row["question"] for row in front.get("faq", [])),
        ]  # fmt: skip

    @property
    def prose(self) -> str:
        return "\n".join(to_plain_text(part) for part in (self.body, *self.answers))


def read_content_file(path: Path) -> ContentFile:
    _, front, body = path.read_text(encoding="utf-8").split("+++\n", 2)
    return ContentFile(path.stem, tomllib.loads(front), body)


def read_rows(file: str, name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = tomllib.loads((CONTENT_DIR / file).read_text("utf-8"))[name]
    return rows


def cited_keys(text: str) -> Iterator[str]:
    for group in re.findall(r"\[(@[^\]]+)\]", text):
        yield from (key.strip().removeprefix("@") for key in group.split(";"))


ARTICLES = [read_content_file(path) for path in sorted(CONTENT_DIR.glob("*.md"))]
PAGES = [read_content_file(path) for path in sorted((CONTENT_DIR / "pages").glob("*.md"))]


def forbidden_patterns_in(written: str) -> list[str]:
    """Return the patterns of forbidden phrases that occur in a text."""
    without = strip_markup(REFUTED_SYNTAX.sub(" ", written))
    return [
        phrase.pattern.pattern
        for phrase, _ in checks.find_forbidden_phrases(strip_markup(written), without)
    ]
