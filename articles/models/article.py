"""An article, its questions, its sources and its former addresses."""

from collections.abc import Sequence
from datetime import datetime
from typing import Self
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models.topic import ContentFileModel, Contributor, Topic
from articles.workflow import DATED_STATUSES, RESERVED_SLUGS, ArticleStatus
from booking.models import Treatment, User
from clinic.lib.dates import clock
from clinic.lib.random_urn import RandomUrn

SUMMARY_POINTS = 3


def validate_slug_not_reserved(slug: str) -> None:
    """Raise ValidationError for a slug that another page below /articles/ uses."""
    if slug in RESERVED_SLUGS:
        raise ValidationError(_("Please choose another address: this one is taken by a page."))


def validate_lines(lines: object) -> None:
    """Raise ValidationError unless the value is a list of non-empty strings."""
    if not isinstance(lines, list) or any(type(line) is not str or not line for line in lines):
        raise ValidationError(_("Please give a list of sentences, none of them empty."))


class ArticleQuerySet(models.QuerySet["Article"]):
    def visible(self, now: datetime) -> Self:
        """Filter to what readers see at `now`: scheduled or published, and the time has come."""
        return self.filter(status__in=DATED_STATUSES, published_at__lte=now)

    def newest_first(self) -> Self:
        """Order by the time of publication, the newest first."""
        return self.order_by("-published_at", "-pk")


def new_feed_id() -> str:
    """Return the identifier of a new article in the feed (RFC 4287, 4.2.6)."""
    return uuid4().urn


