"""Editors decide which comments readers see, and reply as the clinic."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from articles.actions.actor import Actor
from articles.actions.publishing.mark_pages_changed import mark_pages_changed
from articles.errors import CommentDeleted, ModerationRefused
from articles.models import BlockedSender, Comment, CommentEvent
from articles.queries.comments import (
    SENDER_HASH_PURPOSE,
    find_blocks_for_email,
    find_comments_by_email,
    is_sender_blocked,
    normalize_email,
)
from clinic.lib.crypto.keyed_hash import keyed_hash
from clinic.lib.dates import clock

CommentStatus, Action = Comment.Status, CommentEvent.Action


def approve_comment(comment: Comment, *, by: Actor, expected_status: str = "") -> None:
    """Show a comment below its article, without its author's name.

    `expected_status` is the status that the editor saw, or "" to skip that check.
    Raises ModerationRefused or CommentDeleted.
    """
    _change_status(
        comment, CommentStatus.APPROVED, Action.APPROVED, by=by, expected_status=expected_status
    )


def reject_comment(comment: Comment, *, by: Actor, expected_status: str = "") -> None:
    """Hide a comment from readers. Raises ModerationRefused or CommentDeleted."""
    _change_status(
        comment, CommentStatus.REJECTED, Action.REJECTED, by=by, expected_status=expected_status
    )


def reply_to_comment(
    comment: Comment, text: str, *, by: Actor, expected_status: str = ""
) -> Comment:
    """Reply to a comment as the clinic, and approve the comment if it was pending.

    Raises ModerationRefused or CommentDeleted.
    """
    with transaction.atomic():
        locked = _lock_comment(comment, expected_status)
        if not locked.can_be_replied_to:
            raise ModerationRefused(_("Only a comment that readers see can be answered."))
        now = clock.now()
        if locked.is_pending:
            _set_status(locked, CommentStatus.APPROVED, Action.APPROVED, by, now)
        reply = Comment.objects.create(
            article_id=locked.article_id,
            parent=locked,
            text=text,
            status=CommentStatus.APPROVED,
            created_at=now,
            decided_at=now,
            decided_by=by.user,
        )
        _record_event(locked, Action.REPLIED, by, now)
        mark_pages_changed([locked.article_id], now)
    return reply


def block_sender(comment: Comment, *, by: Actor, expected_status: str = "") -> None:
    """Block the sender of a comment: hide it, their pending comments, and all future ones.

    Raises ModerationRefused or CommentDeleted.
    """
    with transaction.atomic():
        locked, now = _lock_comment(comment, expected_status), clock.now()
        if not locked.email:
            raise ModerationRefused(_("This is a reply of the clinic: there is nobody to block."))
        if not is_sender_blocked(locked.email):
            hashed = keyed_hash(SENDER_HASH_PURPOSE, normalize_email(locked.email))
            BlockedSender.objects.create(email_hash=hashed, blocked_at=now, blocked_by=by.user)
        _set_status(locked, CommentStatus.BLOCKED, Action.BLOCKED, by, now)
        pending = Comment.objects.pending().select_for_update()
        for pending_comment in find_comments_by_email(locked.email, among=pending):
            _set_status(pending_comment, CommentStatus.BLOCKED, Action.BLOCKED, by, now)
        mark_pages_changed([locked.article_id], now)


def unblock_sender(comment: Comment, *, by: Actor, expected_status: str = "") -> None:
    """Unblock the sender of a comment, which becomes pending again.

    Raises ModerationRefused or CommentDeleted.
    """
    with transaction.atomic():
        locked, now = _lock_comment(comment, expected_status), clock.now()
        if locked.status != CommentStatus.BLOCKED:
            raise ModerationRefused(_("The sender of this comment is not blocked."))
        find_blocks_for_email(locked.email).delete()
        locked.status, locked.decided_at, locked.decided_by = CommentStatus.PENDING, None, None
        locked.save(update_fields=["status", "decided_at", "decided_by"])
        _record_event(locked, Action.UNBLOCKED, by, now)


def _change_status(
    comment: Comment, status: str, action: str, *, by: Actor, expected_status: str
) -> None:
    with transaction.atomic():
        locked, now = _lock_comment(comment, expected_status), clock.now()
        if locked.status == status:
            raise _already_decided(locked)
        _set_status(locked, status, action, by, now)
        mark_pages_changed([locked.article_id], now)
    comment.refresh_from_db()


def _lock_comment(comment: Comment, expected_status: str) -> Comment:
    """Lock the comment and return it. Raises if its status is not `expected_status`."""
    locked = Comment.objects.select_for_update().filter(pk=comment.pk).first()
    if locked is None:
        raise CommentDeleted()
    if expected_status and locked.status != expected_status:
        raise _already_decided(locked)
    return locked


def _already_decided(comment: Comment) -> ModerationRefused:
    message = _("Somebody has decided meanwhile. This comment is now: %(state)s.")
    return ModerationRefused(str(message) % {"state": comment.get_status_display()})


def _set_status(comment: Comment, status: str, action: str, by: Actor, now: datetime) -> None:
    comment.status, comment.decided_at, comment.decided_by = status, now, by.user
    comment.save(update_fields=["status", "decided_at", "decided_by"])
    _record_event(comment, action, by, now)


def _record_event(comment: Comment, action: str, by: Actor, now: datetime) -> None:
    CommentEvent.objects.create(comment=comment, kind=action, at=now, user=by.user)
