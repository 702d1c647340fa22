"""What is stored about a patient, for what is sealed by law and what is restricted."""

from booking.features.privacy.models import RetainedKind
from booking.models import Patient
from booking.queries.patients.export_parts import ANSWERS_AS_GIVEN, TEAM_NOTES, export_parts

Content = dict[str, list[dict[str, object]]]


def stored_content(record: Patient, kind: RetainedKind) -> Content:
    """Return the parts of a copy that are of a kind, with the team's notes and the answers word for
    word."""
    parts = [*export_parts(), TEAM_NOTES, ANSWERS_AS_GIVEN]
    return {
        part.name: [dict(row) for row in part.rows(record)]
        for part in parts
        if kind in part.kept_as
    }
