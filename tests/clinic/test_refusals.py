"""Refusals that a view does not expect, after another request has changed the row meanwhile."""

import pytest
from django.test import Client, RequestFactory

from booking.errors import InvalidState, MayNotActForPatient, NeedsMedicalAdvice
from clinic.errors import refusal_page
from tests.booking.appointments.test_booking_journey import hold_url
from tests.html import assert_valid, text_of
from tests.scene import make_weekday_clinic, on

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]


@pytest.mark.parametrize(("refusal", "status"), [(InvalidState, 409), (MayNotActForPatient, 403)])
def test_a_refusal_without_a_page_of_its_own_is_explained_and_no_500(
    client: Client, monkeypatch: pytest.MonkeyPatch, refusal: type[Exception], status: int
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise refusal

    url = hold_url(client, make_weekday_clinic(), on(24, 10))
    monkeypatch.setattr("booking.views.public.booking.hold.release_hold", refuse)
    client.raise_request_exception = False
    answer = client.post(f"{url}release/")

    assert answer.status_code == status
    assert str(refusal()) in text_of(assert_valid(answer.content.decode()))


def test_the_api_gets_a_refusal_as_json() -> None:
    answer = refusal_page(RequestFactory().get("/api/slots"), InvalidState())

    assert (answer.status_code, answer["Content-Type"]) == (409, "application/json")


def test_the_log_does_not_name_the_refusal(caplog: pytest.LogCaptureFixture) -> None:
    refusal_page(RequestFactory().post("/"), NeedsMedicalAdvice())

    assert "NeedsMedicalAdvice" not in caplog.text
    assert "a refusal without a page" in caplog.text
