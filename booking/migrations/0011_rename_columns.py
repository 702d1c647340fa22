"""Rename the columns whose names misled.

Constraints that name a renamed column are dropped before and made again after: a constraint
remembers its columns by name.
"""

import datetime

import django.db.models.deletion
import django.db.models.expressions
import django.db.models.lookups
from django.db import migrations, models

import booking.constraints
import clinic.lib.dates.epoch


class Migration(migrations.Migration):
    dependencies = [
        ("booking", "0010_rename_models"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="appointment",
            name="therapist_double_booking",
        ),
        migrations.RemoveConstraint(
            model_name="appointment",
            name="room_double_booking",
        ),
        migrations.RemoveConstraint(
            model_name="appointment",
            name="appointment_in_order",
        ),
        migrations.RemoveConstraint(
            model_name="appointment",
            name="appointment_whole_minutes",
        ),
        migrations.RemoveConstraint(
            model_name="appointment",
            name="appointment_not_too_long",
        ),
        migrations.RemoveConstraint(
            model_name="appointment",
            name="hold_extended_at_most_ten_times",
        ),
        migrations.RemoveConstraint(
            model_name="appointmentevent",
            name="event_door_known",
        ),
        migrations.RemoveConstraint(
            model_name="payment",
            name="payment_amount_signed",
        ),
        migrations.RemoveConstraint(
            model_name="treatment",
            name="treatment_touch_known",
        ),
        migrations.RemoveIndex(
            model_name="healthaccess",
            name="access_of_patient",
        ),
        migrations.RemoveIndex(
            model_name="healthaccess",
            name="access_of_subject",
        ),
        migrations.RenameField(
            model_name="accommodationrule",
            old_name="comfort",
            new_name="accommodation",
        ),
        migrations.RenameField(
            model_name="appointment",
            old_name="frees_at",
            new_name="blocked_until",
        ),
        migrations.RenameField(
            model_name="appointment",
            old_name="extensions",
            new_name="extension_count",
        ),
        migrations.RenameField(
            model_name="appointment",
            old_name="agreed_at",
            new_name="terms_accepted_at",
        ),
        migrations.RenameField(
            model_name="appointmentevent",
            old_name="door",
            new_name="actor_type",
        ),
        migrations.RenameField(
            model_name="clinicprofile",
            old_name="most_moves",
            new_name="max_patient_moves",
        ),
        migrations.RenameField(
            model_name="healthaccess",
            old_name="did",
            new_name="action",
        ),
        migrations.RenameField(
            model_name="healthaccess",
            old_name="door",
            new_name="actor_type",
        ),
        migrations.RenameField(
            model_name="healthaccess",
            old_name="what",
            new_name="content",
        ),
        migrations.RenameField(
            model_name="healthaccess",
            old_name="subject",
            new_name="email_hash",
        ),
        migrations.RenameField(
            model_name="healthaccess",
            old_name="address",
            new_name="ip_address",
        ),
        migrations.RenameField(
            model_name="healthaccess",
            old_name="patient",
            new_name="patient_pk",
        ),
        migrations.RenameField(
            model_name="healthaccess",
            old_name="object",
            new_name="record_id",
        ),
        migrations.RenameField(
            model_name="patient",
            old_name="found_by",
            new_name="search_text",
        ),
        migrations.RenameField(
            model_name="payment",
            old_name="what",
            new_name="description",
        ),
        migrations.RenameField(
            model_name="screening",
            old_name="door",
            new_name="actor_type",
        ),
        migrations.RenameField(
            model_name="staffrole",
            old_name="given_at",
            new_name="granted_at",
        ),
        migrations.RenameField(
            model_name="treatment",
            old_name="touch",
            new_name="pressure",
        ),
        migrations.RenameField(
            model_name="payment",
            old_name="takes_back",
            new_name="reverses",
        ),
        migrations.RenameField(
            model_name="callbackrequest",
            old_name="asked_at",
            new_name="requested_at",
        ),
        migrations.RenameField(
            model_name="medicalclearance",
            old_name="word_given_on",
            new_name="given_on",
        ),
        migrations.AlterModelOptions(
            name="accommodationrule",
            options={
                "ordering": ("accommodation",),
                "verbose_name": "wish for restless legs",
                "verbose_name_plural": "wishes for restless legs",
            },
        ),
        migrations.AddIndex(
            model_name="healthaccess",
            index=models.Index(fields=["patient_pk", "at"], name="access_of_patient"),
        ),
        migrations.AddIndex(
            model_name="healthaccess",
            index=models.Index(fields=["email_hash", "at"], name="access_of_subject"),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=booking.constraints.NoOverlap(
                ends="blocked_until",
                longest=datetime.timedelta(seconds=21600),
                name="therapist_double_booking",
                resource="therapist",
                starts="starts_at",
                statuses=["hold", "booked", "arrived", "completed"],
                violation_error_message="The therapist has another appointment at that time.",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=booking.constraints.NoOverlap(
                ends="blocked_until",
                longest=datetime.timedelta(seconds=21600),
                name="room_double_booking",
                resource="room",
                starts="starts_at",
                statuses=["hold", "booked", "arrived", "completed"],
                violation_error_message="The room is taken at that time.",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_at__gt", models.F("starts_at")),
                    ("blocked_until__gte", models.F("ends_at")),
                ),
                name="appointment_in_order",
                violation_error_message="An appointment must end after it starts.",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    clinic.lib.dates.epoch.IsWholeMinute("starts_at"),
                    clinic.lib.dates.epoch.IsWholeMinute("ends_at"),
                    clinic.lib.dates.epoch.IsWholeMinute("blocked_until"),
                ),
                name="appointment_whole_minutes",
                violation_error_message="Appointments start and end on the minute.",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(("extension_count__lte", 10)),
                name="hold_extended_at_most_ten_times",
                violation_error_message="A time can be kept longer at most ten times.",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointmentevent",
            constraint=models.CheckConstraint(
                condition=models.Q(("actor_type__in", ["guest", "patient", "staff", "system"])),
                name="event_door_known",
                violation_error_message="An event is done by a guest, patient, staff or system.",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amount__gt", 0), ("reverses__isnull", True)),
                    models.Q(("amount__lt", 0), ("reverses__isnull", False)),
                    _connector="OR",
                ),
                name="payment_amount_signed",
                violation_error_message="An amount is above zero; below zero only where it takes another back.",
            ),
        ),
        migrations.AddConstraint(
            model_name="treatment",
            constraint=models.CheckConstraint(
                condition=models.Q(("pressure__in", ["gentle", "firm", "pregnancy"])),
                name="treatment_touch_known",
                violation_error_message="A treatment is gentle, firm or for pregnancy.",
            ),
        ),
        migrations.AlterModelOptions(
            name="callbackrequest",
            options={
                "ordering": ("requested_at", "pk"),
                "verbose_name": "call back",
                "verbose_name_plural": "call backs",
            },
        ),
        migrations.AlterField(
            model_name="medicalclearance",
            name="screening",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="clearances",
                to="booking.screening",
            ),
        ),
        migrations.AlterField(
            model_name="payment",
            name="reverses",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reversed_by",
                to="booking.payment",
            ),
        ),
    ]
