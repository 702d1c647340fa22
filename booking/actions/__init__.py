"""Where state changes: one verb_noun function per story.

Every door calls the same action. Each takes one `by` actor and keyword-only options, and in
one transaction locks (therapists by id, then rooms by id), checks with the code that lists
slots, saves, and appends to the history. It raises a Refusal with one human sentence.
"""

from booking.actions.actor import Actor
from booking.actions.book_appointment import book_appointment
from booking.actions.book_by_phone import book_by_phone
from booking.actions.cancel_appointment import cancel_appointment
from booking.actions.change_schedule import change_schedule
from booking.actions.close_for_holidays import close_for_holidays
from booking.actions.confirm_attendance import confirm_attendance
from booking.actions.expire_holds import expire_holds
from booking.actions.extend_hold import extend_hold
from booking.actions.give_back_time import reopen, work_after_all
from booking.actions.hold_slot import hold_slot
from booking.actions.mark_status import mark_arrived, mark_completed, mark_missed, step_back
from booking.actions.note_for_team import note_for_team
from booking.actions.payments import record_payment, take_back_payment
from booking.actions.release_hold import release_hold
from booking.actions.reschedule_appointment import reschedule_appointment
from booking.actions.restore_appointment import restore_appointment
from booking.actions.save_draft import save_draft
from booking.values import PersonalDetails, Wish

__all__ = [
    "Actor",
    "PersonalDetails",
    "Wish",
    "book_appointment",
    "book_by_phone",
    "cancel_appointment",
    "change_schedule",
    "close_for_holidays",
    "confirm_attendance",
    "expire_holds",
    "extend_hold",
    "hold_slot",
    "mark_arrived",
    "mark_completed",
    "mark_missed",
    "note_for_team",
    "record_payment",
    "release_hold",
    "reopen",
    "reschedule_appointment",
    "restore_appointment",
    "save_draft",
    "step_back",
    "take_back_payment",
    "work_after_all",
]
