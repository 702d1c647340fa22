"""Refusals of the articles app: why an action was not done, as a sentence for the user."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from clinic.lib.refusal import Refusal


class ArticleRefusal(Refusal):
    """Base class of the refusals below; `status` is the HTTP status of the answer."""


class CommentsClosed(ArticleRefusal):
    """The article takes no more comments."""

    message = _("Comments on this article are closed.")


class EditConflict(ArticleRefusal):
    """Another editor saved a newer revision after the form was opened."""

    message = _("Somebody has saved this article meanwhile. Please look at what changed.")


class StepNotAllowed(ArticleRefusal):
    """The article's status does not allow this step (see articles/workflow.py)."""

    message = _("The article has moved on meanwhile, so this step does not fit any more.")


class NoUnpublishedChanges(ArticleRefusal):
    """Readers see the newest revision already, so there is nothing to approve or publish."""

    message = _("Readers see the newest text already.")


class BlockedByChecks(ArticleRefusal):
    """At least one issue of the text blocks publication."""

    message = _(
        "Something must be put right before readers see this text. It is in the list of checks."
    )


class NeedsApproval(ArticleRefusal):
    """The settings ask for a second person's approval, and there is none."""

    message = _("Somebody who has not written any of this must approve it first.")


class CannotApproveOwnText(ArticleRefusal):
    """The user wrote part of what they want to approve."""

    message = _("You have written some of this. Please ask somebody else to approve it.")


class NeedsClinicianSignature(ArticleRefusal):
    """The settings ask for a clinician's signature, and there is none."""

    message = _("A clinician must sign this text first.")


class NotAClinician(ArticleRefusal):
    """The user is linked to no contributor who is a clinician."""

    message = _(
        "Only a clinician can sign. The owner enters who that is, with a sign-in of their own."
    )


class SlugTaken(ArticleRefusal):
    """Another article has this slug."""

    status = 422
    message = _("Another article lives at this address. Please choose another one.")


class PublicationTimeInPast(ArticleRefusal):
    """An article can only be scheduled for the future."""

    status = 422
    message = _("Please choose a day and time in the future.")


class AutosaveTooLarge(ArticleRefusal):
    """The unsaved text exceeds the limit of the autosave."""

    status = 413
    message = _("This text is too long to be kept. It is still on the page where you wrote it.")


class NonexistentLocalTime(ArticleRefusal):
    """The clinic's clock skips this time when it is put forward."""

    status = 422
    message = _(
        "That time does not exist: the clocks are put forward and skip it. Please choose another."
    )


class ImageInUse(ArticleRefusal):
    """An image cannot be deleted while texts show it; `texts` has their titles."""

    message = _("This picture is shown in: %(texts)s. Please take it out there first.")

    def __init__(self, texts: Sequence[str]) -> None:
        super().__init__(str(self.message) % {"texts": ", ".join(texts)})
        self.texts = texts


class DuplicateImage(ArticleRefusal):
    """The same picture has been uploaded before; `image` is that row."""

    message = _("This picture is here already: %(alt)s")

    def __init__(self, image: object) -> None:
        super().__init__(str(self.message) % {"alt": image})
        self.image = image


class CommentDeleted(ArticleRefusal):
    """The comment was deleted meanwhile, on request or by the retention job."""

    status = 410
    message = _("This comment is no longer there. It has been deleted.")


class ModerationRefused(ArticleRefusal):
    """The comment's status does not allow the decision; `message` says why."""
