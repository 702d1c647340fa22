"""Health data are stored encrypted and appear in no mail, log, title or address."""

import logging
import re
from io import StringIO

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from pytest_django import Settings

from booking.actions.actor import Actor, ActorType
from booking.actions.appointments.book_online import book_appointment
from booking.actions.health.record_clearance import record_clearance
from booking.actions.health.screening_requirements import (
    require_patient_screening_passed,
    require_screening_passed,
)
from booking.errors import AnswersUnreadable
from booking.models import Appointment, MedicalClearance, Notification, Role, Screening
from booking.notifications.delivery import deliver_due
from booking.notifications.rendering import render
from booking.queries.health.status import decrypt_record, health_status_of
from booking.screening.records import ClearanceDetails
from clinic.lib.crypto.cipher import DecryptionError
from clinic.lib.crypto.encrypted_field import Ciphertext
from clinic.lib.dates import clock
from tests.booking.appointments.test_booking_journey import ANA, hold_url
from tests.booking.health.answers import all_no, answer, answer_set
from tests.booking.health.desk_pages import address, browser
from tests.factories import (
    AppointmentFactory,
    MedicalClearanceFactory,
    ScreeningFactory,
    StaffRoleFactory,
)
from tests.jobs import run_all_jobs
from tests.scene import ADA, GUEST, make_clinic, make_weekday_clinic, on
from tests.scene import at as at_hour

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]

MARKER = "zebraflake"
OTHER_KEY = "another key for the tests, long enough to pass"
WORDS = {
    "q5": "on", "q5-more": "wound", "q5-text": f"{MARKER} arm", "q22": "on", "q22-more": "nuts",
    "q22-text": f"{MARKER} oil", "q19": "on", "q19-more": "older", "q19-text": f"{MARKER} hip",
    "q23": "on", "q23-more": "steroids", "q23-text": f"{MARKER} pills",
    "q26-text": f"{MARKER} door", "avoid": f"{MARKER} knee", "pressure": "light",
    "accommodation": ["breaks"], "none": "",
}  # fmt: skip
TELLING = ("steroid", "q23", "DOCTOR", "ADAPT", "screening", "health")
"""Words that would tell something; none of them in a mail, an address or a title."""


def everything_stored() -> bytes:
    """The database file; on PostgreSQL every row of every table."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            content: bytes = connection.connection.serialize()
            return content
        found = []
        for table in connection.introspection.table_names():
            cursor.execute(f"SELECT string_agg(t::text, ' ') FROM \"{table}\" t")
            found.append(str(cursor.fetchone()[0]))
    return " ".join(found).encode()


def test_health_data_appears_in_no_other_place(
    client: Client, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    scene = make_weekday_clinic()
    with caplog.at_level(logging.DEBUG):
        url = hold_url(client, scene, on(24, 10))
        client.post(url, ANA)
        answered = client.post(f"{url}questions/", all_no(**WORDS))
        assert answered.status_code == 303, answered.context["form"].errors
        review = client.get(f"{url}review/")
        booked = client.post(f"{url}review/")
        appointment = client.get(booked["Location"])
        calendar = client.get(booked["Location"] + "appointment.ics")
        deliver_due()
        run_all_jobs()
    dump = StringIO()
    with pytest.raises(CommandError, match=r"manage\.py backup"):
        call_command("dumpdata", "booking", stdout=dump)
    places = {
        "database": everything_stored(),
        "dump": dump.getvalue().encode(),
        "log": caplog.text.encode(),
        "review": review.content,
        "appointment": appointment.content,
        "calendar": calendar.content,
        "mails": str(list(Notification.objects.values())).encode(),
        "cache": str(getattr(cache, "_cache", {})).encode(),
        "cookies": str(client.cookies).encode(),
        "addresses": f"{answered['Location']} {booked['Location']}".encode(),
    }

    assert Screening.objects.get().record_json.startswith("{")
    assert [name for name, text in places.items() if MARKER.encode() in text.lower()] == []
    assert MARKER in str(decrypt_record(Screening.objects.get()).answer_set.free_texts)


def test_no_mail_title_or_address_reveals_health_data(client: Client) -> None:
    url = hold_url(client, make_weekday_clinic(), on(24, 10))
    client.post(url, ANA)
    pages = [client.get(f"{url}questions/")]
    client.post(f"{url}questions/", all_no(**{"none": "", "q9": "on", "q9-more": "thinner"}))
    pages += [client.get(f"{url}questions/"), client.get(f"{url}note/")]
    titles = [
        re.search(r"<title>(.*?)</title>", page.content.decode(), re.DOTALL) for page in pages
    ]
    row = Screening.objects.get()
    owner = Actor(ActorType.STAFF, StaffRoleFactory(role=Role.OWNER).user)
    record_clearance(
        row, by=owner, given_on=clock.now().date(), doctor="Dr. X", limits=MARKER, gentle_only=True
    )
    mail = render(Notification.objects.get(kind="may_finish"))
    told = [mail.subject, mail.text, *(found[1] for found in titles if found), url]

    assert len(titles) == 3
    assert mail.text
    for text in told:
        assert [word for word in (*TELLING, MARKER) if word.lower() in text.lower()] == []


def stored(row: Screening | MedicalClearance) -> str:
    """The column, by raw SQL."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT sealed FROM {row._meta.db_table} WHERE id = %s", [row.pk])
        value: str = cursor.fetchone()[0]
    return value


def store(row: Screening | MedicalClearance, value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {row._meta.db_table} SET sealed = %s WHERE id = %s", [value, row.pk]
        )


