"""python manage.py load_articles: what articles/content/ holds becomes articles."""

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
            "Brings the articles of this program in as drafts (in the demo: published samples). "
            "What an editor has changed is left alone."
        )
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = load_articles(publish=settings.DEMO, by=Actor.system())
        except ContentError as fault:
            raise CommandError(str(fault)) from fault
        if options["verbosity"] > 0:
            counted = ", ".join(f"{number} {outcome}" for outcome, number in sorted(done.items()))
            self.stdout.write(
                _("Articles, topics, words and pages: %(counted)s.") % {"counted": counted}
            )
