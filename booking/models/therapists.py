"""Therapists and the options they offer."""

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from booking.models.catalogue import Option
from booking.models.people import User


class Therapist(models.Model):
    """A person who gives treatments."""

    user = models.OneToOneField(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="therapist"
    )
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("address"), max_length=80, unique=True)
    credentials = models.CharField(
        _("credentials"),
        max_length=160,
        blank=True,
        help_text=_("Exactly as on the license."),
    )
    licence_number = models.CharField(
        _("license number"),
        max_length=60,
        blank=True,
        default="",
        db_default="",
        help_text=_("Shown with the credentials, so that patients can look it up."),
    )
    languages = models.CharField(_("languages"), max_length=160, blank=True)
    bio = models.TextField(_("about"), blank=True)
    photo_digest = models.CharField(
        _("photo"), max_length=32, blank=True, default="", db_default="", editable=False
    )
    photo_widths = models.JSONField(default=list, db_default=[], blank=True, editable=False)
    position = models.PositiveSmallIntegerField(_("position in lists"), default=0)
    is_active = models.BooleanField(_("takes appointments"), default=True)

    class Meta:
        verbose_name = _("therapist")
        verbose_name_plural = _("therapists")
        ordering = ("position", "name")

    def __str__(self) -> str:
        return self.name

    def photo_path(self, width: int, digest: str = "") -> str:
        """Return the path of a photo file, relative to MEDIA_ROOT.

        `width` is in pixels; `digest` identifies the photo, by default the present one.
        """
        return f"therapists/{self.pk}/{digest or self.photo_digest}-{width}.webp"


class Offer(models.Model):
    """An option that a therapist offers, at the usual price or at an own one."""

    therapist = models.ForeignKey(Therapist, on_delete=models.CASCADE, related_name="offers")
    option = models.ForeignKey(Option, on_delete=models.CASCADE, related_name="offers")
    own_price = models.DecimalField(
        _("own price"),
        max_digits=9,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=_("Leave empty to use the usual price."),
    )

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        constraints = (
            models.UniqueConstraint(
                fields=["therapist", "option"],
                name="offer_once",
                violation_error_message=_("This therapist offers that option already."),
            ),
            models.CheckConstraint(
                condition=models.Q(own_price__isnull=True) | models.Q(own_price__gte=0),
                name="offer_price_positive",
                violation_error_message=_("A price cannot be below zero."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.therapist}: {self.option}"

    @property
    def price(self) -> Decimal:
        """The therapist's price of the option."""
        return self.option.price if self.own_price is None else self.own_price
