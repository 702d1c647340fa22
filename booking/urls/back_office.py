"""The back office, all of it behind one gate."""

from django.urls import include, path

from booking.admin import back_office
from booking.urls.gates import back_office_gate
from clinic.lib.doors import behind

pages = behind(back_office_gate, back_office.get_urls())
urlpatterns = [path("admin/", include((pages, "admin"), namespace="admin"))]
