"""A small clinic with everybody in it, for the table of roles."""

import json
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import Any, Self
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.test import Client

from articles.actions.actor import Actor as ArticleActor
from articles.actions.images import ImageDescription, add_image
from articles.actions.writing.autosave import save_autosave
from articles.actions.writing.revise_article import revise_article
from articles.models import Article, Image
from articles.queries.revisions import latest_text
from booking.access.session_engine import SessionStore
from booking.actions.actor import Actor
from booking.actions.holds.save_draft import save_draft
from booking.actions.notifications.record_heartbeat import record_heartbeat
from booking.actions.staff.accounts import deactivate_staff
from booking.actions.staff.calendar_feeds import create_feed
from booking.actions.staff.invitations import find_invitation, invite_staff
from booking.actions.staff.therapist_photo import set_therapist_photo
from booking.features.imports.actions import save_import_draft
from booking.models import Patient, Role, Therapist, User
from booking.queries.notifications.heartbeats import WORKER_NAME
from booking.queries.notifications.unsubscribes import make_unsubscribe_token
from booking.queries.patients.email_changes import undo_token
from booking.queries.patients.email_verification import NOTIFICATION_KIND, make_verification_token
from clinic.lib.dates import clock
from tests import factories as make
from tests.articles.images.image_files import make_image
from tests.passkeys import Passkey, stored_data
from tests.people import add_app, add_recovery_codes, browser_of, member, patient_user
from tests.roles.world_groups import (
    Accounts,
    Articles,
    Bookings,
    Links,
    Office,
    PatientAccount,
)
from tests.scene import Scene, make_weekday_clinic, on

SECONDS_PER_DAY = 24 * 60 * 60
DRAFT = {
    "name": "Ana Reader", "email": "ana@reader.example", "phone": "312-555-0142",
}  # fmt: skip


@dataclass(kw_only=True)
class World(Bookings, Accounts, PatientAccount, Links, Office, Articles):
    """The people and rows of the clinic, and the person whose access is tested."""

    person: str = "anyone"
    client: Client = field(default_factory=Client)

    @classmethod
    def of(cls, *groups: Bookings | Accounts | PatientAccount | Links | Office | Articles) -> Self:
        """A world of one of each group."""
        return cls(**{name: value for group in groups for name, value in vars(group).items()})

    @property
    def kept_file(self) -> UUID:
        """A checked import file of the tested person."""
        user = self.people.get(self.person, self.people["owner"])
        return save_import_draft(user, "patients", "name,email\nAna,ana@mail.example").public_id

    @property
    def patient(self) -> Patient:
        """The patient of the appointment."""
        assert self.appointment.patient is not None
        return self.appointment.patient

    @property
    def foreign_patient(self) -> UUID:
        """A patient whom the tested person must not see."""
        theirs = self.colleagues.patient
        return theirs.public_id if self.is_therapist and theirs else self.nothing

    @property
    def line_of_history(self) -> int:
        """The key of one."""
        return self.appointment.events.earliest("pk").pk

    @property
    def is_therapist(self) -> bool:
        """Whether the tested person is the therapist of `appointment`."""
        return self.person == "therapist"

    @property
    def nothing(self) -> UUID:
        """The number of an appointment that is not there."""
        return UUID(int=0)

    def browser(self) -> Client:
        """Return the client with no cookie but the session of the tested person.

        It is the same each time, since a new one builds the whole chain of middleware.
        """
        self.client.cookies.clear()
        if key := self.sessions.get(self.person):
            self.client.cookies["session"] = key
        return self.client


def make_world() -> World:
    """Call with the clock at Monday noon in Chicago."""
    scene = make_weekday_clinic(therapists=2, rooms=2)
    _add_photo(scene.therapists[0])
    record_heartbeat(WORKER_NAME, clock.now())
    people = _people(scene)
    bookings = _bookings(scene)
    articles = _articles()
    proof = make.NotificationFactory.create(kind=NOTIFICATION_KIND, appointment=bookings.hold)
    accounts = _accounts(people)
    patient = bookings.appointment.patient
    assert patient is not None
    links = Links(
        mail=make.NotificationFactory.create(appointment=bookings.appointment),
        feed_token=create_feed(scene.therapists[0]),
        proof_token=make_verification_token(proof),
        stop_token=make_unsubscribe_token(patient),
        email_change_token=undo_token(make.EmailChangeFactory.create(completed_at=clock.now())),
    )
    account = _patient_account(people["patient"], scene)
    return World.of(bookings, accounts, account, links, _office(scene), articles)


def _patient_account(user: User, scene: Scene) -> PatientAccount:
    common = {"option": scene.option, "patient": user.patient, "room": scene.rooms[0]}
    return PatientAccount(
        own_appointment=make.AppointmentFactory(
            therapist=scene.therapists[0], starts_at=on(26, 10), **common
        ),
        own_hold=make.AppointmentFactory(
            held=True, therapist=scene.therapists[0], starts_at=on(26, 13), **common
        ),
    )


