"""Addresses of the pages about family and carers, in the account and at the desk."""

from django.urls import path

from booking.access.gates import desk_gate, owner_gate, patient_gate
from booking.features.proxies.views import (
    acting,
    desk,
    desk_takeovers,
    family,
    invitations,
    takeovers,
)
from clinic.lib.http.access_marks import apply_gate

REQUEST = "me/family/requests/<uuid:public_id>"
INVITATION = "me/family/invitations/<uuid:public_id>"
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
            path(f"{REQUEST}/", family.answer_request, name="me-family-request"),
            path(f"{REQUEST}/withdraw/", family.withdraw_request, name="me-family-withdraw"),
            path("me/family/invite/", invitations.invite_page, name="me-family-invite"),
            path("me/family/invited/<str:token>/", invitations.from_mail, name="me-family-invited"),
            path(f"{INVITATION}/", invitations.answer_invitation, name="me-family-invitation"),
            path(f"{INVITATION}/withdraw/", invitations.withdraw, name="me-family-invite-withdraw"),
            path("me/family/own-record/", takeovers.ask_for_record, name="me-family-takeover"),
            path(
                "me/family/own-record/withdraw/",
                takeovers.withdraw,
                name="me-family-takeover-withdraw",
            ),
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
            path(
                "desk/family/requests/<uuid:public_id>/",
                desk.answer_court_request,
                name="desk-proxy-request",
            ),
            path(
                "desk/family/takeovers/<uuid:public_id>/",
                desk_takeovers.decide_takeover,
                name="desk-proxy-takeover",
            ),
            path("desk/family/grants/<uuid:public_id>/", desk.edit, name="desk-proxy"),
            path("desk/family/patients/<uuid:public_id>/", desk.add, name="desk-proxy-add"),
        ],
    ),
    *apply_gate(owner_gate, [path("desk/family/ages/", desk.ages, name="desk-proxy-ages")]),
]
