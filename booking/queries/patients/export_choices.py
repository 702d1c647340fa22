"""What a copy holds of a patient's choices, favorites, feeds, requests and merges."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from booking.models import (
    CalendarFeed,
    ErasureRequest,
    Favorite,
    Patient,
    PatientChoice,
    PatientMerge,
    Restriction,
)
from booking.registries.patient_export import ExportPart

Row = dict[str, Any]


def _choices(patient: Patient) -> Iterator[Row]:
    for row in PatientChoice.objects.filter(patient=patient):
        yield {
            "subject": row.get_subject_display(),
            "wanted": row.is_wanted,
            "by": row.get_actor_type_display(),
            "version": row.version,
            "when": row.chosen_at,
        }


def _favorites(patient: Patient) -> Iterator[Row]:
    rows = Favorite.objects.filter(patient=patient).select_related("option__treatment", "therapist")
    for row in rows:
        what = f"{row.option.treatment.name}, {row.option.minutes}, {row.therapist.name}"
        yield {"what": what, "since": row.starred_at}


def _calendar_feeds(patient: Patient) -> Iterator[Row]:
    for row in CalendarFeed.objects.filter(patient=patient).order_by("created_at"):
        yield {"since": row.created_at, "ended": row.revoked_at, "last_read": row.last_read_at}


def _merges(patient: Patient) -> Iterator[Row]:
    for row in PatientMerge.objects.filter(remaining=patient).select_related("duplicate"):
        yield {"record_of": row.duplicate.name, "when": row.at, "undone": row.undone_at}


def _erasure_requests(patient: Patient) -> Iterator[Row]:
    for row in ErasureRequest.objects.filter(patient=patient):
        yield {
            "asked_for": row.requested_at,
            "withdrawn": row.withdrawn_at,
            "dealt_with": row.done_at,
        }


def _restrictions(patient: Patient) -> Iterator[Row]:
    for row in Restriction.objects.filter(patient=patient):
        yield {
            "reason": row.get_ground_display(),
            "asked_for": row.requested_at,
            "withdrawn": row.withdrawn_at,
            "declined": row.declined_at,
            "restricted": row.started_at,
            "lifted": row.lifted_at,
        }


CHOICE_PARTS = (
    ExportPart("choices", _("What you chose and agreed to"), _choices, (PatientChoice,)),
    ExportPart("favorites", _("Your favorites"), _favorites, (Favorite,)),
    ExportPart("calendar_feeds", _("Calendar feeds"), _calendar_feeds, (CalendarFeed,)),
    ExportPart("merges", _("Records put together with yours"), _merges, (PatientMerge,)),
    ExportPart(
        "erasure_requests",
        _("Requests to erase"),
        _erasure_requests,
        (ErasureRequest,),
    ),
    ExportPart(
        "restrictions",
        _("Restrictions of your record"),
        _restrictions,
        (Restriction,),
    ),
)
