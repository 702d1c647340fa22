"""Uploaded pictures. Their files are under MEDIA_ROOT, in a folder with a random name."""

from typing import Self
from uuid import UUID, uuid4

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from booking.models import User
from clinic.lib.dates import clock

PERCENT_VALIDATORS = [MaxValueValidator(100, _("Please give a number from 0 to 100."))]


class ImageQuerySet(models.QuerySet["Image"]):
    def with_public_ids(self, ids: set[UUID]) -> Self:
        """Filter to the images with these identifiers."""
        return self.filter(public_id__in=ids)


class Image(models.Model):
    """A picture in several widths, each a WebP file that is never overwritten.

    Texts refer to it by `public_id`. Its URL contains `digest`, the hash of its content, so that
    caches may keep it for ever. `widths` are in pixels.
    """

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    digest = models.CharField(max_length=32, unique=True, editable=False)
    alt = models.CharField(
        _("what it shows"),
        max_length=200,
        help_text=_("For people who cannot see it. Say what matters here, in one sentence."),
    )
    caption = models.CharField(
        _("caption"),
        max_length=200,
        blank=True,
        help_text=_("Offered below the picture; each article can change it."),
    )
    focal_x = models.PositiveSmallIntegerField(
        _("from the left, in percent"), default=50, validators=PERCENT_VALIDATORS
    )
    focal_y = models.PositiveSmallIntegerField(
        _("from the top, in percent"), default=50, validators=PERCENT_VALIDATORS
    )
    width = models.PositiveIntegerField(_("width"), editable=False)
    height = models.PositiveIntegerField(_("height"), editable=False)
    widths = models.JSONField(_("widths"), default=list, editable=False)
    added_at = models.DateTimeField(_("added"), default=clock.now, editable=False)
    added_by = models.ForeignKey(
        User,
        verbose_name=_("added by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )

    objects = ImageQuerySet.as_manager()

    class Meta:
        verbose_name = _("image")
        verbose_name_plural = _("images")
        ordering = ("-added_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(alt=""),
                name="image_described",
                violation_error_message=_("Please say what the picture shows."),
            ),
            models.CheckConstraint(
                condition=models.Q(focal_x__lte=100, focal_y__lte=100),
                name="image_focal_point_inside",
                violation_error_message=_("The point that matters lies inside the picture."),
            ),
            models.CheckConstraint(
                condition=models.Q(width__gt=0, height__gt=0),
                name="image_has_a_size",
                violation_error_message=_("A picture has a width and a height."),
            ),
        )

    def __str__(self) -> str:
        return self.alt

    @property
    def folder(self) -> str:
        """The folder of its files, relative to MEDIA_ROOT."""
        return f"images/{self.public_id.hex}"

    def file_path(self, width: int) -> str:
        """Return the path of the file with this width, relative to MEDIA_ROOT."""
        return f"{self.folder}/{width}.webp"

    @property
    def focal_point_classes(self) -> str:
        """The focal point as two CSS classes, rounded to 10 percent.

        Classes, because the content security policy allows no inline styles.
        """
        return f"fx-{_nearest_tenth(self.focal_x)} fy-{_nearest_tenth(self.focal_y)}"


def _nearest_tenth(percent: int) -> int:
    return (percent + 5) // 10 * 10