class Article(ContentFileModel):
    """An article as readers see it; newer text waits as a Revision until it is published.

    `body` is HTML with marks (articles/text/marks.py), cleaned when saved and when rendered.
    """

    slug = models.SlugField(
        _("address"), max_length=100, unique=True, validators=[validate_slug_not_reserved]
    )
    title = models.CharField(_("title"), max_length=120)
    description = models.CharField(_("for search engines"), max_length=160)
    excerpt = models.CharField(_("in lists"), max_length=300)
    summary = models.JSONField(
        _("summary, as three points"), default=list, blank=True, validators=[validate_lines]
    )
    medical_help = models.JSONField(
        _("when to get medical help"), default=list, blank=True, validators=[validate_lines]
    )
    body = models.TextField(_("text"))
    image = models.CharField(_("drawing"), max_length=40, blank=True)
    image_alt = models.CharField(_("what the drawing shows"), max_length=200, blank=True)
    image_caption = models.CharField(_("caption"), max_length=200, blank=True)
    topics = models.ManyToManyField(
        Topic, verbose_name=_("topics"), related_name="articles", blank=True
    )
    treatments = models.ManyToManyField(
        Treatment, verbose_name=_("treatments"), related_name="+", blank=True
    )
    offers_booking = models.BooleanField(
        _("offers treatments to book"),
        default=False,
        help_text=_("Leave out where a book button would be an advertisement for a remedy."),
    )
    comments_open = models.BooleanField(_("readers may comment"), default=True)

    author = models.ForeignKey(
        Contributor,
        verbose_name=_("author"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="written_articles",
        help_text=_("Leave empty for the clinic itself."),
    )
    reviewed_by = models.ForeignKey(
        Contributor,
        verbose_name=_("reviewed by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reviewed_articles",
    )
    reviewed_on = models.DateField(_("reviewed on"), null=True, blank=True)

    status = models.CharField(
        _("status"), max_length=10, choices=ArticleStatus.choices, default=ArticleStatus.DRAFT
    )
    published_at = models.DateTimeField(_("first published"), null=True, blank=True)
    changed_at = models.DateTimeField(_("last changed"), default=clock.now, editable=False)
    changed_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    version = models.PositiveIntegerField(_("newest revision"), default=0, editable=False)
    shown_version = models.PositiveIntegerField(
        _("revision shown to readers"), default=0, editable=False
    )
    review_due = models.DateField(_("review again by"), null=True, blank=True, editable=False)

    feed_id = models.CharField(
        max_length=300,
        default=new_feed_id,
        db_default=RandomUrn(),
        editable=False,
        help_text=_("Its identifier in the feed, which stays when its address changes."),
    )
    page_changed_at = models.DateTimeField(null=True, blank=True, editable=False)
    """When something on its page other than its text last changed: a comment or a picture."""

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering = ("title",)
        indexes = (models.Index(fields=["status", "-published_at"], name="article_by_publication"),)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(status__in=ArticleStatus.values),
                name="article_status_known",
                violation_error_message=_("That status does not exist."),
            ),
            models.CheckConstraint(
                condition=~models.Q(status__in=DATED_STATUSES)
                | models.Q(published_at__isnull=False),
                name="article_published_when",
                violation_error_message=_("A published article says since when."),
            ),
            models.CheckConstraint(
                condition=~models.Q(slug__in=RESERVED_SLUGS),
                name="article_address_free",
                violation_error_message=_(
                    "Please choose another address: this one is taken by a page."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(reviewed_by__isnull=True, reviewed_on__isnull=True)
                | models.Q(reviewed_by__isnull=False, reviewed_on__isnull=False),
                name="article_review_whole",
                violation_error_message=_("A review has a name and a date, or there was none."),
            ),
            models.CheckConstraint(
                condition=models.Q(image="") | ~models.Q(image_alt=""),
                name="article_drawing_described",
                violation_error_message=_("Please say what the drawing shows."),
            ),
            models.CheckConstraint(
                condition=models.Q(shown_version__lte=models.F("version")),
                name="article_shows_what_was_written",
                violation_error_message=_("An article cannot show a revision that does not exist."),
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def has_unpublished_changes(self) -> bool:
        """Whether the newest revision is newer than the one that readers see."""
        return self.version > self.shown_version

    @property
    def last_modified_at(self) -> datetime:
        """When anything on its page last changed; sent as Last-Modified."""
        return max(self.changed_at, self.page_changed_at or self.changed_at)

    @property
    def marked_texts(self) -> Sequence[str]:
        """The parts with marks: summary, body and medical help. The questions are not included."""
        return [*self.summary, self.body, *self.medical_help]


class OldSlug(models.Model):
    """A former slug of a published article; it redirects to the current one."""

    slug = models.SlugField(_("old address"), max_length=100, unique=True)
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="old_slugs")

    class Meta:
        verbose_name = _("old address")
        verbose_name_plural = _("old addresses")

    def __str__(self) -> str:
        return self.slug


class Faq(models.Model):
    """A question with its answer. `anchor` is its fragment on the page."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="faqs")
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    anchor = models.SlugField(_("anchor"), max_length=100)
    question = models.CharField(_("question"), max_length=160)
    answer = models.TextField(_("answer"))

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ("position", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["article", "anchor"],
                name="faq_anchor_once",
                violation_error_message=_("This article has a question of that name already."),
            ),
        )

    def __str__(self) -> str:
        return self.question


class Source(models.Model):
    """A source that an article cites: a paper, a guideline or a page of a health service."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="sources")
    position = models.PositiveSmallIntegerField(_("number"), default=0)
    key = models.SlugField(_("key"), max_length=60, help_text=_("By which the text refers to it."))
    citation = models.CharField(_("authors, title, journal, year"), max_length=600)
    doi = models.CharField(_("DOI"), max_length=120, blank=True)
    url = models.URLField(_("address"), max_length=300, blank=True)
    kind = models.CharField(_("kind"), max_length=40, blank=True)
    review_by = models.DateField(_("review again by"), null=True, blank=True)

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ("position", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["article", "key"],
                name="source_key_once",
                violation_error_message=_("This article has a source of that key already."),
            ),
        )

    def __str__(self) -> str:
        return self.citation

    @property
    def link(self) -> str:
        """The address to read it at: by DOI if there is one, since DOIs do not change."""
        return f"https://doi.org/{self.doi}" if self.doi else self.url
