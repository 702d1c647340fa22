"""Migration operations with which the code of the last release goes on working."""

from collections.abc import Sequence
from typing import Any

from django.db import connections
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import DeleteModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import NOT_PROVIDED, Model


class EnsureDatabaseDefaults(Operation):
    """Set the `db_default` of fields in the database, where it is missing.

    It is for fields that got their `db_default` in a migration that some databases had applied
    without it. The state has it already, so AlterField would find nothing to do.
    """

    reduces_to_sql = False

    def __init__(self, model_name: str, fields: Sequence[str]) -> None:
        self.model_name, self.fields = model_name, fields

    def deconstruct(self) -> Any:
        return type(self).__qualname__, [self.model_name, self.fields], {}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Change nothing."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        existing = columns_with_default(schema_editor.connection.alias, model)
        for name in self.fields:
            field = model._meta.get_field(name)
            if field.column not in existing:
                before = field.clone()
                before.db_default = NOT_PROVIDED
                before.set_attributes_from_name(name)
                before.model = model
                schema_editor.alter_field(model, before, field)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Change nothing: the state before has these defaults, too."""

    def describe(self) -> str:
        return f"Set missing database defaults of {self.model_name}"


class DeleteModelKeepTable(DeleteModel):
    """Delete a model, and leave its table to the processes of the last release.

    The release after this one drops the table, if it exists, and takes over rows that were written
    meanwhile. Reversing makes the table again where an earlier form of the migration dropped it.
    """

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Change nothing."""

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        model = to_state.apps.get_model(app_label, self.name)
        if model._meta.db_table not in schema_editor.connection.introspection.table_names():
            super().database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return f"Delete model {self.name}, but not its table"


def columns_with_default(alias: str, model: type[Model]) -> set[str]:
    """Return the columns of a table that have a default in the database."""
    connection, table = connections[alias], model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, dflt_value FROM pragma_table_info(%s)", [table])
        else:
            cursor.execute(
                "SELECT column_name, column_default FROM information_schema.columns "
                "WHERE table_schema = current_schema() AND table_name = %s",
                [table],
            )
        return {name for name, default in cursor.fetchall() if default is not None}
