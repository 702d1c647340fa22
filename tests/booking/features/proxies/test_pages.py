"""The pages of the account: people, requests, the band, and what a proxy can open."""

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from booking.access.proxies import Permission
from booking.errors import MayNotActForPatient
from booking.features.proxies.actions.grants import GrantTerms, end_grant, grant_by_patient
from booking.features.proxies.actions.hiding import set_hidden
from booking.features.proxies.actions.people import ask_adult
from booking.features.proxies.models import Proxy, ProxyRequest
from booking.models import Appointment, AuditEntry
from tests.booking.features.proxies.family import ALL, BOOK_AND_TIMES, TERMS, Person, person
from tests.factories import AppointmentFactory, PaymentFactory
from tests.html import assert_valid
from tests.people import browser_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]
BAND = "You act for <strong>Ben Reader</strong>"


@pytest.fixture
def browser(ana: Person) -> Client:
    return browser_of(ana.user)


def text(client: Client, name: str, *args: object, status: int = 200) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == status
    page = answer.content.decode()
    assert_valid(page)
    return " ".join(page.split())


def act(client: Client, who: Person) -> None:
    client.post(reverse("me-act", args=[who.patient.public_id]))


def told(client: Client) -> list[str]:
    answer = client.get(reverse("me"))
    return [str(message) for message in get_messages(answer.wsgi_request)]


def visit(who: Person) -> Appointment:
    return AppointmentFactory(patient=who.patient)


def test_a_child_is_added_with_two_fields_and_can_be_acted_for(browser: Client) -> None:
    text(browser, "me-family-child")
    answer = browser.post(
        reverse("me-family-child"), {"name": "Mia", "born_on": "2020-05-01"}, follow=True
    )

    assert "Done. You can now book for Mia." in answer.content.decode()
    child = Proxy.objects.get().patient
    assert "Act for Mia" in text(browser, "me-family")
    browser.post(reverse("me-act", args=[child.public_id]))
    assert "You act for <strong>Mia</strong>" in text(browser, "me")


def test_what_was_typed_is_kept_beside_the_error(browser: Client) -> None:
    answer = browser.post(reverse("me-family-child"), {"name": "Leo", "born_on": "2009-01-01"})
    page = answer.content.decode()

    assert answer.status_code == 422
    assert "At this age they must agree themselves" in page
    assert 'value="Leo"' in page
    assert 'value="2009-01-01"' in page


def test_an_adult_is_asked_and_agrees_with_their_own_sign_in(
    browser: Client, ana: Person, ben: Person
) -> None:
    values = {"name": "Ben", "email": "Ben@mail.example"}
    browser.post(reverse("me-family-adult"), values)
    assert "We asked ben@mail.example. No answer yet" in text(browser, "me-family").replace(
        "<wbr>", ""
    )
    theirs = browser_of(ben.user)
    request = ProxyRequest.objects.get()
    assert "Ana Reader would like to book for you" in text(theirs, "me-family")
    text(theirs, "me-family-request", request.public_id)
    theirs.post(reverse("me-family-request", args=[request.public_id]), {"permissions": ["times"]})

    assert Proxy.objects.get().permissions == {Permission.SEE_TIMES}
    assert "Act for Ben Reader" in text(browser, "me-family")
    assert "Ana Reader" in text(theirs, "me-family")


def test_a_no_changes_nothing_on_the_page_of_who_asked(
    browser: Client, ana: Person, ben: Person
) -> None:
    request = ask_adult("Ben", ben.user.email, BOOK_AND_TIMES, by=ana.actor)
    before = text(browser, "me-family")
    browser_of(ben.user).post(
        reverse("me-family-request", args=[request.public_id]), {"decline": "1"}
    )

    assert _without_tokens(text(browser, "me-family")) == _without_tokens(before)


def test_agreeing_to_nothing_asks_for_a_choice(ana: Person, ben: Person) -> None:
    request = ask_adult("Ben", ben.user.email, BOOK_AND_TIMES, by=ana.actor)
    address = reverse("me-family-request", args=[request.public_id])
    for values in ({}, {"permissions": ["everything"]}, {"permissions": ["book"], "ends_on": "x"}):
        assert browser_of(ben.user).post(address, values).status_code == 422

    assert not Proxy.objects.exists()


