"""Which of a patient's answers somebody who is signed in is shown: patient, or who acts for them.

The front desk can change addresses, merge records, book on any record and enter answers, but not
read any. So what is in a record is not enough to be shown in its account. Shown are the answers

* that the reader has given while signed in,
* that they gave as a guest and have claimed, under an address that they had typed themselves,
* of those, also the account's to somebody whom the patient has let act for them,
* all others once a therapist of the patient has confirmed who signs in (`confirm_account`), to
  those who could sign in then.

Rules about what can be booked always count all answers, shown or not.
"""

from dataclasses import dataclass

from django.db.models import Q

from booking.access import proxies
from booking.models import Patient, Screening, User
from booking.models.audit import ActorType


@dataclass(frozen=True, slots=True)
class ShownAnswers:
    """The answers that a reader is shown: all, or what these users (primary keys) gave."""

    shows_all: bool
    users: frozenset[int] = frozenset()

    def as_q(self) -> Q:
        """Return the filter on screenings that `includes` describes."""
        if self.shows_all:
            return Q(pk__isnull=False)
        given = Q(actor_type=ActorType.PATIENT, user__in=self.users)
        return given | Q(claimed_by__in=self.users)

    def includes(self, screening: Screening) -> bool:
        """Return whether the reader is shown these answers. No query."""
        if self.shows_all or screening.claimed_by_id in self.users:
            return True
        return screening.actor_type == ActorType.PATIENT and screening.user_id in self.users


ALL_ANSWERS = ShownAnswers(shows_all=True)
NO_ANSWERS = ShownAnswers(shows_all=False)


def shown_answers(patient: Patient, reader: User) -> ShownAnswers:
    """Return which of a patient's answers `reader` is shown in the account.

    It is only about whose answers they are: whether the reader may open the page is asked elsewhere
    (`require_may_act`). No query for the patient, two for somebody else.
    """
    confirmed = patient.account_confirmed_at
    if reader.pk == patient.user_id:
        return ShownAnswers(confirmed is not None, frozenset({reader.pk}))
    grants = [grant for grant in proxies.health_grants(patient) if grant.user_pk == reader.pk]
    is_by_patient = any(grant.is_by_patient for grant in grants)
    is_older = confirmed is not None and any(grant.granted_at <= confirmed for grant in grants)
    is_confirmed = confirmed is not None and (is_by_patient or is_older)
    account = {patient.user_id} if is_by_patient and patient.user_id is not None else set()
    return ShownAnswers(is_confirmed, frozenset({reader.pk, *account}))


def awaits_confirmation(patient: Patient) -> bool:
    """Return whether somebody signs in for the patient whom no therapist has confirmed yet."""
    confirmed = patient.account_confirmed_at
    grants = proxies.health_grants(patient)
    if confirmed is None:
        return patient.user_id is not None or bool(grants)
    return any(not grant.is_by_patient and grant.granted_at > confirmed for grant in grants)
