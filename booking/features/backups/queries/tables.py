"""Which tables a backup holds. All of them, but for those named here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.apps.registry import Apps
from django.db.models import Field, ForeignKey, Model

from booking.features.backups.errors import BackupProblem

LEFT_OUT: Mapping[str, str] = {
    "sessions.Session": "everybody signs in again",
    "booking.UserSession": "belongs to the sessions",
    "booking.RateLimitCounter": "counts minutes and hours that are over",
    "booking.WorkerHeartbeat": "is written by the workers of one installation",
    "booking.MailServerState": "is what one installation knows of its mail server",
    "booking.RecipientPause": "ends within hours",
    "booking.ScheduledJob": "is planned anew, so that no job runs at once",
    "booking.ReceiptFile": "is made again from the receipts",
    "articles.SearchEntry": "is built again from the articles",
    "booking.ErasurePermit": "lasts as long as one transaction",
    "booking_imports.ImportDraft": "is kept for an hour",
    "booking_backups.BackupRun": "is about one installation",
    "booking_monitoring.ProgramError": "is about one installation",
    "booking_monitoring.Alert": "is about one installation",
    "booking_monitoring.BookingVerification": "is about one installation",
}
"""Tables that are left out, by the model's label, and why: what was in them is temporary."""

MADE_BY_MIGRATE = (
    "contenttypes.ContentType",
    "auth.Permission",
    "booking_privacy.RetentionRule",
)
"""What `migrate` fills by itself. A restore replaces it, since other rows point at it."""

KINDS: Mapping[str, str] = {
    "AutoField": "integer",
    "BigAutoField": "integer",
    "IntegerField": "integer",
    "BigIntegerField": "integer",
    "SmallIntegerField": "integer",
    "PositiveIntegerField": "integer",
    "PositiveBigIntegerField": "integer",
    "PositiveSmallIntegerField": "integer",
    "BooleanField": "boolean",
    "CharField": "text",
    "SlugField": "text",
    "TextField": "text",
    "DateTimeField": "datetime",
    "DateField": "date",
    "TimeField": "time",
    "DurationField": "duration",
    "DecimalField": "decimal",
    "UUIDField": "uuid",
    "JSONField": "json",
}
"""How the values of a kind of field are written. Databases differ in types, these do not."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a backup: its name in the database and what its values are."""

    name: str
    kind: str


def backed_up_models(registry: Apps = apps) -> Iterator[type[Model]]:
    """Yield the models whose tables a backup holds, in the order of their tables' names.

    `registry` holds the models: those of this code, or those of an older state of the migrations.
    A model keeps its table when it gets another name, so tables are compared.
    """
    left_out = {apps.get_model(label)._meta.db_table for label in LEFT_OUT}
    models = [model for model in all_models(registry) if model._meta.db_table not in left_out]
    yield from sorted(models, key=lambda model: model._meta.db_table)


def all_models(registry: Apps = apps) -> Iterator[type[Model]]:
    """Yield all models that have a table of their own."""
    for model in registry.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy:
            yield model


def table_columns(model: type[Model]) -> list[Column]:
    """Return the columns of a model. Raises BackupProblem for a kind of field that is unknown."""
    return [Column(str(field.column), _kind(field)) for field in model._meta.concrete_fields]


def _kind(field: "Field[Any, Any]") -> str:
    target = field.target_field if isinstance(field, ForeignKey) else field
    kind = KINDS.get(target.get_internal_type())
    if kind is None:
        raise BackupProblem(f"{field.model._meta.label}.{field.name} has a type with no backup.")
    return kind
