"""Comments in the back office: what waits, and what is done with it."""

from collections.abc import Callable, Iterator
from typing import Any, ClassVar, cast

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from articles.actions.actor import Actor
from articles.actions.comments import comments as actions
from articles.errors import CommentDeleted, ModerationRefused
from articles.forms.admin import CommentDeletionForm, CommentReplyForm
from articles.models import Comment
from articles.queries.comments import find_comment, find_comments_by_email, next_pending_comment
from articles.text.spam import find_spam_signs, spam_score
from booking.access.roles import Ability, has_ability
from booking.admin.site import AbilityModelAdmin
from booking.models import User
from booking.models.current_clinic import clinic_date, current_clinic
from booking.notifications.kinds import StrOrPromise
from clinic.lib.dates import date_format
from clinic.lib.form_fields import strip_nul

EXCERPT_WORDS = 15
ModerationAction = Callable[..., object]
MODERATION_ACTIONS: dict[str, tuple[ModerationAction, StrOrPromise]] = {
    "_approve": (actions.approve_comment, gettext_lazy("Readers can see the comment now.")),
    "_reject": (actions.reject_comment, gettext_lazy("Readers do not see the comment.")),
    "_block": (
        actions.block_sender,
        gettext_lazy("Nothing more of this sender will be shown, or ask for your attention."),
    ),
    "_unblock": (actions.unblock_sender, gettext_lazy("The comment waits to be read again.")),
}


class CommentStatusFilter(admin.SimpleListFilter):
    """What waits, unless something else is asked for."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, _request: HttpRequest, _model_admin: Any) -> list[tuple[str, Any]]:
        return [*Comment.Status.choices, ("all", gettext_lazy("all"))]

    def queryset(self, _request: HttpRequest, queryset: "QuerySet[Comment]") -> "QuerySet[Comment]":
        state = self._state()
        return queryset if state == "all" else queryset.filter(status=state)

    def choices(self, changelist: Any) -> Iterator[Any]:
        for state, title in self.lookup_choices:
            query = changelist.get_query_string({self.parameter_name: state})
            yield {"selected": state == self._state(), "query_string": query, "display": title}

    def _state(self) -> str:
        asked = self.value()
        known = {state for state, _title in self.lookup_choices}
        return asked if asked in known else str(Comment.Status.PENDING.value)


class CommentChangeList(ChangeList):
    """Knows for each comment on the page on which day, where the clinic is, it was written."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        clinic = current_clinic(request)
        for comment in self.result_list:
            comment.day = clinic_date(comment.created_at, clinic)


