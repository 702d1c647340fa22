"""Treatments with their options, and rooms with their kinds."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from booking.screening.outcomes import Pressure

MAX_SESSION_MINUTES = 300
MAX_TURNAROUND_MINUTES = 60


class RoomKind(models.Model):
    """A kind of room that a treatment may need, such as one with a massage table."""

    name = models.CharField(_("name"), max_length=80, unique=True)

    class Meta:
        verbose_name = _("kind of room")
        verbose_name_plural = _("kinds of room")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Room(models.Model):
    """A room for one appointment at a time."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    kind = models.ForeignKey(RoomKind, on_delete=models.PROTECT, related_name="rooms")
    directions = models.CharField(_("how to find it"), max_length=300, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class TreatmentQuerySet(models.QuerySet["Treatment"]):
    """Filters of treatments."""

    def bookable(self) -> "TreatmentQuerySet":
        """Return active treatments with an active option that an active therapist offers."""
        return self.filter(
            is_active=True,
            options__is_active=True,
            options__offers__therapist__is_active=True,
        ).distinct()


class Treatment(models.Model):
    """A treatment, such as Swedish massage or deep tissue massage."""

    class Color(models.TextChoices):
        """The colors of appointments in the desk's calendar (css/desk/calendar/colors.css)."""

        GREEN = "green", _("green")
        TEAL = "teal", _("teal")
        BLUE = "blue", _("blue")
        VIOLET = "violet", _("violet")
        PLUM = "plum", _("plum")
        ROSE = "rose", _("rose")
        AMBER = "amber", _("amber")
        SAND = "sand", _("sand")

        @classmethod
        def by_position(cls, position: int) -> str:
            """Return a color for the treatment at a position of the list: neighbors differ."""
            return cls.values[position % len(cls.values)]

    name = models.CharField(_("name"), max_length=80, unique=True)
    slug = models.SlugField(_("address"), max_length=80, unique=True)
    neutral_name = models.CharField(
        _("neutral name"),
        max_length=80,
        default="massage",
        help_text=_("Used in mails and calendars, where others may read it."),
    )
    summary = models.CharField(_("in one sentence"), max_length=240, blank=True)
    description = models.TextField(_("what it is"), blank=True)
    who_for = models.TextField(_("who it suits"), blank=True)
    what_to_expect = models.TextField(_("what to expect"), blank=True)
    ask_first = models.TextField(_("who should ask a doctor first"), blank=True)
    room_kind = models.ForeignKey(
        RoomKind,
        verbose_name=_("needs a room of this kind"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        help_text=_("Leave empty if any room is suitable."),
    )
    notice_minutes = models.PositiveIntegerField(
        _("shortest notice for this treatment, in minutes"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(43_200)],
        help_text=_("Leave empty to use the clinic's shortest notice."),
    )
    pressure = models.CharField(
        _("pressure"),
        max_length=10,
        choices=[
            (Pressure.GENTLE, _("gentle")),
            (Pressure.FIRM, _("firm")),
            (Pressure.PREGNANCY, _("for pregnancy")),
        ],
        default=Pressure.FIRM,
        help_text=_("Patients for whom gentle pressure is safer cannot book firm treatments."),
    )
    color = models.CharField(
        _("color in the calendar"),
        max_length=8,
        choices=Color.choices,
        default=Color.GREEN,
        db_default=Color.GREEN,
    )
    position = models.PositiveSmallIntegerField(_("position in lists"), default=0)
    is_active = models.BooleanField(_("in the catalog"), default=True)

    objects = TreatmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("treatment")
        verbose_name_plural = _("treatments")
        ordering = ("position", "name")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(pressure__in=["gentle", "firm", "pregnancy"]),
                name="treatment_touch_known",
                violation_error_message=_("A treatment is gentle, firm or for pregnancy."),
            ),
            models.CheckConstraint(
                condition=models.Q(
                    color__in=[
                        "green",
                        "teal",
                        "blue",
                        "violet",
                        "plum",
                        "rose",
                        "amber",
                        "sand",
                    ]
                ),
                name="treatment_color_known",
                violation_error_message=_("The calendar does not have this color."),
            ),
        )

    def __str__(self) -> str:
        return self.name


class Option(models.Model):
    """One bookable length and price of a treatment."""

    treatment = models.ForeignKey(Treatment, on_delete=models.CASCADE, related_name="options")
    minutes = models.PositiveSmallIntegerField(
        _("length in minutes"),
        validators=[MinValueValidator(5), MaxValueValidator(MAX_SESSION_MINUTES)],
    )
    turnaround_minutes = models.PositiveSmallIntegerField(
        _("minutes to clean up afterwards"),
        default=15,
        validators=[MaxValueValidator(MAX_TURNAROUND_MINUTES)],
    )
    price = models.DecimalField(
        _("price"), max_digits=9, decimal_places=2, validators=[MinValueValidator(0)]
    )
    is_active = models.BooleanField(_("can be booked"), default=True)

    class Meta:
        verbose_name = _("option")
        verbose_name_plural = _("options")
        ordering = ("minutes",)
        constraints = (
            models.UniqueConstraint(
                fields=["treatment", "minutes"],
                name="option_length_once",
                violation_error_message=_("This treatment has an option of that length already."),
            ),
            models.CheckConstraint(
                condition=models.Q(minutes__range=(5, MAX_SESSION_MINUTES)),
                name="option_length_sane",
                violation_error_message=_("A session lasts 5 to 300 minutes."),
            ),
            models.CheckConstraint(
                condition=models.Q(turnaround_minutes__lte=MAX_TURNAROUND_MINUTES),
                name="option_turnaround_sane",
                violation_error_message=_("Cleaning up takes at most 60 minutes."),
            ),
            models.CheckConstraint(
                condition=models.Q(price__gte=0),
                name="option_price_positive",
                violation_error_message=_("A price cannot be below zero."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.treatment}, {self.minutes} min"
