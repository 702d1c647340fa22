"""Record a clinician's signature under a version of the health questions."""

from datetime import date

from django.db import transaction

from booking.actions.audit.record import Action
from booking.actions.audit.settings import record_setting
from booking.errors import CannotSign
from booking.models import ClinicProfile, ScreeningSignature, User
from booking.models.current_clinic import clinic_date
from booking.screening.questionnaires import find_questionnaire
from clinic.lib.dates import clock


@transaction.atomic
def sign_questionnaire(
    version: str, *, by: User | None, name: str, registration: str, signed_on: date
) -> ScreeningSignature:
    """Save a signature under the current text of a version, which is asked from then on.

    If the file is changed afterwards, the signature no longer counts and online booking closes.
    Raises CannotSign for an unknown version, an empty name or registration, or a future date.
    """
    now = clock.now()
    today = clinic_date(now, ClinicProfile.current())
    questionnaire = find_questionnaire(version)
    is_complete = bool(name.strip() and registration.strip())
    if questionnaire is None or not is_complete or signed_on > today:
        raise CannotSign()
    record_setting(
        f"Signature under the health questions {questionnaire.code}", action=Action.CREATED
    )
    return ScreeningSignature.objects.create(
        version=questionnaire.code,
        digest=questionnaire.digest,
        clinician=name.strip(),
        registration=registration.strip(),
        signed_on=signed_on,
        recorded_by=by,
        recorded_at=now,
    )