class CommentAdmin(AbilityModelAdmin):
    """The list is Django's own; everything that changes something is an action."""

    ability: ClassVar[Ability] = Ability.ARTICLES
    change_list_template = "admin/comments.html"
    list_display = ("comment_excerpt", "spam", "day", "article")
    list_filter = (CommentStatusFilter,)
    list_select_related = ("article",)
    list_per_page = 25
    ordering = ("created_at", "pk")
    show_facets = admin.ShowFacets.NEVER
    show_full_result_count = False
    actions = None

    def get_urls(self) -> list[URLPattern]:
        view, name = self.admin_site.admin_view, "articles_comment"
        return [
            path("", view(self.changelist_view), name=f"{name}_changelist"),
            path("delete/", view(self.delete_page), name=f"{name}_delete"),
            path("<int:pk>/change/", view(self.comment_page), name=f"{name}_change"),
        ]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Comment]":
        return Comment.objects.from_readers()

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return CommentChangeList

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return super().changelist_view(request, {"title": _("Comments of readers")})

    @admin.display(description=gettext_lazy("comment"))
    def comment_excerpt(self, comment: Comment) -> str:
        return Truncator(comment.text).words(EXCERPT_WORDS) or "..."

    @admin.display(description=gettext_lazy("like an advert"))
    def spam(self, comment: Comment) -> str:
        signs = find_spam_signs(comment.text)
        return (
            f"{spam_score(signs)} ({', '.join(str(sign.description) for sign in signs)})"
            if signs
            else "0"
        )

    @admin.display(description=gettext_lazy("written"), ordering="created_at")
    def day(self, comment: Any) -> str:
        return date_format.date_without_weekday(comment.day)

    def comment_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """GET shows it with its history; POST decides, or replies."""
        self._check(request)
        comment = find_comment(pk)
        if comment is None:
            return self._gone(request, status=404)
        if request.method != "POST":
            return self._one_page(request, comment, CommentReplyForm())
        try:
            return self._posted(request, comment)
        except CommentDeleted:
            return self._gone(request, status=410)
        except ModerationRefused as refusal:
            messages.error(request, str(refusal))
            typed = str(request.POST.get("reply", "")).replace("\0", "")
            now = find_comment(pk) or comment
            form = CommentReplyForm(initial={"reply": typed})
            return self._one_page(request, now, form, status=409)

    def delete_page(self, request: HttpRequest) -> HttpResponse:
        """GET asks for an address; POST counts its comments, or deletes them."""
        self._check(request)
        form = CommentDeletionForm(strip_nul(request.POST) if request.method == "POST" else None)
        context: dict[str, Any] = {"title": _("Delete comments, as a reader asked"), "form": form}
        if request.method != "POST":
            return self._page(request, "comments_delete.html", context)
        if not form.is_valid():
            return self._page(request, "comments_delete.html", context, status=422)
        email = form.cleaned_data["email"]
        if "_delete" not in request.POST:
            found = {"number": len(find_comments_by_email(email)), "asked": email}
            return self._page(request, "comments_delete.html", context | found)
        number = actions.delete_comments_by_email(email, by=_editor_actor(request))
        said = ngettext("%(n)d comment is deleted.", "%(n)d comments are deleted.", number)
        messages.success(request, said % {"n": number})
        return HttpResponseRedirect(reverse("admin:articles_comment_changelist"))

    def _posted(self, request: HttpRequest, comment: Comment) -> HttpResponse:
        by = _editor_actor(request)
        expected_status = str(request.POST.get("expected_status", "")).replace("\0", "")
        if "_reply" in request.POST:
            form = CommentReplyForm(strip_nul(request.POST))
            if not form.is_valid():
                return self._one_page(request, comment, form, status=422)
            actions.reply_to_comment(
                comment, form.cleaned_data["reply"], by=by, expected_status=expected_status
            )
            messages.success(request, _("Your reply stands below the comment now."))
            return _redirect_to_next(comment)
        for name, (decide, said) in MODERATION_ACTIONS.items():
            if name in request.POST:
                decide(comment, by=by, expected_status=expected_status)
                messages.success(request, str(said))
                return _redirect_to_next(comment)
        raise ModerationRefused(_("Please press one of the buttons."))

    def _one_page(
        self, request: HttpRequest, comment: Comment, form: CommentReplyForm, *, status: int = 200
    ) -> HttpResponse:
        signs = find_spam_signs(comment.text)
        context = {
            "title": _("A reply of the clinic") if comment.parent_id else _("A reader's comment"),
            "comment": comment,
            "form": form,
            "spam_signs": signs,
            "spam_score": spam_score(signs),
        }
        return self._page(request, "comment.html", context, status=status)

    def _gone(self, request: HttpRequest, *, status: int) -> HttpResponse:
        context = {"title": str(CommentDeleted.sentence)}
        return self._page(request, "comment_gone.html", context, status=status)

    def _page(
        self, request: HttpRequest, name: str, context: dict[str, Any], *, status: int = 200
    ) -> HttpResponse:
        context = self.admin_site.each_context(request) | {"opts": self.opts} | context
        return TemplateResponse(request, f"admin/{name}", context, status=status)

    def _check(self, request: HttpRequest) -> None:
        if not has_ability(request.user, self.ability):
            raise PermissionDenied


def _editor_actor(request: HttpRequest) -> Actor:
    return Actor(user=cast(User, request.user))


def _redirect_to_next(comment: Comment) -> HttpResponse:
    """To the next one that waits; a reply leads back to its comment."""
    if comment.parent_id is not None:
        return HttpResponseRedirect(
            reverse("admin:articles_comment_change", args=[comment.parent_id])
        )
    waiting = next_pending_comment()
    if waiting is not None:
        return HttpResponseRedirect(reverse("admin:articles_comment_change", args=[waiting.pk]))
    return HttpResponseRedirect(reverse("admin:articles_comment_changelist"))
