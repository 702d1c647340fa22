"""Keep the address in the identifiers that calendars and search engines know already."""

import booking.models.clinic
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("booking", "0024_patient_has_visible_name")]
    operations = [
        migrations.AddField(
            model_name="clinicprofile",
            name="identifier_url",
            field=models.CharField(
                default=booking.models.clinic.default_identifier_url,
                editable=False,
                help_text="The address in identifiers that others keep: of calendar events, feeds and structured data. It stays when the site moves.",
                max_length=200,
            ),
        ),
    ]
