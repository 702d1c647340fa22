"""Addresses open to everybody. Each view is marked with `open_to_all`."""

from django.urls import path

from booking.views.public import api, catalogue, contact
from booking.views.public.appointments import lost_link
from booking.views.public.booking import choose_slot, email_code

urlpatterns = [
    path("treatments/", catalogue.treatments, name="treatments"),
    path("treatments/<slug:slug>/", catalogue.treatment, name="treatment"),
    path("therapists/", catalogue.therapists, name="therapists"),
    path("therapists/<slug:slug>/", catalogue.therapist, name="therapist"),
    path(
        "therapists/photos/<int:pk>/<slug:digest>/<int:width>.webp",
        catalogue.therapist_photo,
        name="therapist-photo",
    ),
    path("book/", choose_slot.choose_treatment, name="book"),
    path("book/<slug:slug>/", choose_slot.choose_time, name="choose"),
    path("book/<slug:slug>/take/", choose_slot.take_named_time, name="take-time"),
    path("book/<slug:slug>/code/", email_code.enter_code, name="choose-code"),
    path("contact/message/", contact.write_message, name="contact-message"),
    path("contact/message/sent/", contact.message_sent, name="contact-sent"),
    path("appointments/lost-link/", lost_link.request_links, name="lost-link"),
    path("appointments/lost-link/sent/", lost_link.links_sent, name="lost-link-sent"),
    path("appointments/", lost_link.find_appointment, name="find-appointment"),
    path("api/slots", api.slots, name="api-slots"),
]
