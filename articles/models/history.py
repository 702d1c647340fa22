"""The revisions and the workflow history of articles (append-only), autosaves, and settings."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models.article import Article
from articles.models.topic import Contributor
from articles.workflow import ArticleStep
from booking.constraints import AppendOnly
from booking.models import User
from clinic.lib.dates import clock

MAX_REASON_LENGTH = 300


class HistoryEntry(models.Model):
    """Base of the append-only models: when a row was written, and by whom."""

    at = models.DateTimeField(_("when"), default=clock.now)
    by = models.ForeignKey(
        User, verbose_name=_("who"), on_delete=models.PROTECT, null=True, blank=True,
        related_name="+",
    )  # fmt: skip

    class Meta:
        abstract = True


class Revision(HistoryEntry):
    """One saved version of an article. `text` is an ArticleText as JSON (articles.inputs)."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField(_("number"))
    text = models.JSONField(_("text"))
    why = models.CharField(_("what changed, and why"), max_length=MAX_REASON_LENGTH, blank=True)

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(
                fields=["article", "number"],
                name="revision_number_once",
                violation_error_message=_("This article has a revision of that number already."),
            ),
            AppendOnly(
                name="revision_is_append_only",
                violation_error_message=_("A revision is written once and never changed."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.article}, {self.number}"


class ArticleEvent(HistoryEntry):
    """A workflow step that was taken: which, for which revision, when, and by whom.

    `publish_at` is set for the step that schedules, `clinician` for a signature.
    """

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="events")
    step = models.CharField(_("what"), max_length=10, choices=ArticleStep.choices)
    revision_number = models.PositiveIntegerField(_("revision"))
    why = models.CharField(_("why"), max_length=MAX_REASON_LENGTH, blank=True)
    publish_at = models.DateTimeField(_("publication time"), null=True, blank=True)
    clinician = models.ForeignKey(
        Contributor, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ("-at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(step__in=ArticleStep.values),
                name="article_step_known",
                violation_error_message=_("That step does not exist."),
            ),
            models.CheckConstraint(
                condition=~models.Q(step=ArticleStep.SIGN) | models.Q(clinician__isnull=False),
                name="signature_has_a_name",
                violation_error_message=_("A signature is that of a clinician with a name."),
            ),
            AppendOnly(
                name="article_history_append_only",
                violation_error_message=_("History is written once and never changed."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.article}: {self.get_step_display()}"


class Autosave(models.Model):
    """Unsaved input of an editor: the fields of the form, as the browser sent them.

    One for each editor and article, and one for a new article (`article` is None).
    """

    article = models.ForeignKey(
        Article, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    editor = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    fields = models.JSONField(_("fields"))
    at = models.DateTimeField(_("when"), default=clock.now)

    class Meta:
        db_table = "articles_unsavedtext"
        verbose_name = _("unsaved text")
        verbose_name_plural = _("unsaved texts")
        constraints = (
            models.UniqueConstraint(
                fields=["editor", "article"],
                name="unsaved_once",
                violation_error_message=_("There is unsaved text of this article already."),
            ),
            models.UniqueConstraint(
                fields=["editor"],
                condition=models.Q(article__isnull=True),
                name="unsaved_new_once",
                violation_error_message=_("There is an unsaved new article already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.editor}, {self.at:%Y-%m-%d %H:%M}"


class ArticleSettings(models.Model):
    """What the owner requires before an article is published. A single row with pk 1."""

    requires_approval = models.BooleanField(
        _("somebody else must approve"),
        default=False,
        help_text=_("Nobody publishes what only they have read."),
    )
    requires_clinician_signature = models.BooleanField(
        _("a clinician must sign"),
        default=False,
        help_text=_("A contributor who is a clinician and has a sign-in of their own."),
    )

    class Meta:
        verbose_name = _("rules for articles")
        verbose_name_plural = _("rules for articles")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(pk=1),
                name="one_set_of_article_rules",
                violation_error_message=_("There are rules for articles already."),
            ),
        )

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    @classmethod
    def current(cls) -> "ArticleSettings":
        """Return the row, or unsaved defaults if there is none yet."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)
