"""Keep the row of a file that is being imported, or is imported, with what became of its lines."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

import clinic.lib.crypto.encrypted_field


def delete_files(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Delete all files that wait: before this migration a user had one at most."""
    apps.get_model("booking_imports", "ImportDraft").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("booking_imports", "0001_import_drafts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="importdraft",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="importdraft",
            name="last_line",
            field=models.PositiveIntegerField(
                db_default=0, default=0, editable=False, verbose_name="last line done"
            ),
        ),
        migrations.AddField(
            model_name="importdraft",
            name="imported",
            field=models.PositiveIntegerField(
                db_default=0, default=0, editable=False, verbose_name="lines imported"
            ),
        ),
        migrations.AddField(
            model_name="importdraft",
            name="refused",
            field=clinic.lib.crypto.encrypted_field.EncryptedTextField(
                bound_to="public_id", db_default="", default="", editable=False
            ),
        ),
        migrations.AddField(
            model_name="importdraft",
            name="finished_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="finished"),
        ),
        migrations.RunPython(migrations.RunPython.noop, delete_files),
    ]
