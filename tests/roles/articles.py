"""The table of roles, continued: the editors' pages of the back office. See roles_table.py."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.roles.world import World

Parts = Callable[[World], dict[str, Any]]


def one(**more: Any) -> tuple[Parts, Parts]:
    """The world's article, and one that does not exist."""
    return (
        lambda w: {"pk": w.article_pk, **more},
        lambda w: {"pk": w.article_pk + 1000, **more},
    )


def row(name: str) -> tuple[Parts, Parts]:
    """A row of the stock admin, and one that does not exist."""
    return lambda w: {"object_id": getattr(w, name)}, lambda _: {"object_id": "99999"}


NOBODYS = (None, None)
EDITORS: Mapping[str, tuple[str, tuple[Parts | None, Parts | None]]] = {
    "admin/articles/article/": ("article_changelist", NOBODYS),
    "admin/articles/article/add/": ("article_add", NOBODYS),
    "admin/articles/article/check/": ("article_check", NOBODYS),
    "admin/articles/article/unsaved/": ("article_autosave", NOBODYS),
    "admin/articles/article/preview/": ("article_preview", NOBODYS),
    "admin/articles/article/preview/page/": ("article_preview_frame", NOBODYS),
    "admin/articles/article/<int:pk>/change/": ("article_change", one()),
    "admin/articles/article/<int:pk>/steps/": ("article_steps", one()),
    "admin/articles/article/<int:pk>/history/": ("article_history", one()),
    "admin/articles/article/<int:pk>/history/<int:old>/<int:new>/": (
        "article_comparison",
        one(old=1, new=2),
    ),
    "admin/articles/article/<int:pk>/history/<int:number>/restore/": (
        "article_restore",
        one(number=1),
    ),
    "admin/articles/topic/": ("topic_changelist", NOBODYS),
    "admin/articles/topic/add/": ("topic_add", NOBODYS),
    "admin/articles/topic/<path:object_id>/change/": ("topic_change", row("topic_pk")),
}
"""Owner and editors."""
OWNERS: Mapping[str, tuple[str, tuple[Parts | None, Parts | None]]] = {
    "admin/articles/articlesettings/": ("articlesettings_changelist", NOBODYS),
    "admin/articles/contributor/": ("contributor_changelist", NOBODYS),
    "admin/articles/contributor/add/": ("contributor_add", NOBODYS),
    "admin/articles/contributor/<path:object_id>/change/": (
        "contributor_change",
        row("contributor_pk"),
    ),
}
"""The owner alone."""
