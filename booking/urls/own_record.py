"""Addresses of the account about the patient's own record, behind one gate."""

from django.urls import path

from booking.access.gates import patient_gate
from booking.views.account import (
    access,
    consent,
    details,
    devices,
    download,
    health,
    identity,
    mails_and_calendar,
    receipts,
)
from clinic.lib.http.access_marks import apply_gate

urlpatterns = apply_gate(
    patient_gate,
    [
        path("me/details/", details.details, name="me-details"),
        path("me/details/email/", details.email, name="me-email"),
        path("me/details/email/code/", details.email_code, name="me-email-code"),
        path("me/health/", health.health, name="me-health"),
        path("me/health/questions/", health.questions, name="me-health-questions"),
        path("me/health/call-back/", health.call_back, name="me-health-call-back"),
        path("me/health/consent/withdraw/", consent.withdraw, name="me-consent-withdraw"),
        path("me/health/consent/", consent.give_again, name="me-consent"),
        path("me/reminders/", mails_and_calendar.reminders, name="me-reminders"),
        path("me/calendar/", mails_and_calendar.create_calendar, name="me-calendar"),
        path("me/calendar/end/", mails_and_calendar.end_calendar, name="me-calendar-end"),
        path("me/receipts/", receipts.receipts, name="me-receipts"),
        path("me/receipts/<int:number>/", receipts.receipt, name="me-receipt"),
        path("me/receipts/<int:number>/pdf/", receipts.receipt_file, name="me-receipt-file"),
        path("me/devices/", devices.devices, name="me-devices"),
        path("me/devices/<int:pk>/end/", devices.end_device, name="me-device-end"),
        path("me/devices/end-others/", devices.end_others, name="me-devices-end-others"),
        path("me/access/", access.access, name="me-access"),
        path("me/access/links/end/", access.end_links, name="me-links-end"),
        path("me/download/", download.download, name="me-download"),
        path("me/download/erasure/", download.ask_for_erasure, name="me-erasure"),
        path(
            "me/download/erasure/withdraw/",
            download.withdraw_erasure_request,
            name="me-erasure-withdraw",
        ),
        path("me/download/restriction/", consent.ask_for_restriction, name="me-restriction"),
        path(
            "me/download/restriction/withdraw/",
            consent.withdraw_restriction,
            name="me-restriction-withdraw",
        ),
        path("me/identity/", identity.identity, name="me-identity"),
    ],
)
