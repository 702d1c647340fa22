"""The back office: access, and the owner's texts of mails."""

import re
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from booking.access.staff_sessions import start_session
from booking.actions.appointments.book_online import book_appointment
from booking.models import ClinicProfile, Notification, NotificationText
from booking.models.staff import Role
from booking.notifications.kinds import all_kinds, get_kind
from booking.notifications.rendering import render, render_sample
from tests.factories import ClinicProfileFactory, StaffRoleFactory, UserFactory
from tests.html import parse
from tests.scene import ADA, GUEST, at, make_clinic

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]

ADMIN, TEXTS = "/admin/", "/admin/booking/notificationtext/"
BOOKED = f"{TEXTS}booked/"
WORDS = {"subject": "All set: {when}", "body": "Hi {patient},\n\n{appointment}\n\nBye"}
EDITABLE = [kind.name for kind in all_kinds() if kind.is_editable]


def signed_in(role: str, settings: Settings) -> Client:
    user = StaffRoleFactory(role=role, user__email=f"{role}@clinic.example").user
    client = Client()
    client.force_login(user)
    session = client.session
    start_session(session, settings.CLINIC_CLOCK, staff=True)
    session.save()
    return client


@pytest.fixture
def owner(settings: Settings) -> Client:
    settings.STAFF_SECOND_FACTOR = "optional"
    ClinicProfileFactory()
    return signed_in(Role.OWNER, settings)


class TestAccess:
    @pytest.mark.parametrize("address", [ADMIN, TEXTS, BOOKED, f"{ADMIN}jsi18n/"])
    def test_anonymous_users_must_sign_in_and_patients_are_refused(
        self, owner: Client, address: str
    ) -> None:
        stranger = Client().get(address)
        assert stranger.status_code == 302
        assert stranger["Location"].startswith("/accounts/login/")

        patient = Client()
        patient.force_login(UserFactory())
        assert patient.get(address).status_code == 403

    @pytest.mark.parametrize("role", [Role.THERAPIST, Role.FRONTDESK])
    def test_other_staff_are_redirected_to_the_desk(
        self, owner: Client, settings: Settings, role: str
    ) -> None:
        client = signed_in(role, settings)

        assert client.get(ADMIN)["Location"] == "/desk/"
        assert client.post(BOOKED, {**WORDS, "_save": "1"})["Location"] == "/desk/"
        assert not NotificationText.objects.exists()

    def test_an_editor_cannot_change_mail_texts(self, owner: Client, settings: Settings) -> None:
        client = signed_in(Role.EDITOR, settings)
        index = client.get(ADMIN)

        assert index.status_code == 200
        assert "notificationtext" not in index.content.decode()
        for address in (TEXTS, BOOKED):
            assert client.get(address).status_code == 403
            assert client.post(address, {**WORDS, "_save": "1"}).status_code == 403
        assert not NotificationText.objects.exists()

    def test_the_back_office_needs_a_second_factor(self, owner: Client, settings: Settings) -> None:
        settings.STAFF_SECOND_FACTOR = "required"

        assert owner.get(ADMIN)["Location"].startswith("/accounts/2fa/")

    def test_there_is_no_other_way_to_sign_in(self, owner: Client) -> None:
        for address in ("login/", "logout/", "password_change/"):
            assert owner.get(f"{ADMIN}{address}").status_code == 404

    def test_no_models_of_third_party_packages_are_registered(self, owner: Client) -> None:
        page = owner.get(ADMIN).content.decode()

        assert set(re.findall(r'href="/admin/(\w+)/\w+/', page)) == {"articles", "booking"}

    def test_the_content_security_policy_is_strict(self, owner: Client) -> None:
        for address in (ADMIN, TEXTS, BOOKED):
            answer = owner.get(address)
            assert "unsafe" not in answer["Content-Security-Policy"]
            assert "no-store" in answer["Cache-Control"]
            page = answer.content.decode()
            assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", page)


