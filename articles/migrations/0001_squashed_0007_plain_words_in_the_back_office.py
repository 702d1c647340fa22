"""All tables of the first seven migrations, made at once.

See booking's squashed migration.
"""

import articles.models.article
import booking.constraints
import clinic.lib.crypto.encrypted_field
import clinic.lib.dates.clock
import django.core.validators
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector


INDEX = GinIndex(
    SearchVector("title", weight="A", config="english")
    + SearchVector("lead", weight="B", config="english")
    + SearchVector("body", weight="C", config="english"),
    name="article_full_text",
)
FTS5 = (
    "CREATE VIRTUAL TABLE articles_search USING fts5"
    "(title, lead, body, tokenize = 'porter unicode61 remove_diacritics 2')"
)
APPEND_ONLY = ("article_history_append_only", "revision_is_append_only")


def create_index(apps, schema_editor):
    """Make the full-text index; for typing errors, booking has installed the trigrams."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.add_index(apps.get_model("articles", "SearchEntry"), INDEX)
    else:
        schema_editor.execute(FTS5)


def drop_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.remove_index(apps.get_model("articles", "SearchEntry"), INDEX)
    else:
        schema_editor.execute("DROP TABLE articles_search")


def drop_functions(apps, schema_editor):
    """Going back: PostgreSQL drops a trigger with its table, but not the trigger's function."""
    if schema_editor.connection.vendor == "postgresql":
        for name in APPEND_ONLY:
            schema_editor.execute(f'DROP FUNCTION IF EXISTS "{name}"()')


