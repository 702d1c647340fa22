"""The money feature: the ledger, statements, and what the desk does with money."""

from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MoneyConfig(AppConfig):
    name = "booking.features.money"
    label = "booking_money"
    verbose_name = _("Money")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the ledger, its checks and job, and what a merge, a copy and an erasure do."""
        from booking.access.roles import Ability  # noqa: PLC0415
        from booking.features.money.actions.erasure import register_erasure  # noqa: PLC0415
        from booking.features.money.actions.settle import settle, settle_all  # noqa: PLC0415
        from booking.features.money.models import LedgerLine  # noqa: PLC0415  # apps loaded
        from booking.features.money.notifications import PAYMENT_REMINDER  # noqa: PLC0415
        from booking.features.money.queries import balances, checks  # noqa: PLC0415
        from booking.features.money.queries.patient_data import register_copy  # noqa: PLC0415
        from booking.features.money.views.panels import register_panels  # noqa: PLC0415
        from booking.notifications.kinds import register_kind  # noqa: PLC0415
        from booking.registries import (  # noqa: PLC0415
            invariants,
            ledger,
            navigation,
            patient_merge,
        )
        from clinic.lib.scheduled_jobs import Job, register_job  # noqa: PLC0415

        ledger.register(
            ledger.Ledger(settle, balances.with_balance, balances.amount_due, balances.amount_owed)
        )
        patient_merge.register(LedgerLine)
        register_copy()
        register_erasure()
        register_panels()
        register_kind(PAYMENT_REMINDER)
        navigation.register(
            navigation.Section(
                "desk-unpaid", _("Money"), "receipt", Ability.OWN_APPOINTMENTS, order=75
            )
        )
        for title, check in checks.CHECKS:
            invariants.register(title, check)
        register_job(
            Job(
                "settle-ledger",
                _("Bring the ledger up to date with receipts and visits"),
                settle_all,
                interval=timedelta(hours=1),
            )
        )
