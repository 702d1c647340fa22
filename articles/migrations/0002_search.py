"""What searching needs that models cannot say: a full-text index on either database."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import TrigramExtension
from django.contrib.postgres.search import SearchVector
from django.db import migrations

INDEX = GinIndex(
    SearchVector("title", weight="A", config="english")
    + SearchVector("lead", weight="B", config="english")
    + SearchVector("body", weight="C", config="english"),
    name="article_full_text",
)
FTS5 = (
    "CREATE VIRTUAL TABLE articles_search USING fts5"
    "(title, lead, body, tokenize = 'porter unicode61 remove_diacritics 2')"
)


class Trigrams(TrigramExtension):
    """For typing errors; SQLite knows no extensions, going back either."""

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        if schema_editor.connection.vendor == "postgresql":
            super().database_backwards(app_label, schema_editor, from_state, to_state)


def create_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.add_index(apps.get_model("articles", "SearchEntry"), INDEX)
    else:
        schema_editor.execute(FTS5)


def drop_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.remove_index(apps.get_model("articles", "SearchEntry"), INDEX)
    else:
        schema_editor.execute("DROP TABLE articles_search")


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0001_articles'),
    ]

    operations = [
        Trigrams(),
        migrations.RunPython(create_index, drop_index),
    ]
