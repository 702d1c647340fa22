"""The desk. The whole list stands behind its gate in one line; the owner's part behind his."""

from django.urls import path

from booking.urls.gates import cover_gate, desk_gate, owner_gate
from booking.views.desk import (
    appointment,
    calendar,
    calendar_feed,
    cancel,
    closures,
    cover,
    days,
    home,
    hours,
    mail,
    money,
    move,
    phone,
    schedule,
    staff,
    status,
    time_off,
)
from clinic.lib.doors import behind

ONE = "desk/appointments/<uuid:public_id>"

urlpatterns = [
    *behind(
        desk_gate,
        [
            path("desk/", home.today, name="desk"),
            path("desk/here/", cover.here, name="desk-here"),
            path("desk/kept/", cover.kept, name="desk-kept"),
            path("desk/calendar/", calendar.calendar, name="desk-calendar"),
            path("desk/book/", phone.book, name="desk-book"),
            path(f"{ONE}/", appointment.show, name="desk-appointment"),
            path(f"{ONE}/status/", status.change, name="desk-status"),
            path(f"{ONE}/move/", move.move, name="desk-move"),
            path(f"{ONE}/cancel/", cancel.cancel, name="desk-cancel"),
            path(f"{ONE}/restore/", cancel.restore, name="desk-restore"),
            path(f"{ONE}/note/", appointment.note, name="desk-note"),
            path(f"{ONE}/payments/", money.pay, name="desk-pay"),
            path("desk/receipts/<int:number>/", money.receipt, name="desk-receipt"),
            path("desk/receipts/<int:number>/take-back/", money.take_back, name="desk-take-back"),
            path("desk/mail/", mail.mailbox, name="desk-mail"),
            path("desk/mail/<int:pk>/", mail.mail, name="desk-mail-one"),
            path("desk/feed/", calendar_feed.feed, name="desk-feed"),
            path("desk/feed/revoke/", calendar_feed.revoke, name="desk-feed-revoke"),
            path("desk/schedule/", schedule.overview, name="desk-schedule"),
            path("desk/schedule/<slug:slug>/", schedule.show, name="desk-schedule-of"),
            path("desk/schedule/<slug:slug>/hours/", hours.hours, name="desk-hours"),
            path("desk/schedule/<slug:slug>/day/", days.one_day, name="desk-day"),
            path("desk/schedule/<slug:slug>/time-off/", time_off.take, name="desk-time-off"),
            path("desk/time-off/<int:pk>/back/", time_off.give_back, name="desk-time-off-back"),
        ],
    ),
    *behind(
        owner_gate,
        [
            path("desk/staff/", staff.team, name="desk-staff"),
            path("desk/staff/<int:pk>/", staff.member, name="desk-member"),
            path("desk/closures/", closures.closures, name="desk-closures"),
            path("desk/closures/holidays/", closures.holidays, name="desk-holidays"),
            path("desk/closures/<int:pk>/back/", closures.take_back, name="desk-closure-back"),
            path("desk/staff/<int:pk>/deactivate/", staff.deactivate, name="desk-deactivate"),
            path("desk/staff/invitations/<int:pk>/revoke/", staff.revoke, name="desk-revoke"),
        ],
    ),
    *behind(
        cover_gate,
        [
            path("desk/covered/", cover.covered, name="desk-covered"),
            path("desk/cover/", cover.cover_now, name="desk-cover"),
        ],
    ),
]
