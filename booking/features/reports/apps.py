"""The reports feature."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "booking.features.reports"
    label = "booking_reports"
    verbose_name = _("Reports")

    def ready(self) -> None:
        """Add the reports to the desk's navigation."""
        from booking.features.reports.abilities import SEE_REPORTS  # noqa: PLC0415  # apps loaded
        from booking.registries import navigation  # noqa: PLC0415

        section = navigation.Section("desk-reports", _("Reports"), "chart", SEE_REPORTS, order=80)
        navigation.register(section)
