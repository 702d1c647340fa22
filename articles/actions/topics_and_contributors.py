"""Editors name topics; the owner enters who writes and who may sign."""

from articles.models import Contributor, Topic


def save_topic(topic: Topic) -> None:
    """A shelf as the form has it; its address is unique."""
    topic.save()


def save_contributor(contributor: Contributor) -> None:
    """A real person, with the credentials as on the register."""
    contributor.save()
