"""Write the search text of all patients again: it is normalized by other rules now."""

from typing import Any

from django.db import migrations

BATCH_SIZE = 500
FIELDS = ("name", "email", "phone", "search_text")


def write_search_text(apps: Any, schema_editor: Any) -> None:
    model = apps.get_model("booking", "Patient")
    field = model._meta.get_field("search_text")
    patients, batch = model._default_manager, []
    for row in patients.only("pk", *FIELDS).order_by("pk").iterator(BATCH_SIZE):
        text = field.build_value(row)
        if text.startswith(" "):  # nothing of the name can be seen
            row.name = "?"
            text = field.build_value(row)
        if text != row.search_text:
            row.search_text = text
            batch.append(row)
        if len(batch) == BATCH_SIZE:
            patients.bulk_update(batch, ["name", "search_text"])
            batch = []
    patients.bulk_update(batch, ["name", "search_text"])


class Migration(migrations.Migration):
    cannot_be_undone = [
        'Patients are searched by other rules, and a name that cannot be seen becomes "?".',
    ]
    dependencies = [("booking", "0022_name_the_actor_constraint")]
    operations = [migrations.RunPython(write_search_text, migrations.RunPython.noop)]
