"""Take the model over from the booking app; its table stays as it is."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import clinic.lib.crypto.encrypted_field
import clinic.lib.dates.clock


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("booking", "0009_import_drafts_leave"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
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
                    options={
                        "verbose_name": "file to import",
                        "verbose_name_plural": "files to import",
                        "db_table": "booking_importdraft",
                    },
                ),
            ],
        ),
    ]
