from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("booking", "0023_search_text_again")]
    operations = [
        migrations.AddConstraint(
            model_name="patient",
            constraint=models.CheckConstraint(
                condition=models.Q(("search_text__startswith", " "), _negated=True),
                name="patient_has_visible_name",
                violation_error_message="Please tell us the patient's name.",
            ),
        ),
    ]
