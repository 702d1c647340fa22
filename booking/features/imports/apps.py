"""The imports feature."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ImportsConfig(AppConfig):
    name = "booking.features.imports"
    label = "booking_imports"
    verbose_name = _("Imports")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Add the link in the set-up guide and the job that deletes old files."""
        from booking.features.imports import actions  # noqa: PLC0415  # apps must be loaded
        from booking.features.imports.models import ImportDraft  # noqa: PLC0415
        from booking.registries import patient_export, setup_guide  # noqa: PLC0415  # apps loaded
        from clinic.lib.scheduled_jobs import Job, register_job  # noqa: PLC0415

        register_job(
            Job(
                "delete-import-files",
                _("Delete files that wait to be imported"),
                actions.delete_stale_import_drafts,
            )
        )
        setup_guide.register(
            "desk-import", _("Bring patients and appointments from another system")
        )
        actions.register_erasure()
        patient_export.leave_out(ImportDraft, "A file of staff, encrypted and kept for an hour.")
