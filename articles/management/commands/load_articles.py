"""python manage.py load_articles: load articles/content/ into the database."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.actions.actor import Actor
from articles.actions.writing.load_articles import load_articles
from articles.text.markdown import ContentError


class Command(BaseCommand):
    help = str(
        gettext_lazy(
            "Load the articles of this program as drafts (in the demo as published samples). "
            "Articles that an editor has changed are left alone."
        )
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = load_articles(publish=settings.DEMO, by=Actor.system())
        except ContentError as error:
            raise CommandError(str(error)) from error
        if options["verbosity"] > 0:
            counted = ", ".join(f"{number} {outcome}" for outcome, number in sorted(done.items()))
            self.stdout.write(
                _("Articles, topics, words and pages: %(counted)s.") % {"counted": counted}
            )
