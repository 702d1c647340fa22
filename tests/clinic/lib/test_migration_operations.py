"""Operations with which the code of the last release goes on working."""

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.state import ProjectState
from django.db.models import NOT_PROVIDED

from articles.models import Article
from clinic.lib.migration_operations import EnsureDatabaseDefaults, columns_with_default


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_default_that_is_missing_in_the_database_is_set() -> None:
    field = Article._meta.get_field("feed_id")
    bare = field.clone()
    bare.db_default = NOT_PROVIDED
    bare.set_attributes_from_name("feed_id")
    bare.model = Article
    with connection.schema_editor() as editor:
        editor.alter_field(Article, field, bare)
    assert "feed_id" not in columns_with_default("default", Article)

    state = ProjectState.from_apps(apps)
    with connection.schema_editor() as editor:
        EnsureDatabaseDefaults("article", ("feed_id",)).database_forwards(
            "articles", editor, state, state
        )

    assert "feed_id" in columns_with_default("default", Article)
