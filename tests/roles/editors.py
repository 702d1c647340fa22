"""The table of roles for pictures and comments. As tests/roles/table.py, which says how."""

from collections.abc import Mapping

from tests.roles.table import ALL, BACK_OFFICE, Row


def _image(name: str) -> Row:
    return Row(
        BACK_OFFICE,
        name,
        own=lambda w: {"pk": w.image.pk},
        foreign=lambda w: {"pk": w.image.pk + 1000},
    )


EDITORS_ROWS: Mapping[str, Row] = {
    "articles/images/<slug:digest>/<int:width>.webp": Row(
        ALL,
        "article-image",
        own=lambda w: {"digest": w.image.digest, "width": 480},
        foreign=lambda w: {"digest": w.image.digest, "width": 481},
    ),
    "admin/articles/comment/": Row(BACK_OFFICE, "admin:articles_comment_changelist"),
    "admin/articles/comment/delete/": Row(BACK_OFFICE, "admin:articles_comment_delete"),
    "admin/articles/comment/<int:pk>/change/": Row(
        BACK_OFFICE,
        "admin:articles_comment_change",
        own=lambda w: {"pk": w.comment.pk},
        foreign=lambda w: {"pk": w.comment.pk + 1000},
    ),
    "admin/articles/image/": Row(BACK_OFFICE, "admin:articles_image_changelist"),
    "admin/articles/image/choices/": Row(BACK_OFFICE, "admin:articles_image_choices"),
    "admin/articles/image/add/": Row(BACK_OFFICE, "admin:articles_image_add"),
    "admin/articles/image/<int:pk>/change/": _image("admin:articles_image_change"),
    "admin/articles/image/<int:pk>/delete/": _image("admin:articles_image_delete"),
}
