"""Store the unsaved input of an editor until the article is saved or the input discarded."""

from collections.abc import Mapping, Sequence

from articles.actions.actor import Actor
from articles.errors import AutosaveTooLarge
from articles.models import Article, Autosave
from clinic.lib.dates import clock

MAX_AUTOSAVE_LENGTH = 500_000
"""Characters; more than the limits of a valid form add up to."""


def save_autosave(
    article: Article | None, fields: Mapping[str, Sequence[str]], *, by: Actor
) -> Autosave:
    """Store the fields of a form, replacing the editor's earlier autosave of this article.

    `article` is None for a new one. Raises AutosaveTooLarge.
    """
    if sum(len(value) for values in fields.values() for value in values) > MAX_AUTOSAVE_LENGTH:
        raise AutosaveTooLarge()
    autosave, _created = Autosave.objects.update_or_create(
        article=article,
        editor=by.user,
        defaults={"fields": {name: list(values) for name, values in fields.items()},
                  "at": clock.now()},
    )  # fmt: skip
    return autosave


def delete_autosave(article: Article | None, *, by: Actor) -> None:
    """Delete the editor's autosave of this article, if there is one."""
    Autosave.objects.filter(article=article, editor=by.user).delete()
