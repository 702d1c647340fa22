"""Plain words for fields and models in the back office; nothing changes in the database."""

import articles.models.article
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0006_event_columns'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='commentevent',
            options={'ordering': ('at', 'pk'), 'verbose_name': 'comment event', 'verbose_name_plural': 'comment events'},
        ),
        migrations.AlterModelOptions(
            name='glossaryterm',
            options={'ordering': ('term',), 'verbose_name': 'glossary term', 'verbose_name_plural': 'glossary terms'},
        ),
        migrations.AlterModelOptions(
            name='helpfulcount',
            options={'verbose_name': 'helpful votes', 'verbose_name_plural': 'helpful votes'},
        ),
        migrations.AlterField(
            model_name='article',
            name='author',
            field=models.ForeignKey(blank=True, help_text='Leave empty for the clinic itself.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='written_articles', to='articles.contributor', verbose_name='author'),
        ),
        migrations.AlterField(
            model_name='article',
            name='loaded_from',
            field=models.SlugField(blank=True, editable=False, max_length=100, null=True, unique=True, verbose_name='loaded from file'),
        ),
        migrations.AlterField(
            model_name='article',
            name='offers_booking',
            field=models.BooleanField(default=False, help_text='Leave out where a book button would be an advertisement for a remedy.', verbose_name='offers treatments to book'),
        ),
        migrations.AlterField(
            model_name='article',
            name='review_due',
            field=models.DateField(blank=True, editable=False, null=True, verbose_name='review again by'),
        ),
        migrations.AlterField(
            model_name='article',
            name='shown_version',
            field=models.PositiveIntegerField(default=0, editable=False, verbose_name='revision shown to readers'),
        ),
        migrations.AlterField(
            model_name='article',
            name='summary',
            field=models.JSONField(blank=True, default=list, validators=[articles.models.article.validate_lines], verbose_name='summary, as three points'),
        ),
        migrations.AlterField(
            model_name='articleevent',
            name='publish_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='publication time'),
        ),
        migrations.AlterField(
            model_name='articleevent',
            name='revision_number',
            field=models.PositiveIntegerField(verbose_name='revision'),
        ),
        migrations.AlterField(
            model_name='faq',
            name='anchor',
            field=models.SlugField(max_length=100, verbose_name='anchor'),
        ),
        migrations.AlterField(
            model_name='faq',
            name='position',
            field=models.PositiveSmallIntegerField(default=0, verbose_name='position'),
        ),
        migrations.AlterField(
            model_name='glossaryterm',
            name='loaded_from',
            field=models.SlugField(blank=True, editable=False, max_length=100, null=True, unique=True, verbose_name='loaded from file'),
        ),
        migrations.AlterField(
            model_name='glossaryterm',
            name='term',
            field=models.CharField(max_length=80, verbose_name='term'),
        ),
        migrations.AlterField(
            model_name='page',
            name='loaded_from',
            field=models.SlugField(blank=True, editable=False, max_length=100, null=True, unique=True, verbose_name='loaded from file'),
        ),
        migrations.AlterField(
            model_name='revision',
            name='text',
            field=models.JSONField(verbose_name='text'),
        ),
        migrations.AlterField(
            model_name='source',
            name='review_by',
            field=models.DateField(blank=True, null=True, verbose_name='review again by'),
        ),
        migrations.AlterField(
            model_name='topic',
            name='loaded_from',
            field=models.SlugField(blank=True, editable=False, max_length=100, null=True, unique=True, verbose_name='loaded from file'),
        ),
        migrations.AlterField(
            model_name='topic',
            name='position',
            field=models.PositiveSmallIntegerField(default=0, verbose_name='position in lists'),
        ),
        migrations.AlterConstraint(
            model_name='commentevent',
            name='comment_event_known',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['approved', 'rejected', 'replied', 'blocked', 'unblocked', 'deleted'])), name='comment_event_known', violation_error_message='That kind of event does not exist.'),
        ),
    ]
