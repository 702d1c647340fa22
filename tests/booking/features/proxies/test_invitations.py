"""A patient invites somebody by e-mail, who accepts with a sign-in of their own."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from pytest_django import Settings

from booking.access import proxies
from booking.access.proxies import Permission
from booking.actions.actor import Actor
from booking.errors import NotAllowed, RateLimitExceeded
from booking.features.proxies.actions.grants import GrantTerms, end_grant, grant_by_patient
from booking.features.proxies.actions.invitations import (
    accept_invitation,
    decline_invitation,
    invite,
    withdraw_invitation,
)
from booking.features.proxies.actions.people import MAX_PEOPLE, add_child, ask_adult
from booking.features.proxies.actions.provider import PROVIDER
from booking.features.proxies.actions.reviews import delete_old_requests
from booking.features.proxies.errors import (
    AlreadyActs,
    CannotActForOneself,
    EndsInThePast,
    InvitationNotOpen,
    NothingGranted,
    TooManyPeople,
)
from booking.features.proxies.models import Basis, Proxy, ProxyEnd, ProxyInvitation
from booking.features.proxies.queries.invitations import invitations_of, invitations_to
from booking.models import AuditEntry, Notification, Patient
from clinic.lib.dates import clock
from tests.booking.features.proxies.family import ALL, BOOK_AND_TIMES, TERMS, Person, person
from tests.html import assert_valid
from tests.people import browser_of

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]
BEN = "ben@mail.example"
TODAY = date(2026, 11, 23)


def invite_ben(ana: Person, terms: GrantTerms = TERMS, email: str = BEN) -> ProxyInvitation:
    return invite(email, ana.patient, terms, by=ana.actor)


def mails(kind: str = "proxy_invitation") -> int:
    return Notification.objects.filter(kind=kind).count()


def mailed_link() -> str:
    """The path of the link in the last invitation that was mailed."""
    data = Notification.objects.filter(kind="proxy_invitation").latest("pk").data
    return data.partition('"link": "')[2].partition('"')[0].partition("example")[2] or data


def test_the_invited_person_gets_what_the_patient_has_chosen(ana: Person, ben: Person) -> None:
    last = TODAY + timedelta(days=90)
    chosen = GrantTerms.of({Permission.SEE_TIMES, Permission.SEE_RECEIPTS}, last)
    row = invite_ben(ana, chosen)
    assert proxies.permissions_for(ben.user, ana.patient) == frozenset()
    assert invitations_to(ben.user, clock.now()) == [row]
    grant = accept_invitation(row.public_id, by=ben.actor)

    assert proxies.permissions_for(ben.user, ana.patient) == chosen.permissions
    assert (grant.basis, grant.granted_by, grant.ends_on) == (Basis.CONSENT, ana.user, last)
    assert invitations_of(ana.patient, clock.now()) == invitations_to(ben.user, clock.now()) == []
    assert (mails(), mails("proxy_accepted")) == (1, 1)


def test_the_audit_trail_names_both_and_no_address(ana: Person, ben: Person) -> None:
    accept_invitation(invite_ben(ana).public_id, by=ben.actor)
    withdraw_invitation(
        invite_ben(ana, email="cleo@mail.example").public_id, ana.patient, by=ana.actor
    )
    rows = AuditEntry.objects.filter(patient_pk=ana.patient.pk).order_by("pk")

    assert list(rows.values_list("action", "object_type", "user__email", "affected_user")) == [
        ("sent", "invitation", ana.user.email, None),
        ("accepted", "invitation", BEN, None),
        ("created", "patient", BEN, ben.user.pk),
        ("sent", "invitation", ana.user.email, None),
        ("revoked", "invitation", ana.user.email, None),
    ]
    assert not any("@" in str(row.details) for row in rows)


def test_only_the_address_accepts_and_only_once(ana: Person, ben: Person) -> None:
    row = invite_ben(ana)
    for stranger in (person("Eve"), ana):
        with pytest.raises(InvitationNotOpen):
            accept_invitation(row.public_id, by=stranger.actor)
        with pytest.raises(InvitationNotOpen):
            decline_invitation(row.public_id, by=stranger.actor)
    with pytest.raises(NotAllowed):
        accept_invitation(row.public_id, by=ben.acting_for(person("Cleo").patient))
    grant = accept_invitation(row.public_id, by=ben.actor)
    end_grant(grant.public_id, by=ana.actor)
    for again in (accept_invitation, decline_invitation):
        with pytest.raises(InvitationNotOpen):
            again(row.public_id, by=ben.actor)

    assert proxies.permissions_for(ben.user, ana.patient) == frozenset()


def test_an_invitation_ends_when_it_is_withdrawn_or_runs_out(
    ana: Person, ben: Person, settings: Settings
) -> None:
    row, late = invite_ben(ana), invite_ben(person("Cleo"))
    with pytest.raises(InvitationNotOpen):
        withdraw_invitation(row.public_id, ben.patient, by=ben.actor)
    withdraw_invitation(row.public_id, ana.patient, by=ana.actor)
    settings.CLINIC_CLOCK = late.closes_at
    for closed in (row, late):
        with pytest.raises(InvitationNotOpen):
            accept_invitation(closed.public_id, by=ben.actor)


def test_an_invitation_is_not_open_longer_than_the_grant_would_last(
    ana: Person, ben: Person, settings: Settings
) -> None:
    row = invite_ben(ana, GrantTerms(BOOK_AND_TIMES, TODAY))
    settings.CLINIC_CLOCK = row.closes_at - timedelta(seconds=1)
    assert accept_invitation(row.public_id, by=ben.actor).ends_on == TODAY
    other = invite_ben(person("Cleo"), GrantTerms(BOOK_AND_TIMES, TODAY))
    settings.CLINIC_CLOCK = other.closes_at
    with pytest.raises(InvitationNotOpen):
        accept_invitation(other.public_id, by=ben.actor)


def test_what_cannot_be_granted_cannot_be_offered(ana: Person, ben: Person) -> None:
    with pytest.raises(CannotActForOneself):
        invite_ben(ana, email="ANA@mail.example")
    with pytest.raises(NothingGranted):
        invite_ben(ana, GrantTerms.of(()))
    with pytest.raises(EndsInThePast):
        invite_ben(ana, GrantTerms(BOOK_AND_TIMES, TODAY - timedelta(days=1)))
    for by in (ben.actor, ben.acting_for(ana.patient)):
        with pytest.raises(NotAllowed):
            invite("cleo@mail.example", ana.patient, TERMS, by=by)

    assert (ProxyInvitation.objects.count(), mails()) == (0, 0)


def test_to_act_for_each_other_passes_nothing_on(ana: Person, ben: Person) -> None:
    cleo = person("Cleo")
    grant_by_patient(ben.user, cleo.patient, GrantTerms(ALL), by=cleo.actor)
    grant_by_patient(ana.user, ben.patient, GrantTerms(ALL), by=ben.actor)
    accept_invitation(invite_ben(ana).public_id, by=ben.actor)

    assert proxies.patients_to_act_for(ben.user) == [ana.patient, cleo.patient]
    assert proxies.patients_to_act_for(ana.user) == [ben.patient]


def test_an_invitation_replaces_what_the_same_person_was_granted_before(
    ana: Person, ben: Person
) -> None:
    grant_by_patient(ben.user, ana.patient, GrantTerms(ALL), by=ana.actor)
    accept_invitation(invite_ben(ana).public_id, by=ben.actor)

    assert proxies.permissions_for(ben.user, ana.patient) == BOOK_AND_TIMES
    assert ProxyEnd.objects.get().side == "replaced"


def test_a_parent_does_not_lose_what_a_parent_can_do(ana: Person, ben: Person) -> None:
    child = add_child("Mia", date(2020, 5, 1), by=ben.actor)
    Patient.objects.filter(pk=ana.patient.pk).update(user=None)
    Patient.objects.filter(pk=child.patient_id).update(user=ana.user)
    row = invite(BEN, Patient.objects.get(pk=child.patient_id), TERMS, by=ana.actor)
    with pytest.raises(AlreadyActs):
        accept_invitation(row.public_id, by=ben.actor)

    assert Proxy.objects.get() == child


def test_who_declines_is_not_named_and_not_mailed_again(ana: Person, ben: Person) -> None:
    row = invite_ben(ana)
    open_one = invite_ben(ana, email="cleo@mail.example")
    decline_invitation(row.public_id, by=ben.actor)
    assert invitations_of(ana.patient, clock.now()) == [row, open_one]
    assert invite_ben(ana) == row
    withdraw_invitation(row.public_id, ana.patient, by=ana.actor)
    assert invitations_of(ana.patient, clock.now()) == [open_one]
    again = invite_ben(ana)

    assert mails() == 2
    assert again in invitations_of(ana.patient, clock.now())


def test_a_second_invitation_changes_the_terms_and_mails_nothing(ana: Person, ben: Person) -> None:
    first = invite_ben(ana)
    assert invite_ben(ana, GrantTerms.of({Permission.BOOK})) == first

    assert mails() == 1
    assert accept_invitation(first.public_id, by=ben.actor).permissions == {Permission.BOOK}


def test_one_mailbox_has_one_budget_for_all_that_asks_about_acting(
    ana: Person, settings: Settings
) -> None:
    settings.ABUSE_LIMITS = True
    for number in range(2):
        invite_ben(person(f"Eve{number}"))
    for number in range(2, 4):
        ask_adult("Ben", BEN, BOOK_AND_TIMES, by=person(f"Eve{number}").actor)

    assert (mails(), mails("proxy_request")) == (2, 1)
    assert invite_ben(ana).answer == ""
    assert mails() == 2


def test_invitations_of_one_patient_are_limited(ana: Person, settings: Settings) -> None:
    settings.ABUSE_LIMITS = True
    for number in range(MAX_PEOPLE):
        row = invite_ben(ana, email=f"cleo{number}@mail.example")
        withdraw_invitation(row.public_id, ana.patient, by=ana.actor)
    with pytest.raises(RateLimitExceeded):
        invite_ben(ana)


def test_only_some_people_can_be_invited_at_once(ana: Person) -> None:
    for number in range(MAX_PEOPLE):
        invite_ben(ana, email=f"cleo{number}@mail.example")
    with pytest.raises(TooManyPeople):
        invite_ben(ana)


def test_an_undone_change_of_address_withdraws_what_was_invited_meanwhile(
    ana: Person, ben: Person
) -> None:
    row = invite_ben(ana)
    PROVIDER.end_agreed_since(ana.user, clock.now())
    with pytest.raises(InvitationNotOpen):
        accept_invitation(row.public_id, by=ben.actor)


def test_an_invitation_ends_with_the_account_that_sent_it(ana: Person, ben: Person) -> None:
    row = invite_ben(ana)
    Patient.objects.filter(pk=ana.patient.pk).update(user=None)

    assert invitations_to(ben.user, clock.now()) == []
    with pytest.raises(InvitationNotOpen):
        accept_invitation(row.public_id, by=ben.actor)


def test_old_invitations_are_deleted(ana: Person) -> None:
    row = invite_ben(ana)
    assert delete_old_requests(row.closes_at + timedelta(days=29)) == 0
    assert delete_old_requests(row.closes_at + timedelta(days=30)) == 1


def test_the_token_is_stored_nowhere_but_in_the_mail(ana: Person) -> None:
    row = invite_ben(ana)
    token = mailed_link().rstrip("/").rpartition("/")[2]

    assert len(token) == 48
    assert token not in str(ProxyInvitation.objects.filter(pk=row.pk).values())


def test_the_link_leads_the_right_account_to_the_question(ana: Person, ben: Person) -> None:
    page = browser_of(ana.user).post(
        reverse("me-family-invite"), {"email": BEN, "permissions": ["book", "pay"]}, follow=True
    )
    link = reverse("me-family-invited", args=[mailed_link().rstrip("/").rpartition("/")[2]])
    assert_valid(page.content.decode())
    assert "We have invited them by e-mail" in page.content.decode()
    theirs = browser_of(ben.user)
    question = theirs.get(link, follow=True).content.decode()
    assert_valid(question)

    assert "Ana Reader would like you to act for them" in " ".join(question.split())
    assert "receipts" in question.partition("<main")[2]
    assert "health answers</li>" not in question
    row = ProxyInvitation.objects.get()
    done = theirs.post(reverse("me-family-invitation", args=[row.public_id]), follow=True)
    assert "Done. You can now act for Ana Reader." in done.content.decode()
    assert "no longer open" in theirs.get(link).content.decode()


def test_the_link_tells_another_account_where_to_sign_in(ana: Person, ben: Person) -> None:
    invite_ben(ana)
    link = reverse("me-family-invited", args=[mailed_link().rstrip("/").rpartition("/")[2]])
    for other in (person("Eve"), ana):
        page = browser_of(other.user).get(link)
        assert_valid(page.content.decode())

        assert page.status_code == 403
        assert "was sent to b***@mail.example" in " ".join(page.content.decode().split())
        assert BEN not in page.content.decode()


def test_the_page_answers_the_same_for_every_address(
    ana: Person, ben: Person, settings: Settings
) -> None:
    settings.ABUSE_LIMITS = True
    for number in range(3):
        invite_ben(person(f"Eve{number}"))
    browser, seen = browser_of(ana.user), set()
    for email in (BEN, "nobody@mail.example"):  # Ben gets no more mails today
        answer = browser.post(
            reverse("me-family-invite"), {"email": email, "permissions": ["book"]}, follow=True
        )
        page = answer.content.decode().replace("<wbr>", "").replace(email, "EMAIL")
        seen.add(page.partition('class="messages"')[2].partition("</section>")[0][:400])
        withdraw_invitation(
            ProxyInvitation.objects.latest("pk").public_id, ana.patient, by=ana.actor
        )

    assert len(seen) == 1


def test_the_page_says_what_is_wrong_beside_the_field(ana: Person) -> None:
    browser = browser_of(ana.user)
    for values, sentence in (
        ({"email": "ana@mail.example", "permissions": ["book"]}, "your own record"),
        ({"email": BEN}, "at least one thing"),
        ({"email": BEN, "permissions": ["book"], "ends_on": "2020-01-01"}, "a later day"),
        ({"email": "ben", "permissions": ["book"]}, "check the e-mail address"),
    ):
        answer = browser.post(reverse("me-family-invite"), values)
        assert answer.status_code == 422
        assert sentence in answer.content.decode()


def test_staff_see_no_way_to_answer_an_invitation(ana: Person, desk: Actor) -> None:
    row = invite_ben(ana)
    with pytest.raises(InvitationNotOpen):
        accept_invitation(row.public_id, by=desk)
