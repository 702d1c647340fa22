"""Which health answers an account shows, against a front desk that may not read any.

`Desk` is somebody at the front desk who has an account of their own, as a patient, and tries to
read there what Vera has answered.
"""

from datetime import timedelta

import pytest
from pytest_django import Settings

from booking.actions.actor import Actor, ActorType
from booking.actions.appointments.book_by_phone import book_by_phone
from booking.actions.health.enter_answers import enter_answers, enter_arrival_answers
from booking.actions.health.patient_answers import renew_answers, update_answers
from booking.actions.health.read_health import read_patient_answers
from booking.actions.patients.claim_bookings import claim_bookings, undo_claim
from booking.actions.patients.confirm_account import confirm_account
from booking.actions.patients.merge_patients import merge_patients, undo_merge
from booking.errors import MergeNotAllowed, NotAllowed, NothingToRenew
from booking.features.proxies.actions.grants import GrantTerms, grant_by_patient
from booking.features.proxies.actions.people import add_child
from booking.inputs import PersonalDetails, StaffSlotRequest
from booking.models import Appointment, AuditEntry, Patient, Role, User
from booking.notifications.kinds import NotificationKind
from booking.notifications.subjects.email_verification import EMAIL_VERIFICATION
from booking.notifications.subjects.health import BOOKING_CAN_RESUME
from booking.queries.health.own_answers import latest_screening_id
from booking.queries.health.shown_answers import awaits_confirmation
from booking.queries.health.status import get_active_questionnaire
from booking.screening.rules import AnswerSet
from clinic.lib.dates import clock
from tests import factories as make
from tests.booking.health.answers import answer_set
from tests.booking.health.front_desk import (
    HEALTH,
    MINE,
    SAMPLE_MAIL,
    Desk,
    by_of,
    change_address,
    contact_of,
    online,
    reads,
    seen_by,
    submitted,
    treating,
)
from tests.factories.proxies import ProxyFactory
from tests.people import browser_of, member
from tests.scene import TUESDAY, Scene, on

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock", "scene"),
    pytest.mark.postgresql,
]


def test_an_address_that_staff_changed_opens_the_times_and_no_answers(
    desk: Desk, vera: Patient
) -> None:
    change_address(vera, MINE)
    desk.claim(vera)

    assert Appointment.objects.filter(patient=desk.patient).count() == 1
    assert not reads(desk.sees())
    assert "Some answers are not shown here" in desk.sees()


def test_an_address_that_is_changed_back_opens_them_no_more_either(
    desk: Desk, vera: Patient
) -> None:
    change_address(vera, MINE)
    change_address(vera, "vera@mail.example")
    change_address(vera, MINE)
    desk.claim(vera)

    assert not reads(desk.sees())


def test_a_phone_booking_under_the_own_address_opens_no_answers(
    desk: Desk, scene: Scene, therapist: User
) -> None:
    request = StaffSlotRequest(scene.option.pk, on(TUESDAY.day, 10), scene.therapist.slug)
    details = PersonalDetails("Vera Writer", MINE, "312-555-0155")
    visit = book_by_phone(request, details, by=desk.at_work, is_new_patient=True)
    enter_answers(visit, submitted("q22/latex"), by=Actor(ActorType.STAFF, therapist))
    assert visit.patient is not None
    desk.claim(visit.patient)

    assert not reads(desk.sees())


def test_an_online_booking_in_her_name_opens_only_what_was_typed_there(
    desk: Desk, scene: Scene, therapist: User
) -> None:
    visit = online(scene, email=MINE)
    Appointment.objects.filter(pk=visit.pk).update(patient_note="")
    visit.screenings.update(answered_at=clock.now() - timedelta(days=1))
    mine = visit.screenings.get()
    mine.record_json = make.health.record_json(mine)
    mine.save()
    enter_answers(visit, submitted("q22/latex"), by=Actor(ActorType.STAFF, therapist))
    assert visit.patient is not None
    confirm_account(desk.patient, by=treating(desk.patient, therapist, scene))
    desk.claim(visit.patient)

    assert not reads(desk.sees())


