"""Convert between the forms of an article and its contents as a plain value."""

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
    """The form of an article with its two formsets.

    `data` binds them; else they are filled from `text` and from initial values in `more`.
    """

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
        """Return whether all forms are valid."""
        # A list, not a generator: all are validated, so that all errors are shown at once.
        return all([self.form.is_valid(), self.questions.is_valid(), self.sources.is_valid()])

    @property
    def text(self) -> ArticleText:
        """The contents of the forms; see text_from_forms."""
        return text_from_forms(self.form, self.questions, self.sources)

    @property
    def rows(self) -> list[Any]:
        """The forms of all questions and sources."""
        return [*self.questions.forms, *self.sources.forms]

    @property
    def errors(self) -> list[tuple[str, str]]:
        """All errors as pairs of the field's id (empty for a formset) and the message."""
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
    """Return the initial values of the forms for an article with this text."""
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
            {
                "anchor": question.anchor,
                "question": question.question,
                "answer": question.answer,
                "ORDER": place,
            }
            for place, question in enumerate(text.questions, start=1)
        ],
        "source": [
            {
                "key": source.key,
                "citation": source.citation,
                "doi": source.doi,
                "url": source.url,
                "kind": source.kind,
                "review_by": source.review_by,
            }
            for source in text.sources
        ],
    }


def text_from_forms(form: ArticleForm, questions: AnyFormSet, sources: AnyFormSet) -> ArticleText:
    """Return the contents of the forms, of invalid ones as far as they could be read."""
    data: Mapping[str, Any] = form.cleaned_data
    lines = {name: data.get(name) or "" for name in SINGLE_LINE_FIELDS}
    text = ArticleText(
        **lines,
        summary=split_lines(data.get("summary", "")),
        medical_help=split_lines(data.get("medical_help", "")),
        body=data.get("body", ""),
        topics=sorted(topic.slug for topic in data.get("topics", ())),
        treatments=sorted(treatment.slug for treatment in data.get("treatments", ())),
        offers_booking=data.get("offers_booking", False),
        questions=_read_questions(sorted(_filled_rows(questions, "question"), key=_row_order)),
        sources=_read_sources(_filled_rows(sources, "citation")),
    )
    return sort_sources_by_mention(text)


def split_lines(text: str) -> list[str]:
    """Return the stripped lines that are not empty."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def _filled_rows(rows: AnyFormSet, required_field: str) -> list[dict[str, Any]]:
    """Return the cleaned data of rows that were neither emptied nor deleted."""
    data = [row.cleaned_data for row in rows.forms if hasattr(row, "cleaned_data")]
    return [row for row in data if row.get(required_field) and not row.get("DELETE")]


def _row_order(row: Mapping[str, Any]) -> float:
    position = row.get("ORDER")
    return float("inf") if position is None else position


def _read_questions(rows: Sequence[Mapping[str, Any]]) -> list[QuestionText]:
    questions: list[QuestionText] = []
    for row in rows:
        question = row["question"]
        anchor = row.get("anchor") or slugify(question)[:MAX_ANCHOR_LENGTH].strip("-") or "question"
        answer = " ".join(row.get("answer", "").split())
        taken = {earlier.anchor for earlier in questions}
        questions.append(QuestionText(_unique_name(anchor, taken), question, answer))
    return questions


def _read_sources(rows: Sequence[Mapping[str, Any]]) -> list[SourceText]:
    """Read the sources, and make keys for those without one that differ from the typed keys."""
    taken = {row["key"] for row in rows if row.get("key")}
    sources: list[SourceText] = []
    for row in rows:
        used = {earlier.key for earlier in sources}
        key = row.get("key") or _unique_name(_key_from_citation(row["citation"]), taken)
        sources.append(
            SourceText(
                key=_unique_name(key, used),
                citation=row["citation"],
                doi=row.get("doi", ""),
                url=row.get("url", ""),
                kind=row.get("kind", ""),
                review_by=row.get("review_by"),
            )
        )
    return sources


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
