"""Earlier bookings as a guest, which a patient adds to the account."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from booking.access.allauth_internals import email_proven_by_sign_in
from booking.access.patients import current_patient
from booking.actions.patients.claim_bookings import claim_bookings, undo_claim
from booking.errors import Refusal
from booking.forms.account.claiming import ClaimForm
from booking.models import Appointment, ClinicProfile, Patient, PatientMerge
from booking.queries.patients.claimable import MAX_CLAIMABLE, claimable_records
from booking.views.form_pages import account_actor, get_clinic_or_404
from clinic.lib.dates import clock, date_format
from clinic.lib.http.form_pages import form_status, see_other


@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest) -> HttpResponse:
    """GET /me/claim/ lists the bookings under the proven address; POST adds the checked ones."""
    patient, clinic = current_patient(request), get_clinic_or_404(request)
    email = email_proven_by_sign_in(request)
    found = list(claimable_records(email)[:MAX_CLAIMABLE])
    form = ClaimForm(
        request.POST if request.method == "POST" else None,
        records=_choices(found, clinic),
    )
    if form.is_valid():
        try:
            added = claim_bookings(
                patient, form.chosen(), proven_email=email, by=account_actor(request)
            )
        except Refusal as refusal:
            form.add_error("records", str(refusal))
        else:
            messages.success(request, _added_text(len(added)))
            return see_other("me-claim")
    context = {
        "form": form,
        "email": email,
        "has_records": bool(found),
        "undoable": _undoable(patient, request, clinic),
    }
    return render(request, "booking/account/claim.html", context, status=form_status(form))


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /me/claim/<pk>/undo/ removes the added bookings again, within a day."""
    mine = PatientMerge.objects.filter(remaining=current_patient(request), by=request.user.pk)
    row = get_object_or_404(mine.select_related("remaining"), pk=pk)
    try:
        undo_claim(row, by=account_actor(request))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Taken back. These bookings are not in your account any more."))
    return see_other("me-claim")


def _added_text(number: int) -> str:
    return ngettext(
        "%(number)d booking was added. You can take that back for a day.",
        "%(number)d bookings were added. You can take that back for a day.",
        number,
    ) % {"number": number}


def _choices(records: list[Patient], clinic: ClinicProfile) -> list[tuple[UUID, str]]:
    """Return the id of each record with the text of its latest booking. One query."""
    rows = Appointment.objects.with_related().filter(patient__in=records, booked_at__isnull=False)
    by_record: dict[int | None, list[Appointment]] = {}
    for row in rows.order_by("-starts_at"):
        by_record.setdefault(row.patient_id, []).append(row)
    return [(record.public_id, _text(by_record[record.pk], clinic)) for record in records]


def _text(rows: list[Appointment], clinic: ClinicProfile) -> str:
    """Return the text of a record, such as "1 Dec 2026, Swedish massage with Maya, booked for Ana
    Reader"."""
    last = rows[0]
    text = _("%(day)s, %(treatment)s with %(therapist)s, booked for %(name)s") % {
        "day": date_format.short_date(clinic.local_date(last.starts_at)),
        "treatment": last.option.treatment.name,
        "therapist": last.therapist.name,
        "name": last.patient,
    }
    return _with_others(text, len(rows) - 1)


def _with_others(text: str, more: int) -> str:
    """Return the text of a booking, and how many others the same record has."""
    if not more:
        return text
    return ngettext(
        "%(text)s, and %(more)d other appointment",
        "%(text)s, and %(more)d other appointments",
        more,
    ) % {"text": text, "more": more}


def _undoable(
    patient: Patient, request: HttpRequest, clinic: ClinicProfile
) -> list[tuple[PatientMerge, str]]:
    """Return what can still be taken back, with the text of its latest booking. Two queries."""
    rows = PatientMerge.objects.filter(remaining=patient, by=request.user.pk)
    now = clock.now()
    merges = [row for row in rows.select_related("duplicate") if row.can_be_undone(now)]
    moved = {row.pk: row.undo["moved"].get(Appointment._meta.label, []) for row in merges}
    wanted = {pk for keys in moved.values() for pk in keys}
    booked = Appointment.objects.with_related().filter(pk__in=wanted, booked_at__isnull=False)
    appointments = list(booked.order_by("-starts_at")) if wanted else []
    return [
        (
            row,
            _added_line(
                row, [visit for visit in appointments if visit.pk in moved[row.pk]], clinic
            ),
        )
        for row in merges
    ]


def _added_line(merge: PatientMerge, rows: list[Appointment], clinic: ClinicProfile) -> str:
    """Return such as "Swedish massage on 1 Dec 2026 at 10:00 am, booked for Ana Reader"."""
    if not rows:
        return _("What was booked for %(name)s") % {"name": merge.duplicate.name}
    last = rows[0]
    text = _("%(treatment)s on %(day)s at %(time)s, booked for %(name)s") % {
        "treatment": last.option.treatment.name,
        "day": date_format.short_date(clinic.local_date(last.starts_at)),
        "time": date_format.local_time(last.starts_at, clinic.zone),
        "name": merge.duplicate.name,
    }
    return _with_others(text, len(rows) - 1)
