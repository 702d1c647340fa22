"""What a secret link opens: the steps of one booking, and the appointment. Never cached."""

from django.urls import path

from booking.views.public import appointment, calendar, change, hold, move, prove, stop_mail
from clinic.lib.doors import behind, personal

urlpatterns = behind(
    personal,
    [
        path("book/hold/<str:token>/", hold.about_you, name="hold"),
        path("book/hold/<str:token>/review/", hold.review, name="hold-review"),
        path("book/hold/<str:token>/extend/", hold.extend, name="hold-extend"),
        path("book/hold/<str:token>/again/", hold.again, name="hold-again"),
        path("book/hold/<str:token>/release/", hold.release, name="hold-release"),
        path("book/hold/<str:token>/prove/", prove.ask, name="hold-prove"),
        path("book/prove/<str:token>/", prove.follow, name="prove-email"),
        path("mail/stop/<str:token>/", stop_mail.stop, name="mail-stop"),
        path("appointments/<str:token>/", appointment.show, name="appointment"),
        path(
            "appointments/<str:token>/appointment.ics",
            calendar.appointment_file,
            name="appointment-calendar",
        ),
        path("appointments/<str:token>/feed/", calendar.make_feed, name="appointment-feed"),
        path("feeds/<str:token>.ics", calendar.feed, name="calendar-feed"),
        path(
            "appointments/<str:token>/reschedule/", move.reschedule, name="appointment-reschedule"
        ),
        path("appointments/<str:token>/cancel/", change.cancel, name="appointment-cancel"),
        path("appointments/<str:token>/undo/", change.undo, name="appointment-undo"),
        path("appointments/<str:token>/confirm/", change.confirm, name="appointment-confirm"),
    ],
)
