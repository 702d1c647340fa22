"""What a database contains besides rows, to compare two ways of making it.

The order of columns and names that Django or PostgreSQL made up are left out: after a column was
renamed they are still the old ones.
"""

import re

from django.db import connection

MADE_UP = re.compile(r'"?\b(\w+_[0-9a-f]{8}(_\w+)?|(booking|articles)_\w+_(check|key))\b"?')
SQLITE = (
    "SELECT tbl_name, type, sql FROM sqlite_master WHERE sql <> '' AND name NOT LIKE 'sqlite_%'"
)
POSTGRESQL = (
    "SELECT table_name, column_name, concat_ws(' ', data_type, character_maximum_length, "
    "is_nullable, column_default, is_identity) FROM information_schema.columns "
    "WHERE table_schema = 'public'",
    "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
    "WHERE connamespace = 'public'::regnamespace",
    "SELECT tablename, 'index', indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger "
    "WHERE NOT tgisinternal",
    "SELECT 'functions', proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
    "SELECT 'extensions', extname, '' FROM pg_extension",
)


def definitions() -> set[str]:
    """Return a line for each column, constraint, index, trigger and function of the database."""
    queries = (SQLITE,) if connection.vendor == "sqlite" else POSTGRESQL
    found = set()
    with connection.cursor() as cursor:
        for query in queries:
            cursor.execute(query)
            for table, what, definition in cursor.fetchall():
                for part in _parts(definition) if what == "table" else [definition]:
                    found.add(MADE_UP.sub("made-up", f"{table}: {what}: {part}"))
    return found


def _parts(create_table: str) -> list[str]:
    """Return the definitions between the outer brackets of CREATE TABLE."""
    inner = create_table.partition("(")[2].rpartition(")")[0]
    parts, depth = [""], 0
    for character in inner:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and not depth:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts]
