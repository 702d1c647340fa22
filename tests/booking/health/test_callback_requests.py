"""The list of callback requests: content, queries, access."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.models import AuditEntry, CallbackRequest, Role
from booking.screening.questionnaires import newest_questionnaire
from tests.booking.health.answers import answer
from tests.booking.health.desk_pages import address, browser, read
from tests.factories import (
    AppointmentFactory,
    CallbackRequestFactory,
    ClinicProfileFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]

DIGEST = newest_questionnaire().digest
NO_SUCH = uuid4()


DRAFT = '{"name": "Walter Waits", "email": "w@mail.example", "phone": "312-555-0147"}'
WORD = {
    "doctor": "Dr. Example", "given_on": "2026-11-20", "limits": "only the back",
    "only_gentle": "on",
}  # fmt: skip


@pytest.fixture(autouse=True)
def clinic() -> None:
    ClinicProfileFactory()


def test_a_callback_request_is_marked_as_called_and_booking_allowed() -> None:
    hold = AppointmentFactory(held=True, draft=DRAFT)
    answer(hold, "q9/thinner")
    call = CallbackRequestFactory(screening=hold.screenings.get())
    owner, desk = browser(Role.OWNER), browser(Role.FRONTDESK)
    text = read(desk, "/desk/call-backs/")
    opened = owner.post(address(hold, "clearance"), WORD)
    later = read(owner, "/desk/call-backs/")
    done = desk.post(f"/desk/call-backs/{call.pk}/done/")

    assert "Walter Waits" in text
    assert "312-555-0147" in text
    assert "A doctor has agreed" not in text
    assert opened["Location"] == "/desk/call-backs/"
    assert "booking is open" in later
    assert done.status_code == 303
    assert "Nobody waits" in read(desk, "/desk/call-backs/")
    assert CallbackRequest.objects.get().done_by is not None
    assert set(AuditEntry.objects.filter(action="read").values_list("object_type", flat=True)) == {
        "outcome"
    }


def test_the_query_count_of_the_list_is_fixed() -> None:
    client = browser(Role.FRONTDESK)
    counts = []
    for _ in range(2):
        for _more in range(3):
            hold = AppointmentFactory(held=True, draft=DRAFT)
            answer(hold, "q9/thinner")
            CallbackRequestFactory(screening=hold.screenings.get())
        with CaptureQueriesContext(connection) as queries:
            read(client, "/desk/call-backs/")
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 18
