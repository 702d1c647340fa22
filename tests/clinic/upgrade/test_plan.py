"""What of an upgrade cannot be undone is said in words."""

from typing import Any

from django.db import migrations, models

from clinic.upgrade.plan import list_losses


def migration(*operations: Any, **attributes: Any) -> migrations.Migration:
    kind = type("Migration", (migrations.Migration,), {"operations": [*operations], **attributes})
    return kind("0007_something", "library")


def change_rows(_apps: Any, _editor: Any) -> None:
    """Stand for a change of rows."""


def test_a_migration_says_itself_what_cannot_be_undone() -> None:
    remove = migrations.RemoveField("patient", "phone")

    assert list_losses(migration(remove, cannot_be_undone=["Phones go."])) == ["Phones go."]
    assert list_losses(migration(remove, cannot_be_undone=[])) == []


def test_what_others_take_away_is_described() -> None:
    noop = migrations.RunPython.noop
    lost = list_losses(
        migration(
            migrations.RemoveField("patient", "phone"),
            migrations.DeleteModel("Fax"),
            migrations.RunPython(change_rows, noop),
            migrations.RunPython(change_rows),
            migrations.RunSQL("DROP TABLE x"),
        )
    )

    assert lost == [
        "library.0007_something: deletes the column phone of patient",
        "library.0007_something: deletes the table of Fax",
        "library.0007_something: changes rows, and reversing it does not change them back",
        "library.0007_something: changes rows, and reversing it does not change them back",
        "library.0007_something: cannot be reversed (Raw SQL operation)",
    ]


def test_what_can_be_reversed_is_not_mentioned() -> None:
    noop = migrations.RunPython.noop
    lost = list_losses(
        migration(
            migrations.AddField("patient", "fax", models.TextField(null=True)),
            migrations.RunPython(noop, change_rows),
            migrations.RunPython(change_rows, change_rows),
            migrations.RunSQL("CREATE INDEX x", "DROP INDEX x"),
        )
    )

    assert lost == []
