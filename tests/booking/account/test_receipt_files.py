"""Receipts as PDF files: asked for, made by the worker, read by their patient, and deleted."""

import re
import zlib
from datetime import datetime, timedelta
from importlib import import_module

import pytest
from django.test import Client
from pytest_django import Settings

from booking.actions import receipt_files
from booking.actions.actor import Actor, ActorType
from booking.actions.receipt_files import (
    KEPT_FOR,
    delete_old_receipt_files,
    make_receipt_files,
    read_receipt_file,
    request_receipt_file,
)
from booking.models import AuditEntry, Payment, ReceiptFile
from clinic.lib.dates import clock
from clinic.lib.files import pdf
from clinic.lib.files.pdf import PdfUnavailable, make_pdf, pdf_problem
from clinic.lib.scheduled_jobs import JobFailed
from tests import factories as make
from tests.people import browser_of, patient_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]
needs_pango = pytest.mark.skipif(bool(pdf_problem()), reason=pdf_problem() or "Pango is here")
PAGE = '<html lang="en"><head><title>Receipt</title></head><body><h1>Receipt</h1>{}</body></html>'


@pytest.fixture
def payment() -> Payment:
    make.ClinicProfileFactory()
    patient = make.PatientFactory(user=patient_user(), name="Ana Reader")
    visit = make.AppointmentFactory(patient=patient, status="completed")
    payment: Payment = make.PaymentFactory(appointment=visit)
    return payment


@pytest.fixture
def by(payment: Payment) -> Actor:
    assert payment.appointment.patient is not None
    return Actor(ActorType.PATIENT, payment.appointment.patient.user)


@pytest.fixture
def browser(by: Actor) -> Client:
    assert by.user is not None
    return browser_of(by.user, proven=False)


@pytest.fixture
def no_pango(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (pdf, receipt_files):
        monkeypatch.setattr(module, "pdf_problem", lambda: "libpango is missing.")


@needs_pango
def test_the_worker_makes_what_was_asked_for(payment: Payment, browser: Client, by: Actor) -> None:
    before = browser.get("/me/receipts/1/").content
    asked = browser.post("/me/receipts/1/pdf/")
    waiting = browser.get("/me/receipts/1/pdf/")
    made = make_receipt_files(clock.now())
    response = browser.get("/me/receipts/1/pdf/")

    assert b"As a PDF file" in before
    assert (asked.status_code, waiting.status_code, made) == (303, 303, 1)
    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF-")
    assert make_receipt_files(clock.now()) == 0
    assert list(
        AuditEntry.objects.filter(object_type="receipt").values_list("action", flat=True)
    ) == ["exported", "read"]


@needs_pango
def test_the_file_is_stored_encrypted_and_for_a_day(payment: Payment, by: Actor) -> None:
    row = request_receipt_file(payment, by=by)
    make_receipt_files(clock.now())
    stored = ReceiptFile.objects.values_list("content", flat=True).get(pk=row.pk)

    assert "JVBERi" not in str.__str__(stored)  # base64 of %PDF-
    assert delete_old_receipt_files(clock.now() + KEPT_FOR) == 0
    assert delete_old_receipt_files(clock.now() + KEPT_FOR + timedelta(seconds=1)) == 1
    assert read_receipt_file(payment, by=by) is None


@needs_pango
def test_a_pdf_is_tagged_and_names_its_language_and_standard() -> None:
    content = make_pdf(PAGE.format("<p>Text</p>"), "p { color: red }")
    streams = re.findall(rb"FlateDecode.*?stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL)
    plain = b"".join(zlib.decompressobj().decompress(stream) for stream in streams) + content

    for part in (b"pdfuaid:part", b"StructTreeRoot", b"/Lang"):
        assert part in plain


@needs_pango
@pytest.mark.parametrize(
    "address", ["https://evil.example/x.png", "file:///etc/passwd", "http://169.254.169.254/"]
)
def test_nothing_is_loaded_into_a_pdf(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fetcher = import_module("weasyprint").urls.URLFetcher
    fetch, refused = fetcher.fetch, []

    def watched(self: object, url: str, headers: object = None) -> object:
        try:
            return fetch(self, url, headers)
        except ValueError:
            refused.append(url)
            raise

    monkeypatch.setattr(fetcher, "fetch", watched)
    content = make_pdf(PAGE.format(f'<img src="{address}" alt="x">'), "")

    assert refused == [address]
    assert content.startswith(b"%PDF-")


@pytest.mark.usefixtures("no_pango")
def test_without_the_libraries_the_page_is_printed(
    payment: Payment, browser: Client, by: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("booking.views.account.receipts.pdf_problem", lambda: "missing")
    assert b"As a PDF file" not in browser.get("/me/receipts/1/").content
    request_receipt_file(payment, by=by)

    with pytest.raises(JobFailed):
        make_receipt_files(clock.now())
    with pytest.raises(PdfUnavailable):
        make_pdf(PAGE, "")
    assert b"could not be made" in browser.get("/me/receipts/1/").content


def test_a_receipt_that_cannot_be_made_does_not_stop_the_others(
    payment: Payment, by: Actor, monkeypatch: pytest.MonkeyPatch, frozen_clock: datetime
) -> None:
    def make_one(html: str, _css: str) -> bytes:
        if "Receipt 1" in html:
            raise ValueError(html)
        return b"%PDF-"

    monkeypatch.setattr(receipt_files, "pdf_problem", lambda: "")
    monkeypatch.setattr(receipt_files, "make_pdf", make_one)
    second = make.PaymentFactory(appointment=payment.appointment)
    request_receipt_file(payment, by=by)
    request_receipt_file(second, by=by)

    assert make_receipt_files(frozen_clock) == 1
    assert read_receipt_file(second, by=by) == b"%PDF-"
    request_receipt_file(payment, by=by)
    assert ReceiptFile.objects.get(payment=payment).failed_at is None


def test_nobody_reads_the_file_of_somebody_else(payment: Payment, settings: Settings) -> None:
    stranger = make.PatientFactory(user=patient_user())
    assert stranger.user is not None
    browser = browser_of(stranger.user, proven=False)

    assert browser.post("/me/receipts/1/pdf/").status_code == 404
    assert browser.get("/me/receipts/1/pdf/").status_code == 404
    assert not ReceiptFile.objects.exists()
