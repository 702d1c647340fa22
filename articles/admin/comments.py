"""The moderation of comments in the admin."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from articles.actions.comments import moderate_comment as actions
from articles.actions.comments.delete_comments import delete_comments_by_email
from articles.admin.common import PagesAdmin
from articles.errors import CommentDeleted, ModerationRefused
from articles.forms.comments import CommentDeletionForm, CommentReplyForm
from articles.models import Comment
from articles.queries.comments import find_comment, find_comments_by_email, next_pending_comment
from articles.text.spam import find_spam_signs, spam_score
from articles.views.editing.common import get_actor
from booking.access.roles import Ability
from booking.models.current_clinic import clinic_date
from booking.notifications.kinds import StrOrPromise
from clinic.lib.dates import date_format
from clinic.lib.form_fields import strip_nul
from clinic.lib.http.reauthentication import reauthenticate_for_changes
from clinic.lib.text.despair import mentions_despair

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


@dataclass(frozen=True, slots=True)
class ModerationButton:
    """A button of the comment's page. `name` is a key of MODERATION_ACTIONS."""

    name: str
    label: StrOrPromise
    is_default: bool = False


@dataclass(frozen=True, slots=True)
class ReplyLabels:
    """The heading above the reply to a comment, and its button."""

    heading: str
    button: str

    @classmethod
    def for_comment(cls, comment: Comment) -> Self:
        """Return the labels for a comment. A reply to a pending comment also approves it."""
        if comment.is_pending:
            return cls(_("Approve, and reply"), _("Approve and send the reply"))
        return cls(_("Reply"), _("Send the reply"))


def moderation_buttons(comment: Comment) -> list[ModerationButton]:
    """Return the buttons for what an editor can decide about a comment now."""
    status, buttons = comment.status, []
    if status not in (Comment.Status.APPROVED, Comment.Status.BLOCKED):
        buttons.append(ModerationButton("_approve", _("Approve"), is_default=True))
    if status == Comment.Status.APPROVED:
        buttons.append(ModerationButton("_reject", _("Show it no longer")))
    elif status == Comment.Status.PENDING:
        buttons.append(ModerationButton("_reject", _("Reject")))
    if status == Comment.Status.BLOCKED:
        buttons.append(ModerationButton("_unblock", _("Let this sender comment again")))
    elif not comment.parent_id:
        buttons.append(ModerationButton("_block", _("Block the sender")))
    return buttons


class CommentStatusFilter(admin.SimpleListFilter):
    """Filter by status; pending comments by default."""

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
        value = self.value()
        states = {state for state, _title in self.lookup_choices}
        return value if value in states else str(Comment.Status.PENDING.value)


