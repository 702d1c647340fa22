"""A grown child takes over the record that a parent has kept, when staff have seen who it is."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from pytest_django import Settings

from booking.access import proxies
from booking.access.proxies import Permission
from booking.actions.actor import Actor
from booking.actions.patients.merge_patients import undo_merge
from booking.errors import MergeNotAllowed, NotAllowed, RateLimitExceeded
from booking.features.proxies.actions.grants import GrantTerms, grant_by_patient, make_grant
from booking.features.proxies.actions.people import add_child
from booking.features.proxies.actions.reviews import delete_old_requests, raise_reviews
from booking.features.proxies.actions.takeovers import (
    ask_to_take_over,
    decline_takeover,
    hand_over_record,
    withdraw_takeover,
)
from booking.features.proxies.errors import (
    BornInTheFuture,
    GrantToOneself,
    NoSuchRecord,
    ReasonMissing,
    TakeoverNotOpen,
    TooYoungToTakeOver,
)
from booking.features.proxies.models import (
    Basis,
    DateOfBirth,
    Proxy,
    ProxyReview,
    ProxySettings,
    RecordTakeover,
)
from booking.features.proxies.queries.takeovers import takeover_candidates
from booking.models import Appointment, AuditEntry, Notification, Patient, PatientMerge, Role
from clinic.lib.dates import clock
from tests.booking.features.proxies.family import (
    ALL,
    BOOK_AND_TIMES,
    TERMS,
    Person,
    person,
    staff_actor,
)
from tests.factories import AppointmentFactory, PatientFactory
from tests.html import assert_valid
from tests.people import browser_of, member, patient_user

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]
TODAY = date(2026, 11, 23)
BORN = date(2010, 5, 1)
SEEN = "Passport, shown at the visit."
NOTHING = GrantTerms.of(())


@pytest.fixture
def mia(ana: Person) -> Person:
    """Mia is 16 and has an account of her own; Ana, her mother, has kept another record."""
    return person("Mia")


@pytest.fixture
def child(ana: Person) -> Patient:
    """The record that Ana has kept for Mia since she was a child, with one visit."""
    patient = PatientFactory(name="Mia Reader", email="", phone="")
    DateOfBirth.objects.create(patient=patient, born_on=BORN, entered_by=ana.user)
    make_grant(ana.user, patient, TERMS, basis=Basis.PARENT, by=ana.actor)
    AppointmentFactory(patient=patient)
    return patient


def ask(mia: Person, terms: GrantTerms = NOTHING) -> RecordTakeover:
    return ask_to_take_over(BORN, terms, by=mia.actor)


def mails() -> dict[str, str]:
    rows = Notification.objects.filter(kind__in=("record_taken_over", "record_grown_up"))
    return {row.kind: row.to_email for row in rows}


def test_the_record_belongs_to_the_account_and_what_parents_could_do_ends(
    ana: Person, mia: Person, child: Patient, desk: Actor
) -> None:
    row = ask(mia)
    assert proxies.permissions_for(ana.user, child) == BOOK_AND_TIMES
    patient = hand_over_record(row.public_id, child.public_id, SEEN, by=desk)

    assert patient == mia.patient
    assert Appointment.objects.get().patient == patient
    assert Patient.objects.get(pk=child.pk).merged_into == patient
    for record in (patient, child):
        assert proxies.permissions_for(ana.user, record) == frozenset()
    assert Proxy.objects.get().end.side == "staff"
    assert mails() == {"record_taken_over": mia.user.email, "record_grown_up": ana.user.email}


def test_parents_go_on_only_with_what_the_grown_child_chose(
    ana: Person, mia: Person, child: Patient, desk: Actor
) -> None:
    friend = person("Cleo")
    make_grant(friend.user, child, TERMS, basis=Basis.CONSENT, by=desk)
    row = ask(mia, GrantTerms.of({Permission.BOOK}))
    hand_over_record(row.public_id, child.public_id, SEEN, by=desk)

    assert proxies.permissions_for(ana.user, mia.patient) == {Permission.BOOK}
    assert proxies.permissions_for(friend.user, mia.patient) == frozenset()
    again = Proxy.objects.get(actor=ana.user, end=None)
    assert (again.basis, again.granted_by) == (Basis.CONSENT, mia.user)


def test_the_front_desk_lets_nobody_see_more_answers_by_it(
    ana: Person, mia: Person, child: Patient, desk: Actor
) -> None:
    friend = person("Cleo")
    grant_by_patient(friend.user, mia.patient, GrantTerms(ALL), by=mia.actor)
    row = ask(mia)
    with pytest.raises(MergeNotAllowed):
        hand_over_record(row.public_id, child.public_id, SEEN, by=desk)

    assert proxies.permissions_for(ana.user, child) == BOOK_AND_TIMES
    assert (RecordTakeover.objects.get().decision, mails()) == ("", {})


def test_what_a_court_has_decided_stays(mia: Person, child: Patient, desk: Actor) -> None:
    guardian = person("Gus")
    make_grant(guardian.user, child, TERMS, basis=Basis.COURT, by=desk)
    hand_over_record(ask(mia).public_id, child.public_id, SEEN, by=desk)

    assert proxies.permissions_for(guardian.user, mia.patient) == BOOK_AND_TIMES


def test_answers_from_before_wait_for_a_therapist(mia: Person, child: Patient, desk: Actor) -> None:
    now = clock.now()
    Patient.objects.filter(pk=mia.patient.pk).update(
        account_confirmed_at=now, account_confirmed_by=desk.user
    )
    hand_over_record(ask(mia).public_id, child.public_id, SEEN, by=desk)

    assert Patient.objects.get(pk=mia.patient.pk).account_confirmed_at is None


def test_a_name_alone_finds_no_record(mia: Person, child: Patient, desk: Actor) -> None:
    PatientFactory(name="Mia Reader", email="", phone="")
    other_birth = PatientFactory(name="Mia Reader", email="", phone="")
    DateOfBirth.objects.create(patient=other_birth, born_on=date(2009, 5, 1), entered_by=mia.user)
    make_grant(person("Eve").user, other_birth, TERMS, basis=Basis.PARENT, by=desk)
    found = takeover_candidates(ask(mia))

    assert [
        (candidate.patient, candidate.has_same_name, candidate.proxies) for candidate in found
    ] == [(child, True, ("Ana Reader",))]
    with pytest.raises(NoSuchRecord):
        hand_over_record(
            RecordTakeover.objects.get().public_id, other_birth.public_id, SEEN, by=desk
        )


def test_a_corrected_date_of_birth_counts(mia: Person, child: Patient) -> None:
    DateOfBirth.objects.create(patient=child, born_on=date(2011, 5, 1), entered_by=mia.user)

    assert takeover_candidates(ask(mia)) == []


def test_a_record_with_an_account_or_without_a_parent_is_not_offered(
    mia: Person, child: Patient, desk: Actor
) -> None:
    row = ask(mia)
    Patient.objects.filter(pk=child.pk).update(user=patient_user(email="eve@mail.example"))
    assert takeover_candidates(row) == []
    Patient.objects.filter(pk=child.pk).update(user=None)
    stranger = PatientFactory(name="Mia Reader")
    DateOfBirth.objects.create(patient=stranger, born_on=BORN, entered_by=mia.user)

    assert [candidate.patient for candidate in takeover_candidates(row)] == [child]
    with pytest.raises(NoSuchRecord):
        hand_over_record(row.public_id, stranger.public_id, SEEN, by=desk)


@pytest.mark.parametrize(
    ("born", "refusal"),
    [
        (date(2010, 11, 24), TooYoungToTakeOver),
        (TODAY + timedelta(days=1), BornInTheFuture),
        (date(1890, 1, 1), BornInTheFuture),
    ],
)
def test_a_date_of_birth_is_checked(mia: Person, born: date, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        ask_to_take_over(born, NOTHING, by=mia.actor)
    ask_to_take_over(date(2010, 11, 23), NOTHING, by=mia.actor)


def test_the_age_is_that_of_the_clinic(mia: Person) -> None:
    ProxySettings.objects.create(first_age=11, second_age=18)
    with pytest.raises(TooYoungToTakeOver):
        ask(mia)


def test_only_staff_who_have_nothing_to_do_with_it_decide(
    ana: Person, mia: Person, child: Patient, desk: Actor
) -> None:
    row = ask(mia)
    for nobody in (ana.actor, mia.actor, staff_actor(member(Role.THERAPIST, app=False))):
        with pytest.raises(NotAllowed):
            hand_over_record(row.public_id, child.public_id, SEEN, by=nobody)
        with pytest.raises(NotAllowed):
            decline_takeover(row.public_id, SEEN, by=nobody)
    assert desk.user is not None
    make_grant(desk.user, child, TERMS, basis=Basis.PARENT, by=ana.actor)
    with pytest.raises(GrantToOneself):
        hand_over_record(row.public_id, child.public_id, SEEN, by=desk)

    assert RecordTakeover.objects.get().decision == ""
    assert proxies.permissions_for(ana.user, child) == BOOK_AND_TIMES


def test_a_decision_needs_a_reason_and_is_made_once(
    mia: Person, child: Patient, desk: Actor
) -> None:
    row = ask(mia)
    for decide in (
        lambda: hand_over_record(row.public_id, child.public_id, " ", by=desk),
        lambda: decline_takeover(row.public_id, "", by=desk),
    ):
        with pytest.raises(ReasonMissing):
            decide()
    decline_takeover(row.public_id, "Nobody came.", by=desk)
    with pytest.raises(TakeoverNotOpen):
        hand_over_record(row.public_id, child.public_id, SEEN, by=desk)
    with pytest.raises(TakeoverNotOpen):
        withdraw_takeover(by=mia.actor)

    assert RecordTakeover.objects.get().reason == "Nobody came."
    assert mails() == {}


def test_a_second_request_changes_the_first_and_both_can_be_withdrawn(
    mia: Person, settings: Settings
) -> None:
    first = ask(mia)
    assert ask(mia, GrantTerms(BOOK_AND_TIMES)) == first
    assert RecordTakeover.objects.get().permissions == BOOK_AND_TIMES
    withdraw_takeover(by=mia.actor)
    assert ask(mia) != first
    settings.ABUSE_LIMITS = True
    for _ in range(5):
        ask(mia)
    with pytest.raises(RateLimitExceeded):
        ask(mia)


def test_who_acts_for_somebody_asks_for_nothing(ana: Person, mia: Person) -> None:
    with pytest.raises(NotAllowed):
        ask_to_take_over(BORN, NOTHING, by=ana.acting_for(mia.patient))


def test_a_request_runs_out_and_is_deleted(
    mia: Person, child: Patient, desk: Actor, settings: Settings
) -> None:
    row = ask(mia)
    settings.CLINIC_CLOCK = row.closes_at
    with pytest.raises(TakeoverNotOpen):
        hand_over_record(row.public_id, child.public_id, SEEN, by=desk)
    assert ask(mia) == row
    row.refresh_from_db()

    assert delete_old_requests(row.closes_at + timedelta(days=30)) == 1


def test_the_review_of_the_parents_grant_is_done_with_it(
    mia: Person, child: Patient, desk: Actor, settings: Settings
) -> None:
    ProxySettings.objects.create(second_age=17)
    settings.CLINIC_CLOCK = clock.now() + timedelta(days=200)
    raise_reviews(clock.now())
    assert ProxyReview.objects.filter(done_at=None).exists()
    hand_over_record(ask(mia).public_id, child.public_id, SEEN, by=desk)

    assert not ProxyReview.objects.filter(done_at=None).exists()


def test_it_can_be_undone_for_a_day_and_gives_no_parent_anything_back(
    ana: Person, mia: Person, child: Patient, desk: Actor
) -> None:
    hand_over_record(ask(mia).public_id, child.public_id, SEEN, by=desk)
    assert desk.user is not None
    undo_merge(PatientMerge.objects.get(), by=desk.user)
    child.refresh_from_db()

    assert (child.user, child.merged_into) == (None, None)
    assert Patient.objects.get(pk=mia.patient.pk).user == mia.user
    assert proxies.permissions_for(ana.user, child) == frozenset()


def test_the_audit_trail_says_who_asked_and_who_handed_over(
    mia: Person, child: Patient, desk: Actor
) -> None:
    hand_over_record(ask(mia).public_id, child.public_id, SEEN, by=desk)
    rows = AuditEntry.objects.filter(object_type="account").order_by("pk")

    assert list(rows.values_list("action", "user", "affected_user", "patient_pk")) == [
        ("sent", mia.user.pk, mia.user.pk, mia.patient.pk),
        ("confirmed", desk.user and desk.user.pk, mia.user.pk, mia.patient.pk),
    ]


def test_from_the_page_of_the_grown_child_to_the_task_on_today(mia: Person, child: Patient) -> None:
    browser = browser_of(mia.user)
    ask_page = browser.get(reverse("me-family-takeover")).content.decode()
    assert_valid(ask_page)
    done = browser.post(reverse("me-family-takeover"), {"born_on": "2010-05-01"}, follow=True)
    assert_valid(done.content.decode())
    assert "Please show us at your next visit who you are" in done.content.decode()
    desk = browser_of(member(Role.FRONTDESK))
    assert "Family and carers: one thing to look at" in desk.get(reverse("desk")).content.decode()
    row = RecordTakeover.objects.get()
    address = reverse("desk-proxy-takeover", args=[row.public_id])
    assert address in desk.get(reverse("desk-proxies")).content.decode()
    page = desk.get(address).content.decode()
    assert_valid(page)

    assert "Ana Reader acts for them" in page
    assert " checked" in page
    assert desk.post(address, {"record": str(child.public_id)}).status_code == 422
    handed = desk.post(address, {"record": str(child.public_id), "reason": SEEN}, follow=True)
    assert "Handed over. Both sides get a mail." in handed.content.decode()
    assert "your record from before belongs to this account" in " ".join(
        browser.get(reverse("me-family")).content.decode().split()
    )


def test_whoever_is_too_young_reads_so_beside_the_field(mia: Person) -> None:
    answer = browser_of(mia.user).post(reverse("me-family-takeover"), {"born_on": "2015-05-01"})

    assert answer.status_code == 422
    assert "If that is difficult, call us: we listen." in answer.content.decode()


def test_staff_decline_without_choosing_a_record(mia: Person, child: Patient) -> None:
    row = ask(mia)
    desk = browser_of(member(Role.FRONTDESK))
    address = reverse("desk-proxy-takeover", args=[row.public_id])
    desk.post(address, {"decline": "1", "reason": "Nobody came."})
    page = browser_of(mia.user).get(reverse("me-family")).content.decode()

    assert RecordTakeover.objects.get().decision == "declined"
    assert "We could not hand over a record." in page
    assert "Nobody came" not in page


def test_a_parent_reads_what_will_happen_before_it_does(ana: Person) -> None:
    add_child("Leo", date(2020, 5, 1), by=ana.actor)
    page = " ".join(browser_of(ana.user).get(reverse("me-family")).content.decode().split())

    assert "From the age of 16 on, a young person can take over their own record" in page