def assert_unreadable(appointment: Appointment) -> None:
    """Assert that the answers are unreadable, that nothing can be booked with them, and that no
    page fails."""
    status = health_status_of(appointment, clock.now())

    assert (status.record, status.is_unreadable) == (None, True)
    assert not status.are_long_answers_valid
    assert not status.allows_booking("gentle")


def test_answers_swapped_between_two_rows_cannot_be_decrypted() -> None:
    one, other = ScreeningFactory(), ScreeningFactory(answer_set=answer_set("q9/thinner"))
    mine, theirs = stored(one), stored(other)
    store(one, theirs)
    store(other, mine)

    for row in (one, other):
        assert_unreadable(row.appointment)


def test_answers_linked_to_another_appointment_cannot_be_decrypted() -> None:
    row, other = ScreeningFactory(), AppointmentFactory()
    Screening.objects.filter(pk=row.pk).update(appointment=other)

    assert_unreadable(other)
    with pytest.raises(DecryptionError, match="another appointment"):
        decrypt_record(Screening.objects.get())


def test_a_tampered_outcome_is_rejected() -> None:
    row = ScreeningFactory(answer_set=answer_set("q9/thinner"))
    encrypted = stored(row)
    store(row, encrypted[:-6] + ("AAAAAA" if not encrypted.endswith("AAAAAA") else "BBBBBB"))

    assert_unreadable(row.appointment)


def test_earlier_answers_that_do_not_open_do_not_count_as_none() -> None:
    """Staff can still book: the questions are asked on arrival."""
    row = ScreeningFactory(answer_set=answer_set("q9/thinner"))
    store(row, "v1.00000000.AAAA")
    later = AppointmentFactory(patient=row.patient, starts_at=on(26, 10))

    assert_unreadable(later)
    assert row.patient is not None
    require_patient_screening_passed(row.patient, later.option.treatment, clock.now())
    with pytest.raises(AnswersUnreadable):
        require_screening_passed(later, later.option.treatment, clock.now())
    ScreeningFactory(appointment=later)
    require_screening_passed(later, later.option.treatment, clock.now())


def test_a_clearance_that_does_not_open_clears_nothing() -> None:
    row = ScreeningFactory(answer_set=answer_set("q9/thinner"))
    clearance = MedicalClearanceFactory.build(screening=row, by=StaffRoleFactory().user)
    clearance.details_json = Ciphertext("v1.00000000.AAAA")
    clearance.save()
    status = health_status_of(row.appointment, clock.now())

    assert (status.outcome, list(status.clearances)) == ("DOCTOR", [])


def test_a_wrong_or_missing_key_raises(settings: Settings) -> None:
    row = ScreeningFactory(answer_set=answer_set("q9/thinner"))
    lift = MedicalClearanceFactory(screening=row)
    for keys in ([OTHER_KEY], []):
        settings.FIELD_KEYS = keys
        with pytest.raises(DecryptionError) as refused:
            decrypt_record(Screening.objects.get(pk=row.pk))
        with pytest.raises(DecryptionError):
            ClearanceDetails.from_json(MedicalClearance.objects.get(pk=lift.pk).details_json)
        assert stored(row).split(".")[2] not in str(refused.value)


def test_booking_is_refused_while_answers_cannot_be_read(settings: Settings) -> None:
    hold = make_clinic().hold(at_hour(10))
    settings.FIELD_KEYS = [OTHER_KEY]

    with pytest.raises(AnswersUnreadable):
        book_appointment(hold, ADA, by=GUEST)
    assert Appointment.objects.get().status == "hold"


REFUSED = {
    "a stop": "q1/chest-pain", "a doctor to be asked": "q9/thinner", "too firm": "q9/aspirin",
}  # fmt: skip


@pytest.mark.parametrize("said", REFUSED.values(), ids=REFUSED)
def test_neither_log_nor_cookie_tells_what_was_answered(
    client: Client, caplog: pytest.LogCaptureFixture, said: str
) -> None:
    """A visitor who skips the questions is shown them again, without a reason."""
    question, code = said.split("/")
    url = hold_url(client, make_weekday_clinic(), on(24, 10))
    client.post(url, ANA)
    with caplog.at_level(logging.DEBUG):
        answers = [
            client.post(f"{url}questions/", all_no(**{question: "on", f"{question}-more": code})),
            client.post(f"{url}review/"),
            client.post(f"{url}questions/", {"unknown": "1"}),
        ]
    kept = "".join(answer.cookies.output() for answer in answers)
    told = [record.getMessage() for record in caplog.records if record.name != "django.db.backends"]

    assert [answer.status_code < 500 for answer in answers] == [True] * 3
    words = (*TELLING[1:4], "Stop", "Advice", "Suitable", "contradict", "too firm", "safe")
    assert [word for word in words if word in kept + "".join(told)] == []


def test_a_message_about_health_stays_on_the_server(client: Client) -> None:
    make_weekday_clinic()
    row = AppointmentFactory(starts_at=on(23, 14), patient__name="Ada Example")
    desk = browser(Role.FRONTDESK)
    answered = desk.post(address(row, "all-no"))
    shown = desk.get(answered["Location"]).content.decode()

    assert "Ada Example: no to all." in shown
    assert set(answered.cookies) <= {"session", "csrf", "signed_in"}
    assert "Ada" not in answered.cookies.output()


def test_keys_rotate_and_old_answers_are_still_read(settings: Settings) -> None:
    hold = make_clinic().hold(at_hour(10))
    settings.FIELD_KEYS = [OTHER_KEY, settings.FIELD_KEYS[0]]
    answer(hold, "q22/nuts")

    assert health_status_of(hold, clock.now()).outcome == "ADAPT"
