"""Give columns their default in the database where an earlier form of these migrations did not.

While an upgrade runs, the processes of the older version go on booking. They do not know these
columns, so the database fills them in.
"""

from django.db import migrations

from clinic.lib.migration_operations import EnsureDatabaseDefaults


class Migration(migrations.Migration):
    dependencies = [("booking", "0040_favorites")]
    operations = [
        EnsureDatabaseDefaults("appointment", ("entered_afterwards", "is_walk_in")),
        EnsureDatabaseDefaults("clinicprofile", ("answer_hours", "audit_kept_years")),
        EnsureDatabaseDefaults(
            "patient", ("addressed_as", "emergency_name", "emergency_phone", "own_email")
        ),
        EnsureDatabaseDefaults("therapist", ("licence_number", "photo_digest", "photo_widths")),
    ]
