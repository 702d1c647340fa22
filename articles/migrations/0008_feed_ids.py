"""Keep the identifiers that readers of the feed know already: the address of each article."""

from typing import Any

import articles.models.article
import clinic.lib.random_urn
from django.conf import settings
from django.db import migrations, models


def keep_addresses(apps: Any, schema_editor: Any) -> None:
    rows = apps.get_model("articles", "Article")._default_manager
    for pk, slug in rows.values_list("pk", "slug"):
        rows.filter(pk=pk).update(feed_id=f"{settings.BASE_URL}/articles/{slug}/")


class Migration(migrations.Migration):
    cannot_be_undone = []  # going back, identifiers are again made of addresses
    dependencies = [("articles", "0007_plain_words_in_the_back_office")]
    operations = [
        migrations.AddField(
            model_name="article",
            name="feed_id",
            field=models.CharField(
                db_default=clinic.lib.random_urn.RandomUrn(),
                default=articles.models.article.new_feed_id,
                editable=False,
                help_text="Its identifier in the feed, which stays when its address changes.",
                max_length=300,
            ),
        ),
        migrations.RunPython(keep_addresses, migrations.RunPython.noop),
    ]
