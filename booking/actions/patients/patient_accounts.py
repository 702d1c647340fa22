"""Accounts of patients: created when a sign-in code is first requested."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from booking.models import User

UNVERIFIED_ACCOUNT_KEPT_FOR = timedelta(days=1)


def get_or_create_patient_account(email: str) -> User:
    """Return the user with an address, created if there is none.

    A new user has no password and no patient's data, so the account is useless until the code
    that is mailed to the address is entered. A known user is written too, without a change: else
    the time of the answer would tell whether somebody has an account.
    """
    address = email.strip().lower()
    user: User | None = User.objects.filter(email=address).first()
    if user is not None:
        with transaction.atomic():
            User.objects.filter(pk=user.pk).update(email=address)
        return user
    try:
        with transaction.atomic():
            return User.objects.create_user(address)
    except IntegrityError:  # the same person pressed twice
        return User.objects.get(email=address)


def delete_unverified_accounts(now: datetime) -> int:
    """Delete accounts whose code was never entered: anybody can create them for any address.

    Returns how many rows were deleted.
    """
    with transaction.atomic():
        unverified = User.objects.filter(
            last_login=None,
            joined_at__lt=now - UNVERIFIED_ACCOUNT_KEPT_FOR,
            is_staff=False,
            is_superuser=False,
            staff_roles__isnull=True,
            patient__isnull=True,
            therapist__isnull=True,
        )
        return unverified.delete()[0]
