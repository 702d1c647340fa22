"""The table of roles for the articles, their comments and images, and the editors' pages."""

from collections.abc import Mapping
from typing import Any

from tests.roles.rows import ALL, BACK_OFFICE, OWNERS_OFFICE, Parts, Row, by_key, open_to_all


def _article(name: str) -> Row:
    return Row(
        ALL, name, own=lambda w: {"slug": w.article}, foreign=lambda _: {"slug": "no-such-article"}
    )


def _of_article(**more: Any) -> tuple[Parts, Parts]:
    """The world's article, and one that does not exist."""
    return (
        lambda w: {"pk": w.article_pk, **more},
        lambda w: {"pk": w.article_pk + 1000, **more},
    )


def _of_row(name: str) -> tuple[Parts, Parts]:
    """A row of the stock admin, and one that does not exist."""
    return lambda w: {"object_id": getattr(w, name)}, lambda _: {"object_id": "99999"}


NO_PARTS = (None, None)
EDITORS_PAGES: Mapping[str, tuple[str, tuple[Parts | None, Parts | None]]] = {
    "admin/articles/article/": ("article_changelist", NO_PARTS),
    "admin/articles/article/add/": ("article_add", NO_PARTS),
    "admin/articles/article/check/": ("article_check", NO_PARTS),
    "admin/articles/article/unsaved/": ("article_autosave", NO_PARTS),
    "admin/articles/article/preview/": ("article_preview", NO_PARTS),
    "admin/articles/article/preview/page/": ("article_preview_frame", NO_PARTS),
    "admin/articles/article/<int:pk>/change/": ("article_change", _of_article()),
    "admin/articles/article/<int:pk>/steps/": ("article_steps", _of_article()),
    "admin/articles/article/<int:pk>/history/": ("article_history", _of_article()),
    "admin/articles/article/<int:pk>/history/<int:old>/<int:new>/": (
        "article_comparison",
        _of_article(old=1, new=2),
    ),
    "admin/articles/article/<int:pk>/history/<int:number>/restore/": (
        "article_restore",
        _of_article(number=1),
    ),
    "admin/articles/topic/": ("topic_changelist", NO_PARTS),
    "admin/articles/topic/add/": ("topic_add", NO_PARTS),
    "admin/articles/topic/<path:object_id>/change/": ("topic_change", _of_row("topic_pk")),
}
"""Pages of the back office for the owner and editors."""
OWNERS_PAGES: Mapping[str, tuple[str, tuple[Parts | None, Parts | None]]] = {
    "admin/articles/articlesettings/": ("articlesettings_changelist", NO_PARTS),
    "admin/articles/contributor/": ("contributor_changelist", NO_PARTS),
    "admin/articles/contributor/add/": ("contributor_add", NO_PARTS),
    "admin/articles/contributor/<path:object_id>/change/": (
        "contributor_change",
        _of_row("contributor_pk"),
    ),
}
"""Pages for the owner alone."""


ROWS: Mapping[str, Row] = {
    "articles/": open_to_all("articles"),
    "articles/topics/<slug:slug>/": open_to_all(
        "article-topic", own=lambda w: {"slug": w.topic}, foreign=lambda _: {"slug": "none"}
    ),
    "articles/feed/": open_to_all("article-feed"),
    "articles/glossary/": open_to_all("glossary"),
    "articles/evidence-policy/": open_to_all("evidence-policy"),
    "articles/comment-policy/": open_to_all("comment-policy"),
    "articles/<slug:slug>/": _article("article"),
    "articles/<slug:slug>/comment/": _article("article-comment"),
    "articles/<slug:slug>/comment/sent/": _article("article-comment-sent"),
    "articles/<slug:slug>/helpful/": _article("article-helpful"),
    "articles/<slug:slug>/helpful/thanks/": _article("article-helpful-thanks"),
    "articles/images/<slug:digest>/<int:width>.webp": Row(
        ALL,
        "article-image",
        own=lambda w: {"digest": w.image.digest, "width": 480},
        foreign=lambda w: {"digest": w.image.digest, "width": 481},
    ),
    "admin/articles/comment/": Row(BACK_OFFICE, "admin:articles_comment_changelist"),
    "admin/articles/comment/delete/": Row(BACK_OFFICE, "admin:articles_comment_delete"),
    "admin/articles/comment/<int:pk>/change/": by_key(
        BACK_OFFICE, "admin:articles_comment_change", lambda w: w.comment.pk
    ),
    "admin/articles/image/": Row(BACK_OFFICE, "admin:articles_image_changelist"),
    "admin/articles/image/choices/": Row(BACK_OFFICE, "admin:articles_image_choices"),
    "admin/articles/image/add/": Row(BACK_OFFICE, "admin:articles_image_add"),
    "admin/articles/image/<int:pk>/change/": by_key(
        BACK_OFFICE, "admin:articles_image_change", lambda w: w.image.pk
    ),
    "admin/articles/image/<int:pk>/delete/": by_key(
        BACK_OFFICE, "admin:articles_image_delete", lambda w: w.image.pk
    ),
    **{
        path: Row(who, f"admin:articles_{name}", own=parts[0], foreign=parts[1])
        for who, rows in ((BACK_OFFICE, EDITORS_PAGES), (OWNERS_OFFICE, OWNERS_PAGES))
        for path, (name, parts) in rows.items()
    },
}
