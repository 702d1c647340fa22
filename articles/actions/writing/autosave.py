"""What is being typed is kept for its writer, until it is saved or thrown away."""

from collections.abc import Mapping, Sequence

from articles.actions.actor import Actor
from articles.errors import TooLongToKeep
from articles.models import Article, UnsavedText
from clinic.lib.dates import clock

MOST_KEPT = 500_000
"""Letters: more than any form holds that could be saved."""


def keep_unsaved(
    article: Article | None, fields: Mapping[str, Sequence[str]], *, by: Actor
) -> UnsavedText:
    """One for each editor and article; for a new article one for each editor.
    Raises TooLongToKeep."""
    if sum(len(value) for values in fields.values() for value in values) > MOST_KEPT:
        raise TooLongToKeep()
    kept, _new = UnsavedText.objects.update_or_create(
        article=article,
        editor=by.user,
        defaults={"fields": {name: list(values) for name, values in fields.items()},
                  "at": clock.now()},
    )  # fmt: skip
    return kept


def forget_unsaved(article: Article | None, *, by: Actor) -> None:
    """It is saved, or thrown away."""
    UnsavedText.objects.filter(article=article, editor=by.user).delete()
