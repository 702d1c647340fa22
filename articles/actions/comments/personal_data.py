"""What is held about readers who comment: it is in the copy of their data, and can be erased."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from articles.actions.actor import Actor
from articles.actions.comments.address_rows import erase_comment_rows, find_comment_rows
from articles.actions.comments.delete_comments import delete_comments_by_email
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
from booking.registries import erasures_after_restore, patient_erasure, patient_export
from booking.registries.erasures_after_restore import AddressSource
from booking.registries.patient_erasure import ErasurePart
from booking.registries.patient_export import EmailPart
from booking.registries.people import Person

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


def count_comments(person: Person) -> int:
    """Return how many comments came from the addresses of a person."""
    return sum(len(find_comments_by_email(email)) for email in person.emails)


def erase_comments(person: Person, _now: datetime) -> None:
    """Delete the comments of a person, with the replies to them."""
    for email in person.emails:
        delete_comments_by_email(email, by=Actor.system())


def register_personal_data() -> None:
    """Add the comments to the copy of a person's data and to erasures, and say what is left out."""
    erasures_after_restore.register_address_source(
        AddressSource(find_comment_rows, erase_comment_rows)
    )
    patient_erasure.register(
        ErasurePart(
            "comments",
            _("Comments on articles, with the replies to them"),
            (Comment, CommentEvent),
            count_comments,
            erase_comments,
            is_search=True,
        )
    )
    patient_export.register_by_email(
        EmailPart("comments", _("Your comments"), exported_comments, (Comment,))
    )
    for model in (Article, ArticleEvent, Autosave, CommentEvent, Contributor, Image, Revision):
        patient_export.leave_out(model, ABOUT_EDITORS)
        if model is not CommentEvent:
            patient_erasure.stays(model, ABOUT_EDITORS)
    patient_export.leave_out(BlockedSender, "A keyed hash, set by an editor.")
    patient_erasure.stays(BlockedSender, "A keyed hash: who was blocked stays blocked.")
