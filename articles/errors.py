"""Refusals of the education side, in the words of a kind person."""

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class ArticleRefusal(Exception):  # it is an answer, not a fault
    """Something that was not done, and why."""

    status = 409
    sentence: str | Promise = _("Sorry, this cannot be done now.")

    def __str__(self) -> str:
        return str(self.sentence)


class CommentsClosed(ArticleRefusal):
    """Nothing more can be said about this article."""

    sentence = _("Comments on this article are closed.")


class EditConflict(ArticleRefusal):
    sentence = _("Somebody has saved this article meanwhile. Please look at what changed.")


class StepNotAllowed(ArticleRefusal):
    sentence = _("The article has moved on meanwhile, so this step does not fit any more.")


class NoUnpublishedChanges(ArticleRefusal):
    sentence = _("Readers see the newest text already.")


class BlockedByChecks(ArticleRefusal):
    sentence = _(
        "Something must be put right before readers see this text. It is in the list of checks."
    )


class NeedsApproval(ArticleRefusal):
    sentence = _("Somebody who has not written any of this must approve it first.")


class CannotApproveOwnText(ArticleRefusal):
    sentence = _("You have written some of this. Please ask somebody else to approve it.")


class NeedsClinicianSignature(ArticleRefusal):
    sentence = _("A clinician must sign this text first.")


class NotAClinician(ArticleRefusal):
    sentence = _(
        "Only a clinician can sign. The owner enters who that is, with a sign-in of their own."
    )


class SlugTaken(ArticleRefusal):
    status = 422
    sentence = _("Another article lives at this address. Please choose another one.")


class PublicationTimeInPast(ArticleRefusal):
    status = 422
    sentence = _("Please choose a day and time in the future.")


class AutosaveTooLarge(ArticleRefusal):
    status = 413
    sentence = _("This text is too long to be kept. It is still on the page where you wrote it.")


class NonexistentLocalTime(ArticleRefusal):
    status = 422
    sentence = _(
        "That time does not exist: the clocks are put forward and skip it. Please choose another."
    )


class ImageInUse(Exception):  # it is an answer, not a fault
    """A picture that texts show cannot go."""

    sentence = _("This picture is shown in: %(texts)s. Please take it out there first.")

    def __init__(self, texts: Sequence[str]) -> None:
        super().__init__()
        self.texts = texts

    def __str__(self) -> str:
        return str(self.sentence) % {"texts": ", ".join(self.texts)}


class DuplicateImage(Exception):  # it is an answer, not a fault
    """The same picture a second time."""

    sentence = _("This picture is here already: %(alt)s")

    def __init__(self, image: object) -> None:
        super().__init__()
        self.image = image

    def __str__(self) -> str:
        return str(self.sentence) % {"alt": self.image}


class CommentDeleted(Exception):  # it is an answer, not a fault
    """It was deleted, as its writer asked, or because it was old."""

    sentence = _("This comment is no longer there. It has been deleted.")

    def __str__(self) -> str:
        return str(self.sentence)


class ModerationRefused(Exception):  # it is an answer, not a fault
    """Somebody was quicker, or it makes no sense; `sentence` says which."""

    def __init__(self, sentence: str | Promise) -> None:
        super().__init__(sentence)
        self.sentence = sentence

    def __str__(self) -> str:
        return str(self.sentence)
