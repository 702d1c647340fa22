"""Name the task for staff when a patient asks to end a grant. No table changes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("booking_proxies", "0002_guardian_consent")]

    operations = [
        migrations.AlterField(
            model_name="proxyreview",
            name="reason",
            field=models.CharField(
                choices=[
                    ("first_age", "the child is old enough for privacy about health"),
                    ("second_age", "the young person is old enough to decide alone"),
                    ("ended", "the patient asks to end it, or has ended it"),
                ],
                max_length=10,
                verbose_name="reason",
            ),
        ),
    ]
