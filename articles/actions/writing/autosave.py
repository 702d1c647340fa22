"""What is being typed is kept for its writer, until it is saved or thrown away."""

from collections.abc import Mapping, Sequence

from articles.actions.actor import Actor
from articles.errors import AutosaveTooLarge
from articles.models import Article, Autosave
from clinic.lib.dates import clock

MAX_AUTOSAVE_LENGTH = 500_000
"""Letters: more than any form holds that could be saved."""


def save_autosave(
    article: Article | None, fields: Mapping[str, Sequence[str]], *, by: Actor
) -> Autosave:
    """One for each editor and article; for a new article one for each editor.
    Raises AutosaveTooLarge."""
    if sum(len(value) for values in fields.values() for value in values) > MAX_AUTOSAVE_LENGTH:
        raise AutosaveTooLarge()
    kept, _new = Autosave.objects.update_or_create(
        article=article,
        editor=by.user,
        defaults={"fields": {name: list(values) for name, values in fields.items()},
                  "at": clock.now()},
    )  # fmt: skip
    return kept


def delete_autosave(article: Article | None, *, by: Actor) -> None:
    """It is saved, or thrown away."""
    Autosave.objects.filter(article=article, editor=by.user).delete()
