"""Refusals of the education side, in the words of a kind person."""

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class CommentsClosed(Exception):  # it is an answer, not a fault
    """Nothing more can be said about this article."""

    sentence = _("Comments on this article are closed.")

    def __str__(self) -> str:
        return str(self.sentence)


class ImageInUse(Exception):  # it is an answer, not a fault
    """A picture that texts show cannot go."""

    sentence = _("This picture is shown in: %(texts)s. Please take it out there first.")

    def __init__(self, texts: Sequence[str]) -> None:
        super().__init__()
        self.texts = texts

    def __str__(self) -> str:
        return str(self.sentence) % {"texts": ", ".join(self.texts)}


class ImageKnown(Exception):  # it is an answer, not a fault
    """The same picture a second time."""

    sentence = _("This picture is here already: %(alt)s")

    def __init__(self, image: object) -> None:
        super().__init__()
        self.image = image

    def __str__(self) -> str:
        return str(self.sentence) % {"alt": self.image}


class CommentGone(Exception):  # it is an answer, not a fault
    """It was deleted, as its writer asked, or because it was old."""

    sentence = _("This comment is no longer there. It has been deleted.")

    def __str__(self) -> str:
        return str(self.sentence)


class CannotDecide(Exception):  # it is an answer, not a fault
    """Somebody was quicker, or it makes no sense; `sentence` says which."""

    def __init__(self, sentence: str | Promise) -> None:
        super().__init__(sentence)
        self.sentence = sentence

    def __str__(self) -> str:
        return str(self.sentence)
