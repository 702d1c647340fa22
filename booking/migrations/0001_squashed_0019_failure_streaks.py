"""All tables of the first nineteen migrations, made at once: on an empty database that takes a
fifth of the time.

A database that has some of those migrations goes on with them, and one that has all of them counts
as having this one (see Django on `replaces`); test_triggers_survive.py tries both. The table of files
to import is made here and taken over by its feature.
"""

import booking.constraints
import booking.models.clinic
import booking.screening.outcomes
import clinic.lib.crypto.encrypted_field
import clinic.lib.dates.clock
import clinic.lib.dates.epoch
import clinic.lib.text.search_text
import datetime
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.text
import django.db.models.lookups
import uuid
from django.conf import settings
from django.db import migrations, models
from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension


class BtreeGist(BtreeGistExtension):
    """Needed by the exclusion constraints; SQLite knows no extensions, going back either."""

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        if schema_editor.connection.vendor == "postgresql":
            super().database_backwards(app_label, schema_editor, from_state, to_state)


class Trigrams(TrigramExtension):
    """For names that are spelt wrong; SQLite knows no extensions, going back either."""

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        if schema_editor.connection.vendor == "postgresql":
            super().database_backwards(app_label, schema_editor, from_state, to_state)


def drop_functions(apps, schema_editor):
    """Going back: PostgreSQL drops a trigger with its table, but not the trigger's function."""
    if schema_editor.connection.vendor == "postgresql":
        for name in APPEND_ONLY:
            schema_editor.execute(f'DROP FUNCTION IF EXISTS "{name}"()')


