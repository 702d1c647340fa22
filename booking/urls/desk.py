"""The desk. The whole list stands behind its gate in one line; the owner's part behind his."""

from django.urls import path

from booking.urls.gates import cover_gate, desk_gate, owner_gate
from booking.views.desk import (
    calendar_feed,
    cover,
    home,
    mail,
    patient_merge,
    patients,
    reports,
    setup,
    staff,
)
from clinic.lib.doors import behind

PATIENT = "desk/patients/<uuid:public_id>"

urlpatterns = [
    *behind(
        desk_gate,
        [
            path("desk/", home.today, name="desk"),
            path("desk/here/", cover.here, name="desk-here"),
            path("desk/kept/", cover.kept, name="desk-kept"),
            path("desk/mail/", mail.mailbox, name="desk-mail"),
            path("desk/mail/<int:pk>/", mail.mail, name="desk-mail-one"),
            path("desk/patients/", patients.search, name="desk-patients"),
            path(f"{PATIENT}/", patients.record, name="desk-patient"),
            path(f"{PATIENT}/edit/", patients.edit, name="desk-patient-edit"),
            path(f"{PATIENT}/merge/", patient_merge.choose, name="desk-patient-merge"),
            path(
                f"{PATIENT}/merge/<uuid:other>/",
                patient_merge.merge,
                name="desk-merge",
            ),
            path("desk/merges/<int:pk>/undo/", patient_merge.undo, name="desk-merge-undo"),
            path("desk/feed/", calendar_feed.feed, name="desk-feed"),
            path("desk/feed/revoke/", calendar_feed.revoke, name="desk-feed-revoke"),
        ],
    ),
    *behind(
        owner_gate,
        [
            path("desk/setup/", setup.overview, name="desk-setup"),
            path("desk/setup/<slug:name>/", setup.step, name="desk-setup-step"),
            path("desk/reports/", reports.report, name="desk-reports"),
            path("desk/reports/<slug:name>/", reports.report, name="desk-report"),
            path(
                "desk/reports/<slug:name>/<slug:table>.csv",
                reports.table_file,
                name="desk-report-file",
            ),
            path("desk/staff/", staff.team, name="desk-staff"),
            path("desk/staff/<int:pk>/", staff.member, name="desk-member"),
            path("desk/staff/<int:pk>/deactivate/", staff.deactivate, name="desk-deactivate"),
            path("desk/staff/invitations/<int:pk>/revoke/", staff.revoke, name="desk-revoke"),
        ],
    ),
    *behind(
        cover_gate,
        [
            path("desk/covered/", cover.covered, name="desk-covered"),
            path("desk/cover/", cover.cover_now, name="desk-cover"),
        ],
    ),
]