class CommentAdmin(PagesAdmin):
    """The list of comments, a page for each, and the deletion of one person's comments."""

    ability: ClassVar[Ability] = Ability.ARTICLES
    change_list_template = "admin/comments.html"
    list_display = ("comment_excerpt", "spam", "day", "article")
    list_filter = (CommentStatusFilter,)
    list_select_related = ("article",)
    list_per_page = 25
    ordering = ("created_at", "pk")
    show_facets = admin.ShowFacets.NEVER
    show_full_result_count = False

    def get_urls(self) -> list[URLPattern]:
        view, name = self.admin_site.admin_view, "articles_comment"
        return [
            path("", view(self.changelist_view), name=f"{name}_changelist"),
            path(
                "delete/", view(reauthenticate_for_changes(self.delete_page)), name=f"{name}_delete"
            ),
            path("<int:pk>/change/", view(self.comment_page), name=f"{name}_change"),
        ]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Comment]":
        return Comment.objects.from_readers()

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return super().changelist_view(request, {"title": _("Comments of readers")})

    @admin.display(description=gettext_lazy("comment"))
    def comment_excerpt(self, comment: Comment) -> str:
        excerpt = Truncator(comment.text).words(EXCERPT_WORDS) or "..."
        if mentions_despair(comment.text):
            return _("Please read this at once: %(text)s") % {"text": excerpt}
        return excerpt

    @admin.display(description=gettext_lazy("like an advert"))
    def spam(self, comment: Comment) -> str:
        return _describe_spam(comment)

    @admin.display(description=gettext_lazy("written"), ordering="created_at")
    def day(self, comment: Any) -> str:
        return date_format.date_without_weekday(clinic_date(comment.created_at, comment.clinic))

    def comment_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """GET shows a comment with its history; POST moderates it or replies."""
        self.require_ability(request)
        comment = find_comment(pk)
        if comment is None:
            return self._gone_page(request, status=404)
        if request.method != "POST":
            return self._comment_page(request, comment, CommentReplyForm())
        try:
            return self._moderate(request, comment)
        except CommentDeleted:
            return self._gone_page(request, status=410)
        except ModerationRefused as refusal:
            messages.error(request, str(refusal))
            typed = str(request.POST.get("reply", "")).replace("\0", "")
            now = find_comment(pk) or comment
            form = CommentReplyForm(initial={"reply": typed})
            return self._comment_page(request, now, form, status=409)

    def delete_page(self, request: HttpRequest) -> HttpResponse:
        """GET asks for an e-mail address; POST counts its comments, or deletes them."""
        self.require_ability(request)
        form = CommentDeletionForm(strip_nul(request.POST) if request.method == "POST" else None)
        context: dict[str, Any] = {"title": _("Delete comments, as a reader asked"), "form": form}
        if request.method != "POST":
            return self.render_page(request, "comments_delete.html", context)
        if not form.is_valid():
            return self.render_page(request, "comments_delete.html", context, status=422)
        email = form.cleaned_data["email"]
        if "_delete" not in request.POST:
            matching_comments = {"number": len(find_comments_by_email(email)), "asked": email}
            return self.render_page(request, "comments_delete.html", context | matching_comments)
        number = delete_comments_by_email(email, by=get_actor(request))
        message = ngettext("%(n)d comment is deleted.", "%(n)d comments are deleted.", number)
        messages.success(request, message % {"n": number})
        return HttpResponseRedirect(reverse("admin:articles_comment_changelist"))

    def _moderate(self, request: HttpRequest, comment: Comment) -> HttpResponse:
        by = get_actor(request)
        expected_status = str(request.POST.get("expected_status", "")).replace("\0", "")
        if "_reply" in request.POST:
            form = CommentReplyForm(strip_nul(request.POST))
            if not form.is_valid():
                return self._comment_page(request, comment, form, status=422)
            actions.reply_to_comment(
                comment, form.cleaned_data["reply"], by=by, expected_status=expected_status
            )
            messages.success(request, _("Your reply stands below the comment now."))
            return _redirect_to_next(comment)
        for name, (decide, message) in MODERATION_ACTIONS.items():
            if name in request.POST:
                decide(comment, by=by, expected_status=expected_status)
                messages.success(request, str(message))
                return _redirect_to_next(comment)
        raise ModerationRefused(_("Please press one of the buttons."))

    def _comment_page(
        self, request: HttpRequest, comment: Comment, form: CommentReplyForm, *, status: int = 200
    ) -> HttpResponse:
        context = {
            "title": _("A reply of the clinic") if comment.parent_id else _("A reader's comment"),
            "comment": comment,
            "is_urgent": mentions_despair(comment.text),
            "form": form,
            "spam": _describe_spam(comment),
            "reply_labels": ReplyLabels.for_comment(comment),
            "buttons": moderation_buttons(comment),
        }
        return self.render_page(request, "comment.html", context, status=status)

    def _gone_page(self, request: HttpRequest, *, status: int) -> HttpResponse:
        context = {"title": str(CommentDeleted.message)}
        return self.render_page(request, "comment_gone.html", context, status=status)


def _describe_spam(comment: Comment) -> str:
    """Return the spam score of a comment with its reasons, such as "2 (a link, capitals)"."""
    signs = find_spam_signs(comment.text)
    descriptions = ", ".join(str(sign.description) for sign in signs)
    return f"{spam_score(signs)} ({descriptions})" if signs else "0"


def _redirect_to_next(comment: Comment) -> HttpResponse:
    """Redirect to the next pending comment; from a reply, to the comment it answers."""
    if comment.parent_id is not None:
        return HttpResponseRedirect(
            reverse("admin:articles_comment_change", args=[comment.parent_id])
        )
    waiting = next_pending_comment()
    if waiting is not None:
        return HttpResponseRedirect(reverse("admin:articles_comment_change", args=[waiting.pk]))
    return HttpResponseRedirect(reverse("admin:articles_comment_changelist"))
