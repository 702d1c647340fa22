"""The notification kinds of the booking app, in the order in which pages list them."""

from booking.notifications.kinds import register_kind
from booking.notifications.subjects import (
    accounts,
    appointments,
    contact_form,
    day_lists,
    email_changes,
    email_verification,
    health,
    lost_links,
    mailed_codes,
    move_proposals,
    reminders,
    sample_mails,
    staff_changes,
    thank_yous,
    urgent_texts,
)

BUILTIN_KINDS = (
    accounts.SIGN_IN_CODE,
    accounts.STAFF_CODE_REFUSED,
    accounts.STAFF_INVITATION,
    accounts.ACCOUNT_CHANGED,
    appointments.BOOKED,
    appointments.RESTORED,
    appointments.MOVED,
    appointments.CANCELLED,
    move_proposals.MOVE_PROPOSAL,
    reminders.REMINDER,
    contact_form.CONTACT_FORM,
    lost_links.LOST_LINKS,
    email_verification.EMAIL_VERIFICATION,
    mailed_codes.EMAIL_CODE,
    email_changes.EMAIL_CHANGE_CODE,
    email_changes.EMAIL_CHANGE_REFUSED,
    email_changes.EMAIL_CHANGED,
    mailed_codes.IDENTITY_CODE,
    health.BOOKING_CAN_RESUME,
    sample_mails.SETTINGS_TEST,
    sample_mails.WORDING_SAMPLE,
    day_lists.DAY_LIST,
    staff_changes.STAFF_CHANGE,
    thank_yous.THANK_YOU,
    urgent_texts.URGENT_TEXT,
)


def register_builtin_kinds() -> None:
    """Register all kinds of the booking app. Called by `BookingConfig.ready`."""
    for kind in BUILTIN_KINDS:
        register_kind(kind)
