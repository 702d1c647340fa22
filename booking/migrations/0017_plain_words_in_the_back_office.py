"""Plain words for fields and models in the back office; nothing changes in the database."""

import booking.constraints
import booking.models.clinic
import booking.screening.outcomes
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("booking", "0016_plain_column_names"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="accommodationrule",
            options={
                "ordering": ("accommodation",),
                "verbose_name": "accommodation for restless legs",
                "verbose_name_plural": "accommodations for restless legs",
            },
        ),
        migrations.AlterModelOptions(
            name="callbackrequest",
            options={
                "ordering": ("requested_at", "pk"),
                "verbose_name": "callback request",
                "verbose_name_plural": "callback requests",
            },
        ),
        migrations.AlterModelOptions(
            name="medicalclearance",
            options={
                "ordering": ("at", "pk"),
                "verbose_name": "medical clearance",
                "verbose_name_plural": "medical clearances",
            },
        ),
        migrations.AlterModelOptions(
            name="notification",
            options={
                "ordering": ("-created_at", "-pk"),
                "verbose_name": "notification",
                "verbose_name_plural": "notifications",
            },
        ),
        migrations.AlterModelOptions(
            name="notificationtext",
            options={
                "ordering": ("kind",),
                "verbose_name": "notification text",
                "verbose_name_plural": "notification texts",
            },
        ),
        migrations.AlterModelOptions(
            name="patientmerge",
            options={
                "ordering": ("-at", "-pk"),
                "verbose_name": "merge of patient records",
                "verbose_name_plural": "merges of patient records",
            },
        ),
        migrations.AlterModelOptions(
            name="ratelimitcounter",
            options={
                "verbose_name": "rate limit counter",
                "verbose_name_plural": "rate limit counters",
            },
        ),
        migrations.AlterModelOptions(
            name="screening",
            options={
                "ordering": ("answered_at", "pk"),
                "verbose_name": "health screening",
                "verbose_name_plural": "health screenings",
            },
        ),
        migrations.AlterModelOptions(
            name="workerheartbeat",
            options={
                "verbose_name": "worker heartbeat",
                "verbose_name_plural": "worker heartbeats",
            },
        ),
        migrations.AlterField(
            model_name="accommodationrule",
            name="accommodation",
            field=models.CharField(
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
        migrations.AlterField(
            model_name="appointment",
            name="any_therapist",
            field=models.BooleanField(
                default=False,
                help_text="The patient had no preference for a therapist.",
                verbose_name="any therapist",
            ),
        ),
        migrations.AlterField(
            model_name="appointment",
            name="attendance_confirmed_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="attendance confirmed"),
        ),
        migrations.AlterField(
            model_name="appointment",
            name="blocked_until",
            field=models.DateTimeField(verbose_name="therapist and room blocked until"),
        ),
        migrations.AlterField(
            model_name="appointment",
            name="browser_key",
            field=models.CharField(
                blank=True,
                editable=False,
                help_text="Identifies the browser of the hold.",
                max_length=64,
            ),
        ),
        migrations.AlterField(
            model_name="appointment",
            name="override",
            field=models.CharField(
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
        migrations.AlterField(
            model_name="appointment",
            name="sequence",
            field=models.PositiveIntegerField(
                default=0,
                editable=False,
                help_text="Of the calendar file; increases with every change.",
            ),
        ),
        migrations.AlterField(
            model_name="appointmentevent",
            name="kind",
            field=models.CharField(
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
        migrations.AlterField(
            model_name="appointmentevent",
            name="user",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to=settings.AUTH_USER_MODEL,
                verbose_name="user",
            ),
        ),
        migrations.AlterField(
            model_name="callbackrequest",
            name="screening",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="callback_request",
                to="booking.screening",
            ),
        ),
        migrations.AlterField(
            model_name="clinicprofile",
            name="avoid_gaps",
            field=models.BooleanField(
                default=False,
                help_text="Offer no start that leaves a gap too short for any treatment.",
                verbose_name="avoid gaps",
            ),
        ),
        migrations.AlterField(
            model_name="clinicprofile",
            name="cancellation_hours",
            field=models.PositiveIntegerField(
                default=24,
                validators=[django.core.validators.MaxValueValidator(336)],
                verbose_name="patients can change online until ... hours before",
            ),
        ),
        migrations.AlterField(
            model_name="clinicprofile",
            name="desk_idle_minutes",
            field=models.PositiveSmallIntegerField(
                default=15,
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(240),
                ],
                verbose_name="lock the desk after ... minutes without use",
            ),
        ),
        migrations.AlterField(
            model_name="clinicprofile",
            name="guest_bookings_per_hour",
            field=models.PositiveIntegerField(
                default=10,
                help_text="For the whole site. Beyond this number, guests must verify their e-mail address before they can book.",
                verbose_name="guest bookings per hour",
            ),
        ),
        migrations.AlterField(
            model_name="clinicprofile",
            name="hold_minutes",
            field=models.PositiveIntegerField(
                default=10,
                validators=[
                    django.core.validators.MinValueValidator(2),
                    django.core.validators.MaxValueValidator(60),
                ],
                verbose_name="a chosen time is held for ... minutes",
            ),
        ),
        migrations.AlterField(
            model_name="clinicprofile",
            name="horizon_days",
            field=models.PositiveIntegerField(
                default=60,
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(365),
                ],
                verbose_name="bookable days ahead",
            ),
        ),
        migrations.AlterField(
            model_name="clinicprofile",
            name="reminder_hours",
            field=models.JSONField(
                blank=True,
                default=booking.models.clinic.default_reminder_hours,
                help_text="A list such as [48, 3]. A reminder that was due before the booking is not sent.",
                validators=[booking.models.clinic.validate_reminders],
                verbose_name="reminders, in hours before the appointment",
            ),
        ),
        migrations.AlterField(
            model_name="clinicprofile",
            name="tagline",
            field=models.CharField(blank=True, max_length=160, verbose_name="tagline"),
        ),
        migrations.AlterField(
            model_name="clinicprofile",
            name="thank_you_mail",
            field=models.BooleanField(
                default=False,
                help_text="A mail on the day after the appointment, with a link to book again.",
                verbose_name="send a thank-you mail",
            ),
        ),
        migrations.AlterField(
            model_name="healthaccess",
            name="action",
            field=models.CharField(
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
        migrations.AlterField(
            model_name="healthaccess",
            name="content",
            field=models.CharField(
                choices=[
                    ("outcome", "the outcome"),
                    ("brief", "the brief"),
                    ("answers", "the answers"),
                ],
                max_length=10,
                verbose_name="content",
            ),
        ),
        migrations.AlterField(
            model_name="healthaccess",
            name="record_id",
            field=models.UUIDField(verbose_name="record"),
        ),
        migrations.AlterField(
            model_name="notification",
            name="appointment",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="notifications",
                to="booking.appointment",
            ),
        ),
        migrations.AlterField(
            model_name="notification",
            name="attempts",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="attempts"),
        ),
        migrations.AlterField(
            model_name="notification",
            name="give_up_at",
            field=models.DateTimeField(verbose_name="not sent after"),
        ),
        migrations.AlterField(
            model_name="notification",
            name="key",
            field=models.CharField(max_length=120, verbose_name="unique key"),
        ),
        migrations.AlterField(
            model_name="notification",
            name="next_try_at",
            field=models.DateTimeField(verbose_name="next attempt"),
        ),
        migrations.AlterField(
            model_name="notification",
            name="problem",
            field=models.CharField(blank=True, max_length=300, verbose_name="problem"),
        ),
        migrations.AlterField(
            model_name="offer",
            name="own_price",
            field=models.DecimalField(
                blank=True,
                decimal_places=2,
                help_text="Leave empty to use the usual price.",
                max_digits=9,
                null=True,
                validators=[django.core.validators.MinValueValidator(0)],
                verbose_name="own price",
            ),
        ),
        migrations.AlterField(
            model_name="patientmerge",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="user",
            ),
        ),
        migrations.AlterField(
            model_name="patientmerge",
            name="undone_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="undone"),
        ),
        migrations.AlterField(
            model_name="payment",
            name="method",
            field=models.CharField(
                choices=[("cash", "cash"), ("card", "card"), ("other", "other")],
                max_length=10,
                verbose_name="payment method",
            ),
        ),
        migrations.AlterField(
            model_name="screening",
            name="question_set",
            field=models.CharField(
                choices=[
                    ("full", "all questions"),
                    ("short", "the short set"),
                    ("arrival", "on arrival"),
                ],
                max_length=8,
                verbose_name="question set",
            ),
        ),
        migrations.AlterField(
            model_name="therapist",
            name="position",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="position in lists"),
        ),
        migrations.AlterField(
            model_name="treatment",
            name="notice_minutes",
            field=models.PositiveIntegerField(
                blank=True,
                help_text="Leave empty to use the clinic's shortest notice.",
                null=True,
                validators=[django.core.validators.MaxValueValidator(43200)],
                verbose_name="shortest notice for this treatment, in minutes",
            ),
        ),
        migrations.AlterField(
            model_name="treatment",
            name="position",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="position in lists"),
        ),
        migrations.AlterField(
            model_name="treatment",
            name="pressure",
            field=models.CharField(
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
        migrations.AlterField(
            model_name="treatment",
            name="room_kind",
            field=models.ForeignKey(
                blank=True,
                help_text="Leave empty if any room is suitable.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to="booking.roomkind",
                verbose_name="needs a room of this kind",
            ),
        ),
        migrations.AlterConstraint(
            model_name="accommodationrule",
            name="comfort_extra_sane",
            constraint=models.CheckConstraint(
                condition=models.Q(("extra_minutes__lte", 30)),
                name="comfort_extra_sane",
                violation_error_message="An accommodation lengthens an appointment by 30 minutes at most.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="healthaccess",
            name="access_is_append_only",
            constraint=booking.constraints.AppendOnly(
                for_ever=True,
                name="access_is_append_only",
                violation_error_message="An entry of the audit trail is never changed or deleted.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="medicalclearance",
            name="lift_is_append_only",
            constraint=booking.constraints.AppendOnly(
                name="lift_is_append_only",
                violation_error_message="A medical clearance is recorded once and never changed.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="notification",
            name="message_once",
            constraint=models.UniqueConstraint(
                fields=("key",),
                name="message_once",
                violation_error_message="This notification is in the outbox already.",
            ),
        ),
    ]
