"""What anyone may see and do. Every view says so itself."""

from django.urls import path

from booking.views.public import api, choose

urlpatterns = [
    path("book/", choose.treatments, name="book"),
    path("book/<slug:slug>/", choose.times, name="choose"),
    path("api/slots", api.slots, name="api-slots"),
]
