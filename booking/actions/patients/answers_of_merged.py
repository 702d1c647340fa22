"""What a merge does to the answers that an account is shown (`queries.health.shown_answers`)."""

from booking.actions.actor import ActorType
from booking.models import Patient, Screening, User
from booking.queries.health.scope import own_patient_ids
from clinic.lib.dates import clock


def settle_answers(target: Patient, source: Patient, by: User, *, is_own_claim: bool) -> None:
    """Decide which answers of both the account is shown, in the merge's transaction.

    Call it before rows are moved, and save `target` after it.
    """
    if is_own_claim:
        _claim(target, source, by)
    else:
        _withhold(target, source, by)


def _withhold(target: Patient, source: Patient, by: User) -> None:
    """Let a therapist confirm again who signs in for a record that staff merge, without saving it.

    Not if `by` treats both patients and no account moves. The address counts as the patient's own
    only if they typed the same one for both.
    """
    both = {target.pk, source.pk}
    treats_both = own_patient_ids(by, both, clock.now()) == both
    if source.user_id is not None or not treats_both:
        target.withdraw_account_confirmation()
    if target.own_email.lower() != source.own_email.lower():
        target.own_email = ""


def _claim(target: Patient, source: Patient, by: User) -> None:
    """Let an account claim what a guest has answered, if the guest typed the address themselves.

    Answers that staff have entered for the guest may be somebody else's: the front desk can book
    and enter on any record. With them a therapist must confirm again who signs in.
    """
    answers = Screening.objects.filter(patient=source)
    given = answers.filter(actor_type=ActorType.GUEST)
    if source.own_email:
        given.update(claimed_by=by)
    if not source.own_email or answers.exclude(pk__in=given.values("pk")).exists():
        target.withdraw_account_confirmation()
