"""A small clinic with everybody in it, for the table of roles."""

import json
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from articles.actions.actor import Actor as ArticleActor
from articles.actions.images import ImageDescription, add_image
from articles.actions.writing.autosave import save_autosave
from articles.actions.writing.revise_article import revise_article
from articles.models import Article, Comment, Image
from articles.queries.revisions import latest_text
from booking.actions.actor import Actor
from booking.actions.holds.save_draft import save_draft
from booking.actions.notifications.record_heartbeat import record_heartbeat
from booking.actions.staff.accounts import deactivate_staff
from booking.actions.staff.calendar_feeds import create_feed
from booking.actions.staff.invitations import find_invitation, invite_staff
from booking.features.imports.actions import save_import_draft
from booking.models import (
    AccommodationRule,
    Appointment,
    CallbackRequest,
    Closure,
    Invitation,
    Notification,
    OpeningHours,
    Patient,
    PatientMerge,
    Payment,
    Role,
    TimeOff,
    User,
)
from booking.queries.notifications.heartbeats import WORKER_NAME
from booking.queries.notifications.unsubscribes import make_unsubscribe_token
from booking.queries.patients.email_verification import NOTIFICATION_KIND, make_verification_token
from clinic.lib.dates import clock
from tests import factories as make
from tests.articles.picture_files import make_image
from tests.booking.views.scene import Scene, at, make_scene
from tests.passkeys import Passkey, kept_by_server
from tests.people import add_app, add_recovery_codes, browser_of, member, patient_user

DRAFT = {
    "name": "Ana Reader", "email": "ana@reader.example", "phone": "312-555-0142", "agreement": True,
}  # fmt: skip


@dataclass
class World:
    """Who is there, what there is, and whose turn it is."""

    scene: Scene
    appointment: Appointment
    colleagues: Appointment
    receipt: Payment
    colleagues_receipt: Payment
    hold: Appointment
    feed_token: str
    invitation: Invitation
    invitation_token: str
    people: dict[str, User]
    sessions: dict[str, str]
    passkeys: dict[str, int]
    stranger_passkey: int
    mail: Notification
    proof_token: str
    stop_token: str
    second_patient: Patient
    merge: PatientMerge
    opening: OpeningHours
    time_off: TimeOff
    colleagues_time_off: TimeOff
    closure: Closure
    call_back: CallbackRequest
    accommodation: AccommodationRule
    image: Image
    comment: Comment
    article_pk: int
    topic_pk: int
    contributor_pk: int
    article: str = "rest"
    topic: str = "sleep"
    person: str = field(default="anyone")

    @property
    def kept_file(self) -> UUID:
        """A file to import that whoever's turn it is has had checked."""
        user = self.people.get(self.person, self.people["owner"])
        return save_import_draft(user, "patients", "name,email\nAna,ana@mail.example").public_id

    @property
    def patient(self) -> Patient:
        """Whose appointment it is."""
        assert self.appointment.patient is not None
        return self.appointment.patient

    @property
    def foreign_patient(self) -> UUID:
        """A patient whom whoever's turn it is may not see."""
        theirs = self.colleagues.patient
        return theirs.public_id if self.is_therapist and theirs else self.nothing

    @property
    def line_of_history(self) -> int:
        """The key of one."""
        return self.appointment.events.get().pk

    @property
    def is_therapist(self) -> bool:
        """Whether it is the turn of the therapist who gives `appointment`."""
        return self.person == "therapist"

    @property
    def nothing(self) -> UUID:
        """The number of an appointment that is not there."""
        return UUID(int=0)

    def browser(self) -> Client:
        """A fresh browser with the session of whose turn it is."""
        client = Client()
        if key := self.sessions.get(self.person):
            client.cookies["session"] = key
        return client


def make_world() -> World:
    """Call with the clock at Monday noon in Chicago."""
    scene = make_scene(therapists=2, rooms=2)
    record_heartbeat(WORKER_NAME, clock.now())
    people = _people(scene)
    therapist = scene.therapists[0]
    appointment = make.AppointmentFactory(
        option=scene.option, therapist=therapist, room=scene.rooms[0], starts_at=at(24, 10)
    )
    colleagues = make.AppointmentFactory(
        option=scene.option, therapist=scene.therapists[1], room=scene.rooms[1],
        starts_at=at(24, 10),
    )  # fmt: skip
    hold = make.AppointmentFactory(
        held=True, option=scene.option, therapist=therapist, room=scene.rooms[0],
        starts_at=at(24, 13),
    )  # fmt: skip
    link = invite_staff("new@clinic.example", [Role.EDITOR], mail=False)
    token = link.rstrip("/").rsplit("/", 1)[-1]
    invitation = find_invitation(token)
    assert invitation is not None
    save_draft(hold, json.dumps(DRAFT), by=Actor.guest())
    topic = make.TopicFactory.create(slug="sleep")
    article = _revised(make.ArticleFactory.create(slug="rest", topics=[topic]))
    for slug in ("evidence-policy", "comment-policy"):
        make.PageFactory.create(slug=slug)
    proof = make.MessageFactory.create(kind=NOTIFICATION_KIND, appointment=hold)
    assert appointment.patient is not None
    second = _second_patient(scene)
    passkeys = {name: _add_passkey(user) for name, user in people.items()}
    for user in people.values():
        add_recovery_codes(user)
    for user in people.values():
        save_autosave(None, {"title": ["Begun"]}, by=ArticleActor(user=user))
    sessions = {name: _session_of(user) for name, user in people.items()}
    deactivate_staff(people["deactivated"])
    return World(
        scene, appointment, colleagues, make.PaymentFactory(appointment=appointment),
        make.PaymentFactory(appointment=colleagues), hold, create_feed(therapist), invitation,
        token, people, sessions, passkeys | {"anyone": 0}, _add_passkey(make.UserFactory.create()),
        make.MessageFactory.create(appointment=appointment), make_verification_token(proof),
        make_unsubscribe_token(appointment.patient), second,
        make.PatientMergeFactory.create(kept=second),
        make.OpeningHoursFactory.create(),
        make.TimeOffFactory.create(therapist=therapist, starts_at=at(30, 9)),
        make.TimeOffFactory.create(therapist=scene.therapists[1], starts_at=at(30, 9)),
        make.ClosureFactory.create(first_day=at(30, 9).date()), make.CallBackFactory.create(),
        make.ComfortRuleFactory.create(),
        _add_image(), make.CommentFactory.create(), article.pk, topic.pk,
        make.ContributorFactory.create().pk,
    )  # fmt: skip


def _second_patient(scene: Scene) -> Patient:
    """Somebody else whom the same therapist treats."""
    row = make.AppointmentFactory(
        option=scene.option, therapist=scene.therapists[0], room=scene.rooms[0],
        starts_at=at(25, 10),
    )  # fmt: skip
    assert row.patient is not None
    return row.patient


def _revised(article: Article) -> Article:
    """With two revisions, the second of which readers do not see yet."""
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


def _add_passkey(user: User) -> int:
    row: Any = Authenticator.objects.create(
        user=user, type=Authenticator.Type.WEBAUTHN, data=kept_by_server(Passkey())
    )
    return int(row.pk)


def _session_of(user: User) -> str:
    session: SessionStore = browser_of(user).session  # type: ignore[assignment]
    assert session.session_key
    return session.session_key
