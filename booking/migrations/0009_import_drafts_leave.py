"""Hand the model ImportDraft to the imports feature; its table stays as it is.

The database is not touched: the feature's first migration takes the same table over.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("booking", "0008_screening"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.DeleteModel(name="ImportDraft")],
        ),
    ]
