"""Record changes of the clinic's settings."""

from collections.abc import Sequence

from django.db.models import Model

from booking.actions.actor import Actor
from booking.actions.audit.record import Action, AuditObject, ObjectType, record_audit


def setting_name(obj: Model) -> str:
    """Return the kind and the name of an object that staff set, such as "room: Garden"."""
    return f"{obj._meta.verbose_name}: {obj}"


def record_setting(
    setting: str,
    *,
    action: Action = Action.CHANGED,
    fields: Sequence[str] = (),
    by: Actor | None = None,
) -> None:
    """Record that a setting was changed, created or deleted.

    `setting` says which, for example "Treatment: Swedish massage"; `fields` are the changed fields.
    Neither may hold data of patients.
    """
    details = {"setting": setting[:200], "fields": list(fields)}
    record_audit(action, AuditObject(ObjectType.SETTING, details=details), by=by)
