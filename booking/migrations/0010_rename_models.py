"""Give seven models plainer names. Their tables stay: encrypted values are bound to the table's name."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("booking", "0009_import_drafts_leave"),
    ]

    operations = [
        migrations.AlterModelTable(name="outcomelift", table="booking_outcomelift"),
        migrations.RenameModel(old_name="OutcomeLift", new_name="MedicalClearance"),
        migrations.AlterModelTable(name="callback", table="booking_callback"),
        migrations.RenameModel(old_name="CallBack", new_name="CallbackRequest"),
        migrations.AlterModelTable(name="comfortrule", table="booking_comfortrule"),
        migrations.RenameModel(old_name="ComfortRule", new_name="AccommodationRule"),
        migrations.AlterModelTable(name="message", table="booking_message"),
        migrations.RenameModel(old_name="Message", new_name="Notification"),
        migrations.AlterModelTable(name="messagetext", table="booking_messagetext"),
        migrations.RenameModel(old_name="MessageText", new_name="NotificationText"),
        migrations.AlterModelTable(name="workerbeat", table="booking_workerbeat"),
        migrations.RenameModel(old_name="WorkerBeat", new_name="WorkerHeartbeat"),
        migrations.AlterModelTable(name="usecount", table="booking_usecount"),
        migrations.RenameModel(old_name="UseCount", new_name="RateLimitCounter"),
    ]
