"""The unsubscribe link of optional mails, such as thank-you mails."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from booking.actions.patients.mail_choices import stop_optional_mail
from booking.notifications.sanitizing import mask_email
from booking.queries.notifications.unsubscribes import (
    find_patient_by_unsubscribe_token,
    has_stopped_optional_mail,
)


@csrf_exempt  # mail programs press it by themselves, without any cookie (RFC 8058)
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks for confirmation, POST unsubscribes. The token in the link is all that is needed."""
    patient = find_patient_by_unsubscribe_token(token)
    if patient is None:
        return render(request, "booking/public/unsubscribe_ended.html", status=404)
    if request.method == "POST":
        stop_optional_mail(patient)
    context = {
        "email": mask_email(patient.email),
        "has_unsubscribed": has_stopped_optional_mail(patient.email),
    }
    return render(request, "booking/public/unsubscribe.html", context)
