"""A random URN, made by the database as the default of a column."""

from typing import Any

from django.db.models import CharField, Func

SQLITE = (
    "'urn:uuid:' || lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || "
    "substr(hex(randomblob(2)), 2) || '-a' || substr(hex(randomblob(2)), 2) || '-' || "
    "hex(randomblob(6)))"
)


class RandomUrn(Func):
    """urn:uuid: with a random UUID (version 4), for `db_default`."""

    output_field = CharField()

    def as_sqlite(self, *_args: Any, **_context: Any) -> tuple[str, tuple[str | int, ...]]:
        return SQLITE, ()

    def as_postgresql(self, *_args: Any, **_context: Any) -> tuple[str, tuple[str | int, ...]]:
        return "'urn:uuid:' || gen_random_uuid()", ()
