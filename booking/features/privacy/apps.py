"""The privacy feature: copies and erasure of a person's data, retention, and change of keys."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PrivacyConfig(AppConfig):
    name = "booking.features.privacy"
    label = "booking_privacy"
    verbose_name = _("Privacy")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the erasure after a restore, and what becomes of this feature's own rows."""
        from booking.features.privacy.actions.erase import erase_again  # noqa: PLC0415
        from booking.features.privacy.models import (  # noqa: PLC0415  # apps must be loaded
            RetentionRule,
            SealedRecord,
        )
        from booking.registries import (  # noqa: PLC0415
            erasures,
            patient_erasure,
            patient_export,
            patient_merge,
        )

        erasures.register(erase_again)
        patient_merge.register(SealedRecord)
        patient_export.leave_out(SealedRecord, "Kept by law, and opened by the owner only.")
        patient_export.leave_out(RetentionRule, "The clinic's own settings.")
        patient_erasure.stays(
            SealedRecord, _("What the law keeps, sealed, until the day that the rule says.")
        )
        patient_erasure.stays(RetentionRule, _("The clinic's own settings."))
