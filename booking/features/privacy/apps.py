"""The privacy feature: copies and erasure of a person's data, retention, and change of keys."""

from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PrivacyConfig(AppConfig):
    name = "booking.features.privacy"
    label = "booking_privacy"
    verbose_name = _("Privacy")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the erasure after a restore, and what becomes of this feature's own rows."""
        from booking.access.roles import Ability  # noqa: PLC0415  # apps must be loaded
        from booking.features.privacy.actions.erase import erase_after_restore  # noqa: PLC0415
        from booking.features.privacy.actions.retention import run_retention  # noqa: PLC0415
        from booking.features.privacy.models import (  # noqa: PLC0415  # apps must be loaded
            RetentionRule,
            SealedRecord,
        )
        from booking.features.privacy.queries.retention import rules_in_words  # noqa: PLC0415
        from booking.features.privacy.views.panels import patient_panel  # noqa: PLC0415
        from booking.registries import (  # noqa: PLC0415
            erasures_after_restore,
            navigation,
            panels,
            patient_erasure,
            patient_export,
            patient_merge,
            privacy_statements,
        )
        from clinic.lib.scheduled_jobs import Job, register_job  # noqa: PLC0415

        erasures_after_restore.register(erase_after_restore)
        navigation.register(
            navigation.Section("desk-privacy", _("Privacy"), "eye", Ability.STAFF, order=85)
        )
        panels.register(
            panels.Page.PATIENT,
            panels.Panel("booking/features/privacy/_patient_panel.html", patient_panel),
        )
        register_job(
            Job(
                "retention",
                _("Plan and carry out what the retention rules say"),
                run_retention,
                interval=timedelta(days=1),
                time_limit=timedelta(minutes=30),
            )
        )
        privacy_statements.register(rules_in_words)
        patient_merge.register(SealedRecord)
        patient_export.leave_out(SealedRecord, "Kept by law, and opened by the owner only.")
        patient_export.leave_out(RetentionRule, "The clinic's own settings.")
        patient_erasure.stays(
            SealedRecord, _("What the law keeps, sealed, until the day that the rule says.")
        )
        patient_erasure.stays(RetentionRule, _("The clinic's own settings."))