def test_a_request_to_somebody_else_looks_like_none(browser: Client, ana: Person) -> None:
    request = ask_adult("Cleo", "cleo@mail.example", BOOK_AND_TIMES, by=person("Eve").actor)

    foreign = text(browser, "me-family-request", request.public_id, status=404)
    unknown = text(browser, "me-family-request", ana.patient.public_id, status=404)
    assert _without_tokens(foreign) == _without_tokens(unknown).replace(
        str(ana.patient.public_id), str(request.public_id)
    )


def test_the_band_is_on_every_page_while_acting_and_one_press_ends_it(
    browser: Client, ana: Person, ben: Person
) -> None:
    grant_by_patient(ana.user, ben.patient, GrantTerms(ALL), by=ben.actor)
    assert BAND not in text(browser, "me")
    act(browser, ben)
    assert BAND in text(browser, "me")
    assert BAND in " ".join(browser.get(reverse("me-menu")).content.decode().split())
    assert BAND in text(browser, "me-family", status=403)
    browser.post(reverse("me-act-stop"))

    assert BAND not in text(browser, "me")
    assert "Your appointments" in text(browser, "me")


@pytest.mark.parametrize("permission", Permission)
def test_a_proxy_sees_the_times_only_if_that_was_granted(
    browser: Client, ana: Person, ben: Person, permission: Permission
) -> None:
    shown, own = visit(ben), visit(ana)
    grant_by_patient(ana.user, ben.patient, GrantTerms.of({permission}), by=ben.actor)
    act(browser, ben)
    page = text(browser, "me")

    assert (shown.therapist.name in page) == (permission == Permission.SEE_TIMES)
    assert own.therapist.name not in page
    assert shown.link_token not in page


def test_a_hidden_appointment_leaves_no_trace_on_the_page_of_a_proxy(
    browser: Client, ana: Person, ben: Person
) -> None:
    grant_by_patient(ana.user, ben.patient, GrantTerms(ALL), by=ben.actor)
    act(browser, ben)
    empty = text(browser, "me")
    appointment = visit(ben)
    assert text(browser, "me") != empty
    theirs = browser_of(ben.user)
    address = reverse("me-family-hide", args=[appointment.public_id])
    theirs.post(address, {"hidden": "1"})

    assert _without_tokens(text(browser, "me")) == _without_tokens(empty)
    assert "Only you see it" in text(theirs, "me-family")
    theirs.post(address, {"hidden": "0"})
    assert appointment.therapist.name in text(browser, "me")


def test_a_grant_that_ends_while_acting_ends_it_without_a_reason(
    browser: Client, ana: Person, ben: Person
) -> None:
    pages = set()
    for by in (ben.actor, ana.actor):
        grant = grant_by_patient(ana.user, ben.patient, TERMS, by=ben.actor)
        act(browser, ben)
        end_grant(grant.public_id, by=by)
        answer = browser.get(reverse("me"), follow=True)
        pages.add(_without_tokens(" ".join(answer.content.decode().split())))

    assert len(pages) == 1
    assert str(MayNotActForPatient.message) in pages.pop()
    assert BAND not in text(browser, "me")


def test_what_is_sent_after_the_grant_has_ended_is_done_for_nobody(
    browser: Client, ana: Person, ben: Person
) -> None:
    grant = grant_by_patient(ana.user, ben.patient, TERMS, by=ben.actor)
    act(browser, ben)
    end_grant(grant.public_id, by=ben.actor)
    answer = browser.post(reverse("me-family-child"), {"name": "Mia", "born_on": "2020-05-01"})

    assert answer.status_code == 302
    assert Proxy.objects.count() == 1


def test_a_form_of_another_tab_is_refused_after_switching(ana: Person, ben: Person) -> None:
    grant_by_patient(ana.user, ben.patient, TERMS, by=ben.actor)
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ana.user)
    token = browser.get(reverse("me-family")).context["csrf_token"]
    values = {"csrfmiddlewaretoken": str(token)}
    browser.post(reverse("me-act", args=[ben.patient.public_id]), values)
    answer = browser.post(
        reverse("me-family-child"), values | {"name": "Mia", "born_on": "2020-05-01"}
    )

    assert answer.status_code == 403
    assert Proxy.objects.count() == 1


