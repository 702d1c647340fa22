"""Addresses of the back office (the Django admin), all behind one gate."""

from django.urls import include, path

from booking.access.gates import admin_gate
from booking.admin import admin_site
from clinic.lib.http.access_marks import apply_gate

pages = apply_gate(admin_gate, admin_site.get_urls())
urlpatterns = [path("admin/", include((pages, "admin"), namespace="admin"))]
