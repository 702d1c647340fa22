"""The checks of the core, in the order in which `doctor` runs them."""

from django.utils.translation import gettext_lazy as _

from booking.doctor import clinic, database, files, mail, site_settings, work
from booking.registries.doctor_checks import register


def register_builtin_checks() -> None:
    """Register the checks of the core; called in `AppConfig.ready`."""
    register(site_settings.check_settings, title=_("Settings"), needs_database=False)
    register(site_settings.check_keys, title=_("Keys"), needs_database=False)
    register(files.check_files, title=_("File modes"), needs_database=False)
    register(files.check_folders, title=_("Folders"), needs_database=False)
    register(files.check_static_files, title=_("Static files"), needs_database=False)
    register(files.check_pdf_files, title=_("PDF files"), needs_database=False)
    register(files.check_disk, title=_("Disk"), is_alert=True, needs_database=False)
    register(clinic.check_cache, title=_("Cache"), needs_database=False)
    register(database.check_database, title=_("Database"), needs_database=False)
    register(clinic.check_clinic, title=_("Clinic"))
    register(clinic.check_screening, title=_("Health questions"))
    register(work.check_worker, title=_("Worker"), is_alert=True)
    register(work.check_jobs, title=_("Scheduled jobs"))
    register(work.check_late_jobs, title=_("Overdue jobs"), is_alert=True)
    register(work.check_failing_jobs, title=_("Failing jobs"), is_alert=True)
    register(mail.check_mail_queue, title=_("Mail queue"))
    register(clinic.check_encrypted_values, title=_("Encrypted values"))
    register(clinic.check_held_calendar, title=_("Held times"))
    register(work.check_clocks, title=_("Clocks"))
    register(work.check_time_zones, title=_("Time zones"))
    register(mail.check_mail_settings, title=_("Mail settings"), needs_database=False)
    register(mail.check_mail_server, title=_("Mail server"), needs_database=False)
