"""A named clinician signs a version of the questions: from then on it is the one that is asked."""

from datetime import date

from django.db import transaction

from booking.errors import CannotSign
from booking.models import ClinicProfile, ScreeningSignature, User
from booking.models.current_clinic import clinic_date
from booking.screening.questionnaires import find_questionnaire
from clinic.lib.dates import clock


@transaction.atomic
def sign_questionnaire(
    version: str, *, by: User | None, name: str, registration: str, signed_on: date
) -> ScreeningSignature:
    """Note the signature under the text as it is now. Raises CannotSign.

    A file that is changed afterwards is no longer what was signed, and online booking closes.
    """
    now = clock.now()
    today = clinic_date(now, ClinicProfile.current())
    found = find_questionnaire(version)
    complete = found is not None and name.strip() and registration.strip()
    if found is None or not complete or signed_on > today:
        raise CannotSign()
    return ScreeningSignature.objects.create(
        version=found.code,
        digest=found.digest,
        clinician=name.strip(),
        registration=registration.strip(),
        signed_on=signed_on,
        recorded_by=by,
        recorded_at=now,
    )
