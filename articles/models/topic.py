"""Topics, contributors, glossary terms and policy pages."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from booking.models import User
from clinic.lib.dates import clock


class ContentFileModel(models.Model):
    """Base of the models whose rows can be loaded from articles/content/.

    `loaded_from` is the slug in the content file. `loaded_digest` is the digest of what was
    loaded: while the row's contents still have that digest, no editor has changed it.
    """

    loaded_from = models.SlugField(
        _("loaded from file"), max_length=100, unique=True, null=True, blank=True, editable=False
    )
    loaded_digest = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        abstract = True


class Topic(ContentFileModel):
    """A topic of articles, such as iron, sleep or massage."""

    slug = models.SlugField(_("address"), max_length=100, unique=True)
    name = models.CharField(_("name"), max_length=80)
    description = models.CharField(_("in one sentence"), max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(_("position in lists"), default=0)

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ("position", "name")

    def __str__(self) -> str:
        return self.name


class Contributor(models.Model):
    """A real person who writes articles or signs them as a clinician."""

    slug = models.SlugField(_("short name"), max_length=100, unique=True)
    name = models.CharField(_("name"), max_length=120)
    credentials = models.CharField(
        _("credentials"),
        max_length=160,
        blank=True,
        help_text=_("As on the register, with the number: shown to readers word for word."),
    )
    bio = models.CharField(_("in one or two sentences"), max_length=400, blank=True)
    is_clinician = models.BooleanField(
        _("may sign articles as a clinician"),
        default=False,
        help_text=_("Only somebody whose credentials you have checked."),
    )
    user = models.OneToOneField(
        User,
        verbose_name=_("signs in as"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="contributor",
    )

    class Meta:
        verbose_name = _("contributor")
        verbose_name_plural = _("contributors")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class GlossaryTerm(ContentFileModel):
    """A term of the glossary with its meaning. `sources` are keys of articles' sources."""

    slug = models.SlugField(_("address"), max_length=100, unique=True)
    term = models.CharField(_("term"), max_length=80)
    meaning = models.TextField(_("meaning"), max_length=2000)
    sources = models.JSONField(_("sources"), default=list, blank=True)

    class Meta:
        verbose_name = _("glossary term")
        verbose_name_plural = _("glossary terms")
        ordering = ("term",)

    def __str__(self) -> str:
        return self.term


class Page(ContentFileModel):
    """A policy page: the evidence policy or the comment policy."""

    slug = models.SlugField(_("address"), max_length=100, unique=True)
    title = models.CharField(_("title"), max_length=120)
    description = models.CharField(_("for search engines"), max_length=160, blank=True)
    body = models.TextField(_("text"))
    changed_at = models.DateTimeField(_("last changed"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("page")
        verbose_name_plural = _("pages")
        ordering = ("title",)

    def __str__(self) -> str:
        return self.title
