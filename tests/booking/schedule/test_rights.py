"""Who can change hours: therapists their own, front desk and owner all, closures the owner."""

import pytest
from django.test import Client

from booking.models import Closure, TimeOff
from booking.models.staff import Role
from tests.booking.schedule.schedule_changes import Scene, member, signed_in
from tests.factories import ClosureFactory, TimeOffFactory

pytestmark = pytest.mark.django_db

PAGES = ("", "hours/", "day/", "time-off/")
TIME_OFF = {"first_day": "2026-11-24"}


@pytest.mark.parametrize("page", PAGES)
def test_a_therapist_sees_only_their_own_schedule(rosa: Client, page: str) -> None:
    assert rosa.get(f"/desk/schedule/rosa/{page}").status_code == 200
    assert rosa.get(f"/desk/schedule/tom/{page}").status_code == 404


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("who", ["rosa", "tom"])
def test_front_desk_and_owner_see_all_schedules(
    desk: Client, owner: Client, who: str, page: str
) -> None:
    for client in (desk, owner):
        assert client.get(f"/desk/schedule/{who}/{page}").status_code == 200


@pytest.mark.parametrize("page", ["hours/", "day/", "time-off/"])
def test_a_therapist_cannot_change_anothers_hours(rosa: Client, page: str) -> None:
    response = rosa.post(f"/desk/schedule/tom/{page}", TIME_OFF | {"first": "2026-11-24"})

    assert response.status_code == 404
    assert not TimeOff.objects.exists()


def test_a_therapist_cannot_cancel_anothers_time_off(rosa: Client, scene: Scene) -> None:
    other = TimeOffFactory(therapist=scene.therapists[1])
    own = TimeOffFactory(therapist=scene.therapists[0])

    anothers, nobodys = [
        rosa.post(f"/desk/time-off/{pk}/back/", follow=True) for pk in (other.pk, other.pk + 1000)
    ]
    assert anothers.redirect_chain == nobodys.redirect_chain
    assert "That was done already." in anothers.content.decode()
    assert "That was done already." in nobodys.content.decode()
    assert rosa.post(f"/desk/time-off/{own.pk}/back/").status_code == 303
    assert list(TimeOff.objects.all()) == [other]


def test_a_therapist_cannot_copy_anothers_hours(rosa: Client) -> None:
    response = rosa.post(
        "/desk/schedule/rosa/hours/", {"do": "fill", "fill-from": "of:tom", "first": "2026-12-01"}
    )

    assert "Please choose which hours to copy." in response.content.decode()
    assert "Tom" not in response.content.decode()


@pytest.mark.parametrize("path", ["/desk/closures/", "/desk/closures/holidays/"])
def test_only_the_owner_can_add_closures(
    rosa: Client, desk: Client, owner: Client, path: str
) -> None:
    assert owner.get(path).status_code == 200
    for client in (rosa, desk):
        assert client.get(path).status_code == 403
        assert client.post(path, {"name": "x", "first_day": "2026-11-24"}).status_code == 403
    assert not Closure.objects.exists()


def test_only_the_owner_can_delete_closures(desk: Client, owner: Client) -> None:
    closure = ClosureFactory()

    assert desk.post(f"/desk/closures/{closure.pk}/back/").status_code == 403
    assert owner.post(f"/desk/closures/{closure.pk}/back/").status_code == 303
    assert not Closure.objects.exists()


@pytest.mark.parametrize("path", ["/desk/schedule/", "/desk/schedule/rosa/", "/desk/closures/"])
def test_other_users_cannot_open_schedules(scene: Scene, path: str) -> None:
    assert Client().get(path).status_code == 302
    assert signed_in(member(Role.EDITOR)).get(path).status_code == 403
    assert signed_in(member()).get(path).status_code == 403


@pytest.mark.parametrize("path", ["/desk/time-off/1/back/", "/desk/closures/1/back/"])
def test_a_get_cancels_nothing(owner: Client, path: str) -> None:
    assert owner.get(path).status_code == 405


def test_a_therapist_is_redirected_to_their_own_schedule(rosa: Client) -> None:
    response = rosa.get("/desk/schedule/")

    assert (response.status_code, response["Location"]) == (302, "/desk/schedule/rosa/")


def test_a_therapist_without_a_profile_is_told_so(scene: Scene) -> None:
    response = signed_in(member(Role.THERAPIST)).get("/desk/schedule/")

    assert response.status_code == 200
    assert "no therapist here" in response.content.decode()


@pytest.mark.parametrize(
    "path",
    ["/desk/schedule/", "/desk/schedule/rosa/", "/desk/schedule/rosa/hours/", "/desk/closures/"],
)
def test_schedule_pages_are_not_cached(owner: Client, path: str) -> None:
    assert "no-store" in owner.get(path)["Cache-Control"]
