"""The clinic's profile, its booking policy and its closures."""

from datetime import date, datetime
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.lib.compiled_queries import compiled_query
from clinic.lib.dates.zones import local_date

MAX_HOLD_MINUTES = 60
"""The most minutes that a clinic can set for the hold of a visitor."""

MAX_ANSWER_HOURS = 168
"""The most hours that a clinic can set for the hold of a proposed time."""


def validate_time_zone(key: str) -> None:
    """Raise ValidationError unless `key` is a known IANA time zone."""
    if key not in available_timezones():
        raise ValidationError(_("%(zone)s is not a time zone we know."), params={"zone": key})


def default_identifier_url() -> str:
    """Return the site's address, as the default of `ClinicProfile.identifier_url`."""
    return str(settings.BASE_URL)


def default_reminder_hours() -> list[int]:
    """Return the default of `reminder_hours`: two days and three hours before."""
    return [48, 3]


def validate_reminders(hours: object) -> None:
    """Raise ValidationError unless it is a list of at most five whole hours (1 to 672)."""
    items = hours if isinstance(hours, list) else [None]
    if len(items) > 5 or any(type(hour) is not int or not 1 <= hour <= 672 for hour in items):
        raise ValidationError(_("Please give up to five whole numbers of hours, such as [48, 3]."))


class ClinicProfile(models.Model):
    """The clinic of this site, with its booking policy. There is only one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    name = models.CharField(_("name"), max_length=120)
    tagline = models.CharField(_("tagline"), max_length=160, blank=True)
    about = models.TextField(
        _("about the clinic"), blank=True, help_text=_("Shown on the page About.")
    )
    street = models.CharField(_("street and number"), max_length=160, blank=True)
    city = models.CharField(_("city"), max_length=80, blank=True)
    region = models.CharField(
        _("state or region"), max_length=10, blank=True, help_text=_("As a code, such as IL.")
    )
    postcode = models.CharField(_("postcode"), max_length=20, blank=True)
    country = models.CharField(
        _("country"),
        max_length=2,
        validators=[RegexValidator(r"^[A-Z]{2}$", _("Two capital letters, such as US."))],
        help_text=_("ISO 3166-1 code, such as US."),
    )
    directions = models.TextField(
        _("how to get in"), blank=True, help_text=_("Bell, floor, parking, bus and train.")
    )
    wheelchair_access = models.TextField(_("wheelchair access"), blank=True)
    phone = models.CharField(_("phone"), max_length=40)
    email = models.EmailField(_("e-mail"), max_length=254)
    identifier_url = models.CharField(
        max_length=200,
        default=default_identifier_url,
        editable=False,
        help_text=_(
            "The address in identifiers that others keep: of calendar events, feeds and structured "
            "data. It stays when the site moves."
        ),
    )
    time_zone = models.CharField(_("time zone"), max_length=64, validators=[validate_time_zone])
    currency = models.CharField(
        _("currency"),
        max_length=3,
        validators=[RegexValidator(r"^[A-Z]{3}$", _("Three capital letters, such as USD."))],
        help_text=_("ISO 4217 code, such as USD."),
    )

    notice_minutes = models.PositiveIntegerField(
        _("shortest notice, in minutes"), default=120, validators=[MaxValueValidator(43_200)]
    )
    horizon_days = models.PositiveIntegerField(
        _("bookable days ahead"),
        default=60,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
    )
    grid_minutes = models.PositiveIntegerField(
        _("appointments start every ... minutes"),
        default=15,
        validators=[MinValueValidator(5), MaxValueValidator(240)],
    )
    hold_minutes = models.PositiveIntegerField(
        _("a chosen time is held for ... minutes"),
        default=10,
        validators=[MinValueValidator(2), MaxValueValidator(MAX_HOLD_MINUTES)],
    )
    cancellation_hours = models.PositiveIntegerField(
        _("patients can change online until ... hours before"),
        default=24,
        validators=[MaxValueValidator(336)],
    )
    answer_hours = models.PositiveSmallIntegerField(
        _("a proposed time is held for ... hours"),
        default=24,
        db_default=24,
        validators=[MinValueValidator(1), MaxValueValidator(MAX_ANSWER_HOURS)],
        help_text=_(
            "When you ask a patient about another time, it is held for so long, but not beyond the "
            "shortest notice before the booked time."
        ),
    )
    avoid_gaps = models.BooleanField(
        _("avoid gaps"),
        default=False,
        help_text=_("Offer no start that leaves a gap too short for any treatment."),
    )

    reminder_hours = models.JSONField(
        _("reminders, in hours before the appointment"),
        default=default_reminder_hours,
        blank=True,
        validators=[validate_reminders],
        help_text=_(
            "A list such as [48, 3]. A reminder that was due before the booking is not sent."
        ),
    )
    max_patient_moves = models.PositiveSmallIntegerField(
        _("how often patients may move an appointment themselves"), default=3
    )
    thank_you_mail = models.BooleanField(
        _("send a thank-you mail"),
        default=False,
        help_text=_("A mail on the day after the appointment, with a link to book again."),
    )
    desk_idle_minutes = models.PositiveSmallIntegerField(
        _("lock the desk after ... minutes without use"),
        default=15,
        validators=[MinValueValidator(1), MaxValueValidator(240)],
    )
    guest_bookings_per_hour = models.PositiveIntegerField(
        _("guest bookings per hour"),
        default=10,
        help_text=_(
            "For the whole site. Beyond this number, guests must verify their e-mail address "
            "before they can book."
        ),
    )
    audit_kept_years = models.PositiveSmallIntegerField(
        _("keep the audit trail for ... years"),
        default=6,
        db_default=6,
        validators=[MinValueValidator(1), MaxValueValidator(30)],
        help_text=_(
            "Who looked at and changed patients' data, and who signed in. Laws differ: ask your "
            "counsel how long you must be able to say so."
        ),
    )

    class Meta:
        verbose_name = _("clinic profile")
        verbose_name_plural = _("clinic profile")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(pk=1),
                name="one_clinic",
                violation_error_message=_("There is one clinic on this site already."),
            ),
            models.CheckConstraint(
                condition=models.Q(grid_minutes__range=(5, 240)),
                name="clinic_grid_sane",
                violation_error_message=_("Starts can be 5 to 240 minutes apart."),
            ),
            models.CheckConstraint(
                condition=models.Q(horizon_days__range=(1, 365)),
                name="clinic_horizon_sane",
                violation_error_message=_("Booking can open 1 to 365 days ahead."),
            ),
            models.CheckConstraint(
                condition=models.Q(hold_minutes__range=(2, MAX_HOLD_MINUTES)),
                name="clinic_hold_sane",
                violation_error_message=_("A time can be kept for 2 to 60 minutes."),
            ),
            models.CheckConstraint(
                condition=models.Q(answer_hours__range=(1, MAX_ANSWER_HOURS)),
                name="clinic_answer_hours_sane",
                violation_error_message=_("A proposed time can be held for 1 to 168 hours."),
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def town(self) -> str:
        """City, state and postal code in one line: Chicago, IL 60601."""
        city = ", ".join(filter(None, [self.city, self.region]))
        return f"{city} {self.postcode}".strip()

    @property
    def zone(self) -> ZoneInfo:
        """The clinic's time zone."""
        return ZoneInfo(self.time_zone)

    def local_date(self, instant: datetime) -> date:
        """Return the date of an instant on the clinic's calendar."""
        return local_date(instant, self.zone)

    def today(self, now: datetime) -> date:
        """Return the clinic's current date. `now` is usually clock.now()."""
        return self.local_date(now)

    @classmethod
    def current(cls) -> "ClinicProfile | None":
        """Return the clinic, or None before it has been set up."""
        return next(iter(_clinic_rows()), None)


