"""Sources are numbered as a reader meets them."""

from dataclasses import replace

from articles.inputs import ArticleText
from articles.text.marks import find_source_keys


def fragments_with_marks(text: ArticleText) -> list[str]:
    """Every part that may refer to sources, in the order of the page."""
    answers = [question.answer for question in text.questions]
    return [*text.summary, text.body, *answers, *text.medical_help]


def sort_sources_by_mention(text: ArticleText) -> ArticleText:
    """With its sources in the order of their first mention; what nobody mentions comes last."""
    order = find_source_keys(*fragments_with_marks(text))
    rank = {key: place for place, key in enumerate(order)}
    ordered = sorted(text.sources, key=lambda source: rank.get(source.key, len(rank)))
    return replace(text, sources=ordered)
