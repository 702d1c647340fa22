"""Mark visits entered afterwards and walk-ins. The shortest notice is no label any more."""

from typing import Any

from django.db import migrations, models


def drop_notice_label(apps: Any, schema_editor: Any) -> None:
    rows = apps.get_model("booking", "Appointment")._default_manager
    rows.filter(override="notice").update(override="")


class Migration(migrations.Migration):
    cannot_be_undone = [
        'Appointments lose the label "sooner than the shortest notice", which is shown no longer.',
    ]
    dependencies = [("booking", "0025_clinic_identifier_url")]
    operations = [
        migrations.AddField(
            model_name="appointment",
            name="entered_afterwards",
            field=models.BooleanField(
                db_default=False,
                default=False,
                editable=False,
                help_text="Staff entered the visit after it had begun; nobody got a mail about it.",
                verbose_name="entered afterwards",
            ),
        ),
        migrations.AddField(
            model_name="appointment",
            name="is_walk_in",
            field=models.BooleanField(
                db_default=False,
                default=False,
                editable=False,
                help_text="Booked at the counter for somebody without e-mail address and phone number.",
                verbose_name="walk-in",
            ),
        ),
        migrations.AlterField(
            model_name="appointment",
            name="override",
            field=models.CharField(
                blank=True,
                choices=[
                    ("hours", "outside working hours"),
                    ("notice", "sooner than the shortest notice"),
                    ("kept", "kept when the hours changed"),
                    ("past", "entered afterwards"),
                ],
                default="",
                editable=False,
                max_length=20,
                verbose_name="overridden rule",
            ),
        ),
        migrations.RunPython(drop_notice_label, migrations.RunPython.noop),
    ]
