"""An article gets another address."""

from django.db import transaction

from articles.actions.actor import Actor
from articles.actions.publishing.old_slugs import save_old_slug
from articles.models import Article


def change_article_slug(article: Article, slug: str, *, by: Actor) -> None:
    """Old links keep working: they lead to wherever the article lives now."""
    with transaction.atomic():
        locked = Article.objects.select_for_update().get(pk=article.pk)
        if locked.slug == slug:
            return
        save_old_slug(locked, slug)
        locked.slug, locked.changed_by = slug, by.user
        locked.full_clean()
        locked.save(update_fields=["slug", "changed_by"])
    article.slug = slug
