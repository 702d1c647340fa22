"""Name two columns of an article's history, and the articles of a contributor, for what they are.

A rename of a column keeps the triggers that make the history append-only, on both databases.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0005_plain_names"),
    ]

    operations = [
        migrations.RenameField("articleevent", "number", "revision_number"),
        migrations.RenameField("articleevent", "due", "publish_at"),
        migrations.AlterField(
            model_name="article",
            name="author",
            field=models.ForeignKey(
                blank=True,
                help_text="Empty: the clinic itself.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="written_articles",
                to="articles.contributor",
                verbose_name="author",
            ),
        ),
        migrations.AlterField(
            model_name="article",
            name="reviewed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reviewed_articles",
                to="articles.contributor",
                verbose_name="reviewed by",
            ),
        ),
    ]
