"""Addresses of the desk. Each list stands behind one gate: staff, the owner, the lock screen."""

from django.urls import path

from booking.access.gates import desk_gate, lock_screen_gate, owner_gate
from booking.views.desk import (
    audit,
    calendar,
    calendar_feed,
    jobs,
    lock_screen,
    mailbox,
    team,
    today,
)
from booking.views.desk.appointments import (
    book_by_phone,
    cancel,
    move,
    payments,
    proposals,
    show,
    status,
    undo_move,
)
from booking.views.desk.health import brief, callback_requests
from booking.views.desk.patients import mails, merge, record, restriction
from booking.views.desk.schedule import (
    closures,
    date_hours,
    overview,
    room_kinds,
    switch_off,
    time_off,
    time_zone,
    weekly_hours,
)
from clinic.lib.http.access_marks import apply_gate

APPOINTMENT = "desk/appointments/<uuid:public_id>"
PATIENT = "desk/patients/<uuid:public_id>"

urlpatterns = [
    *apply_gate(
        desk_gate,
        [
            path("desk/", today.today, name="desk"),
            path(
                "desk/session-heartbeat/",
                lock_screen.session_heartbeat,
                name="desk-session-heartbeat",
            ),
            path(f"{APPOINTMENT}/brief/", brief.show_brief, name="desk-brief"),
            path(f"{APPOINTMENT}/questions/", brief.health_questions, name="desk-questions"),
            path(f"{APPOINTMENT}/all-no/", brief.answer_no_to_all, name="desk-answer-no-to-all"),
            path(f"{APPOINTMENT}/clearance/", callback_requests.clearance, name="desk-clearance"),
            path("desk/call-backs/", callback_requests.list_call_backs, name="desk-call-backs"),
            path(
                "desk/call-backs/<int:pk>/done/",
                callback_requests.mark_done,
                name="desk-call-back-done",
            ),
            path("desk/pending-form/", lock_screen.pending_form, name="desk-pending-form"),
            path("desk/calendar/", calendar.calendar, name="desk-calendar"),
            path("desk/book/", book_by_phone.book, name="desk-book"),
            path(f"{APPOINTMENT}/", show.show, name="desk-appointment"),
            path(f"{APPOINTMENT}/status/", status.change_status, name="desk-status"),
            path(f"{APPOINTMENT}/move/", move.move, name="desk-move"),
            path(f"{APPOINTMENT}/move/undo/", undo_move.undo, name="desk-move-undo"),
            path("desk/proposals/", proposals.list_proposals, name="desk-proposals"),
            path(
                f"{APPOINTMENT}/proposal/withdraw/",
                proposals.withdraw,
                name="desk-proposal-withdraw",
            ),
            path(f"{APPOINTMENT}/cancel/", cancel.cancel, name="desk-cancel"),
            path(f"{APPOINTMENT}/restore/", cancel.restore, name="desk-restore"),
            path(f"{APPOINTMENT}/note/", show.save_note, name="desk-note"),
            path(f"{APPOINTMENT}/payments/", payments.take_payment, name="desk-pay"),
            path("desk/receipts/<int:number>/", payments.receipt, name="desk-receipt"),
            path(
                "desk/receipts/<int:number>/take-back/",
                payments.reverse_payment,
                name="desk-payment-reverse",
            ),
            path("desk/mail/", mailbox.mailbox, name="desk-mail"),
            path("desk/mail/try-again/", mailbox.try_again, name="desk-mail-retry"),
            path("desk/mail/<int:pk>/", mailbox.show_mail, name="desk-mail-message"),
            path("desk/mail/<int:pk>/again/", mailbox.send_mail_again, name="desk-mail-again"),
            path("desk/patients/", record.search, name="desk-patients"),
            path(f"{PATIENT}/", record.record, name="desk-patient"),
            path(f"{PATIENT}/edit/", record.edit, name="desk-patient-edit"),
            path(
                f"{PATIENT}/account/", record.confirm_patient_account, name="desk-patient-account"
            ),
            path(f"{PATIENT}/confirm/", mails.resend_confirmations, name="desk-patient-confirm"),
            path(f"{PATIENT}/retry-mail/", mails.retry, name="desk-patient-retry-mail"),
            path(f"{PATIENT}/merge/", merge.choose, name="desk-patient-merge"),
            path(
                f"{PATIENT}/merge/<uuid:other>/",
                merge.merge,
                name="desk-merge",
            ),
            path(
                f"{PATIENT}/restriction/",
                restriction.restriction,
                name="desk-patient-restriction",
            ),
            path("desk/erasures/<int:pk>/done/", record.finish_erasure, name="desk-erasure-done"),
            path("desk/merges/<int:pk>/undo/", merge.undo, name="desk-merge-undo"),
            path("desk/feed/", calendar_feed.feed, name="desk-calendar-feed"),
            path("desk/feed/revoke/", calendar_feed.revoke, name="desk-calendar-feed-revoke"),
            path("desk/schedule/", overview.overview, name="desk-schedule"),
            path("desk/schedule/<slug:slug>/", overview.show, name="desk-therapist-schedule"),
            path(
                "desk/schedule/<slug:slug>/hours/",
                weekly_hours.edit_weekly_hours,
                name="desk-hours",
            ),
            path(
                "desk/schedule/<slug:slug>/day/",
                date_hours.edit_date_exception,
                name="desk-date-exception",
            ),
            path(
                "desk/schedule/<slug:slug>/time-off/", time_off.add_time_off, name="desk-time-off"
            ),
            path("desk/time-off/<int:pk>/back/", time_off.cancel, name="desk-time-off-cancel"),
        ],
    ),
    *apply_gate(
        owner_gate,
        [
            path("desk/staff/", team.edit_team, name="desk-staff"),
            path("desk/staff/<int:pk>/", team.edit_member, name="desk-staff-member"),
            path("desk/audit/", audit.search, name="desk-audit"),
            path("desk/jobs/", jobs.list_jobs, name="desk-jobs"),
            path("desk/jobs/<slug:name>/run/", jobs.run_job, name="desk-job-run"),
            path(
                "desk/schedule/<slug:slug>/off/",
                switch_off.switch_off_therapist,
                name="desk-therapist-switch-off",
            ),
            path(
                "desk/schedule/<slug:slug>/options/",
                switch_off.withdraw_from_therapist,
                name="desk-therapist-options",
            ),
            path(
                "desk/treatments/<slug:slug>/off/",
                switch_off.withdraw_treatment,
                name="desk-treatment-withdraw",
            ),
            path(
                "desk/options/<int:pk>/off/",
                switch_off.withdraw_option,
                name="desk-option-withdraw",
            ),
            path("desk/rooms/<int:pk>/kind/", room_kinds.room_kind, name="desk-room-kind"),
            path(
                "desk/treatments/<slug:slug>/room-kind/",
                room_kinds.treatment_room_kind,
                name="desk-treatment-room-kind",
            ),
            path(
                "desk/rooms/<int:pk>/off/", switch_off.switch_off_room, name="desk-room-switch-off"
            ),
            path("desk/time-zone/", time_zone.edit_time_zone, name="desk-time-zone"),
            path("desk/closures/", closures.edit_closures, name="desk-closures"),
            path("desk/closures/holidays/", closures.edit_holidays, name="desk-holidays"),
            path("desk/closures/<int:pk>/back/", closures.remove, name="desk-closure-remove"),
            path("desk/staff/<int:pk>/deactivate/", team.deactivate, name="desk-staff-deactivate"),
            path(
                "desk/staff/invitations/<int:pk>/revoke/",
                team.revoke_invitation,
                name="desk-invitation-revoke",
            ),
        ],
    ),
    *apply_gate(
        lock_screen_gate,
        [
            path("desk/locked/", lock_screen.locked, name="desk-locked"),
            path("desk/lock/", lock_screen.lock, name="desk-lock"),
        ],
    ),
]
