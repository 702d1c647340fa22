"""The text that the search looks through."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models.article import Article


class SearchEntry(models.Model):
    """The plain text of an article in three columns of different weight.

    PostgreSQL has a full-text index over these columns; SQLite a copy of them in its FTS5 table
    (both made by migration 0002; articles/actions/writing/search_index.py keeps them up to date).
    """

    article = models.OneToOneField(
        Article, on_delete=models.CASCADE, primary_key=True, related_name="search_entry"
    )
    title = models.TextField()
    lead = models.TextField()
    body = models.TextField()

    class Meta:
        verbose_name = _("search entry")
        verbose_name_plural = _("search entries")

    def __str__(self) -> str:
        return self.title
