"""Protect what a copy of the database holds.

Sessions end, because their keys were stored as they are. The secrets of second factors are bound
to their user, and health answers are padded. What cannot be decrypted stays as it is.
"""

from datetime import timedelta

from django.conf import settings
from django.db import migrations, models

import clinic.lib.crypto.encrypted_field
from booking.access.second_factor_secrets import decrypt_secret, encrypt_secret
from clinic.lib.crypto import cipher

ROWS_AT_A_TIME = 500
SECRET_KEYS = ("secret", "seed")
OLD_PLACE_OF_SECRETS = "mfa_authenticator.data"


def end_sessions(apps, schema_editor):
    """Delete all sessions. The present code finds none of the older ones, and vice versa."""
    apps.get_model("sessions", "Session").objects.all().delete()


def bind_secrets(apps, schema_editor):
    def bound(stored, user_id):
        plain = cipher.decrypt(
            stored, associated_data=OLD_PLACE_OF_SECRETS, secrets=settings.FIELD_KEYS
        )
        return encrypt_secret(plain, user_id)

    change_secrets(apps, bound)


def unbind_secrets(apps, schema_editor):
    def unbound(stored, user_id):
        return cipher.encrypt(
            decrypt_secret(stored, user_id),
            associated_data=OLD_PLACE_OF_SECRETS,
            secrets=settings.FIELD_KEYS,
        )

    change_secrets(apps, unbound)


def change_secrets(apps, change):
    for row in apps.get_model("mfa", "Authenticator").objects.exclude(type="webauthn").iterator():
        for key in SECRET_KEYS:
            if key in row.data:
                try:
                    row.data[key] = change(row.data[key], row.user_id)
                except cipher.DecryptionError:
                    continue
        row.save(update_fields=["data"])


def encrypt_answers_again(apps, schema_editor):
    """Pad every row, going forwards; going back, write what the older code can read."""
    rows = apps.get_model("booking", "Screening").objects.only("pk", "public_id", "record_json")
    for row in rows.iterator(ROWS_AT_A_TIME):
        try:
            row.record_json = str(row.record_json)
        except cipher.DecryptionError:
            continue
        row.save(update_fields=["record_json"])


def forget_outcomes(apps, schema_editor):
    """Give all answers without a booking the same end; the job keeps those that must wait."""
    rows = apps.get_model("booking", "Screening").objects.filter(
        patient__isnull=True, keep_until__isnull=False
    )
    rows.update(keep_until=models.F("answered_at") + timedelta(hours=24))


class Migration(migrations.Migration):
    cannot_be_undone = [
        "Everybody signs in again, since all sessions end.",
        "Health answers and second factors are encrypted in another form. Older versions cannot "
        "read what the new version has saved.",
    ]
    dependencies = [
        ("booking", "0019_failure_streaks"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("sessions", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(end_sessions, end_sessions),
        migrations.RunPython(bind_secrets, unbind_secrets),
        # Backwards this comes after the fields have lost their padding.
        migrations.RunPython(migrations.RunPython.noop, encrypt_answers_again),
        migrations.AlterField(
            model_name="screening",
            name="record_json",
            field=clinic.lib.crypto.encrypted_field.EncryptedTextField(
                bound_to="public_id", db_column="sealed", padded_to=2048
            ),
        ),
        migrations.AlterField(
            model_name="medicalclearance",
            name="details_json",
            field=clinic.lib.crypto.encrypted_field.EncryptedTextField(
                bound_to="public_id", db_column="sealed", padded_to=1024
            ),
        ),
        migrations.RunPython(encrypt_answers_again, migrations.RunPython.noop),
        migrations.RunPython(forget_outcomes, migrations.RunPython.noop),
    ]
