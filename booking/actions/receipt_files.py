"""Receipts as PDF files: requested by a patient, made by the worker, deleted after a day."""

from base64 import b64decode, b64encode
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string

from booking.access.proxies import Permission
from booking.actions.acting import require_may_act
from booking.actions.actor import Actor
from booking.actions.audit.record import Action, AuditObject, ObjectType, record_audit
from booking.actions.locks import write_action, write_transaction
from booking.models import ClinicProfile, Payment, ReceiptFile
from clinic.lib.dates import clock
from clinic.lib.files.pdf import make_pdf, pdf_problem
from clinic.lib.scheduled_jobs import JobFailed

KEPT_FOR = timedelta(days=1)
MAX_FILES_PER_RUN = 20
"""How many files one run of the job makes at most."""
STYLE_SHEET = Path("clinic/static/clinic/css/receipt-pdf.css")


@write_action
def request_receipt_file(payment: Payment, *, by: Actor) -> ReceiptFile:
    """Request the PDF of a receipt from the worker, and return its row.

    An existing file is not made again, unless making it failed. Raises MayNotActForPatient if a
    proxy may not see receipts any more.
    """
    with write_transaction():
        require_may_act(by, Permission.SEE_RECEIPTS, appointment=payment.appointment)
        row, _is_new = ReceiptFile.objects.get_or_create(
            payment=payment, defaults={"requested_at": clock.now()}
        )
        if row.failed_at is not None:
            row.failed_at, row.requested_at = None, clock.now()
            row.save(update_fields=["failed_at", "requested_at"])
        record_audit(Action.EXPORTED, _receipt_object(payment), by=by)
    return row


def read_receipt_file(payment: Payment, *, by: Actor) -> bytes | None:
    """Return the bytes of a receipt's PDF, and record the read; None if it is not made yet."""
    row = ReceiptFile.objects.filter(payment=payment, made_at__isnull=False).first()
    if row is None:
        return None
    with transaction.atomic():
        record_audit(Action.READ, _receipt_object(payment), by=by)
    return b64decode(row.content)


def make_receipt_files(now: datetime) -> int:
    """Make the requested files. Return how many.

    A receipt that cannot be made does not stop the others. Raises JobFailed if this machine can
    make no PDF at all.
    """
    waiting = ReceiptFile.objects.filter(made_at=None, failed_at=None)
    rows = list(waiting.select_related(*_RELATED)[:MAX_FILES_PER_RUN])
    if not rows:
        return 0
    if problem := pdf_problem():
        waiting.update(failed_at=now)
        raise JobFailed(problem)
    clinic = ClinicProfile.objects.get()
    return sum(_make(row, clinic, now) for row in rows)


def delete_old_receipt_files(now: datetime) -> int:
    """Delete files a day after they were requested. Return how many."""
    return ReceiptFile.objects.filter(requested_at__lt=now - KEPT_FOR).delete()[0]


_RELATED = (
    "payment__appointment__patient",
    "payment__appointment__therapist",
    "payment__taken_by",
    "payment__reverses",
    "payment__reversed_by",
)


def _make(row: ReceiptFile, clinic: ClinicProfile, now: datetime) -> bool:
    """Make one file. Return whether it succeeded."""
    context = {"payment": row.payment, "clinic_on_receipt": clinic, "clinic": clinic}
    html = render_to_string("booking/account/receipt_pdf.html", context)
    try:
        content = make_pdf(html, (Path(settings.BASE_DIR) / STYLE_SHEET).read_text())
    except (ValueError, TypeError, KeyError, AttributeError):  # WeasyPrint's own, on some texts
        ReceiptFile.objects.filter(pk=row.pk).update(failed_at=now)
        return False
    row.content, row.made_at = b64encode(content).decode(), now
    row.save(update_fields=["content", "made_at"])
    return True


def _receipt_object(payment: Payment) -> AuditObject:
    patient = payment.appointment.patient
    return AuditObject(
        ObjectType.RECEIPT,
        patient.public_id if patient else None,
        patient.pk if patient else None,
        patient.email if patient else "",
        details={"number": payment.number},
    )
