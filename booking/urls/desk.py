"""The desk. The whole list stands behind its gate in one line; the owner's part behind his."""

from django.urls import path

from booking.access.gates import cover_gate, desk_gate, owner_gate
from booking.views.desk import calendar, calendar_feed, lock_screen, mailbox, team, today
from booking.views.desk.appointments import book_by_phone, cancel, move, payments, show, status
from booking.views.desk.health import brief, callback_requests
from booking.views.desk.patients import merge, record
from booking.views.desk.schedule import closures, date_hours, overview, time_off, weekly_hours
from clinic.lib.http.access_marks import behind

ONE = "desk/appointments/<uuid:public_id>"
PATIENT = "desk/patients/<uuid:public_id>"

urlpatterns = [
    *behind(
        desk_gate,
        [
            path("desk/", today.today, name="desk"),
            path("desk/here/", lock_screen.here, name="desk-here"),
            path(f"{ONE}/brief/", brief.brief, name="desk-brief"),
            path(f"{ONE}/questions/", brief.questions, name="desk-questions"),
            path(f"{ONE}/all-no/", brief.all_no, name="desk-all-no"),
            path(f"{ONE}/word/", callback_requests.word, name="desk-word"),
            path("desk/call-backs/", callback_requests.waiting, name="desk-call-backs"),
            path(
                "desk/call-backs/<int:pk>/done/", callback_requests.done, name="desk-call-back-done"
            ),
            path("desk/kept/", lock_screen.kept, name="desk-kept"),
            path("desk/calendar/", calendar.calendar, name="desk-calendar"),
            path("desk/book/", book_by_phone.book, name="desk-book"),
            path(f"{ONE}/", show.show, name="desk-appointment"),
            path(f"{ONE}/status/", status.change, name="desk-status"),
            path(f"{ONE}/move/", move.move, name="desk-move"),
            path(f"{ONE}/cancel/", cancel.cancel, name="desk-cancel"),
            path(f"{ONE}/restore/", cancel.restore, name="desk-restore"),
            path(f"{ONE}/note/", show.note, name="desk-note"),
            path(f"{ONE}/payments/", payments.pay, name="desk-pay"),
            path("desk/receipts/<int:number>/", payments.receipt, name="desk-receipt"),
            path(
                "desk/receipts/<int:number>/take-back/", payments.take_back, name="desk-take-back"
            ),
            path("desk/mail/", mailbox.mailbox, name="desk-mail"),
            path("desk/mail/<int:pk>/", mailbox.mail, name="desk-mail-one"),
            path("desk/patients/", record.search, name="desk-patients"),
            path(f"{PATIENT}/", record.record, name="desk-patient"),
            path(f"{PATIENT}/edit/", record.edit, name="desk-patient-edit"),
            path(f"{PATIENT}/merge/", merge.choose, name="desk-patient-merge"),
            path(
                f"{PATIENT}/merge/<uuid:other>/",
                merge.merge,
                name="desk-merge",
            ),
            path("desk/merges/<int:pk>/undo/", merge.undo, name="desk-merge-undo"),
            path("desk/feed/", calendar_feed.feed, name="desk-feed"),
            path("desk/feed/revoke/", calendar_feed.revoke, name="desk-feed-revoke"),
            path("desk/schedule/", overview.overview, name="desk-schedule"),
            path("desk/schedule/<slug:slug>/", overview.show, name="desk-schedule-of"),
            path("desk/schedule/<slug:slug>/hours/", weekly_hours.hours, name="desk-hours"),
            path("desk/schedule/<slug:slug>/day/", date_hours.one_day, name="desk-day"),
            path("desk/schedule/<slug:slug>/time-off/", time_off.take, name="desk-time-off"),
            path("desk/time-off/<int:pk>/back/", time_off.give_back, name="desk-time-off-back"),
        ],
    ),
    *behind(
        owner_gate,
        [
            path("desk/staff/", team.team, name="desk-staff"),
            path("desk/staff/<int:pk>/", team.member, name="desk-member"),
            path("desk/closures/", closures.closures, name="desk-closures"),
            path("desk/closures/holidays/", closures.holidays, name="desk-holidays"),
            path("desk/closures/<int:pk>/back/", closures.take_back, name="desk-closure-back"),
            path("desk/staff/<int:pk>/deactivate/", team.deactivate, name="desk-deactivate"),
            path("desk/staff/invitations/<int:pk>/revoke/", team.revoke, name="desk-revoke"),
        ],
    ),
    *behind(
        cover_gate,
        [
            path("desk/covered/", lock_screen.covered, name="desk-covered"),
            path("desk/cover/", lock_screen.cover_now, name="desk-cover"),
        ],
    ),
]