class Migration(migrations.Migration):
    replaces = [
        ('articles', '0001_articles'),
        ('articles', '0002_search'),
        ('articles', '0003_editing'),
        ('articles', '0004_images'),
        ('articles', '0005_plain_names'),
        ('articles', '0006_event_columns'),
        ('articles', '0007_plain_words_in_the_back_office'),
    ]

    initial = True

    dependencies = [
        ('booking', '0019_failure_streaks'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(migrations.RunPython.noop, drop_functions),
        migrations.CreateModel(
            name='Contributor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=100, unique=True, verbose_name='short name')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('credentials', models.CharField(blank=True, help_text='As on the register, with the number: shown to readers word for word.', max_length=160, verbose_name='credentials')),
                ('bio', models.CharField(blank=True, max_length=400, verbose_name='in one or two sentences')),
                ('is_clinician', models.BooleanField(default=False, help_text='Only somebody whose credentials you have checked.', verbose_name='may sign articles as a clinician')),
                ('user', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='contributor', to=settings.AUTH_USER_MODEL, verbose_name='signs in as')),
            ],
            options={
                'verbose_name': 'contributor',
                'verbose_name_plural': 'contributors',
                'ordering': ('name',),
            },
        ),
        migrations.CreateModel(
            name='GlossaryTerm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('loaded_from', models.SlugField(blank=True, editable=False, max_length=100, null=True, unique=True, verbose_name='loaded from file')),
                ('loaded_digest', models.CharField(blank=True, editable=False, max_length=64)),
                ('slug', models.SlugField(max_length=100, unique=True, verbose_name='address')),
                ('term', models.CharField(max_length=80, verbose_name='term')),
                ('meaning', models.TextField(max_length=2000, verbose_name='meaning')),
                ('sources', models.JSONField(blank=True, default=list, verbose_name='sources')),
            ],
            options={
                'verbose_name': 'glossary term',
                'verbose_name_plural': 'glossary terms',
                'ordering': ('term',),
            },
        ),
        migrations.CreateModel(
            name='Page',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('loaded_from', models.SlugField(blank=True, editable=False, max_length=100, null=True, unique=True, verbose_name='loaded from file')),
                ('loaded_digest', models.CharField(blank=True, editable=False, max_length=64)),
                ('slug', models.SlugField(max_length=100, unique=True, verbose_name='address')),
                ('title', models.CharField(max_length=120, verbose_name='title')),
                ('description', models.CharField(blank=True, max_length=160, verbose_name='for search engines')),
                ('body', models.TextField(verbose_name='text')),
                ('changed_at', models.DateTimeField(default=clinic.lib.dates.clock.now, editable=False, verbose_name='last changed')),
            ],
            options={
                'verbose_name': 'page',
                'verbose_name_plural': 'pages',
                'ordering': ('title',),
            },
        ),
        migrations.CreateModel(
            name='Topic',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('loaded_from', models.SlugField(blank=True, editable=False, max_length=100, null=True, unique=True, verbose_name='loaded from file')),
                ('loaded_digest', models.CharField(blank=True, editable=False, max_length=64)),
                ('slug', models.SlugField(max_length=100, unique=True, verbose_name='address')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('description', models.CharField(blank=True, max_length=300, verbose_name='in one sentence')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position in lists')),
            ],
            options={
                'verbose_name': 'topic',
                'verbose_name_plural': 'topics',
                'ordering': ('position', 'name'),
            },
        ),
        migrations.CreateModel(
            name='ArticleSettings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('requires_approval', models.BooleanField(default=False, help_text='Nobody publishes what only they have read.', verbose_name='somebody else must approve')),
                ('requires_clinician_signature', models.BooleanField(default=False, help_text='A contributor who is a clinician and has a sign-in of their own.', verbose_name='a clinician must sign')),
            ],
            options={
                'verbose_name': 'rules for articles',
                'verbose_name_plural': 'rules for articles',
                'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='one_set_of_article_rules', violation_error_message='There are rules for articles already.')],
            },
        ),
        migrations.CreateModel(
            name='BlockedSender',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email_hash', models.CharField(editable=False, error_messages={'unique': 'This sender is blocked already.'}, max_length=64, unique=True)),
                ('blocked_at', models.DateTimeField(default=clinic.lib.dates.clock.now, editable=False)),
                ('blocked_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'blocked sender',
                'verbose_name_plural': 'blocked senders',
                'ordering': ('-blocked_at', '-pk'),
            },
        ),
        migrations.CreateModel(
            name='Image',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('digest', models.CharField(editable=False, max_length=32, unique=True)),
                ('alt', models.CharField(help_text='For people who cannot see it. Say what matters here, in one sentence.', max_length=200, verbose_name='what it shows')),
                ('caption', models.CharField(blank=True, help_text='Offered below the picture; each article can change it.', max_length=200, verbose_name='caption')),
                ('focal_x', models.PositiveSmallIntegerField(default=50, validators=[django.core.validators.MaxValueValidator(100, 'Please give a number from 0 to 100.')], verbose_name='from the left, in percent')),
                ('focal_y', models.PositiveSmallIntegerField(default=50, validators=[django.core.validators.MaxValueValidator(100, 'Please give a number from 0 to 100.')], verbose_name='from the top, in percent')),
                ('width', models.PositiveIntegerField(editable=False, verbose_name='width')),
                ('height', models.PositiveIntegerField(editable=False, verbose_name='height')),
                ('widths', models.JSONField(default=list, editable=False, verbose_name='widths')),
                ('added_at', models.DateTimeField(default=clinic.lib.dates.clock.now, editable=False, verbose_name='added')),
                ('added_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='added by')),
            ],
            options={
                'verbose_name': 'image',
                'verbose_name_plural': 'images',
                'ordering': ('-added_at', '-pk'),
                'constraints': [models.CheckConstraint(condition=models.Q(('alt', ''), _negated=True), name='image_described', violation_error_message='Please say what the picture shows.'), models.CheckConstraint(condition=models.Q(('focal_x__lte', 100), ('focal_y__lte', 100)), name='image_focal_point_inside', violation_error_message='The point that matters lies inside the picture.'), models.CheckConstraint(condition=models.Q(('height__gt', 0), ('width__gt', 0)), name='image_has_a_size', violation_error_message='A picture has a width and a height.')],
            },
        ),
        migrations.CreateModel(
            name='Article',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('loaded_from', models.SlugField(blank=True, editable=False, max_length=100, null=True, unique=True, verbose_name='loaded from file')),
                ('loaded_digest', models.CharField(blank=True, editable=False, max_length=64)),
                ('slug', models.SlugField(max_length=100, unique=True, validators=[articles.models.article.validate_slug_not_reserved], verbose_name='address')),
                ('title', models.CharField(max_length=120, verbose_name='title')),
                ('description', models.CharField(max_length=160, verbose_name='for search engines')),
                ('excerpt', models.CharField(max_length=300, verbose_name='in lists')),
                ('summary', models.JSONField(blank=True, default=list, validators=[articles.models.article.validate_lines], verbose_name='summary, as three points')),
                ('medical_help', models.JSONField(blank=True, default=list, validators=[articles.models.article.validate_lines], verbose_name='when to get medical help')),
                ('body', models.TextField(verbose_name='text')),
                ('image', models.CharField(blank=True, max_length=40, verbose_name='drawing')),
                ('image_alt', models.CharField(blank=True, max_length=200, verbose_name='what the drawing shows')),
                ('image_caption', models.CharField(blank=True, max_length=200, verbose_name='caption')),
                ('offers_booking', models.BooleanField(default=False, help_text='Leave out where a book button would be an advertisement for a remedy.', verbose_name='offers treatments to book')),
                ('comments_open', models.BooleanField(default=True, verbose_name='readers may comment')),
                ('reviewed_on', models.DateField(blank=True, null=True, verbose_name='reviewed on')),
                ('status', models.CharField(choices=[('draft', 'draft'), ('in_review', 'in review'), ('scheduled', 'scheduled'), ('published', 'published'), ('archived', 'archived')], default='draft', max_length=10, verbose_name='status')),
                ('published_at', models.DateTimeField(blank=True, null=True, verbose_name='first published')),
                ('changed_at', models.DateTimeField(default=clinic.lib.dates.clock.now, editable=False, verbose_name='last changed')),
                ('changed_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('treatments', models.ManyToManyField(blank=True, related_name='+', to='booking.treatment', verbose_name='treatments')),
                ('author', models.ForeignKey(blank=True, help_text='Leave empty for the clinic itself.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='written_articles', to='articles.contributor', verbose_name='author')),
                ('reviewed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reviewed_articles', to='articles.contributor', verbose_name='reviewed by')),
                ('topics', models.ManyToManyField(blank=True, related_name='articles', to='articles.topic', verbose_name='topics')),
                ('review_due', models.DateField(blank=True, editable=False, null=True, verbose_name='review again by')),
                ('shown_version', models.PositiveIntegerField(default=0, editable=False, verbose_name='revision shown to readers')),
                ('version', models.PositiveIntegerField(default=0, editable=False, verbose_name='newest revision')),
                ('page_changed_at', models.DateTimeField(blank=True, editable=False, null=True)),
            ],
            options={
                'verbose_name': 'article',
                'verbose_name_plural': 'articles',
                'ordering': ('title',),
                'indexes': [models.Index(fields=['status', '-published_at'], name='article_by_publication')],
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'in_review', 'scheduled', 'published', 'archived'])), name='article_status_known', violation_error_message='That status does not exist.'), models.CheckConstraint(condition=models.Q(models.Q(('status__in', ('scheduled', 'published')), _negated=True), ('published_at__isnull', False), _connector='OR'), name='article_published_when', violation_error_message='A published article says since when.'), models.CheckConstraint(condition=models.Q(('slug__in', ('topics', 'feed', 'glossary', 'evidence-policy', 'comment-policy')), _negated=True), name='article_address_free', violation_error_message='Please choose another address: this one is taken by a page.'), models.CheckConstraint(condition=models.Q(models.Q(('reviewed_by__isnull', True), ('reviewed_on__isnull', True)), models.Q(('reviewed_by__isnull', False), ('reviewed_on__isnull', False)), _connector='OR'), name='article_review_whole', violation_error_message='A review has a name and a date, or there was none.'), models.CheckConstraint(condition=models.Q(('image', ''), models.Q(('image_alt', ''), _negated=True), _connector='OR'), name='article_drawing_described', violation_error_message='Please say what the drawing shows.'), models.CheckConstraint(condition=models.Q(('shown_version__lte', models.F('version'))), name='article_shows_what_was_written', violation_error_message='An article cannot show a revision that does not exist.')],
            },
        ),
        migrations.CreateModel(
            name='HelpfulCount',
            fields=[
                ('article', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='helpful', serialize=False, to='articles.article')),
                ('yes', models.PositiveIntegerField(default=0, verbose_name='helpful')),
                ('no', models.PositiveIntegerField(default=0, verbose_name='not helpful')),
            ],
            options={
                'verbose_name': 'helpful votes',
                'verbose_name_plural': 'helpful votes',
            },
        ),
        migrations.CreateModel(
            name='SearchEntry',
            fields=[
                ('article', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='search_entry', serialize=False, to='articles.article')),
                ('title', models.TextField()),
                ('lead', models.TextField()),
                ('body', models.TextField()),
            ],
            options={
                'verbose_name': 'search entry',
                'verbose_name_plural': 'search entries',
            },
        ),
        migrations.CreateModel(
            name='OldSlug',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=100, unique=True, verbose_name='old address')),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='old_slugs', to='articles.article')),
            ],
            options={
                'verbose_name': 'old address',
                'verbose_name_plural': 'old addresses',
            },
        ),
        migrations.CreateModel(
            name='Comment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', clinic.lib.crypto.encrypted_field.EncryptedTextField(bound_to='public_id', editable=False, verbose_name='name')),
                ('email', clinic.lib.crypto.encrypted_field.EncryptedTextField(bound_to='public_id', editable=False, verbose_name='e-mail')),
                ('text', clinic.lib.crypto.encrypted_field.EncryptedTextField(bound_to='public_id', editable=False, verbose_name='comment')),
                ('status', models.CharField(choices=[('held', 'waiting'), ('approved', 'approved'), ('rejected', 'rejected'), ('blocked', 'from a blocked sender')], default='held', max_length=10, verbose_name='status')),
                ('created_at', models.DateTimeField(default=clinic.lib.dates.clock.now, editable=False, verbose_name='written')),
                ('decided_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='decided')),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='comments', to='articles.article')),
                ('decided_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('parent', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='replies', to='articles.comment')),
            ],
            options={
                'verbose_name': 'comment',
                'verbose_name_plural': 'comments',
                'ordering': ('created_at', 'pk'),
                'indexes': [models.Index(fields=['article', 'status'], name='comment_of_article'), models.Index(fields=['status', 'created_at'], name='comment_by_state')],
                'constraints': [models.CheckConstraint(condition=models.Q(('status', 'held'), ('decided_at__isnull', False), _connector='OR'), name='comment_decided_when', violation_error_message='A comment that was decided on says when.'), models.CheckConstraint(condition=models.Q(('status__in', ['held', 'approved', 'rejected', 'blocked'])), name='comment_status_known', violation_error_message='That status does not exist.')],
            },
        ),
        migrations.CreateModel(
            name='Faq',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                ('anchor', models.SlugField(max_length=100, verbose_name='anchor')),
                ('question', models.CharField(max_length=160, verbose_name='question')),
                ('answer', models.TextField(verbose_name='answer')),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='faqs', to='articles.article')),
            ],
            options={
                'verbose_name': 'question',
                'verbose_name_plural': 'questions',
                'ordering': ('position', 'pk'),
                'constraints': [models.UniqueConstraint(fields=('article', 'anchor'), name='faq_anchor_once', violation_error_message='This article has a question of that name already.')],
            },
        ),
        migrations.CreateModel(
            name='Source',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='number')),
                ('key', models.SlugField(help_text='By which the text refers to it.', max_length=60, verbose_name='key')),
                ('citation', models.CharField(max_length=600, verbose_name='authors, title, journal, year')),
                ('doi', models.CharField(blank=True, max_length=120, verbose_name='DOI')),
                ('url', models.URLField(blank=True, max_length=300, verbose_name='address')),
                ('kind', models.CharField(blank=True, max_length=40, verbose_name='kind')),
                ('review_by', models.DateField(blank=True, null=True, verbose_name='review again by')),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sources', to='articles.article')),
            ],
            options={
                'verbose_name': 'source',
                'verbose_name_plural': 'sources',
                'ordering': ('position', 'pk'),
                'constraints': [models.UniqueConstraint(fields=('article', 'key'), name='source_key_once', violation_error_message='This article has a source of that key already.')],
            },
        ),
        migrations.CreateModel(
            name='ArticleEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('step', models.CharField(choices=[('send', 'sent for review'), ('return', 'taken back to draft'), ('approve', 'approved'), ('sign', 'signed by a clinician'), ('schedule', 'scheduled'), ('publish', 'published'), ('archive', 'archived'), ('reopen', 'taken out of the archive')], max_length=10, verbose_name='what')),
                ('why', models.CharField(blank=True, max_length=300, verbose_name='why')),
                ('at', models.DateTimeField(default=clinic.lib.dates.clock.now, verbose_name='when')),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='articles.article')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who')),
                ('clinician', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='articles.contributor')),
                ('revision_number', models.PositiveIntegerField(verbose_name='revision')),
                ('publish_at', models.DateTimeField(blank=True, null=True, verbose_name='publication time')),
            ],
            options={
                'verbose_name': 'step',
                'verbose_name_plural': 'steps',
                'ordering': ('-at', '-pk'),
                'constraints': [models.CheckConstraint(condition=models.Q(('step__in', ['send', 'return', 'approve', 'sign', 'schedule', 'publish', 'archive', 'reopen'])), name='article_step_known', violation_error_message='That step does not exist.'), models.CheckConstraint(condition=models.Q(models.Q(('step', 'sign'), _negated=True), ('clinician__isnull', False), _connector='OR'), name='signature_has_a_name', violation_error_message='A signature is that of a clinician with a name.'), booking.constraints.AppendOnly(name='article_history_append_only', violation_error_message='History is written once and never changed.')],
            },
        ),
        migrations.CreateModel(
            name='Revision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='number')),
                ('text', models.JSONField(verbose_name='text')),
                ('why', models.CharField(blank=True, max_length=300, verbose_name='what changed, and why')),
                ('at', models.DateTimeField(default=clinic.lib.dates.clock.now, verbose_name='when')),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='revisions', to='articles.article')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who')),
            ],
            options={
                'verbose_name': 'revision',
                'verbose_name_plural': 'revisions',
                'ordering': ('-number',),
                'constraints': [models.UniqueConstraint(fields=('article', 'number'), name='revision_number_once', violation_error_message='This article has a revision of that number already.'), booking.constraints.AppendOnly(name='revision_is_append_only', violation_error_message='A revision is written once and never changed.')],
            },
        ),
        migrations.CreateModel(
            name='Autosave',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fields', models.JSONField(verbose_name='fields')),
                ('at', models.DateTimeField(default=clinic.lib.dates.clock.now, verbose_name='when')),
                ('article', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='articles.article')),
                ('editor', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'unsaved text',
                'verbose_name_plural': 'unsaved texts',
                'constraints': [models.UniqueConstraint(fields=('editor', 'article'), name='unsaved_once', violation_error_message='There is unsaved text of this article already.'), models.UniqueConstraint(condition=models.Q(('article__isnull', True)), fields=('editor',), name='unsaved_new_once', violation_error_message='There is an unsaved new article already.')],
                'db_table': 'articles_unsavedtext',
            },
        ),
        migrations.CreateModel(
            name='CommentEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('approved', 'approved'), ('rejected', 'rejected'), ('replied', 'replied to'), ('blocked', 'sender blocked'), ('unblocked', 'sender no longer blocked'), ('deleted', 'deleted as asked for')], max_length=10)),
                ('count', models.PositiveIntegerField(default=1)),
                ('at', models.DateTimeField(default=clinic.lib.dates.clock.now)),
                ('comment', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='events', to='articles.comment')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'comment event',
                'verbose_name_plural': 'comment events',
                'ordering': ('at', 'pk'),
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['approved', 'rejected', 'replied', 'blocked', 'unblocked', 'deleted'])), name='comment_event_known', violation_error_message='That kind of event does not exist.'), models.CheckConstraint(condition=models.Q(('kind', 'deleted'), ('comment__isnull', False), _connector='OR'), name='comment_event_of_one', violation_error_message='Say which comment it happened to.')],
            },
        ),
        migrations.RunPython(create_index, drop_index),
    ]
