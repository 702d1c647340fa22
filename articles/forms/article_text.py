"""Between the forms of editors and the plain value of an article's text."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import QueryDict
from django.utils.text import slugify

from articles.forms.article import ArticleForm
from articles.forms.formsets import AnyFormSet, QuestionFormSet, SourceFormSet
from articles.inputs import ArticleText, QuestionText, SourceText
from articles.models import Article
from articles.text.content_files import MAX_ANCHOR_LENGTH
from articles.text.source_order import sort_sources_by_mention

SINGLE_LINE_FIELDS = (
    "slug", "title", "description", "excerpt", "image", "image_alt", "image_caption",
)  # fmt: skip
YEAR_PATTERN = re.compile(r"\b(?:1[89]|20)\d\d\b")


class ArticleForms:
    """The forms of one article, with what was sent or with what they begin with."""

    def __init__(
        self,
        article: Article | None,
        *,
        data: QueryDict | None = None,
        text: ArticleText | None = None,
        **more: Any,
    ) -> None:
        initial = (initial_from_text(text) if text else {}) | more
        questions, sources = initial.pop("faq", None), initial.pop("source", None)
        self.form = ArticleForm(data, article=article, initial=initial)
        self.questions = QuestionFormSet(data, prefix="faq", initial=questions)
        self.sources = SourceFormSet(data, prefix="source", initial=sources)

    def is_valid(self) -> bool:
        # Every one is asked, so that all errors are shown at once.
        return all([self.form.is_valid(), self.questions.is_valid(), self.sources.is_valid()])

    @property
    def text(self) -> ArticleText:
        """What valid forms say."""
        return text_from_forms(self.form, self.questions, self.sources)

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


def initial_from_text(text: ArticleText) -> dict[str, Any]:
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


def text_from_forms(form: ArticleForm, questions: AnyFormSet, sources: AnyFormSet) -> ArticleText:
    """What forms say; of a form that is not valid, as much of it as can be read."""
    said: Mapping[str, Any] = form.cleaned_data
    lines = {name: said.get(name) or "" for name in SINGLE_LINE_FIELDS}
    text = ArticleText(
        **lines,
        summary=split_lines(said.get("summary", "")),
        medical_help=split_lines(said.get("medical_help", "")),
        body=said.get("body", "").replace("\r\n", "\n"),
        topics=sorted(topic.slug for topic in said.get("topics", ())),
        treatments=sorted(one.slug for one in said.get("treatments", ())),
        offers_booking=said.get("offers_booking", False),
        questions=_read_questions(sorted(_filled_rows(questions, "question"), key=_row_order)),
        sources=_read_sources(_filled_rows(sources, "citation")),
    )
    return sort_sources_by_mention(text)


def split_lines(written: str) -> list[str]:
    """Each line that says something."""
    return [line.strip() for line in written.splitlines() if line.strip()]


def _filled_rows(rows: AnyFormSet, needed: str) -> list[dict[str, Any]]:
    """What the rows say that were not emptied or deleted."""
    data = [row.cleaned_data for row in rows.forms if hasattr(row, "cleaned_data")]
    return [said for said in data if said.get(needed) and not said.get("DELETE")]


def _row_order(said: Mapping[str, Any]) -> float:
    place = said.get("ORDER")
    return float("inf") if place is None else place


def _read_questions(rows: Sequence[Mapping[str, Any]]) -> list[QuestionText]:
    found: list[QuestionText] = []
    for said in rows:
        question = said["question"]
        anchor = (
            said.get("anchor") or slugify(question)[:MAX_ANCHOR_LENGTH].strip("-") or "question"
        )
        answer = " ".join(said.get("answer", "").split())
        taken = {one.anchor for one in found}
        found.append(QuestionText(_unique_name(anchor, taken), question, answer))
    return found


def _read_sources(rows: Sequence[Mapping[str, Any]]) -> list[SourceText]:
    """A key that was typed comes before one that is made."""
    taken = {said["key"] for said in rows if said.get("key")}
    found: list[SourceText] = []
    for said in rows:
        used = {one.key for one in found}
        key = said.get("key") or _unique_name(_key_from_citation(said["citation"]), taken)
        found.append(
            SourceText(
                key=_unique_name(key, used),
                citation=said["citation"],
                doi=said.get("doi", ""),
                url=said.get("url", ""),
                kind=said.get("kind", ""),
                review_by=said.get("review_by"),
            )
        )
    return found


def _key_from_citation(citation: str) -> str:
    author = slugify(citation.split(maxsplit=1)[0]) or "source"
    year = YEAR_PATTERN.search(citation)
    key = f"{author}-{year[0]}" if year else author
    return re.sub(r"-{2,}|_", "-", key).strip("-")[:50] or "source"


def _unique_name(name: str, taken: set[str]) -> str:
    free, number = name, 2
    while free in taken:
        free, number = f"{name}-{number}", number + 1
    return free
