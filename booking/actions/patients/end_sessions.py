"""Sign a person out on other devices."""

from django.contrib.sessions.models import Session
from django.db.models import QuerySet

from booking.actions.actor import Actor
from booking.actions.audit.record import Action, AuditObject, ObjectType, record_audit
from booking.actions.locks import write_action, write_transaction
from booking.models import User, UserSession


@write_action
def end_session(user: User, session_pk: int, *, by: Actor) -> bool:
    """Sign the user out on one device at once. Return False if the session has ended already."""
    return _end(user, UserSession.objects.filter(pk=session_pk), by) > 0


@write_action
def end_other_sessions(user: User, *, keep: str, by: Actor) -> int:
    """Sign the user out on all devices but one. Return the number of devices.

    `keep` is the row key of the session that stays.
    """
    return _end(user, UserSession.objects.exclude(row_key=keep), by)


def end_all_sessions(user: User, *, by: Actor) -> int:
    """Sign the user out everywhere, in the caller's transaction. Return the number of devices."""
    return _end(user, UserSession.objects.all(), by)


@write_action
def _end(user: User, sessions: QuerySet[UserSession], by: Actor) -> int:
    with write_transaction():
        rows = list(sessions.filter(user=user))
        Session.objects.filter(session_key__in=[row.row_key for row in rows]).delete()
        UserSession.objects.filter(pk__in=[row.pk for row in rows]).delete()
        if rows:
            device = AuditObject(
                ObjectType.DEVICE,
                email=user.email,
                affected_user=user,
                details={"devices": len(rows)},
            )
            record_audit(Action.REVOKED, device, by=by)
    return len(rows)
