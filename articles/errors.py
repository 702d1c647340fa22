"""Refusals of the education side, in the words of a kind person."""

from django.utils.translation import gettext_lazy as _


class CommentsClosed(Exception):  # it is an answer, not a fault
    """Nothing more can be said about this article."""

    sentence = _("Comments on this article are closed.")

    def __str__(self) -> str:
        return str(self.sentence)
