"""Between the forms of editors and the plain value of an article's text."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import QueryDict
from django.utils.text import slugify

from articles.forms.article import ArticleForm
from articles.forms.formsets import AnyFormSet, QuestionRows, SourceRows
from articles.inputs import ArticleText, Question, Reference
from articles.models import Article
from articles.text.content_files import ANCHOR_LENGTH
from articles.text.source_order import in_order_of_mention

LINES = (
    "slug", "title", "description", "excerpt", "image", "image_alt", "image_caption",
)  # fmt: skip
BARE_YEAR = re.compile(r"\b(?:1[89]|20)\d\d\b")


class Written:
    """The forms of one article, with what was sent or with what they begin with."""

    def __init__(
        self,
        article: Article | None,
        *,
        sent: QueryDict | None = None,
        text: ArticleText | None = None,
        **more: Any,
    ) -> None:
        initial = (initial_of(text) if text else {}) | more
        questions, sources = initial.pop("faq", None), initial.pop("source", None)
        self.form = ArticleForm(sent, article=article, initial=initial)
        self.questions = QuestionRows(sent, prefix="faq", initial=questions)
        self.sources = SourceRows(sent, prefix="source", initial=sources)

    def is_valid(self) -> bool:
        # Every one is asked, so that all errors are shown at once.
        return all([self.form.is_valid(), self.questions.is_valid(), self.sources.is_valid()])

    @property
    def text(self) -> ArticleText:
        """What valid forms say."""
        return read_text(self.form, self.questions, self.sources)

    @property
    def rows(self) -> list[Any]:
        return [*self.questions.forms, *self.sources.forms]

    @property
    def errors(self) -> list[tuple[str, str]]:
        """Every error with the id of its field."""
        return [
            (field.id_for_label, f"{field.label}: {error}")
            for form in (self.form, *self.rows)
            for field in form
            for error in field.errors
        ] + [
            ("", str(error))
            for rows in (self.questions, self.sources)
            for error in rows.non_form_errors()
        ]


def initial_of(text: ArticleText) -> dict[str, Any]:
    """What the forms begin with, for an article that says this."""
    plain = (
        "slug",
        "title",
        "description",
        "excerpt",
        "body",
        "image",
        "image_alt",
        "image_caption",
        "topics",
        "treatments",
        "offers_booking",
    )
    return {name: getattr(text, name) for name in plain} | {
        "summary": "\n".join(text.summary),
        "medical_help": "\n".join(text.medical_help),
        "faq": [
            {"anchor": one.anchor, "question": one.question, "answer": one.answer, "ORDER": place}
            for place, one in enumerate(text.questions, start=1)
        ],
        "source": [
            {
                "key": one.key,
                "citation": one.citation,
                "doi": one.doi,
                "url": one.url,
                "kind": one.kind,
                "review_by": one.review_by,
            }
            for one in text.sources
        ],
    }


def read_text(form: ArticleForm, questions: AnyFormSet, sources: AnyFormSet) -> ArticleText:
    """What forms say; of a form that is not valid, as much of it as can be read."""
    said: Mapping[str, Any] = form.cleaned_data
    lines = {name: said.get(name) or "" for name in LINES}
    text = ArticleText(
        **lines,
        summary=as_lines(said.get("summary", "")),
        medical_help=as_lines(said.get("medical_help", "")),
        body=said.get("body", "").replace("\r\n", "\n"),
        topics=sorted(topic.slug for topic in said.get("topics", ())),
        treatments=sorted(one.slug for one in said.get("treatments", ())),
        offers_booking=said.get("offers_booking", False),
        questions=_questions(sorted(_kept(questions, "question"), key=_place)),
        sources=_sources(_kept(sources, "citation")),
    )
    return in_order_of_mention(text)


def as_lines(written: str) -> list[str]:
    """Each line that says something."""
    return [line.strip() for line in written.splitlines() if line.strip()]


def _kept(rows: AnyFormSet, needed: str) -> list[dict[str, Any]]:
    """What the rows say that were not emptied or deleted."""
    data = [row.cleaned_data for row in rows.forms if hasattr(row, "cleaned_data")]
    return [said for said in data if said.get(needed) and not said.get("DELETE")]


def _place(said: Mapping[str, Any]) -> float:
    place = said.get("ORDER")
    return float("inf") if place is None else place


def _questions(rows: Sequence[Mapping[str, Any]]) -> list[Question]:
    found: list[Question] = []
    for said in rows:
        question = said["question"]
        anchor = said.get("anchor") or slugify(question)[:ANCHOR_LENGTH].strip("-") or "question"
        answer = " ".join(said.get("answer", "").split())
        taken = {one.anchor for one in found}
        found.append(Question(_free(anchor, taken), question, answer))
    return found


def _sources(rows: Sequence[Mapping[str, Any]]) -> list[Reference]:
    """A key that was typed comes before one that is made."""
    taken = {said["key"] for said in rows if said.get("key")}
    found: list[Reference] = []
    for said in rows:
        used = {one.key for one in found}
        key = said.get("key") or _free(_made_key(said["citation"]), taken)
        found.append(
            Reference(
                key=_free(key, used),
                citation=said["citation"],
                doi=said.get("doi", ""),
                url=said.get("url", ""),
                kind=said.get("kind", ""),
                review_by=said.get("review_by"),
            )
        )
    return found


def _made_key(citation: str) -> str:
    author = slugify(citation.split(maxsplit=1)[0]) or "source"
    year = BARE_YEAR.search(citation)
    key = f"{author}-{year[0]}" if year else author
    return re.sub(r"-{2,}|_", "-", key).strip("-")[:50] or "source"


def _free(name: str, taken: set[str]) -> str:
    free, number = name, 2
    while free in taken:
        free, number = f"{name}-{number}", number + 1
    return free