@compiled_query
def _clinic_rows() -> "models.QuerySet[ClinicProfile, ClinicProfile]":
    return ClinicProfile.objects.all()[:1]  # first() would sort by all that it reads


class Closure(models.Model):
    """Whole days, or the same hours of each day, on which the clinic is closed."""

    name = models.CharField(_("what for"), max_length=120)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    starts = models.TimeField(
        _("from"), null=True, blank=True, help_text=_("Leave both times empty for whole days.")
    )
    ends = models.TimeField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("closure")
        verbose_name_plural = _("closures")
        ordering = ("first_day", "starts", "pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(last_day__gte=models.F("first_day")),
                name="closure_days_in_order",
                violation_error_message=_("The last day must not be before the first."),
            ),
            models.CheckConstraint(
                condition=models.Q(starts__isnull=True, ends__isnull=True)
                | models.Q(starts__isnull=False, ends__isnull=False),
                name="closure_both_times",
                violation_error_message=_("Please give both times, or neither."),
            ),
            models.CheckConstraint(
                condition=models.Q(starts__isnull=True)
                | models.Q(ends__gt=models.F("starts"))
                | models.Q(ends="00:00"),
                name="closure_times_in_order",
                violation_error_message=_("The closure must end after it starts."),
            ),
            models.UniqueConstraint(
                fields=["name", "first_day"],
                name="closure_once",
                violation_error_message=_("This closure is in the list already."),
            ),
        )

    def __str__(self) -> str:
        return self.name
