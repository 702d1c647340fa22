"""An article gets another address."""

from django.db import transaction

from articles.actions.actor import Actor
from articles.models import Article, OldSlug


def rename_article(article: Article, slug: str, *, by: Actor) -> None:
    """Old links keep working: they lead to wherever the article lives now."""
    with transaction.atomic():
        locked = Article.objects.select_for_update().get(pk=article.pk)
        if locked.slug == slug:
            return
        OldSlug.objects.filter(slug=slug).delete()  # nothing may lead away from a live address
        OldSlug.objects.update_or_create(slug=locked.slug, defaults={"article": locked})
        locked.slug, locked.changed_by = slug, by.user
        locked.full_clean()
        locked.save(update_fields=["slug", "changed_by"])
    article.slug = slug
