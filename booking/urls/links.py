"""What a secret link opens: the steps of one booking, and the appointment. Never cached."""

from django.urls import path

from booking.views.public import appointment, hold
from clinic.lib.doors import behind, personal

urlpatterns = behind(
    personal,
    [
        path("book/hold/<str:token>/", hold.about_you, name="hold"),
        path("book/hold/<str:token>/review/", hold.review, name="hold-review"),
        path("book/hold/<str:token>/extend/", hold.extend, name="hold-extend"),
        path("book/hold/<str:token>/again/", hold.again, name="hold-again"),
        path("book/hold/<str:token>/release/", hold.release, name="hold-release"),
        path("appointments/<str:token>/", appointment.show, name="appointment"),
    ],
)
