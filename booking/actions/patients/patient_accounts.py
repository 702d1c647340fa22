"""Accounts of patients: made when a code is first asked for, of no worth until it comes back."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from booking.models import User

UNVERIFIED_ACCOUNT_KEPT_FOR = timedelta(days=1)


def get_or_create_patient_account(email: str) -> User:
    """The user for an address that a patient asks a code for; made at the first time.

    Without a password and without any patient's data, so it is worth nothing until the code
    that is mailed to the address comes back.
    """
    address = email.strip().lower()
    found: User | None = User.objects.filter(email=address).first()
    if found is None:
        try:
            with transaction.atomic():
                found = User.objects.create_user(address)
        except IntegrityError:  # the same person pressed twice
            found = User.objects.get(email=address)
    return found


def delete_unverified_accounts(now: datetime) -> int:
    """Accounts whose code never came back: anybody can have them made, for any address."""
    with transaction.atomic():
        unproven = User.objects.filter(
            last_login=None,
            joined_at__lt=now - UNVERIFIED_ACCOUNT_KEPT_FOR,
            is_staff=False,
            is_superuser=False,
            staff_roles__isnull=True,
            patient__isnull=True,
            therapist__isnull=True,
        )
        return unproven.delete()[0]