@pytest.mark.parametrize("account_stays", [True, False])
def test_a_merge_with_an_account_opens_no_answers(
    account_stays: bool, desk: Desk, vera: Patient
) -> None:
    pair = (desk.patient, vera) if account_stays else (vera, desk.patient)
    desk.merge(*pair)

    assert Patient.objects.get(user=desk.user) == pair[0]
    assert not reads(seen_by(Patient.objects.get(user=desk.user), desk.user))


def test_a_merge_of_guests_opens_no_answers_to_who_claims_the_result(
    desk: Desk, scene: Scene, vera: Patient
) -> None:
    bait = online(scene, hour=12, email=MINE).patient
    assert bait is not None
    bait.screenings.all().delete()
    Appointment.objects.filter(patient=bait).update(patient_note="")
    desk.merge(bait, vera)
    desk.claim(bait)

    assert not reads(desk.sees())


def test_a_record_for_which_one_acts_opens_only_what_one_has_answered(
    desk: Desk, scene: Scene, vera: Patient, therapist: User
) -> None:
    child = add_child("Vera Reader", TUESDAY - timedelta(days=2000), by=desk.at_home).patient
    with pytest.raises(MergeNotAllowed):
        desk.merge(child, vera)
    request = StaffSlotRequest(scene.option.pk, on(TUESDAY.day, 12), scene.therapist.slug)
    visit = book_by_phone(request, child, by=desk.at_work)
    enter_answers(visit, submitted("q22/latex"), by=Actor(ActorType.STAFF, therapist))
    by = Actor(ActorType.PATIENT, desk.user, for_patient=child)
    own = read_patient_answers(child, get_active_questionnaire(), by=by)

    assert (own.record, own.hides_some) == (None, True)
    assert own.status.screening_result.findings == []


def test_a_merge_lets_therapists_confirm_again(
    desk: Desk, scene: Scene, vera: Patient, therapist: User
) -> None:
    confirm_account(desk.patient, by=treating(desk.patient, therapist, scene))
    merge = desk.merge(desk.patient, vera)
    assert not reads(desk.sees())

    confirm_account(desk.patient, by=Actor(ActorType.STAFF, therapist))
    assert reads(desk.sees())
    undo_merge(merge, by=desk.staff)
    assert not reads(desk.sees())
    assert Patient.objects.get(pk=vera.pk).account_confirmed_at is None


def test_a_therapist_who_treats_both_may_merge_and_stays_asked_about_the_account(
    desk: Desk, scene: Scene, vera: Patient, therapist: User
) -> None:
    confirm_account(desk.patient, by=treating(desk.patient, therapist, scene))
    merge_patients(desk.patient, vera, contact_of(desk.patient), by=therapist)

    assert Patient.objects.get(pk=desk.patient.pk).account_confirmed_at is not None


def test_undoing_a_merge_does_not_give_a_changed_address_back_to_the_patient(
    desk: Desk, scene: Scene, vera: Patient
) -> None:
    other = make.PatientFactory(name="Vera Reader")
    merge = desk.merge(vera, other)
    change_address(Patient.objects.get(pk=vera.pk), MINE)
    undo_merge(merge, by=desk.staff)
    vera.refresh_from_db()

    assert (vera.email, vera.own_email) == (MINE, "")
    desk.claim(vera)
    assert not reads(desk.sees())


def test_undoing_a_merge_gives_an_unchanged_address_back(desk: Desk, vera: Patient) -> None:
    merge = desk.merge(vera, make.PatientFactory(name="Vera Reader"))
    assert Patient.objects.get(pk=vera.pk).own_email == ""
    undo_merge(merge, by=desk.staff)

    assert Patient.objects.get(pk=vera.pk).own_email == "vera@mail.example"


def test_what_is_entered_after_a_merge_is_not_shown_either(
    desk: Desk, scene: Scene, vera: Patient, therapist: User
) -> None:
    desk.merge(desk.patient, vera)
    visit = Appointment.objects.get(patient=desk.patient)
    for by in (desk.at_work, Actor(ActorType.STAFF, therapist)):
        enter_arrival_answers(visit, AnswerSet(), by=by)

    assert not reads(desk.sees())


