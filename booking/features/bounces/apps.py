"""The bounces feature: what became of mails after the mail server took them."""

from datetime import timedelta
from importlib import import_module

from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class BouncesConfig(AppConfig):
    name = "booking.features.bounces"
    label = "booking_bounces"
    verbose_name = _("Mails that come back")

    def ready(self) -> None:
        """Add the job that reads the mailbox, the check of doctor, and the provider's reports."""
        from booking.features.bounces import actions, queries  # noqa: PLC0415  # apps are loaded
        from booking.registries import doctor_checks  # noqa: PLC0415
        from clinic.lib.scheduled_jobs import Job, register_job  # noqa: PLC0415

        register_job(
            Job(
                "read-bounces",
                _("Read mails that came back"),
                actions.read_bounces,
                interval=timedelta(minutes=5),
                time_limit=timedelta(minutes=2),
            )
        )
        doctor_checks.register(queries.check_bounces, title=_("Mails that come back"))
        if settings.MAIL_WEBHOOK:
            import_module("anymail.signals").tracking.connect(
                actions.receive_report, dispatch_uid="booking.features.bounces"
            )