def index_trigrams(apps, schema_editor):
    """PostgreSQL only; SQLite reads the column from end to end, which is quick enough."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE INDEX patient_found_by ON booking_patient USING gin (search_text gin_trgm_ops)"
        )


def drop_trigrams(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX patient_found_by")


APPEND_ONLY = (
    "history_is_append_only",
    "receipts_are_append_only",
    "access_is_append_only",
    "lift_is_append_only",
    "signature_is_append_only",
)


class Migration(migrations.Migration):
    replaces = [
        ("booking", "0001_clinic_booking"),
        ("booking", "0002_messages_and_staff"),
        ("booking", "0003_mails_that_can_be_stopped"),
        ("booking", "0004_messages_by_age"),
        ("booking", "0005_desk"),
        ("booking", "0006_schedule"),
        ("booking", "0007_office"),
        ("booking", "0008_screening"),
        ("booking", "0009_import_drafts_leave"),
        ("booking", "0010_rename_models"),
        ("booking", "0011_rename_columns"),
        ("booking", "0012_desk_locks_itself"),
        ("booking", "0013_mail_server_state"),
        ("booking", "0014_mails_follow_the_patient"),
        ("booking", "0015_invitation_profile"),
        ("booking", "0016_plain_column_names"),
        ("booking", "0017_plain_words_in_the_back_office"),
        ("booking", "0018_scheduled_jobs"),
        ("booking", "0019_failure_streaks"),
    ]

    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        BtreeGist(),
        Trigrams(),
        migrations.RunPython(migrations.RunPython.noop, drop_functions),
        migrations.CreateModel(
            name="RoomKind",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80, unique=True, verbose_name="name")),
            ],
            options={
                "verbose_name": "kind of room",
                "verbose_name_plural": "kinds of room",
                "ordering": ("name",),
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "last_login",
                    models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                ),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                ("email", models.EmailField(max_length=254, verbose_name="e-mail")),
                ("name", models.CharField(blank=True, max_length=150, verbose_name="name")),
                (
                    "is_staff",
                    models.BooleanField(default=False, verbose_name="may enter the back office"),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "joined_at",
                    models.DateTimeField(
                        default=clinic.lib.dates.clock.now, editable=False, verbose_name="joined"
                    ),
                ),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "verbose_name": "user",
                "verbose_name_plural": "users",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("email",),
                        name="user_email_once",
                        violation_error_message="Somebody with this e-mail address exists already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("email", django.db.models.functions.text.Lower("email"))
                        ),
                        name="user_email_lower",
                        violation_error_message="Please write the e-mail address in small letters.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ClinicProfile",
            fields=[
                (
                    "id",
                    models.PositiveSmallIntegerField(
                        default=1, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("tagline", models.CharField(blank=True, max_length=160, verbose_name="tagline")),
                (
                    "about",
                    models.TextField(
                        blank=True,
                        help_text="Shown on the page About.",
                        verbose_name="about the clinic",
                    ),
                ),
                (
                    "street",
                    models.CharField(blank=True, max_length=160, verbose_name="street and number"),
                ),
                ("city", models.CharField(blank=True, max_length=80, verbose_name="city")),
                (
                    "region",
                    models.CharField(
                        blank=True,
                        help_text="As a code, such as IL.",
                        max_length=10,
                        verbose_name="state or region",
                    ),
                ),
                ("postcode", models.CharField(blank=True, max_length=20, verbose_name="postcode")),
                (
                    "country",
                    models.CharField(
                        help_text="ISO 3166-1 code, such as US.",
                        max_length=2,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Z]{2}$", "Two capital letters, such as US."
                            )
                        ],
                        verbose_name="country",
                    ),
                ),
                (
                    "directions",
                    models.TextField(
                        blank=True,
                        help_text="Bell, floor, parking, bus and train.",
                        verbose_name="how to get in",
                    ),
                ),
                (
                    "wheelchair_access",
                    models.TextField(blank=True, verbose_name="wheelchair access"),
                ),
                ("phone", models.CharField(max_length=40, verbose_name="phone")),
                ("email", models.EmailField(max_length=254, verbose_name="e-mail")),
                (
                    "time_zone",
                    models.CharField(
                        max_length=64,
                        validators=[booking.models.clinic.validate_time_zone],
                        verbose_name="time zone",
                    ),
                ),
                (
                    "currency",
                    models.CharField(
                        help_text="ISO 4217 code, such as USD.",
                        max_length=3,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Z]{3}$", "Three capital letters, such as USD."
                            )
                        ],
                        verbose_name="currency",
                    ),
                ),
                (
                    "notice_minutes",
                    models.PositiveIntegerField(
                        default=120,
                        validators=[django.core.validators.MaxValueValidator(43200)],
                        verbose_name="shortest notice, in minutes",
                    ),
                ),
                (
                    "horizon_days",
                    models.PositiveIntegerField(
                        default=60,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(365),
                        ],
                        verbose_name="bookable days ahead",
                    ),
                ),
                (
                    "grid_minutes",
                    models.PositiveIntegerField(
                        default=15,
                        validators=[
                            django.core.validators.MinValueValidator(5),
                            django.core.validators.MaxValueValidator(240),
                        ],
                        verbose_name="appointments start every ... minutes",
                    ),
                ),
                (
                    "hold_minutes",
                    models.PositiveIntegerField(
                        default=10,
                        validators=[
                            django.core.validators.MinValueValidator(2),
                            django.core.validators.MaxValueValidator(60),
                        ],
                        verbose_name="a chosen time is held for ... minutes",
                    ),
                ),
                (
                    "cancellation_hours",
                    models.PositiveIntegerField(
                        default=24,
                        validators=[django.core.validators.MaxValueValidator(336)],
                        verbose_name="patients can change online until ... hours before",
                    ),
                ),
                (
                    "avoid_gaps",
                    models.BooleanField(
                        default=False,
                        help_text="Offer no start that leaves a gap too short for any treatment.",
                        verbose_name="avoid gaps",
                    ),
                ),
                (
                    "guest_bookings_per_hour",
                    models.PositiveIntegerField(
                        default=10,
                        help_text="For the whole site. Beyond this number, guests must verify their e-mail address before they can book.",
                        verbose_name="guest bookings per hour",
                    ),
                ),
                (
                    "desk_idle_minutes",
                    models.PositiveSmallIntegerField(
                        default=15,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(240),
                        ],
                        verbose_name="lock the desk after ... minutes without use",
                    ),
                ),
                (
                    "reminder_hours",
                    models.JSONField(
                        blank=True,
                        default=booking.models.clinic.default_reminder_hours,
                        help_text="A list such as [48, 3]. A reminder that was due before the booking is not sent.",
                        validators=[booking.models.clinic.validate_reminders],
                        verbose_name="reminders, in hours before the appointment",
                    ),
                ),
                (
                    "thank_you_mail",
                    models.BooleanField(
                        default=False,
                        help_text="A mail on the day after the appointment, with a link to book again.",
                        verbose_name="send a thank-you mail",
                    ),
                ),
                (
                    "max_patient_moves",
                    models.PositiveSmallIntegerField(
                        default=3,
                        verbose_name="how often patients may move an appointment themselves",
                    ),
                ),
            ],
            options={
                "verbose_name": "clinic profile",
                "verbose_name_plural": "clinic profile",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("pk", 1)),
                        name="one_clinic",
                        violation_error_message="There is one clinic on this site already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("grid_minutes__range", (5, 240))),
                        name="clinic_grid_sane",
                        violation_error_message="Starts can be 5 to 240 minutes apart.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("horizon_days__range", (1, 365))),
                        name="clinic_horizon_sane",
                        violation_error_message="Booking can open 1 to 365 days ahead.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("hold_minutes__range", (2, 60))),
                        name="clinic_hold_sane",
                        violation_error_message="A time can be kept for 2 to 60 minutes.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Closure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="what for")),
                ("first_day", models.DateField(verbose_name="first day")),
                ("last_day", models.DateField(verbose_name="last day")),
                (
                    "starts",
                    models.TimeField(
                        blank=True,
                        help_text="Leave both times empty for whole days.",
                        null=True,
                        verbose_name="from",
                    ),
                ),
                ("ends", models.TimeField(blank=True, null=True, verbose_name="until")),
            ],
            options={
                "verbose_name": "closure",
                "verbose_name_plural": "closures",
                "ordering": ("first_day", "starts", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("last_day__gte", models.F("first_day"))),
                        name="closure_days_in_order",
                        violation_error_message="The last day must not be before the first.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ends__isnull", True), ("starts__isnull", True)),
                            models.Q(("ends__isnull", False), ("starts__isnull", False)),
                            _connector="OR",
                        ),
                        name="closure_both_times",
                        violation_error_message="Please give both times, or neither.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("starts__isnull", True),
                            ("ends__gt", models.F("starts")),
                            ("ends", "00:00"),
                            _connector="OR",
                        ),
                        name="closure_times_in_order",
                        violation_error_message="The closure must end after it starts.",
                    ),
                    models.UniqueConstraint(
                        fields=("name", "first_day"),
                        name="closure_once",
                        violation_error_message="This closure is in the list already.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OpeningHours",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "weekday",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "Monday"),
                            (1, "Tuesday"),
                            (2, "Wednesday"),
                            (3, "Thursday"),
                            (4, "Friday"),
                            (5, "Saturday"),
                            (6, "Sunday"),
                        ],
                        verbose_name="weekday",
                    ),
                ),
                ("starts", models.TimeField(verbose_name="from")),
                ("ends", models.TimeField(verbose_name="until")),
            ],
            options={
                "verbose_name": "opening hours",
                "verbose_name_plural": "opening hours",
                "ordering": ("weekday", "starts"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends__gt", models.F("starts")), ("ends", "00:00"), _connector="OR"
                        ),
                        name="opening_hours_in_order",
                        violation_error_message="The end must be after the start.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("weekday__range", (0, 6))),
                        name="opening_hours_weekday",
                        violation_error_message="A week has seven days.",
                    ),
                    models.UniqueConstraint(
                        fields=("weekday", "starts"),
                        name="opening_hours_once",
                        violation_error_message="These hours are in the list already.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AccommodationRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_offered", models.BooleanField(default=True, verbose_name="offered")),
                (
                    "extra_minutes",
                    models.PositiveSmallIntegerField(
                        default=0,
                        validators=[django.core.validators.MaxValueValidator(30)],
                        verbose_name="lengthens the appointment by ... minutes",
                    ),
                ),
                (
                    "accommodation",
                    models.CharField(
                        choices=[
                            ("breaks", "Breaks to move"),
                            ("legs-first", "Legs first"),
                            ("on-the-side", "Lying on my side"),
                            ("seated", "Sitting instead of lying"),
                            ("outside", "I wait outside and walk. Text me when you are ready"),
                            ("quiet", "Little talk, no music"),
                            ("warm", "Extra warm"),
                        ],
                        max_length=12,
                        unique=True,
                        verbose_name="accommodation",
                    ),
                ),
            ],
            options={
                "verbose_name": "accommodation for restless legs",
                "verbose_name_plural": "accommodations for restless legs",
                "ordering": ("accommodation",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("extra_minutes__lte", 30)),
                        name="comfort_extra_sane",
                        violation_error_message="An accommodation lengthens an appointment by 30 minutes at most.",
                    )
                ],
                "db_table": "booking_comfortrule",
            },
        ),
        migrations.CreateModel(
            name="WorkerHeartbeat",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=40, unique=True)),
                ("seen_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "worker heartbeat",
                "verbose_name_plural": "worker heartbeats",
                "db_table": "booking_workerbeat",
            },
        ),
        migrations.CreateModel(
            name="RateLimitCounter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=64)),
                ("window", models.DateTimeField()),
                ("count", models.PositiveIntegerField(default=0)),
            ],
            options={
                "verbose_name": "rate limit counter",
                "verbose_name_plural": "rate limit counters",
                "indexes": [models.Index(fields=["window"], name="use_count_by_window")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("key", "window"),
                        name="use_counted_once",
                        violation_error_message="This is counted already.",
                    )
                ],
                "db_table": "booking_usecount",
            },
        ),
        migrations.CreateModel(
            name="MailServerState",
            fields=[
                (
                    "id",
                    models.PositiveSmallIntegerField(
                        default=1, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("ok", "takes our mails"),
                            ("unavailable", "is away"),
                            ("stopped", "refuses our mails"),
                        ],
                        default="ok",
                        max_length=12,
                    ),
                ),
                ("since", models.DateTimeField(blank=True, null=True)),
                ("stage", models.PositiveSmallIntegerField(default=0)),
                ("code", models.PositiveSmallIntegerField(default=0)),
                ("reply", models.CharField(blank=True, max_length=300)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("next_probe_at", models.DateTimeField(blank=True, null=True)),
                ("streak", models.PositiveIntegerField(db_default=0, default=0)),
                ("streak_has_failures", models.BooleanField(db_default=False, default=False)),
            ],
            options={
                "verbose_name": "state of the mail server",
                "verbose_name_plural": "state of the mail server",
                "db_table": "booking_mailserverstate",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("pk", 1)),
                        name="mail_server_state_once",
                        violation_error_message="There is one state of the mail server.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("next_probe_at__isnull", True),
                                ("since__isnull", True),
                                ("status", "ok"),
                            ),
                            models.Q(
                                ("next_probe_at__isnull", False),
                                ("since__isnull", False),
                                ("status__in", ["unavailable", "stopped"]),
                            ),
                            _connector="OR",
                        ),
                        name="mail_server_state_since",
                        violation_error_message="A server that is not OK has a date and a next try.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RecipientPause",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("address", models.CharField(max_length=64, unique=True)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("until", models.DateTimeField()),
            ],
            options={
                "verbose_name": "pause of a recipient",
                "verbose_name_plural": "pauses of recipients",
                "db_table": "booking_recipientpause",
                "indexes": [models.Index(fields=["until"], name="recipient_pause_by_age")],
            },
        ),
        migrations.CreateModel(
            name="ScheduledJob",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, unique=True, verbose_name="name")),
                ("next_run_at", models.DateTimeField(verbose_name="next run")),
                ("lease", models.CharField(blank=True, default="", editable=False, max_length=40)),
                ("lease_until", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "started_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="last start"),
                ),
                (
                    "succeeded_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="start of the last run that ended well"
                    ),
                ),
                (
                    "duration",
                    models.DurationField(blank=True, null=True, verbose_name="how long it took"),
                ),
                (
                    "count",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="how much was done"
                    ),
                ),
                (
                    "failures",
                    models.PositiveSmallIntegerField(default=0, verbose_name="failures in a row"),
                ),
                (
                    "problem",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="last problem"
                    ),
                ),
                (
                    "problem_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="when that was"),
                ),
            ],
            options={
                "verbose_name": "scheduled job",
                "verbose_name_plural": "scheduled jobs",
                "ordering": ("name",),
            },
        ),
        migrations.CreateModel(
            name="Room",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80, unique=True, verbose_name="name")),
                (
                    "directions",
                    models.CharField(blank=True, max_length=300, verbose_name="how to find it"),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="in use")),
                (
                    "kind",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rooms",
                        to="booking.roomkind",
                    ),
                ),
            ],
            options={
                "verbose_name": "room",
                "verbose_name_plural": "rooms",
                "ordering": ("name",),
            },
        ),
        migrations.CreateModel(
            name="Therapist",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("slug", models.SlugField(max_length=80, unique=True, verbose_name="address")),
                (
                    "credentials",
                    models.CharField(
                        blank=True,
                        help_text="Exactly as on the licence.",
                        max_length=160,
                        verbose_name="credentials",
                    ),
                ),
                (
                    "languages",
                    models.CharField(blank=True, max_length=160, verbose_name="languages"),
                ),
                ("bio", models.TextField(blank=True, verbose_name="about")),
                (
                    "position",
                    models.PositiveSmallIntegerField(default=0, verbose_name="position in lists"),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="takes appointments")),
                (
                    "user",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="therapist",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "therapist",
                "verbose_name_plural": "therapists",
                "ordering": ("position", "name"),
            },
        ),
        migrations.CreateModel(
            name="Treatment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80, unique=True, verbose_name="name")),
                ("slug", models.SlugField(max_length=80, unique=True, verbose_name="address")),
                (
                    "neutral_name",
                    models.CharField(
                        default="massage",
                        help_text="Used in mails and calendars, where others may read it.",
                        max_length=80,
                        verbose_name="neutral name",
                    ),
                ),
                (
                    "summary",
                    models.CharField(blank=True, max_length=240, verbose_name="in one sentence"),
                ),
                ("description", models.TextField(blank=True, verbose_name="what it is")),
                ("who_for", models.TextField(blank=True, verbose_name="who it suits")),
                ("what_to_expect", models.TextField(blank=True, verbose_name="what to expect")),
                (
                    "ask_first",
                    models.TextField(blank=True, verbose_name="who should ask a doctor first"),
                ),
                (
                    "notice_minutes",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="Leave empty to use the clinic's shortest notice.",
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(43200)],
                        verbose_name="shortest notice for this treatment, in minutes",
                    ),
                ),
                (
                    "position",
                    models.PositiveSmallIntegerField(default=0, verbose_name="position in lists"),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="in the catalogue")),
                (
                    "room_kind",
                    models.ForeignKey(
                        blank=True,
                        help_text="Leave empty if any room is suitable.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="booking.roomkind",
                        verbose_name="needs a room of this kind",
                    ),
                ),
                (
                    "pressure",
                    models.CharField(
                        choices=[
                            (booking.screening.outcomes.Pressure["GENTLE"], "gentle"),
                            (booking.screening.outcomes.Pressure["FIRM"], "firm"),
                            (booking.screening.outcomes.Pressure["PREGNANCY"], "for pregnancy"),
                        ],
                        default=booking.screening.outcomes.Pressure["FIRM"],
                        help_text="Patients for whom gentle pressure is safer cannot book firm treatments.",
                        max_length=10,
                        verbose_name="pressure",
                    ),
                ),
            ],
            options={
                "verbose_name": "treatment",
                "verbose_name_plural": "treatments",
                "ordering": ("position", "name"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("pressure__in", ["gentle", "firm", "pregnancy"])),
                        name="treatment_touch_known",
                        violation_error_message="A treatment is gentle, firm or for pregnancy.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="StaffRole",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("owner", "owner"),
                            ("frontdesk", "front desk"),
                            ("therapist", "therapist"),
                            ("editor", "editor"),
                        ],
                        max_length=12,
                        verbose_name="role",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="staff_roles",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "granted_at",
                    models.DateTimeField(default=clinic.lib.dates.clock.now, editable=False),
                ),
            ],
            options={
                "verbose_name": "role",
                "verbose_name_plural": "roles",
                "ordering": ("user", "role"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "role"),
                        name="role_once",
                        violation_error_message="This person has that role already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("role__in", ["owner", "frontdesk", "therapist", "editor"])
                        ),
                        name="role_known",
                        violation_error_message="That role does not exist.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HealthAccess",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=clinic.lib.dates.clock.now)),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "action",
                    models.CharField(
                        choices=[
                            ("read", "read"),
                            ("exported", "exported"),
                            ("wrote", "wrote"),
                            ("lifted", "recorded a medical clearance"),
                            ("deleted", "deleted"),
                        ],
                        max_length=10,
                        verbose_name="action",
                    ),
                ),
                (
                    "actor_type",
                    models.CharField(
                        choices=[
                            ("guest", "online, as a guest"),
                            ("patient", "online, signed in"),
                            ("staff", "the desk"),
                            ("system", "the system"),
                        ],
                        max_length=10,
                        verbose_name="by",
                    ),
                ),
                (
                    "content",
                    models.CharField(
                        choices=[
                            ("outcome", "the outcome"),
                            ("brief", "the brief"),
                            ("answers", "the answers"),
                        ],
                        max_length=10,
                        verbose_name="content",
                    ),
                ),
                (
                    "email_hash",
                    models.CharField(
                        blank=True, max_length=64, verbose_name="keyed hash of the patient's e-mail"
                    ),
                ),
                (
                    "ip_address",
                    models.CharField(blank=True, max_length=64, verbose_name="network address"),
                ),
                (
                    "patient_pk",
                    models.PositiveBigIntegerField(null=True, verbose_name="patient's number"),
                ),
                ("record_id", models.UUIDField(verbose_name="record")),
            ],
            options={
                "verbose_name": "access to health data",
                "verbose_name_plural": "accesses to health data",
                "ordering": ("at", "pk"),
                "indexes": [
                    models.Index(fields=["patient_pk", "at"], name="access_of_patient"),
                    models.Index(fields=["email_hash", "at"], name="access_of_subject"),
                ],
                "constraints": [
                    booking.constraints.AppendOnly(
                        for_ever=True,
                        name="access_is_append_only",
                        violation_error_message="An entry of the audit trail is never changed or deleted.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ScreeningSignature",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.CharField(max_length=20, verbose_name="version")),
                (
                    "digest",
                    models.CharField(
                        editable=False, max_length=64, verbose_name="digest of its text"
                    ),
                ),
                ("clinician", models.CharField(max_length=150, verbose_name="clinician's name")),
                ("registration", models.CharField(max_length=80, verbose_name="registration")),
                ("signed_on", models.DateField(verbose_name="signed on")),
                (
                    "recorded_at",
                    models.DateTimeField(default=clinic.lib.dates.clock.now, editable=False),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "signature under the health questions",
                "verbose_name_plural": "signatures under the health questions",
                "ordering": ("-recorded_at", "-pk"),
                "constraints": [
                    booking.constraints.AppendOnly(
                        name="signature_is_append_only",
                        violation_error_message="A signature is given once and never changed.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="NotificationText",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=40, unique=True, verbose_name="kind")),
                ("subject", models.CharField(max_length=150, verbose_name="subject")),
                ("body", models.TextField(max_length=4000, verbose_name="text")),
                (
                    "changed_at",
                    models.DateTimeField(
                        default=clinic.lib.dates.clock.now, editable=False, verbose_name="changed"
                    ),
                ),
                (
                    "changed_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "notification text",
                "verbose_name_plural": "notification texts",
                "ordering": ("kind",),
                "db_table": "booking_messagetext",
            },
        ),
        migrations.CreateModel(
            name="DateException",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="date")),
                ("note", models.CharField(blank=True, max_length=120, verbose_name="note")),
                (
                    "therapist",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="date_exceptions",
                        to="booking.therapist",
                    ),
                ),
            ],
            options={
                "verbose_name": "date exception",
                "verbose_name_plural": "date exceptions",
                "ordering": ("day",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("therapist", "day"),
                        name="date_exception_once",
                        violation_error_message="This date has an exception already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Option",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "minutes",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(5),
                            django.core.validators.MaxValueValidator(300),
                        ],
                        verbose_name="length in minutes",
                    ),
                ),
                (
                    "turnaround_minutes",
                    models.PositiveSmallIntegerField(
                        default=15,
                        validators=[django.core.validators.MaxValueValidator(60)],
                        verbose_name="minutes to clean up afterwards",
                    ),
                ),
                (
                    "price",
                    models.DecimalField(
                        decimal_places=2,
                        max_digits=9,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="price",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="can be booked")),
                (
                    "treatment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="options",
                        to="booking.treatment",
                    ),
                ),
            ],
            options={
                "verbose_name": "option",
                "verbose_name_plural": "options",
                "ordering": ("minutes",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("treatment", "minutes"),
                        name="option_length_once",
                        violation_error_message="This treatment has an option of that length already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("minutes__range", (5, 300))),
                        name="option_length_sane",
                        violation_error_message="A session lasts 5 to 300 minutes.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("turnaround_minutes__lte", 60)),
                        name="option_turnaround_sane",
                        violation_error_message="Cleaning up takes at most 60 minutes.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("price__gte", 0)),
                        name="option_price_positive",
                        violation_error_message="A price cannot be below zero.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Patient",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=150, verbose_name="name")),
                ("email", models.EmailField(max_length=254, verbose_name="e-mail")),
                ("phone", models.CharField(max_length=40, verbose_name="phone")),
                (
                    "created_at",
                    models.DateTimeField(default=clinic.lib.dates.clock.now, editable=False),
                ),
                (
                    "user",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="patient",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "undeliverable_since",
                    models.DateTimeField(
                        blank=True,
                        editable=False,
                        null=True,
                        verbose_name="mails do not arrive since",
                    ),
                ),
                (
                    "no_extra_mail_since",
                    models.DateTimeField(
                        blank=True,
                        editable=False,
                        null=True,
                        verbose_name="wants only mails about appointments, since",
                    ),
                ),
                (
                    "likes_evenings",
                    models.BooleanField(default=False, verbose_name="likes evenings best"),
                ),
                (
                    "likes_quiet",
                    models.BooleanField(
                        default=False, verbose_name="likes a quiet session, without talking"
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged",
                        to="booking.patient",
                    ),
                ),
                (
                    "preferred_therapist",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="booking.therapist",
                        verbose_name="likes to come to",
                    ),
                ),
                (
                    "search_text",
                    clinic.lib.text.search_text.SearchTextField(
                        default="", editable=False, of=("name", "email"), phone_field="phone"
                    ),
                ),
            ],
            options={
                "verbose_name": "patient",
                "verbose_name_plural": "patients",
                "indexes": [
                    models.Index(
                        django.db.models.functions.text.Lower("email"), name="patient_email_lower"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True),
                        name="patient_has_name",
                        violation_error_message="Please tell us the patient's name.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("merged_into__isnull", True),
                            models.Q(("merged_into", models.F("pk")), _negated=True),
                            _connector="OR",
                        ),
                        name="patient_not_merged_into_itself",
                        violation_error_message="These are one and the same record.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TimeOff",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("starts_at", models.DateTimeField(verbose_name="from")),
                ("ends_at", models.DateTimeField(verbose_name="until")),
                (
                    "note",
                    models.CharField(blank=True, max_length=120, verbose_name="note for the team"),
                ),
                (
                    "therapist",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="time_off",
                        to="booking.therapist",
                    ),
                ),
                ("series", models.UUIDField(blank=True, db_index=True, editable=False, null=True)),
            ],
            options={
                "verbose_name": "time off",
                "verbose_name_plural": "time off",
                "ordering": ("starts_at",),
                "indexes": [
                    models.Index(fields=["therapist", "starts_at"], name="time_off_by_start")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="time_off_in_order",
                        violation_error_message="Time off must end after it starts.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WeeklyHours",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "weekday",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "Monday"),
                            (1, "Tuesday"),
                            (2, "Wednesday"),
                            (3, "Thursday"),
                            (4, "Friday"),
                            (5, "Saturday"),
                            (6, "Sunday"),
                        ],
                        verbose_name="weekday",
                    ),
                ),
                ("starts", models.TimeField(verbose_name="from")),
                ("ends", models.TimeField(verbose_name="until")),
                ("valid_from", models.DateField(blank=True, null=True, verbose_name="valid from")),
                (
                    "valid_until",
                    models.DateField(blank=True, null=True, verbose_name="valid until"),
                ),
                (
                    "therapist",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="weekly_hours",
                        to="booking.therapist",
                    ),
                ),
            ],
            options={
                "verbose_name": "weekly hours",
                "verbose_name_plural": "weekly hours",
                "ordering": ("therapist", "weekday", "starts"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends__gt", models.F("starts")), ("ends", "00:00"), _connector="OR"
                        ),
                        name="weekly_hours_in_order",
                        violation_error_message="The end must be after the start.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("weekday__range", (0, 6))),
                        name="weekly_hours_weekday",
                        violation_error_message="A week has seven days.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_from__isnull", True),
                            ("valid_until__isnull", True),
                            ("valid_until__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="weekly_hours_dates_in_order",
                        violation_error_message="The last date must not be before the first.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("email", models.EmailField(max_length=254, verbose_name="e-mail")),
                ("name", models.CharField(blank=True, max_length=150, verbose_name="name")),
                ("roles", models.JSONField(default=list, verbose_name="roles")),
                ("token_hash", models.CharField(editable=False, max_length=64, unique=True)),
                (
                    "created_at",
                    models.DateTimeField(default=clinic.lib.dates.clock.now, editable=False),
                ),
                ("expires_at", models.DateTimeField(verbose_name="valid until")),
                (
                    "accepted_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="accepted"),
                ),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="revoked")),
                (
                    "invited_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "has_new_profile",
                    models.BooleanField(
                        db_default=False, default=False, verbose_name="gets a new profile"
                    ),
                ),
                (
                    "therapist",
                    models.ForeignKey(
                        blank=True,
                        help_text="The profile that they sign in with, if it is there already.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to="booking.therapist",
                        verbose_name="profile",
                    ),
                ),
            ],
            options={
                "verbose_name": "invitation",
                "verbose_name_plural": "invitations",
                "ordering": ("-created_at",),
            },
        ),
        migrations.CreateModel(
            name="Appointment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("link_version", models.PositiveSmallIntegerField(default=1, editable=False)),
                (
                    "any_therapist",
                    models.BooleanField(
                        default=False,
                        help_text="The patient had no preference for a therapist.",
                        verbose_name="any therapist",
                    ),
                ),
                ("starts_at", models.DateTimeField(verbose_name="starts")),
                ("ends_at", models.DateTimeField(verbose_name="ends")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("hold", "held"),
                            ("booked", "booked"),
                            ("arrived", "arrived"),
                            ("completed", "completed"),
                            ("expired", "expired"),
                            ("cancelled", "cancelled"),
                            ("no_show", "missed"),
                        ],
                        default="hold",
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                (
                    "price",
                    models.DecimalField(decimal_places=2, max_digits=9, verbose_name="price"),
                ),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                (
                    "hold_expires_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="held until"),
                ),
                (
                    "draft",
                    clinic.lib.crypto.encrypted_field.EncryptedTextField(
                        blank=True,
                        bound_to="public_id",
                        default="",
                        editable=False,
                        help_text="What was typed so far, until the hold becomes a booking.",
                    ),
                ),
                ("booked_at", models.DateTimeField(blank=True, null=True, verbose_name="booked")),
                (
                    "created_at",
                    models.DateTimeField(default=clinic.lib.dates.clock.now, editable=False),
                ),
                (
                    "option",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appointments",
                        to="booking.option",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appointments",
                        to="booking.patient",
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appointments",
                        to="booking.room",
                    ),
                ),
                (
                    "therapist",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appointments",
                        to="booking.therapist",
                    ),
                ),
                (
                    "attendance_confirmed_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="attendance confirmed"
                    ),
                ),
                (
                    "cancel_reason",
                    clinic.lib.crypto.encrypted_field.EncryptedTextField(
                        blank=True, bound_to="public_id", default="", verbose_name="why cancelled"
                    ),
                ),
                (
                    "cancelled_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="cancelled"),
                ),
                (
                    "sequence",
                    models.PositiveIntegerField(
                        default=0,
                        editable=False,
                        help_text="Of the calendar file; increases with every change.",
                    ),
                ),
                ("arrived_at", models.DateTimeField(blank=True, null=True, verbose_name="arrived")),
                (
                    "override",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("hours", "outside working hours"),
                            ("notice", "sooner than the shortest notice"),
                            ("kept", "kept when the hours changed"),
                        ],
                        default="",
                        editable=False,
                        max_length=20,
                        verbose_name="overridden rule",
                    ),
                ),
                (
                    "team_note",
                    clinic.lib.crypto.encrypted_field.EncryptedTextField(
                        blank=True,
                        bound_to="public_id",
                        default="",
                        verbose_name="note for the team",
                    ),
                ),
                (
                    "blocked_until",
                    models.DateTimeField(verbose_name="therapist and room blocked until"),
                ),
                (
                    "extension_count",
                    models.PositiveSmallIntegerField(
                        default=0, editable=False, verbose_name="times extended"
                    ),
                ),
                (
                    "terms_accepted_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="agreed to the terms"),
                ),
                (
                    "browser_key",
                    models.CharField(
                        blank=True,
                        editable=False,
                        help_text="Identifies the browser of the hold.",
                        max_length=64,
                    ),
                ),
                (
                    "patient_move_count",
                    models.PositiveSmallIntegerField(
                        default=0, editable=False, verbose_name="times moved by the patient"
                    ),
                ),
                (
                    "patient_note",
                    clinic.lib.crypto.encrypted_field.EncryptedTextField(
                        blank=True,
                        bound_to="public_id",
                        db_column="note",
                        default="",
                        verbose_name="patient's note",
                    ),
                ),
            ],
            options={
                "verbose_name": "appointment",
                "verbose_name_plural": "appointments",
                "ordering": ("starts_at", "pk"),
                "indexes": [
                    models.Index(
                        fields=["therapist", "starts_at"], name="appointment_of_therapist"
                    ),
                    models.Index(fields=["room", "starts_at"], name="appointment_of_room"),
                    models.Index(fields=["starts_at"], name="appointment_by_start"),
                    models.Index(fields=["booked_at"], name="appointment_by_booking"),
                    models.Index(
                        condition=models.Q(("hold_expires_at__isnull", False)),
                        fields=["hold_expires_at"],
                        name="appointment_live_hold",
                    ),
                    models.Index(
                        fields=["patient", "starts_at", "status"], name="appointment_of_patient"
                    ),
                    models.Index(
                        condition=models.Q(("hold_expires_at__isnull", False)),
                        fields=["browser_key", "hold_expires_at"],
                        name="hold_of_browser",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                [
                                    "hold",
                                    "booked",
                                    "arrived",
                                    "completed",
                                    "expired",
                                    "cancelled",
                                    "no_show",
                                ],
                            )
                        ),
                        name="appointment_status_known",
                        violation_error_message="That status does not exist.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "hold"), _negated=True),
                            ("hold_expires_at__isnull", False),
                            _connector="OR",
                        ),
                        name="hold_has_an_end",
                        violation_error_message="A hold must say when it runs out.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("status__in", ("booked", "arrived", "completed", "no_show")),
                                _negated=True,
                            ),
                            models.Q(("booked_at__isnull", False), ("patient__isnull", False)),
                            _connector="OR",
                        ),
                        name="booking_has_a_patient",
                        violation_error_message="A booked appointment needs a patient.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("price__gte", 0)),
                        name="appointment_price_positive",
                        violation_error_message="A price cannot be below zero.",
                    ),
                    booking.constraints.NoOverlap(
                        ends="blocked_until",
                        longest=datetime.timedelta(seconds=21600),
                        name="therapist_double_booking",
                        resource="therapist",
                        starts="starts_at",
                        statuses=["hold", "booked", "arrived", "completed"],
                        violation_error_message="The therapist has another appointment at that time.",
                    ),
                    booking.constraints.NoOverlap(
                        ends="blocked_until",
                        longest=datetime.timedelta(seconds=21600),
                        name="room_double_booking",
                        resource="room",
                        starts="starts_at",
                        statuses=["hold", "booked", "arrived", "completed"],
                        violation_error_message="The room is taken at that time.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_at__gt", models.F("starts_at")),
                            ("blocked_until__gte", models.F("ends_at")),
                        ),
                        name="appointment_in_order",
                        violation_error_message="An appointment must end after it starts.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            clinic.lib.dates.epoch.IsWholeMinute("starts_at"),
                            clinic.lib.dates.epoch.IsWholeMinute("ends_at"),
                            clinic.lib.dates.epoch.IsWholeMinute("blocked_until"),
                        ),
                        name="appointment_whole_minutes",
                        violation_error_message="Appointments start and end on the minute.",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.LessThanOrEqual(
                            django.db.models.expressions.CombinedExpression(
                                clinic.lib.dates.epoch.EpochMinutes("blocked_until"),
                                "-",
                                clinic.lib.dates.epoch.EpochMinutes("starts_at"),
                            ),
                            360,
                        ),
                        name="appointment_not_too_long",
                        violation_error_message="An appointment takes at most six hours.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("extension_count__lte", 10)),
                        name="hold_extended_at_most_ten_times",
                        violation_error_message="A time can be kept longer at most ten times.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DateExceptionSpan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("starts", models.TimeField(verbose_name="from")),
                ("ends", models.TimeField(verbose_name="until")),
                (
                    "exception",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="spans",
                        to="booking.dateexception",
                    ),
                ),
            ],
            options={
                "verbose_name": "span",
                "verbose_name_plural": "spans",
                "ordering": ("starts",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends__gt", models.F("starts")), ("ends", "00:00"), _connector="OR"
                        ),
                        name="date_exception_in_order",
                        violation_error_message="The end must be after the start.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Offer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "own_price",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="Leave empty to use the usual price.",
                        max_digits=9,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="own price",
                    ),
                ),
                (
                    "option",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="offers",
                        to="booking.option",
                    ),
                ),
                (
                    "therapist",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="offers",
                        to="booking.therapist",
                    ),
                ),
            ],
            options={
                "verbose_name": "offer",
                "verbose_name_plural": "offers",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("therapist", "option"),
                        name="offer_once",
                        violation_error_message="This therapist offers that option already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("own_price__isnull", True), ("own_price__gte", 0), _connector="OR"
                        ),
                        name="offer_price_positive",
                        violation_error_message="A price cannot be below zero.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CalendarFeed",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("token_hash", models.CharField(editable=False, max_length=64, unique=True)),
                (
                    "created_at",
                    models.DateTimeField(default=clinic.lib.dates.clock.now, editable=False),
                ),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "patient",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="feeds",
                        to="booking.patient",
                    ),
                ),
                (
                    "therapist",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="feeds",
                        to="booking.therapist",
                    ),
                ),
            ],
            options={
                "verbose_name": "calendar feed",
                "verbose_name_plural": "calendar feeds",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("patient__isnull", False), ("therapist__isnull", True)),
                            models.Q(("patient__isnull", True), ("therapist__isnull", False)),
                            _connector="OR",
                        ),
                        name="feed_of_one",
                        violation_error_message="A calendar belongs to one therapist or one patient.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PatientMerge",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "at",
                    models.DateTimeField(
                        default=clinic.lib.dates.clock.now, editable=False, verbose_name="when"
                    ),
                ),
                ("undo", models.JSONField(default=dict, editable=False)),
                ("undone_at", models.DateTimeField(blank=True, null=True, verbose_name="undone")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
                (
                    "remaining",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="booking.patient",
                    ),
                ),
                (
                    "duplicate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="booking.patient",
                    ),
                ),
            ],
            options={
                "verbose_name": "merge of patient records",
                "verbose_name_plural": "merges of patient records",
                "ordering": ("-at", "-pk"),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("undone_at__isnull", True)),
                        fields=("duplicate",),
                        name="patient_merged_once",
                        violation_error_message="This record was merged already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("remaining", models.F("duplicate")), _negated=True),
                        name="merge_of_two",
                        violation_error_message="A record cannot be merged with itself.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AppointmentEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("held", "time held"),
                            ("extended", "hold extended"),
                            ("expired", "hold expired"),
                            ("released", "hold released"),
                            ("booked", "booked"),
                            ("moved", "moved"),
                            ("cancelled", "cancelled"),
                            ("restored", "cancellation undone"),
                            ("confirmed", "attendance confirmed"),
                            ("arrived", "arrived"),
                            ("completed", "completed"),
                            ("missed", "missed"),
                            ("stepped_back", "status change undone"),
                            ("paid", "payment recorded"),
                            ("paid_back", "payment reversed"),
                            ("noted", "note for the team changed"),
                            ("mailed_again", "mail sent again"),
                            ("kept", "kept when the hours changed"),
                        ],
                        max_length=20,
                        verbose_name="event",
                    ),
                ),
                (
                    "at",
                    models.DateTimeField(default=clinic.lib.dates.clock.now, verbose_name="when"),
                ),
                ("details", models.JSONField(blank=True, default=dict, verbose_name="details")),
                (
                    "appointment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="events",
                        to="booking.appointment",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
                (
                    "actor_type",
                    models.CharField(
                        choices=[
                            ("guest", "online, as a guest"),
                            ("patient", "online, signed in"),
                            ("staff", "the desk"),
                            ("system", "the system"),
                        ],
                        max_length=10,
                        verbose_name="by",
                    ),
                ),
            ],
            options={
                "verbose_name": "event",
                "verbose_name_plural": "history",
                "ordering": ("at", "pk"),
                "constraints": [
                    booking.constraints.AppendOnly(
                        name="history_is_append_only",
                        violation_error_message="History is written once and never changed.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("actor_type__in", ["guest", "patient", "staff", "system"])
                        ),
                        name="event_door_known",
                        violation_error_message="An event is done by a guest, patient, staff or system.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="receipt number")),
                (
                    "amount",
                    models.DecimalField(decimal_places=2, max_digits=9, verbose_name="amount"),
                ),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                (
                    "method",
                    models.CharField(
                        choices=[("cash", "cash"), ("card", "card"), ("other", "other")],
                        max_length=10,
                        verbose_name="payment method",
                    ),
                ),
                (
                    "taken_at",
                    models.DateTimeField(default=clinic.lib.dates.clock.now, verbose_name="taken"),
                ),
                (
                    "appointment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="booking.appointment",
                    ),
                ),
                (
                    "taken_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments_taken",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("description", models.CharField(max_length=200, verbose_name="what for")),
                (
                    "reverses",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversed_by",
                        to="booking.payment",
                    ),
                ),
            ],
            options={
                "verbose_name": "payment",
                "verbose_name_plural": "payments",
                "ordering": ("number",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("number",),
                        name="receipt_number_once",
                        violation_error_message="There is a receipt with this number already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("method__in", ["cash", "card", "other"])),
                        name="payment_method_known",
                        violation_error_message="A payment is made in cash, by card, or otherwise.",
                    ),
                    booking.constraints.AppendOnly(
                        name="receipts_are_append_only",
                        violation_error_message="A receipt is written once and never changed.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("amount__gt", 0), ("reverses__isnull", True)),
                            models.Q(("amount__lt", 0), ("reverses__isnull", False)),
                            _connector="OR",
                        ),
                        name="payment_amount_signed",
                        violation_error_message="An amount is above zero; below zero only where it takes another back.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Screening",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "version",
                    models.CharField(max_length=20, verbose_name="version of the questions"),
                ),
                ("long_answered_at", models.DateTimeField(null=True)),
                ("answered_at", models.DateTimeField(default=clinic.lib.dates.clock.now)),
                (
                    "keep_until",
                    models.DateTimeField(
                        help_text="Only for people who have not booked.",
                        null=True,
                        verbose_name="deleted after",
                    ),
                ),
                (
                    "appointment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="screenings",
                        to="booking.appointment",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="screenings",
                        to="booking.patient",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "actor_type",
                    models.CharField(
                        choices=[
                            ("guest", "online, as a guest"),
                            ("patient", "online, signed in"),
                            ("staff", "the desk"),
                            ("system", "the system"),
                        ],
                        max_length=10,
                        verbose_name="by",
                    ),
                ),
                (
                    "question_set",
                    models.CharField(
                        choices=[
                            ("full", "all questions"),
                            ("short", "the short set"),
                            ("arrival", "on arrival"),
                        ],
                        max_length=8,
                        verbose_name="question set",
                    ),
                ),
                (
                    "record_json",
                    clinic.lib.crypto.encrypted_field.EncryptedTextField(
                        bound_to="public_id", db_column="sealed"
                    ),
                ),
            ],
            options={
                "verbose_name": "health screening",
                "verbose_name_plural": "health screenings",
                "ordering": ("answered_at", "pk"),
                "indexes": [
                    models.Index(
                        condition=models.Q(("keep_until__isnull", False)),
                        fields=["keep_until"],
                        name="screening_by_end",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("patient__isnull", False),
                            ("keep_until__isnull", False),
                            _connector="OR",
                        ),
                        name="screening_of_nobody_ends",
                        violation_error_message="Answers of somebody who has not booked must end.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("question_set__in", ["full", "short", "arrival"])),
                        name="screening_asked_known",
                        violation_error_message="Questions are asked in full, in short or on arrival.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Notification",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("key", models.CharField(max_length=120, verbose_name="unique key")),
                ("kind", models.CharField(max_length=40, verbose_name="kind")),
                ("to_email", models.EmailField(blank=True, max_length=254, verbose_name="to")),
                ("to_name", models.CharField(blank=True, max_length=150, verbose_name="name")),
                (
                    "data",
                    clinic.lib.crypto.encrypted_field.EncryptedTextField(
                        blank=True, bound_to="public_id", default="", editable=False
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("sent", "sent"),
                            ("failed", "undeliverable"),
                            ("dropped", "no longer wanted"),
                            ("kept", "kept here, since no mail server is set"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                (
                    "priority",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "codes to sign in"),
                            (1, "links that somebody has asked for"),
                            (2, "bookings and changes"),
                            (4, "reminders"),
                            (5, "others"),
                            (9, "thank-yous"),
                        ],
                        default=5,
                        verbose_name="priority",
                    ),
                ),
                ("due_at", models.DateTimeField(verbose_name="due")),
                ("give_up_at", models.DateTimeField(verbose_name="not sent after")),
                ("next_try_at", models.DateTimeField(verbose_name="next attempt")),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                ("lease_until", models.DateTimeField(blank=True, editable=False, null=True)),
                ("lease", models.CharField(blank=True, editable=False, max_length=40)),
                ("message_id", models.CharField(editable=False, max_length=200)),
                (
                    "rendered",
                    clinic.lib.crypto.encrypted_field.EncryptedTextField(
                        blank=True, bound_to="public_id", default="", editable=False
                    ),
                ),
                ("problem", models.CharField(blank=True, max_length=300, verbose_name="problem")),
                (
                    "created_at",
                    models.DateTimeField(default=clinic.lib.dates.clock.now, editable=False),
                ),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="sent")),
                (
                    "appointment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notifications",
                        to="booking.appointment",
                    ),
                ),
                (
                    "failed_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="last failure"
                    ),
                ),
                (
                    "failure",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("sender_refused", "the mail server refuses our mails"),
                            ("message_refused", "the mail server refuses this mail"),
                            ("no_such_mailbox", "there is no such mailbox"),
                            ("server_unavailable", "the mail server takes no mails now"),
                            ("no_answer", "the mail server did not answer"),
                            ("recipient_deferred", "the mailbox takes no mails now"),
                            ("message_deferred", "the mail server takes this mail later"),
                            ("not_rendered", "the text could not be written"),
                            ("too_late", "it waited until it was of no use"),
                        ],
                        db_default="",
                        default="",
                        max_length=20,
                        verbose_name="why it failed",
                    ),
                ),
                (
                    "is_to_patient",
                    models.BooleanField(
                        default=False,
                        help_text="To the address on their record.",
                        verbose_name="goes to the patient",
                    ),
                ),
                (
                    "link_version",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        editable=False,
                        help_text="Of the appointment, when it was written.",
                        null=True,
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="sent again by",
                    ),
                ),
                (
                    "failure_streak",
                    models.PositiveIntegerField(
                        blank=True,
                        editable=False,
                        help_text="MailServerState.streak at the last failure, if the server may be the cause.",
                        null=True,
                    ),
                ),
            ],
            options={
                "verbose_name": "notification",
                "verbose_name_plural": "notifications",
                "ordering": ("-created_at", "-pk"),
                "indexes": [
                    models.Index(
                        condition=models.Q(("sent_at__isnull", True)),
                        fields=["next_try_at"],
                        name="message_by_next_try",
                    ),
                    models.Index(fields=["appointment", "kind"], name="message_of_appointment"),
                    models.Index(fields=["created_at"], name="message_by_age"),
                    models.Index(fields=["status", "created_at"], name="message_by_state"),
                    models.Index(
                        condition=models.Q(("status", "waiting")),
                        fields=["priority", "next_try_at", "id"],
                        name="message_queue",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("status", "waiting"), models.Q(("failure", ""), _negated=True)
                        ),
                        fields=["failure", "failure_streak"],
                        name="message_by_failure",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("key",),
                        name="message_once",
                        violation_error_message="This notification is in the outbox already.",
                    ),
                    models.UniqueConstraint(
                        fields=("message_id",),
                        name="message_id_once",
                        violation_error_message="Two messages cannot have the same Message-ID.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["waiting", "sent", "failed", "dropped", "kept"])
                        ),
                        name="message_status_known",
                        violation_error_message="That status does not exist.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "sent"), _negated=True),
                            ("sent_at__isnull", False),
                            _connector="OR",
                        ),
                        name="message_sent_when",
                        violation_error_message="A sent message says when it was sent.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("priority__in", [0, 1, 2, 4, 5, 9])),
                        name="message_priority_known",
                        violation_error_message="That priority does not exist.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("failure", ""), ("failed_at__isnull", False), _connector="OR"
                        ),
                        name="message_failed_when",
                        violation_error_message="A message that failed says when.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("is_to_patient", False), ("to_email__gt", "")),
                            models.Q(("appointment__isnull", False), ("is_to_patient", True)),
                            _connector="OR",
                        ),
                        name="message_has_a_recipient",
                        violation_error_message="A message goes to an address, or to a patient.",
                    ),
                ],
                "db_table": "booking_message",
            },
        ),
        migrations.CreateModel(
            name="MedicalClearance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("at", models.DateTimeField(default=clinic.lib.dates.clock.now)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "screening",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="clearances",
                        to="booking.screening",
                    ),
                ),
                ("given_on", models.DateField(verbose_name="the doctor agreed on")),
                (
                    "details_json",
                    clinic.lib.crypto.encrypted_field.EncryptedTextField(
                        bound_to="public_id", db_column="sealed"
                    ),
                ),
            ],
            options={
                "verbose_name": "medical clearance",
                "verbose_name_plural": "medical clearances",
                "ordering": ("at", "pk"),
                "constraints": [
                    booking.constraints.AppendOnly(
                        name="lift_is_append_only",
                        violation_error_message="A medical clearance is recorded once and never changed.",
                    )
                ],
                "db_table": "booking_outcomelift",
            },
        ),
        migrations.CreateModel(
            name="CallbackRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                (
                    "done_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "screening",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="callback_request",
                        to="booking.screening",
                    ),
                ),
                ("requested_at", models.DateTimeField(default=clinic.lib.dates.clock.now)),
            ],
            options={
                "verbose_name": "callback request",
                "verbose_name_plural": "callback requests",
                "ordering": ("requested_at", "pk"),
                "db_table": "booking_callback",
            },
        ),
        # Taken over by the feature imports, whose first migration expects this table.
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.CreateModel(
                    name="ImportDraft",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
                        ),
                        ("kind", models.CharField(max_length=20, verbose_name="of what")),
                        (
                            "outside_hours",
                            models.BooleanField(
                                default=False, verbose_name="also outside working hours"
                            ),
                        ),
                        (
                            "content",
                            clinic.lib.crypto.encrypted_field.EncryptedTextField(
                                bound_to="public_id", editable=False
                            ),
                        ),
                        (
                            "created_at",
                            models.DateTimeField(
                                default=clinic.lib.dates.clock.now, editable=False
                            ),
                        ),
                        (
                            "user",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                ),
            ],
        ),
        migrations.RunPython(index_trigrams, drop_trigrams),
    ]
