"""Give a model a name that no e-mail address has: addresses are verified, too. Its table stays."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("booking_monitoring", "0001_errors_and_alerts")]

    operations = [
        migrations.AlterModelTable(name="verification", table="booking_monitoring_verification"),
        migrations.RenameModel(old_name="Verification", new_name="BookingVerification"),
    ]
