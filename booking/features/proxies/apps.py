"""The proxies feature: family and carers who act for patients."""

from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProxiesConfig(AppConfig):
    name = "booking.features.proxies"
    label = "booking_proxies"
    verbose_name = _("Family and carers")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register permissions, mails, pages, panels, models of merges, and the job."""
        from booking.access import proxies  # noqa: PLC0415  # apps must be loaded
        from booking.features.proxies import models, notifications  # noqa: PLC0415
        from booking.features.proxies.actions.erasure import register_erasure  # noqa: PLC0415
        from booking.features.proxies.actions.minors import add_demo_families  # noqa: PLC0415
        from booking.features.proxies.actions.provider import MINORS, PROVIDER  # noqa: PLC0415
        from booking.features.proxies.actions.reviews import raise_reviews  # noqa: PLC0415
        from booking.features.proxies.notifications.all_kinds import ALL_KINDS  # noqa: PLC0415
        from booking.features.proxies.queries.patient_data import register_all_data  # noqa: PLC0415
        from booking.features.proxies.views.panels import register_panels  # noqa: PLC0415
        from booking.notifications.kinds import register_kind  # noqa: PLC0415
        from booking.registries import (  # noqa: PLC0415
            account_pages,
            demo_data,
            mail_copies,
            minors,
            patient_merge,
        )
        from booking.registries.account_pages import AccountPage  # noqa: PLC0415
        from clinic.lib.scheduled_jobs import Job, register_job  # noqa: PLC0415

        proxies.register(PROVIDER)
        minors.register(MINORS)
        demo_data.register(add_demo_families)
        register_all_data()
        register_erasure()
        mail_copies.register(notifications.build_copies)
        for kind in ALL_KINDS:
            register_kind(kind)
        account_pages.register(AccountPage("me-family", _("Family and carers"), "users", order=50))
        register_panels()
        for model in (
            models.Proxy,
            models.ProxyInvitation,
            models.DateOfBirth,
            models.GuardianConsent,
        ):
            patient_merge.register(model)
        register_job(
            Job(
                "review-grants",
                _("Review what parents can do for children who grow up"),
                raise_reviews,
                interval=timedelta(days=1),
            )
        )
