"""Change the address of an article, and keep its old addresses as redirects."""

from django.db import transaction

from articles.actions.actor import Actor
from articles.models import Article, OldSlug


def change_article_slug(article: Article, slug: str, *, by: Actor) -> None:
    """Change the slug of an article. Its old address redirects to the new one."""
    with transaction.atomic():
        locked = Article.objects.select_for_update().get(pk=article.pk)
        if locked.slug == slug:
            return
        save_old_slug(locked, slug)
        locked.slug, locked.changed_by = slug, by.user
        locked.full_clean()
        locked.save(update_fields=["slug", "changed_by"])
    article.slug = slug


def save_old_slug(article: Article, slug: str) -> None:
    """Store the current slug of an article as an old one; call this before the article gets `slug`.

    An old slug equal to `slug` is deleted, since a current address must not redirect. Slugs of
    articles that were never published are not stored.
    """
    OldSlug.objects.filter(slug=slug).delete()
    published = Article.objects.filter(pk=article.pk, published_at__isnull=False)
    for old in published.exclude(slug=slug).values_list("slug", flat=True):
        OldSlug.objects.update_or_create(slug=old, defaults={"article": article})
