"""Mails to patients take their recipient from the patient when they are sent."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


PATIENT_KINDS = ("booked", "restored", "moved", "cancelled", "reminder", "thank_you")


def mark_mails_to_patients(apps, schema_editor):
    """Mark the mails to patients. Links have never ended so far, so all have the present version."""
    Notification = apps.get_model("booking", "Notification")
    Appointment = apps.get_model("booking", "Appointment")
    rows = Notification.objects.filter(kind__in=PATIENT_KINDS, appointment__patient__isnull=False)
    version = Appointment.objects.filter(pk=models.OuterRef("appointment")).values("link_version")
    rows.update(is_to_patient=True, link_version=models.Subquery(version[:1]))
    Notification.objects.filter(to_email="", is_to_patient=False).update(to_email="nobody@invalid")


def write_the_address_down(apps, schema_editor):
    """Give waiting mails the address and the name that their patient has now."""
    Notification = apps.get_model("booking", "Notification")
    Patient = apps.get_model("booking", "Patient")
    patient = Patient.objects.filter(appointments=models.OuterRef("appointment"))
    rows = Notification.objects.filter(is_to_patient=True, to_email="")
    rows.update(
        to_email=models.Subquery(patient.values("email")[:1]),
        to_name=models.Subquery(patient.values("name")[:1]),
    )


class Migration(migrations.Migration):
    dependencies = [
        ("booking", "0013_mail_server_state"),
    ]

    operations = [
        migrations.AddField(
            model_name="notification",
            name="is_to_patient",
            field=models.BooleanField(
                default=False,
                help_text="To the address on their record.",
                verbose_name="goes to the patient",
            ),
        ),
        migrations.AddField(
            model_name="notification",
            name="link_version",
            field=models.PositiveSmallIntegerField(
                blank=True,
                editable=False,
                help_text="Of the appointment, when it was written.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="notification",
            name="requested_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="sent again by",
            ),
        ),
        migrations.AlterField(
            model_name="appointmentevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("held", "time held"),
                    ("extended", "hold extended"),
                    ("expired", "hold ran out"),
                    ("released", "hold given back"),
                    ("booked", "booked"),
                    ("moved", "moved"),
                    ("cancelled", "cancelled"),
                    ("restored", "cancellation undone"),
                    ("confirmed", "attendance confirmed"),
                    ("arrived", "arrived"),
                    ("completed", "completed"),
                    ("missed", "missed"),
                    ("stepped_back", "status taken back"),
                    ("paid", "payment taken"),
                    ("paid_back", "payment taken back"),
                    ("noted", "note for the team changed"),
                    ("mailed_again", "mail sent again"),
                    ("kept", "kept when the hours changed"),
                ],
                max_length=20,
                verbose_name="what",
            ),
        ),
        migrations.AlterField(
            model_name="notification",
            name="to_email",
            field=models.EmailField(blank=True, max_length=254, verbose_name="to"),
        ),
        migrations.RunPython(mark_mails_to_patients, write_the_address_down),
        migrations.AddConstraint(
            model_name="notification",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("is_to_patient", False), ("to_email__gt", "")),
                    models.Q(("appointment__isnull", False), ("is_to_patient", True)),
                    _connector="OR",
                ),
                name="message_has_a_recipient",
                violation_error_message="A message goes to an address, or to a patient.",
            ),
        ),
    ]
