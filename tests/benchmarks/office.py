"""Measure the owner's reports and the pages about patients."""

from datetime import timedelta

from django.urls import reverse

from booking.lifecycle import Status
from booking.models import Appointment, Patient, Role
from clinic.lib.dates import clock
from tests.benchmarks.desk import page_figure
from tests.benchmarks.measure import Figure
from tests.people import browser_of, member

AIM = 2_000
REPORTS = ("appointments", "occupancy", "income", "patients", "hours")


def office_figures() -> list[Figure]:
    """Measure every report of the default period and of a year, patients, and admin pages."""
    owner = browser_of(member(Role.OWNER, email="bench-owner@clinic.example"))
    today = clock.now().date()
    year = f"?first={today - timedelta(days=364)}&last={today}&step=week"
    some = Appointment.objects.filter(status=Status.COMPLETED).first()
    assert some is not None
    assert some.patient is not None
    patients = Patient.objects.count()
    pages = [
        *((f"report: {name}", reverse("desk-report", args=[name])) for name in REPORTS),
        *((f"report: {name}, a year", reverse("desk-report", args=[name]) + year)
          for name in REPORTS),
        (f"desk: one of {patients:,} patients", "/desk/patients/?q=mar"),
        ("desk: a patient's record", reverse("desk-patient", args=[some.patient.public_id])),
        ("back office: appointments", "/admin/booking/appointment/"),
    ]  # fmt: skip
    return [page_figure(what, owner, address, aim=AIM) for what, address in pages]
