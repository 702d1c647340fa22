"""The page of the link, in the mail to the old address, that undoes a change of address."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from booking.actions.patients.change_email import undo_email_change
from booking.errors import EmailChangeEnded, OldAddressInUse
from booking.notifications.sanitizing import mask_email
from booking.queries.patients.email_changes import find_by_undo_token
from booking.views.public.guest_actor import guest_actor
from clinic.lib.dates import clock

TEMPLATE = "booking/public/email_change.html"


@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks for confirmation, POST restores the address. Only the token is needed."""
    change = find_by_undo_token(token)
    if change is None or not (change.can_be_undone(clock.now()) or change.undone_at):
        context: dict[str, object] = {"refusal": str(EmailChangeEnded())}
        return render(request, TEMPLATE, context, status=EmailChangeEnded.status)
    context = {"old": mask_email(change.old_email), "is_undone": change.undone_at is not None}
    if request.method == "POST" and change.undone_at is None:
        try:
            undo_email_change(token, by=guest_actor(request))
        except (EmailChangeEnded, OldAddressInUse) as refusal:
            return render(request, TEMPLATE, {"refusal": str(refusal)}, status=refusal.status)
        context["is_undone"] = True
    return render(request, TEMPLATE, context)
