"""Save topics and contributors."""

from articles.models import Contributor, Topic


def save_topic(topic: Topic) -> None:
    """Save a topic from a valid form."""
    topic.save()


def save_contributor(contributor: Contributor) -> None:
    """Save a contributor from a valid form."""
    contributor.save()