def _bookings(scene: Scene) -> Bookings:
    first, second = scene.therapists[:2]
    room, other_room = scene.rooms[:2]
    common = {"option": scene.option, "starts_at": on(24, 10)}
    appointment = make.AppointmentFactory(therapist=first, room=room, **common)
    colleagues = make.AppointmentFactory(therapist=second, room=other_room, **common)
    hold = make.AppointmentFactory(
        held=True, option=scene.option, therapist=first, room=room, starts_at=on(24, 13)
    )
    save_draft(hold, json.dumps(DRAFT), by=Actor.guest())
    second_patient = _second_patient(scene)
    return Bookings(
        scene=scene,
        appointment=appointment,
        colleagues=colleagues,
        receipt=make.PaymentFactory(appointment=appointment),
        colleagues_receipt=make.PaymentFactory(appointment=colleagues),
        hold=hold,
        second_patient=second_patient,
        merge=make.PatientMergeFactory.create(remaining=second_patient),
        call_back=make.CallbackRequestFactory.create(),
        erasure=make.ErasureRequestFactory.create(patient=second_patient),
    )


def _accounts(people: dict[str, User]) -> Accounts:
    """With a passkey, recovery codes, an unsaved article and a session for everybody."""
    link = invite_staff("new@clinic.example", [Role.EDITOR], mail=False)
    token = link.rstrip("/").rsplit("/", 1)[-1]
    invitation = find_invitation(token)
    assert invitation is not None
    passkeys = {name: _add_passkey(user) for name, user in people.items()}
    for user in people.values():
        add_recovery_codes(user)
        save_autosave(None, {"title": ["Begun"]}, by=ArticleActor(user=user))
    sessions = {name: session_of(user) for name, user in people.items()}
    deactivate_staff(people["deactivated"])
    return Accounts(
        people=people,
        sessions=sessions,
        passkeys=passkeys | {"anyone": 0},
        stranger_passkey=_add_passkey(make.UserFactory.create()),
        invitation=invitation,
        invitation_token=token,
    )


def _office(scene: Scene) -> Office:
    first, second = scene.therapists[:2]
    return Office(
        opening=make.OpeningHoursFactory.create(),
        time_off=make.TimeOffFactory.create(therapist=first, starts_at=on(30, 9)),
        colleagues_time_off=make.TimeOffFactory.create(therapist=second, starts_at=on(30, 9)),
        closure=make.ClosureFactory.create(first_day=on(30, 9).date()),
        accommodation=make.AccommodationRuleFactory.create(),
    )


def _articles() -> Articles:
    topic = make.TopicFactory.create(slug="sleep")
    article = _revised(make.ArticleFactory.create(slug="rest", topics=[topic]))
    for slug in ("evidence-policy", "comment-policy"):
        make.PageFactory.create(slug=slug)
    return Articles(
        image=_add_image(),
        comment=make.CommentFactory.create(),
        article_pk=article.pk,
        topic_pk=topic.pk,
        contributor_pk=make.ContributorFactory.create().pk,
    )


def _second_patient(scene: Scene) -> Patient:
    """Create another patient of the same therapist."""
    row = make.AppointmentFactory(
        option=scene.option, therapist=scene.therapists[0], room=scene.rooms[0],
        starts_at=on(25, 10),
    )  # fmt: skip
    assert row.patient is not None
    return row.patient


def _revised(article: Article) -> Article:
    """Give an article two revisions, the second one unpublished."""
    text = replace(latest_text(article), title="Resting")
    return revise_article(article, text, base_revision=0, by=ArticleActor.system())


def _people(scene: Scene) -> dict[str, User]:
    people = {
        "patient": patient_user(),
        "therapist": member(Role.THERAPIST),
        "front desk": member(Role.FRONTDESK),
        "editor": member(Role.EDITOR),
        "owner": member(Role.OWNER),
        "superuser": User.objects.create_superuser("root@clinic.example", "a long password here"),
        "deactivated": member(Role.FRONTDESK),
    }
    for name in ("patient", "superuser"):
        add_app(people[name])
    make.PatientFactory.create(user=people["patient"])
    make_therapist_of(people["therapist"], scene)
    return people


def make_therapist_of(user: User, scene: Scene) -> None:
    """The first of the scene's therapists is this member of staff."""
    user.therapist.delete()
    scene.therapists[0].user = user
    scene.therapists[0].save()


def _add_image() -> Image:
    content = make_image()
    words = ImageDescription("Two feet", "On a stool")
    return add_image(BytesIO(content), len(content), words, by=ArticleActor.system())


def _add_photo(therapist: Therapist) -> None:
    content = make_image()
    set_therapist_photo(therapist, BytesIO(content), len(content))


def _add_passkey(user: User) -> int:
    row: Any = Authenticator.objects.create(
        user=user, type=Authenticator.Type.WEBAUTHN, data=stored_data(Passkey())
    )
    return int(row.pk)


def session_of(user: User) -> str:
    """The key of a new session. Its sign-in stays recent, however long the tests take."""
    session: SessionStore = browser_of(user).session  # type: ignore[assignment]
    for record in session["account_authentication_methods"]:
        record["at"] += SECONDS_PER_DAY
    session.save()
    assert session.session_key
    return session.session_key
