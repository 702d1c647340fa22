"""Rules about keeping records that are shipped: second-hand, and off until the owner approves."""

from django.db import migrations

QUIZ = "txmassagetherapystatelaws.examzify.com, a quiz site"
NCBTMB = "mansfieldfc.com, ethics, chapter 20, undated"
CNHC = "theholisticexperience.com"
BALENS = 'issuu, massage world, "businesstools"'
FROM_NOT_SAID = "The source is not known to say from when; counted from the last visit."
RULES = (
    ("Texas", 4, "last_visit", QUIZ, FROM_NOT_SAID),
    ("NCBTMB (United States)", 4, "last_visit", NCBTMB, FROM_NOT_SAID),
    ("CNHC (United Kingdom)", 8, "last_visit", CNHC, FROM_NOT_SAID),
    (
        "CNHC (United Kingdom)", 8, "majority", CNHC,
        "Children: the source says until 25 or 26; the longer is used.",
    ),
    ("Balens insurance (United Kingdom)", 7, "last_visit", BALENS, ""),
    ("Balens insurance (United Kingdom)", 7, "majority", BALENS, "Minors."),
)  # fmt: skip


def add_rules(apps, schema_editor):
    rules = apps.get_model("booking_privacy", "RetentionRule")
    for jurisdiction, years, counted_from, source, remark in RULES:
        rules.objects.create(
            jurisdiction=jurisdiction,
            kind="treatment",
            years=years,
            counted_from=counted_from,
            source=source,
            remark=remark,
            is_second_hand=True,
        )


def remove_rules(apps, schema_editor):
    rules = apps.get_model("booking_privacy", "RetentionRule")
    rules.objects.filter(is_second_hand=True, approved_at=None).delete()


class Migration(migrations.Migration):
    dependencies = [("booking_privacy", "0001_privacy")]

    operations = [migrations.RunPython(add_rules, remove_rules)]
