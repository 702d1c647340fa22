"""The outbox on the desk: who sees what of it, and how a mail is shown."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from booking.access.staff_sessions import start_session
from booking.models import Appointment, CalendarFeed, Notification, User
from booking.models.staff import Role
from booking.notifications.delivery import deliver_due
from booking.notifications.mail_preview import iframe_document
from tests.factories import (
    AppointmentFactory,
    ClinicProfileFactory,
    NotificationFactory,
    PatientFactory,
    StaffRoleFactory,
    TherapistFactory,
)
from tests.html import assert_valid, compact
from tests.scene import at

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]

MAIL = "/desk/mail/"


@pytest.fixture(autouse=True)
def clinic(settings: Settings) -> None:
    settings.STAFF_SECOND_FACTOR = "optional"
    ClinicProfileFactory()


def signed_in(role: str, settings: Settings) -> tuple[Client, User]:
    user = StaffRoleFactory(role=role).user
    client = Client()
    client.force_login(user)
    session = client.session
    start_session(session, settings.CLINIC_CLOCK, staff=True)
    session.save()
    return client, user


@pytest.fixture
def desk(settings: Settings) -> Client:
    return signed_in(Role.FRONTDESK, settings)[0]


def booked(**values: object) -> Notification:
    """A kept mail about an appointment."""
    appointment = AppointmentFactory(**values)
    assert appointment.patient is not None
    row = NotificationFactory(
        kind="booked",
        appointment=appointment,
        to_email=appointment.patient.email,
        to_name=appointment.patient.name,
    )
    deliver_due()
    return Notification.objects.get(pk=row.pk)


class TestTheList:
    @pytest.mark.parametrize("role", [Role.FRONTDESK, Role.OWNER])
    def test_front_desk_and_owner_see_all_mails(self, settings: Settings, role: str) -> None:
        client, _user = signed_in(role, settings)
        booked(patient__name="Ana Reader")
        NotificationFactory(
            kind="mail_test", to_name="Bo", status="failed", problem="Refused (550)."
        )
        page = client.get(MAIL)

        assert_valid(page.content.decode())
        assert "no-store" in page["Cache-Control"]
        for words in ("Ana Reader", "Bo", "did not arrive", "Refused (550).", "kept, not sent"):
            assert words in page.content.decode()

    def test_a_therapist_sees_only_mails_of_own_patients(self, settings: Settings) -> None:
        client, user = signed_in(Role.THERAPIST, settings)
        mine = booked(therapist=TherapistFactory(user=user), patient__name="Ana Reader")
        other = booked(patient__name="Bo Other")
        loose = NotificationFactory(to_name="Cy Loose")
        page = client.get(MAIL).content.decode()

        assert "Ana Reader" in page
        assert "Bo Other" not in page
        assert "Cy Loose" not in page
        assert client.get(f"{MAIL}{mine.pk}/").status_code == 200
        assert client.get(f"{MAIL}{other.pk}/").status_code == 404
        assert client.get(f"{MAIL}{loose.pk}/").status_code == 404

    @pytest.mark.parametrize("role", [Role.EDITOR, None])
    def test_other_users_see_no_mails(self, settings: Settings, role: str | None) -> None:
        row = booked()
        client = signed_in(role, settings)[0] if role else Client()
        wanted = 403 if role else 302

        assert client.get(MAIL).status_code == wanted
        assert client.get(f"{MAIL}{row.pk}/").status_code == wanted

    def test_each_folder_lists_its_mails(self, desk: Client, settings: Settings) -> None:
        NotificationFactory(to_name="Waits", due_at=settings.CLINIC_CLOCK + timedelta(days=1))
        NotificationFactory(to_name="Failed", status="failed")
        NotificationFactory(to_name="Kept", status="kept", sent_at=settings.CLINIC_CLOCK)
        for folder, name in (("waiting", "Waits"), ("failed", "Failed"), ("sent", "Kept")):
            page = desk.get(f"{MAIL}?in={folder}").content.decode()
            shown = re.findall(r">(Waits|Failed|Kept)<", compact(page))
            assert shown == [name]

    @pytest.mark.parametrize(
        "query",
        ["page=-1", "page=x", "page=999", "page=%00", "in=no", "in=%00", "page=" + "9" * 5000],
    )
    def test_an_invalid_page_number_shows_the_nearest_page(self, desk: Client, query: str) -> None:
        NotificationFactory()

        assert desk.get(f"{MAIL}?{query}").status_code == 200

    def test_the_list_is_paginated_with_a_fixed_query_count(self, desk: Client) -> None:
        def queries() -> int:
            with CaptureQueriesContext(connection) as captured:
                assert desk.get(MAIL).status_code == 200
            return len(captured)

        NotificationFactory(appointment=AppointmentFactory())
        few = queries()
        for _ in range(30):  # each about another appointment, as most mails are
            NotificationFactory(appointment=AppointmentFactory())
        page = desk.get(MAIL).content.decode()

        assert queries() == few <= 10
        assert "Page 1 of 2" in page
        assert page.count("mail-row") == 25

    def test_patients_with_undeliverable_mails_are_listed_with_phone_numbers(
        self, desk: Client, settings: Settings
    ) -> None:
        gone = PatientFactory(name="Ana Reader", undeliverable_since=settings.CLINIC_CLOCK)
        past = PatientFactory(name="Bo Past", undeliverable_since=settings.CLINIC_CLOCK)
        AppointmentFactory(patient=gone)
        AppointmentFactory(patient=past, starts_at=settings.CLINIC_CLOCK - timedelta(days=2))
        page = desk.get(MAIL).content.decode()

        assert "please call" in page
        assert f"tel:+1{gone.phone.replace('-', '')}" in page
        assert "Bo Past" not in page


class TestOneMail:
    def test_both_parts_are_shown_and_links_can_be_followed(self, desk: Client) -> None:
        row = booked()
        assert row.appointment is not None
        answer = desk.get(f"{MAIL}{row.pk}/")
        page = answer.content.decode()
        assert_valid(page)

        assert "Booked: Tuesday 24 November 2026" in page
        link = f"https://clinic.example/appointments/{row.appointment.link_token}/"
        assert f'<a href="{link}">' in page
        assert "appointment.ics" in page
        assert page.count("<iframe") == 1
        assert "allow-scripts" not in page
        assert "allow-same-origin" not in page

    def test_the_style_of_the_mail_is_allowed_by_a_nonce_only(self, desk: Client) -> None:
        answer = desk.get(f"{MAIL}{booked().pk}/")
        policy = answer["Content-Security-Policy"]
        (nonce,) = re.findall(r"style-src 'self' 'nonce-([^']+)'", policy)

        assert "unsafe" not in policy
        assert f"style nonce=&quot;{nonce}&quot;" in answer.content.decode()
        assert "style=&quot;" not in answer.content.decode()

    def test_a_text_not_yet_written_or_deleted_is_said_to_be(self, desk: Client) -> None:
        waiting, sent = NotificationFactory(), NotificationFactory(status="dropped")

        assert "written when it is sent" in desk.get(f"{MAIL}{waiting.pk}/").content.decode()
        assert "has been deleted" in desk.get(f"{MAIL}{sent.pk}/").content.decode()

    @pytest.mark.parametrize("kind", ["sign_in_code", "staff_invitation"])
    @pytest.mark.parametrize("demo", [True, False])
    def test_mails_with_sign_in_secrets_are_shown_only_in_the_demo(
        self, desk: Client, settings: Settings, kind: str, demo: bool
    ) -> None:
        settings.DEMO = demo
        row = NotificationFactory(kind=kind, data='{"code": "ABC-DEF", "link": "ABC-DEF"}')
        deliver_due()
        kept = Notification.objects.get(pk=row.pk)
        page = desk.get(f"{MAIL}{row.pk}/").content.decode()

        assert kept.status == "kept"
        assert bool(kept.rendered) == demo
        assert ("ABC-DEF" in page) == (demo and kind == "sign_in_code")

    def test_an_invalid_number_is_404(self, desk: Client) -> None:
        assert desk.get(f"{MAIL}999999/").status_code == 404
        assert desk.get(f"{MAIL}99999999999999999999999/").status_code == 404

    def test_a_get_changes_nothing(self, desk: Client) -> None:
        row = booked()
        before = Notification.objects.values().get(pk=row.pk)
        desk.get(f"{MAIL}{row.pk}/")

        assert Notification.objects.values().get(pk=row.pk) == before


def test_a_style_element_in_a_text_is_escaped() -> None:
    html = '<style>p {}</style><p style="color:red">He said style=&quot;x&quot;</p>'

    assert iframe_document(html, "N") == (
        '<base target="_top"><style nonce="N">[data-style-rule="0"]{color:red}</style>'
        '<style nonce="N">p {}</style><p data-style-rule="0">He said style=&quot;x&quot;</p>'
    )


class TestOwnCalendar:
    def test_a_therapist_creates_replaces_and_revokes_the_feed(self, settings: Settings) -> None:
        client, user = signed_in(Role.THERAPIST, settings)
        therapist = TherapistFactory(user=user)
        AppointmentFactory(therapist=therapist, starts_at=at(10))
        assert_valid(client.get("/desk/feed/").content.decode())
        made = client.post("/desk/feed/").content.decode()
        assert_valid(made)
        (address,) = set(re.findall(r'value="https://clinic\.example(/feeds/[^"]+\.ics)"', made))
        assert client.get(address).status_code == 200
        assert address not in client.get("/desk/feed/").content.decode()

        assert client.post("/desk/feed/revoke/").status_code == 303
        assert client.get(address).status_code == 404
        assert CalendarFeed.objects.filter(revoked_at=None).count() == 0

    def test_staff_without_a_therapist_profile_have_no_feed(self, desk: Client) -> None:
        assert desk.get("/desk/feed/").status_code == 404
        assert desk.post("/desk/feed/revoke/").status_code == 404
        assert Appointment.objects.count() == 0
