"""Rename columns whose names did not say what they hold, and the words for them in the back office.

Encrypted columns keep their names in the database (`db_column`), because a value is bound to its
column. Constraints and indexes that name a renamed column are dropped before and made again after.
"""

import django.db.models.expressions
from django.db import migrations, models

import clinic.lib.crypto.encrypted_field


def rename_undo_key(old, new):
    """Return a function that renames a key in the undo data of merges."""

    def rename(apps, schema_editor):
        merges = apps.get_model("booking", "PatientMerge").objects
        for merge in merges.using(schema_editor.connection.alias).exclude(undo={}):
            merge.undo = {new if key == old else key: value for key, value in merge.undo.items()}
            merge.save(update_fields=["undo"])

    return rename


class Migration(migrations.Migration):
    dependencies = [
        ("booking", "0015_invitation_profile"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="appointment", name="appointment_holder"),
        migrations.RenameField("appointment", "holder", "browser_key"),
        migrations.AddIndex(
            model_name="appointment",
            index=models.Index(
                condition=models.Q(("hold_expires_at__isnull", False)),
                fields=["browser_key", "hold_expires_at"],
                name="hold_of_browser",
            ),
        ),
        migrations.RenameField("appointment", "moves", "patient_move_count"),
        migrations.AlterField(
            model_name="appointment",
            name="note",
            field=clinic.lib.crypto.encrypted_field.EncryptedTextField(
                blank=True,
                bound_to="public_id",
                db_column="note",
                default="",
                verbose_name="patient's note",
            ),
        ),
        migrations.RenameField("appointment", "note", "patient_note"),
        migrations.RemoveConstraint(model_name="patientmerge", name="patient_merged_once"),
        migrations.RemoveConstraint(model_name="patientmerge", name="merge_of_two"),
        migrations.RenameField("patientmerge", "kept", "remaining"),
        migrations.RenameField("patientmerge", "merged", "duplicate"),
        migrations.AddConstraint(
            model_name="patientmerge",
            constraint=models.UniqueConstraint(
                condition=models.Q(("undone_at__isnull", True)),
                fields=("duplicate",),
                name="patient_merged_once",
                violation_error_message="This record was merged already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="patientmerge",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("remaining", django.db.models.expressions.F("duplicate")), _negated=True
                ),
                name="merge_of_two",
                violation_error_message="A record cannot be merged with itself.",
            ),
        ),
        migrations.RunPython(
            rename_undo_key("kept", "remaining"), rename_undo_key("remaining", "kept")
        ),
        migrations.RemoveConstraint(model_name="screening", name="screening_asked_known"),
        migrations.RenameField("screening", "asked", "question_set"),
        migrations.AddConstraint(
            model_name="screening",
            constraint=models.CheckConstraint(
                condition=models.Q(("question_set__in", ["full", "short", "arrival"])),
                name="screening_asked_known",
                violation_error_message="Questions are asked in full, in short or on arrival.",
            ),
        ),
        migrations.AlterField(
            model_name="screening",
            name="sealed",
            field=clinic.lib.crypto.encrypted_field.EncryptedTextField(
                bound_to="public_id", db_column="sealed"
            ),
        ),
        migrations.RenameField("screening", "sealed", "record_json"),
        migrations.AlterField(
            model_name="medicalclearance",
            name="sealed",
            field=clinic.lib.crypto.encrypted_field.EncryptedTextField(
                bound_to="public_id", db_column="sealed"
            ),
        ),
        migrations.RenameField("medicalclearance", "sealed", "details_json"),
    ]
