"""What is held about readers who comment: it is in the copy of a person's data."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from articles.models import (
    Article,
    ArticleEvent,
    Autosave,
    BlockedSender,
    Comment,
    CommentEvent,
    Contributor,
    Image,
    Revision,
)
from articles.queries.comments import find_comments_by_email
from booking.registries import patient_export
from booking.registries.patient_export import EmailPart

ABOUT_EDITORS = "What editors did, and not patients."


def exported_comments(email: str) -> Iterator[dict[str, Any]]:
    """Yield the comments from an address. It decrypts the address of every comment."""
    found = [comment.pk for comment in find_comments_by_email(email)]
    for row in Comment.objects.filter(pk__in=found).select_related("article"):
        yield {
            "article": row.article.title,
            "written": row.created_at,
            "name": str(row.name),
            "text": str(row.text),
            "status": row.get_status_display(),
        }


def register_personal_data() -> None:
    """Add the comments to the copy of a person's data, and say what is left out."""
    patient_export.register_by_email(
        EmailPart("comments", _("Your comments"), exported_comments, (Comment,))
    )
    for model in (Article, ArticleEvent, Autosave, CommentEvent, Contributor, Image, Revision):
        patient_export.leave_out(model, ABOUT_EDITORS)
    patient_export.leave_out(BlockedSender, "A keyed hash, set by an editor.")
