"""Addresses of the pages about money at the desk."""

from django.urls import path

from booking.access.gates import desk_gate
from booking.features.money.views import extras, refunds, statement, unpaid
from clinic.lib.http.access_marks import apply_gate

MONEY = "desk/appointments/<uuid:public_id>/money"

urlpatterns = apply_gate(
    desk_gate,
    [
        path(
            "desk/patients/<uuid:public_id>/statement/",
            statement.show_statement,
            name="desk-statement",
        ),
        path(f"{MONEY}/remind/", unpaid.remind, name="desk-remind"),
        path(f"{MONEY}/<slug:slug>/", extras.add_extra, name="desk-extra"),
        path(
            f"{MONEY}/entries/<uuid:entry_id>/", extras.take_back_extra, name="desk-extra-take-back"
        ),
        path("desk/money/", unpaid.unpaid, name="desk-unpaid"),
        path("desk/receipts/<int:number>/refund/", refunds.refund, name="desk-refund"),
    ],
)
