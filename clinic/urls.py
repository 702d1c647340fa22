"""Every address of the site. Each file says which door its pages belong to."""

from django.urls import include, path

from clinic import errors, views

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("", include("booking.urls.public")),
    path("", include("booking.urls.links")),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
