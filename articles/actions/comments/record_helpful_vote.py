"""Count whether readers found an article helpful. Only the two numbers are stored."""

from django.db import transaction
from django.db.models import F

from articles.actions.actor import Actor
from articles.models import Article, HelpfulCount
from booking.models import RateLimitCounter
from clinic.lib.rate_limit import RateLimit, count_use

HELPFUL_VOTE_LIMIT = RateLimit("helpful", most=20)


def record_helpful_vote(article: Article, helpful: bool, *, by: Actor) -> None:
    """Count one vote. Raises TooMany when the rate limit is reached."""
    count_use(HELPFUL_VOTE_LIMIT, by.ip_address, count=RateLimitCounter.objects.add)
    field = "yes" if helpful else "no"
    with transaction.atomic():
        HelpfulCount.objects.get_or_create(article=article)
        HelpfulCount.objects.filter(article=article).update(**{field: F(field) + 1})
