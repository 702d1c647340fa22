"""What anyone may see and do. Every view says so itself."""

from django.urls import path

from booking.views.public import api, catalogue, choose

urlpatterns = [
    path("treatments/", catalogue.treatments, name="treatments"),
    path("treatments/<slug:slug>/", catalogue.treatment, name="treatment"),
    path("therapists/", catalogue.therapists, name="therapists"),
    path("therapists/<slug:slug>/", catalogue.therapist, name="therapist"),
    path("book/", choose.treatments, name="book"),
    path("book/<slug:slug>/", choose.times, name="choose"),
    path("api/slots", api.slots, name="api-slots"),
]