def test_what_is_entered_for_a_booking_on_ones_own_record_is_not_shown(
    desk: Desk, scene: Scene, therapist: User
) -> None:
    request = StaffSlotRequest(scene.option.pk, on(TUESDAY.day, 10), scene.therapist.slug)
    visit = book_by_phone(request, desk.patient, by=desk.at_work)
    enter_answers(visit, submitted("q22/latex"), by=Actor(ActorType.STAFF, therapist))

    assert not reads(desk.sees())


def test_staff_who_sign_in_with_their_work_account_see_nothing_that_they_entered(
    scene: Scene, vera: Patient
) -> None:
    staff = member(Role.FRONTDESK, app=False)
    own = make.PatientFactory(name="Vera Reader", user=staff, email=staff.email)
    with pytest.raises(MergeNotAllowed):
        merge_patients(own, vera, contact_of(own), by=staff)
    colleague = member(Role.FRONTDESK, app=False)
    merge_patients(own, vera, contact_of(own), by=colleague)
    visit = Appointment.objects.get(patient=own)
    enter_arrival_answers(visit, AnswerSet(), by=Actor(ActorType.STAFF, staff))
    by = Actor(ActorType.PATIENT, staff)

    assert read_patient_answers(own, get_active_questionnaire(), by=by).record is None


def test_hidden_answers_are_not_copied_by_renewing(desk: Desk, vera: Patient) -> None:
    desk.merge(desk.patient, vera)
    seen = latest_screening_id(desk.patient)
    with pytest.raises(NothingToRenew):
        renew_answers(desk.patient, submitted(), seen=seen, by=desk.at_home)


def test_own_answers_are_shown_beside_hidden_ones_and_hidden_ones_count(
    desk: Desk, scene: Scene, vera: Patient, therapist: User
) -> None:
    visit = Appointment.objects.get(patient=vera)
    enter_answers(visit, submitted("q22/latex"), by=Actor(ActorType.STAFF, therapist))
    desk.merge(desk.patient, vera)
    seen = latest_screening_id(desk.patient)
    update_answers(desk.patient, submitted("q22/nuts"), seen=seen, by=desk.at_home)
    text = desk.sees()

    assert not reads(text)
    assert "Nuts" in text


def granted_by_staff(desk: Desk, patient: Patient) -> Actor:
    """Desk, who acts for a patient: a grant that was made before staff needed a right for it."""
    ProxyFactory(actor=desk.user, patient=patient, granted_by=desk.staff, may_see_health=True)
    return Actor(ActorType.PATIENT, desk.user, for_patient=patient)


def test_whom_staff_let_act_is_shown_no_answers_until_a_therapist_confirms(
    desk: Desk, vera: Patient, therapist: User
) -> None:
    by, active = granted_by_staff(desk, vera), get_active_questionnaire()
    assert read_patient_answers(vera, active, by=by).record is None

    confirm_account(vera, by=Actor(ActorType.STAFF, therapist))
    confirmed = Patient.objects.get(pk=vera.pk)
    assert read_patient_answers(confirmed, active, by=by).record is not None


def test_whom_staff_let_act_later_waits_for_a_newer_confirmation(
    desk: Desk, vera: Patient, therapist: User, settings: Settings
) -> None:
    Patient.objects.filter(pk=vera.pk).update(user=make.UserFactory())
    confirm_account(vera, by=Actor(ActorType.STAFF, therapist))
    settings.CLINIC_CLOCK += timedelta(minutes=1)
    vera.refresh_from_db()
    by, active = granted_by_staff(desk, vera), get_active_questionnaire()

    assert read_patient_answers(vera, active, by=by).record is None
    assert read_patient_answers(vera, active, by=by_of(vera.user)).record is not None
    assert awaits_confirmation(vera)


def test_whom_a_patient_lets_act_for_them_is_shown_what_the_account_shows(scene: Scene) -> None:
    carer = make.UserFactory()
    patient = make.PatientFactory(user=make.UserFactory())
    visit = make.AppointmentFactory(patient=patient)
    make.ScreeningFactory(appointment=visit, answer_set=answer_set("q22/latex"))
    grant_by_patient(carer, patient, GrantTerms(HEALTH), by=by_of(patient.user))
    by = Actor(ActorType.PATIENT, carer, for_patient=patient)

    assert read_patient_answers(patient, get_active_questionnaire(), by=by).record is not None


