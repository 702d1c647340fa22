"""Number the sources of an article in the order in which the text mentions them."""

from dataclasses import replace

from articles.inputs import ArticleText
from articles.text.marks import find_source_keys


def fragments_with_marks(text: ArticleText) -> list[str]:
    """Return every fragment that may contain references, in the order of the page."""
    answers = [question.answer for question in text.questions]
    return [*text.summary, text.body, *answers, *text.medical_help]


def sort_sources_by_mention(text: ArticleText) -> ArticleText:
    """Return the text with its sources in the order of first mention, unmentioned ones last."""
    order = find_source_keys(*fragments_with_marks(text))
    rank = {key: place for place, key in enumerate(order)}
    ordered = sorted(text.sources, key=lambda source: rank.get(source.key, len(rank)))
    return replace(text, sources=ordered)
