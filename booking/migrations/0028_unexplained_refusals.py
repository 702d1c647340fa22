from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("booking", "0027_abuse_limits"),
    ]

    operations = [
        migrations.AlterField(
            model_name="notification",
            name="failure",
            field=models.CharField(
                blank=True,
                choices=[
                    ("sender_refused", "the mail server refuses our mails"),
                    ("message_refused", "the mail server refuses this mail"),
                    ("no_such_mailbox", "there is no such mailbox"),
                    ("unexplained", "the mail server refuses the address without a reason"),
                    ("server_unavailable", "the mail server takes no mails now"),
                    ("no_answer", "the mail server did not answer"),
                    ("recipient_deferred", "the mailbox takes no mails now"),
                    ("message_deferred", "the mail server takes this mail later"),
                    ("not_rendered", "the text could not be written"),
                    ("too_late", "it waited until it was of no use"),
                    ("mail_limit", "this address gets only a few mails an hour"),
                ],
                db_default="",
                default="",
                max_length=20,
                verbose_name="why it failed",
            ),
        ),
    ]