def test_nobody_switches_to_somebody_who_has_not_agreed(
    browser: Client, ana: Person, ben: Person
) -> None:
    act(browser, ben)
    assert told(browser) == [str(MayNotActForPatient.message)]
    session = browser.session
    session["acting_for"] = str(ben.patient.public_id)  # as if the session could be forged
    session.save()
    answer = browser.get(reverse("me"))

    assert answer.status_code == 302
    assert BAND not in text(browser, "me")


OPEN_WITH = {
    "me-health": Permission.SEE_HEALTH,
    "me-health-questions": Permission.SEE_HEALTH,
    "me-receipts": Permission.SEE_RECEIPTS,
    "me-past": Permission.SEE_TIMES,
}
FOR_NOBODY_ELSE = (
    "me-details", "me-email", "me-devices", "me-access", "me-download", "me-reminders", "me-claim",
    "me-family", "me-family-child",
)  # fmt: skip


@pytest.mark.parametrize("permission", Permission)
def test_each_page_of_the_account_opens_with_its_permission_and_no_other(
    browser: Client, ana: Person, ben: Person, permission: Permission
) -> None:
    grant_by_patient(ana.user, ben.patient, GrantTerms.of({permission}), by=ben.actor)
    act(browser, ben)
    opened = {name for name in OPEN_WITH if browser.get(reverse(name)).status_code == 200}

    assert opened == {name for name, needed in OPEN_WITH.items() if needed == permission}
    for name in FOR_NOBODY_ELSE:
        assert browser.get(reverse(name)).status_code == 403, name


def test_the_receipt_of_a_hidden_appointment_is_the_patients_alone(
    browser: Client, ana: Person, ben: Person
) -> None:
    shown, hidden = PaymentFactory(appointment=visit(ben)), PaymentFactory(appointment=visit(ben))
    set_hidden(hidden.appointment, is_hidden=True, by=ben.actor)
    grant_by_patient(ana.user, ben.patient, GrantTerms(ALL), by=ben.actor)
    act(browser, ben)
    links = [reverse("me-receipt", args=[row.number]) for row in (shown, hidden)]
    page, theirs = text(browser, "me-receipts"), text(browser_of(ben.user), "me-receipts")

    assert [link in page for link in links] == [True, False]
    assert [link in theirs for link in links] == [True, True]
    assert [browser.get(link).status_code for link in links] == [200, 404]


def test_a_look_of_a_proxy_is_recorded_for_the_patient(
    browser: Client, ana: Person, ben: Person
) -> None:
    grant_by_patient(ana.user, ben.patient, TERMS, by=ben.actor)
    act(browser, ben)
    for _ in range(3):
        browser.get(reverse("me"))

    look = AuditEntry.objects.get(action="read", object_type="patient")
    assert (look.user, look.patient_pk) == (ana.user, ben.patient.pk)
    assert look.details["for_patient"] == str(ben.patient.public_id)


def test_what_somebody_may_do_is_changed_and_ended_on_two_pages(ana: Person, ben: Person) -> None:
    grant = grant_by_patient(ana.user, ben.patient, TERMS, by=ben.actor)
    theirs = browser_of(ben.user)
    text(theirs, "me-family-grant", grant.public_id)
    theirs.post(reverse("me-family-grant", args=[grant.public_id]), {"permissions": ["pay"]})
    changed = Proxy.objects.latest("pk")
    assert changed.permissions == {Permission.SEE_RECEIPTS}
    text(theirs, "me-family-end", changed.public_id)
    theirs.post(reverse("me-family-end", args=[changed.public_id]))

    assert "Nobody. A partner, a grown child" in text(theirs, "me-family")
    text(theirs, "me-family-end", changed.public_id, status=404)


def test_the_list_of_people_takes_the_same_queries_for_one_and_for_many(
    browser: Client, ana: Person, django_assert_max_num_queries: object
) -> None:
    for number in range(4):
        other = person(f"Other{number}")
        grant_by_patient(ana.user, other.patient, TERMS, by=other.actor)
        grant_by_patient(other.user, ana.patient, TERMS, by=ana.actor)
    visit(ana)
    set_hidden(visit(ana), is_hidden=True, by=ana.actor)
    with django_assert_max_num_queries(16):  # type: ignore[operator]
        browser.get(reverse("me-family"))


def _without_tokens(page: str) -> str:
    """The page without what differs in every answer."""
    parts = page.split('name="csrfmiddlewaretoken" value="')
    return parts[0] + "".join(part[64:] for part in parts[1:])
