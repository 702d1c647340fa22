"""A random URN, made by the database as the default of a column."""

from typing import Any

from django.db.models import CharField, Func

SQLITE = (
    "'urn:uuid:' || lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || "
    "substr(hex(randomblob(2)), 2) || '-a' || substr(hex(randomblob(2)), 2) || '-' || "
    "hex(randomblob(6)))"
)


class RandomUrn(Func):
    """urn:uuid: with a random UUID (version 4), for `db_default`.

    The parameters are lists: when Django alters a column on PostgreSQL, it adds them to a list.
    """

    output_field = CharField()

    def as_sqlite(self, *_args: Any, **_context: Any) -> Any:
        return SQLITE, []

    def as_postgresql(self, *_args: Any, **_context: Any) -> Any:
        return "'urn:uuid:' || gen_random_uuid()", []
