"""The settings of the articles, for the owner."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from articles.actions.publishing.article_settings import update_article_settings
from articles.forms.article_settings import ArticleSettingsForm
from articles.models import ArticleSettings
from booking.access.roles import Ability
from booking.admin.site import AbilityModelAdmin


class ArticleSettingsAdmin(AbilityModelAdmin):
    """A single page, since there is a single row."""

    ability = Ability.CATALOGUE

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.rules)
        return [path("", view, name="articles_articlesettings_changelist")]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def rules(self, request: HttpRequest) -> HttpResponse:
        """GET /admin/articles/articlesettings/ shows the settings; POST saves them."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        form = ArticleSettingsForm(request.POST or None, instance=ArticleSettings.current())
        if request.method == "POST":
            update_article_settings(
                requires_approval="requires_approval" in request.POST,
                requires_clinician_signature="requires_clinician_signature" in request.POST,
            )
            messages.success(request, _("Saved. It holds for what is published from now on."))
            return HttpResponseRedirect(request.path)
        context = self.admin_site.each_context(request) | {
            "opts": self.opts, "title": self.opts.verbose_name_plural, "form": form,
        }  # fmt: skip
        return TemplateResponse(request, "admin/articles/settings.html", context)
