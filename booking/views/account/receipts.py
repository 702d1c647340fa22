"""A patient's receipts, and what they have still to pay."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from booking.access.acting import current_acting, for_proxies
from booking.access.proxies import Permission
from booking.actions.receipt_files import read_receipt_file, request_receipt_file
from booking.errors import MayNotActForPatient
from booking.models import Payment
from booking.queries.patients.statement import receipt_file_of, receipts_of, unpaid_visits
from booking.views.account.own_record import shown_record
from booking.views.form_pages import account_actor, clinic_zone, get_clinic_or_404
from clinic.lib.dates import clock
from clinic.lib.files.pdf import pdf_problem
from clinic.lib.http.form_pages import see_other

PAGE_SIZE = 30
MAX_NUMBER = 2**31


@for_proxies(Permission.SEE_RECEIPTS)
@require_safe
def receipts(request: HttpRequest) -> HttpResponse:
    """GET /me/receipts/?page=2: receipts and unpaid visits."""
    patient, acting = shown_record(request), current_acting(request)
    rows = Paginator(receipts_of(patient, acting), PAGE_SIZE)
    context = {
        "unpaid": unpaid_visits(patient, clock.now(), acting),
        "page": rows.get_page(request.GET.get("page")),
        "zone": clinic_zone(request),
    }
    return render(request, "booking/account/receipts.html", context)


@for_proxies(Permission.SEE_RECEIPTS)
@require_safe
def receipt(request: HttpRequest, number: int) -> HttpResponse:
    """GET /me/receipts/<number>/: one receipt, for printing."""
    payment = receipt_or_404(request, number)
    context = {
        "payment": payment,
        "clinic_on_receipt": get_clinic_or_404(request),
        "can_make_file": not pdf_problem(),
        "file": receipt_file_of(payment),
    }
    return render(request, "booking/account/receipt.html", context)


@for_proxies(Permission.SEE_RECEIPTS)
@require_http_methods(["GET", "HEAD", "POST"])
def receipt_file(request: HttpRequest, number: int) -> HttpResponse:
    """POST requests the receipt as a PDF file; GET responds with it once it is made."""
    payment = receipt_or_404(request, number)
    if request.method == "POST":
        try:
            request_receipt_file(payment, by=account_actor(request))
        except MayNotActForPatient as refusal:
            messages.error(request, str(refusal))
            return see_other("me")
        return see_other("me-receipt", number)
    content = read_receipt_file(payment, by=account_actor(request))
    if content is None:
        return see_other("me-receipt", number)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="receipt-{number}.pdf"'
    return response


def receipt_or_404(request: HttpRequest, number: int) -> Payment:
    """Return the patient's receipt of this number. Raises Http404 if it is not theirs."""
    receipts = receipts_of(shown_record(request), current_acting(request))
    payment = receipts.filter(number=number).first() if number < MAX_NUMBER else None
    if payment is None:
        raise Http404
    return payment
