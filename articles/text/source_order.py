"""Sources are numbered as a reader meets them."""

from dataclasses import replace

from articles.inputs import ArticleText
from articles.text.marks import sources_named


def everything_marked(text: ArticleText) -> list[str]:
    """Every part that may refer to sources, in the order of the page."""
    answers = [question.answer for question in text.questions]
    return [*text.summary, text.body, *answers, *text.medical_help]


def in_order_of_mention(text: ArticleText) -> ArticleText:
    """With its sources in the order of their first mention; what nobody mentions comes last."""
    order = sources_named(*everything_marked(text))
    rank = {key: place for place, key in enumerate(order)}
    ordered = sorted(text.sources, key=lambda source: rank.get(source.key, len(rank)))
    return replace(text, sources=ordered)
