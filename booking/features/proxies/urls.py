"""Addresses of the pages about family and carers, in the account and at the desk."""

from django.urls import path

from booking.access.gates import desk_gate, owner_gate, patient_gate
from booking.features.proxies.views import acting, desk, family
from clinic.lib.http.access_marks import apply_gate

REQUEST = "me/family/requests/<uuid:public_id>"
GRANT = "me/family/grants/<uuid:public_id>"

urlpatterns = [
    *apply_gate(
        patient_gate,
        [
            path("me/family/", family.overview, name="me-family"),
            path("me/family/child/", family.child, name="me-family-child"),
            path("me/family/adult/", family.adult, name="me-family-adult"),
            path("me/family/court/", family.court, name="me-family-court"),
            path("me/family/stop/", acting.stop, name="me-act-stop"),
            path(f"{REQUEST}/", family.answer, name="me-family-request"),
            path(f"{REQUEST}/withdraw/", family.withdraw_request, name="me-family-withdraw"),
            path(f"{GRANT}/", family.edit, name="me-family-grant"),
            path(f"{GRANT}/end/", family.end, name="me-family-end"),
            path(
                "me/family/appointments/<uuid:public_id>/hide/", family.hide, name="me-family-hide"
            ),
            path("me/family/<uuid:public_id>/act/", acting.act, name="me-act"),
        ],
    ),
    *apply_gate(
        desk_gate,
        [
            path("desk/family/", desk.tasks, name="desk-proxies"),
            path("desk/family/reviews/<int:pk>/", desk.review, name="desk-proxy-review"),
            path("desk/family/requests/<uuid:public_id>/", desk.confirm, name="desk-proxy-request"),
            path("desk/family/grants/<uuid:public_id>/", desk.edit, name="desk-proxy"),
            path("desk/family/patients/<uuid:public_id>/", desk.add, name="desk-proxy-add"),
        ],
    ),
    *apply_gate(owner_gate, [path("desk/family/ages/", desk.ages, name="desk-proxy-ages")]),
]
