"""What an erasure would do, in plain words: for the command and for the desk."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.features.privacy.queries.erasure_plan import ErasurePlan
from booking.models import ClinicProfile
from clinic.lib.dates import date_format


def plan_lines(plan: ErasurePlan, clinic: ClinicProfile) -> Iterator[str]:
    """Yield the lines that the command prints."""
    yield _("Records: %(count)d. Accounts: %(accounts)d.") % {
        "count": len(plan.person.records),
        "accounts": len(plan.person.accounts),
    }
    yield _("This goes for good:")
    for title, count in plan.going:
        yield f"  {title}: {count:,}"
    yield _("This stays, without the person:")
    for sentence in staying_sentences(plan):
        yield f"  {sentence}"
    yield _("The law keeps this. It is sealed, and only the owner can open it:")
    for sentence in retained_sentences(plan):
        yield f"  {sentence}"
    for appointment in plan.upcoming:
        starts = date_format.long_datetime(appointment.starts_at, clinic.zone)
        yield _("Must be canceled first: the appointment on %(starts)s.") % {"starts": starts}


def staying_sentences(plan: ErasurePlan) -> Iterator[str]:
    """Yield what stays, and why."""
    yield ngettext(
        "%(count)d appointment, with time, treatment, therapist and price: reports count it.",
        "%(count)d appointments, with time, treatment, therapist and price: reports count them.",
        plan.visits,
    ) % {"count": plan.visits}
    if plan.payments:
        yield _("Receipts, with number, amount and date: receipt numbers have no gaps.")
    yield _("Who of the team did what, and when, in the audit trail: it names no patient.")


def retained_sentences(plan: ErasurePlan) -> Iterator[str]:
    """Yield what the law keeps, until when, and by which rule."""
    if not plan.retained:
        yield _("Nothing: no retention rule is approved, or none applies any more.")
    for _record, kinds in plan.retained:
        for kept in kinds:
            until = date_format.date_without_weekday(kept.keep_until)
            yield _("%(what)s, until %(until)s. %(rules)s.") % {
                "what": kept.kind.label,
                "until": until,
                "rules": "; ".join(kept.reasons),
            }
