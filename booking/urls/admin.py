"""The back office, all of it behind one gate."""

from django.urls import include, path

from booking.access.gates import back_office_gate
from booking.admin import back_office
from clinic.lib.http.access_marks import behind

pages = behind(back_office_gate, back_office.get_urls())
urlpatterns = [path("admin/", include((pages, "admin"), namespace="admin"))]