@pytest.mark.parametrize("kind", [BOOKING_CAN_RESUME, EMAIL_VERIFICATION])
def test_a_mail_that_leads_to_the_answers_of_a_hold_is_hidden_on_the_desk(
    kind: NotificationKind, scene: Scene
) -> None:
    hold = scene.hold(on(TUESDAY.day, 10))
    mail = make.NotificationFactory(
        kind=kind.name, appointment=hold, rendered=SAMPLE_MAIL, status="sent", sent_at=clock.now()
    )
    page = browser_of(member(Role.FRONTDESK)).get(f"/desk/mail/{mail.pk}/")

    assert page.status_code == 200
    assert "secret-link" not in page.content.decode()


def test_only_a_therapist_of_the_patient_confirms(
    desk: Desk, scene: Scene, vera: Patient, therapist: User
) -> None:
    desk.merge(desk.patient, vera)
    owner, other = member(Role.OWNER, app=False), member(Role.THERAPIST, app=False)
    for user in (desk.staff, owner, other, desk.user):
        with pytest.raises(NotAllowed):
            confirm_account(desk.patient, by=Actor(ActorType.STAFF, user))
    confirm_account(desk.patient, by=Actor(ActorType.STAFF, therapist))
    entry = AuditEntry.objects.get(action="confirmed")

    assert (entry.user, entry.affected_user) == (therapist, desk.user)
    assert (entry.object_type, entry.patient_pk) == ("account", desk.patient.pk)


def test_a_therapist_does_not_confirm_an_account_of_their_own(
    scene: Scene, therapist: User
) -> None:
    own = make.PatientFactory(user=therapist)
    by = treating(own, therapist, scene)
    with pytest.raises(NotAllowed):
        confirm_account(own, by=by)


def test_the_desk_asks_the_therapist_and_tells_the_front_desk(
    desk: Desk, vera: Patient, therapist: User
) -> None:
    desk.merge(desk.patient, vera)
    address = f"/desk/patients/{desk.patient.public_id}/"
    for user, is_asked in ((therapist, True), (desk.staff, False)):
        page = browser_of(user).get(address).content.decode()
        assert ("It is theirs: show all answers there" in page) == is_asked
        assert ("until their therapist has confirmed the account" in page) != is_asked
    refused = browser_of(desk.staff).post(f"{address}account/", follow=True)
    assert "You may not do this." in refused.content.decode()
    done = browser_of(therapist).post(f"{address}account/", follow=True)
    assert "Confirmed. All answers are shown in the account now." in done.content.decode()
    assert "It is theirs" not in browser_of(therapist).get(address).content.decode()
    assert reads(desk.sees())


def test_who_booked_online_under_their_address_claims_their_answers_with_no_other_step(
    scene: Scene,
) -> None:
    guest = online(scene, email="Vera@mail.example").patient
    user = make.UserFactory(email="vera@mail.example")
    own = make.PatientFactory(name="Vera Reader", user=user, email=user.email)
    assert guest is not None
    claims = claim_bookings(own, [guest.public_id], proven_email=user.email, by=by_of(user))

    assert reads(seen_by(own, user))
    visit = Appointment.objects.get(patient=own)
    visit.screenings.update(answered_at=clock.now() - timedelta(days=2))
    renew_answers(own, submitted(), seen=latest_screening_id(own), by=by_of(user))
    undo_claim(claims[0], by=by_of(user))
    assert Patient.objects.get(pk=guest.pk).own_email == "Vera@mail.example"


def test_two_bookings_under_one_typed_address_can_be_merged_and_claimed(
    desk: Desk, scene: Scene
) -> None:
    first, second = (online(scene, hour=hour).patient for hour in (10, 12))
    assert first is not None
    assert second is not None
    desk.merge(first, second)

    assert Patient.objects.get(pk=first.pk).own_email == "vera@mail.example"
