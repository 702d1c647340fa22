"""Colors of treatments in the calendar; those that exist get one each, in turn."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

COLORS = ("green", "teal", "blue", "violet", "plum", "rose", "amber", "sand")


def give_colors(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give each treatment a color, in the order of the list."""
    treatments = apps.get_model("booking", "Treatment").objects.order_by("position", "name")
    for number, treatment in enumerate(treatments):
        treatment.color = COLORS[number % len(COLORS)]
        treatment.save(update_fields=["color"])


class Migration(migrations.Migration):
    cannot_be_undone: list[str] = []  # the colors are new
    dependencies = [("booking", "0046_choices_and_restrictions_are_kept")]

    operations = [
        migrations.AddField(
            model_name="treatment",
            name="color",
            field=models.CharField(
                choices=[(color, color) for color in COLORS],
                db_default="green",
                default="green",
                max_length=8,
                verbose_name="color in the calendar",
            ),
        ),
        migrations.AddConstraint(
            model_name="treatment",
            constraint=models.CheckConstraint(
                condition=models.Q(("color__in", list(COLORS))),
                name="treatment_color_known",
                violation_error_message="The calendar does not have this color.",
            ),
        ),
        migrations.RunPython(give_colors, migrations.RunPython.noop),
    ]
