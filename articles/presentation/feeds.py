"""The Atom feed of new articles."""

from django.conf import settings
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from articles.queries.published import list_articles
from booking.models import ClinicProfile
from clinic.lib.dates import clock
from clinic.lib.text.invisible import without_control_characters

MAX_ENTRIES = 30


def build_atom_feed(clinic: ClinicProfile | None) -> str:
    """Return the feed of the newest MAX_ENTRIES articles as Atom XML.

    Control characters, which XML does not allow, are left out. Forms refuse them, but rows of an
    older release or of an import may contain some.
    """
    name = without_control_characters(clinic.name) if clinic else ""
    identifier_url = clinic.identifier_url if clinic else settings.BASE_URL
    feed = Atom1Feed(
        title=_("Articles on restless legs, from %(clinic)s") % {"clinic": name}
        if name
        else _("Articles on restless legs"),
        link=settings.BASE_URL + reverse("articles"),
        description="",
        subtitle=_("What is known about restless legs syndrome, with sources."),
        language=get_language(),
        feed_guid=f"{identifier_url}{reverse('articles')}",
        feed_url=settings.BASE_URL + reverse("article-feed"),
        author_name=name or None,
    )
    for article in list_articles(clock.now()).select_related("author")[:MAX_ENTRIES]:
        address = settings.BASE_URL + reverse("article", args=[article.slug])
        feed.add_item(
            title=without_control_characters(article.title),
            link=address,
            description=without_control_characters(article.excerpt),
            unique_id=article.feed_id,
            pubdate=article.published_at,
            updateddate=article.changed_at,
            author_name=without_control_characters(article.author.name) if article.author else None,
            categories=[without_control_characters(topic.name) for topic in article.topics.all()],
        )
    return feed.writeString("utf-8")
