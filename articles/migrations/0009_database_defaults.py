"""Give a column its default in the database where an earlier form of 0008 did not."""

from django.db import migrations

from clinic.lib.migration_operations import EnsureDatabaseDefaults


class Migration(migrations.Migration):
    dependencies = [("articles", "0008_feed_ids")]
    operations = [EnsureDatabaseDefaults("article", ("feed_id",))]