class TestWording:
    @pytest.mark.parametrize("kind", EDITABLE)
    def test_every_kind_can_be_shown_and_saved_unchanged(self, owner: Client, kind: str) -> None:
        page = owner.get(f"{TEXTS}{kind}/").content.decode()
        subject = re.search(r'name="subject" value="([^"]*)"', page)
        body = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", page, re.DOTALL)
        assert subject is not None
        assert body is not None
        words = {
            name: found[1].replace("&#x27;", "'").replace("&quot;", '"')
            for name, found in (("subject", subject), ("body", body))
        }
        shown = owner.post(f"{TEXTS}{kind}/", {**words, "_preview": "1"})
        assert shown.status_code == 200
        parse(shown.content.decode())
        assert "<iframe" in shown.content.decode()
        assert not NotificationText.objects.exists()

        assert owner.post(f"{TEXTS}{kind}/", {**words, "_save": "1"}).status_code == 302
        row = NotificationText.objects.get()
        assert (row.subject, row.body) == (words["subject"], words["body"].replace("\r\n", "\n"))

    @pytest.mark.parametrize("kind", EDITABLE)
    def test_a_sample_has_a_value_for_every_placeholder(self, owner: Client, kind: str) -> None:
        found = get_kind(kind)
        assert found is not None
        subject = " ".join(f"{{{name}}}" for name in sorted(found.placeholders))

        mail = render_sample(found, subject, "Hello")

        assert "{" not in mail.subject

    def test_mails_use_the_changed_text_until_it_is_reset(
        self, owner: Client, settings: Settings
    ) -> None:
        scene = make_clinic()
        owner.post(BOOKED, {**WORDS, "_save": "1"})
        book_appointment(scene.hold(at(10)), ADA, by=GUEST)
        row = Notification.objects.get(kind="booked")
        mail = render(row)
        assert mail.subject.startswith("All set: Tuesday 24 November 2026, 10:00 am")
        assert mail.text.startswith("Hi Ada Example,\n\nWhen: ")
        assert "changed by" in owner.get(TEXTS).content.decode()

        owner.post(BOOKED, {"_reset": "1"})
        assert render(Notification.objects.get(pk=row.pk)).subject.startswith("Booked: ")

    @pytest.mark.parametrize(
        ("field", "text", "sentence"),
        [
            ("body", "Dear {patinet}", "{patinet} is no placeholder of this mail"),
            ("body", "Dear {{ patient }}", "is no placeholder of this mail"),
            ("body", "{% load static %}", "is no placeholder of this mail"),
            ("body", "{patient.email}", "{patient.email} is no placeholder"),
            ("body", "{patient", "is no placeholder"),
            ("body", "}", "is no placeholder"),
            ("body", "{code}", "{code} is no placeholder"),
            ("body", "", "A mail needs a text."),
            ("body", "x" * 4001, "at most 4000 characters"),
            ("body", "a\x00b", "Null characters"),
            ("subject", "", "A mail needs a subject."),
            ("subject", "a\r\nBcc: x@y.example", "in one line"),
            ("subject", "x" * 151, "at most 150 characters"),
            ("subject", "{%s}", "is no placeholder"),
        ],
    )
    def test_errors_are_shown_beside_the_field_and_the_input_is_kept(
        self, owner: Client, field: str, text: str, sentence: str
    ) -> None:
        for button in ("_save", "_preview", "_test"):
            answer = owner.post(BOOKED, {**WORDS, field: text, button: "1"})
            page = answer.content.decode().replace("&#x27;", "'")
            assert answer.status_code == 422
            assert sentence in page
            assert f'href="#id_{field}"' in page
        assert not NotificationText.objects.exists()
        assert not Notification.objects.exists()

    def test_required_placeholders_cannot_be_removed(self, owner: Client) -> None:
        answer = owner.post(
            f"{TEXTS}lost_link/", {"subject": "Links", "body": "None.", "_save": "1"}
        )

        assert answer.status_code == 422
        assert "Without {links} this mail is of no use" in answer.content.decode()

    def test_percent_signs_and_html_are_treated_as_text(self, owner: Client) -> None:
        body = "100 % <b>free</b> %(who)s %s &amp; {patient}"
        owner.post(BOOKED, {"subject": "50 % off", "body": body, "_save": "1"})
        shown = owner.post(BOOKED, {"subject": "50 % off", "body": body, "_preview": "1"})

        assert NotificationText.objects.get().body == body
        assert "100 % &amp;lt;b&amp;gt;free" in shown.content.decode()

    def test_a_test_mail_is_sent_only_to_the_user_who_asked(self, owner: Client) -> None:
        page = owner.post(BOOKED, {**WORDS, "_test": "1"}).content.decode()
        (row,) = Notification.objects.all()

        assert row.to_email == "owner@clinic.example"
        assert "A test is on its way to owner@clinic.example" in page
        assert "All set: " in row.rendered
        assert "made-up appointment" in row.rendered
        assert not NotificationText.objects.exists()

    @pytest.mark.parametrize("kind", ["no_such_kind", "mail_test", "text_test"])
    def test_unknown_kinds_are_404(self, owner: Client, kind: str) -> None:
        assert owner.get(f"{TEXTS}{kind}/").status_code == 404

    def test_a_get_changes_nothing(self, owner: Client) -> None:
        owner.get(BOOKED)
        owner.get(f"{BOOKED}?_save=1&subject=x&body=y")

        assert not NotificationText.objects.exists()


class TestWhenMailsGo:
    def save(self, owner: Client, **values: Any) -> Any:
        return owner.post(TEXTS, {"hours": "48, 3", **values})

    def test_the_owner_sets_reminder_hours_and_thank_yous(self, owner: Client) -> None:
        assert "48, 3" in owner.get(TEXTS).content.decode()
        assert self.save(owner, hours=" 3,24, 24 ", thanks="on").status_code == 302

        clinic = ClinicProfile.objects.get()
        assert (clinic.reminder_hours, clinic.thank_you_mail) == ([24, 3], True)
        self.save(owner, hours="")
        clinic.refresh_from_db()
        assert (clinic.reminder_hours, clinic.thank_you_mail) == ([], False)

    @pytest.mark.parametrize(
        "hours", ["soon", "1.5", "-3", "0", "673", "1,2,3,4,5,6", "9" * 5000, "3\x00", "²"]
    )
    def test_invalid_hours_are_refused_with_a_message(self, owner: Client, hours: str) -> None:
        answer = self.save(owner, hours=hours)

        assert answer.status_code == 422
        assert 'class="field-error"' in answer.content.decode()
        assert ClinicProfile.objects.get().reminder_hours == [48, 3]
