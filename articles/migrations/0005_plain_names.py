"""Give a model and three columns plainer names. The table of the model stays."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0004_images"),
    ]

    operations = [
        migrations.AlterModelTable(name="unsavedtext", table="articles_unsavedtext"),
        migrations.RenameModel(old_name="UnsavedText", new_name="Autosave"),
        migrations.RenameField("article", "around_changed_at", "page_changed_at"),
        migrations.RenameField("articlesettings", "second_person", "requires_approval"),
        migrations.RenameField(
            "articlesettings", "clinician_signs", "requires_clinician_signature"
        ),
    ]
