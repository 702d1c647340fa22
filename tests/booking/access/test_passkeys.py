"""Passkeys on the server: registration, sign-in, and forged or replayed responses."""

import json
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from booking.actions.staff.accounts import deactivate_staff
from booking.models import Role, User
from tests.passkeys import PRESENT, Passkey, stored_data
from tests.people import add_app, browser_of, member, opens_desk, patient_user, sign_in

LOGIN, ADD = "/accounts/2fa/webauthn/login/", "/accounts/2fa/webauthn/add/"
AGAIN, LOCK_SCREEN = "/accounts/2fa/webauthn/reauthenticate/", "/desk/locked/"
AUTHENTICATE = "/accounts/2fa/authenticate/"
JSON: dict[str, Any] = {"headers": {"Accept": "application/json"}}

FORGED: list[Any] = [
    "", "null", "[]", "5", '"x"', "{}", "{", "[" * 100_000, '{"id": "a"}',
    '{"id": 1, "rawId": 2, "response": 3, "type": 4}',
    '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {}}',
    '{"id": "AA", "rawId": "AA", "type": "public-key", "response": null}',
    '{"id": "\\u0000", "rawId": "\\u0000", "response": {"userHandle": "\\u0000"}}',
    json.dumps({"id": "AA", "rawId": "AA", "type": "public-key", "response": {
        "clientDataJSON": "e30", "authenticatorData": "AA", "signature": "AA",
        "attestationObject": "oA", "userHandle": "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5"}}),
    json.dumps({"id": "AA", "rawId": "AA", "type": "public-key", "response": {
        "clientDataJSON": "eyJ0eXBlIjoid2ViYXV0aG4uZ2V0IiwiY2hhbGxlbmdlIjoiQUEiLCJvcmlnaW4iOiJ4In0",
        "authenticatorData": "A" * 200, "signature": "AA", "attestationObject": "o" * 200,
        "userHandle": "AA"}}),
]  # fmt: skip


@pytest.fixture
def user() -> User:
    return member(Role.FRONTDESK, app=False)


@pytest.fixture
def passkey(user: User) -> Passkey:
    """Known to the site as the user's."""
    made = Passkey()
    keep(user, made)
    return made


def keep(user: User, passkey: Passkey) -> None:
    kind = Authenticator.Type.WEBAUTHN
    Authenticator.objects.create(user=user, type=kind, data=stored_data(passkey))


def options(client: Client, address: str = LOGIN) -> dict[str, Any]:
    found: dict[str, Any] = client.get(address, **JSON).json()
    return found


def in_page(client: Client, address: str) -> dict[str, Any]:
    """The options that a page carries for its script."""
    page = client.get(address).content.decode()
    text = page.partition('<script id="passkey-data" type="application/json">')[2]
    found: dict[str, Any] = json.loads(text.partition("</script>")[0])
    return found


def use(client: Client, credential: str, address: str = LOGIN, **more: str) -> Any:
    return client.post(address, {"credential": credential, **more})


def test_a_passkey_alone_opens_the_desk(client: Client, user: User, passkey: Passkey) -> None:
    answer = use(client, passkey.used(options(client), user=user.pk))

    assert answer["Location"] == "/desk/"
    assert opens_desk(client)


def test_a_patient_signs_in_with_a_passkey_too(client: Client) -> None:
    user, passkey = patient_user(), Passkey()
    keep(user, passkey)

    assert use(client, passkey.used(options(client), user=user.pk))["Location"] == "/me/"


def test_a_response_works_once(client: Client, user: User, passkey: Passkey) -> None:
    answer = passkey.used(options(client), user=user.pk)
    use(client, answer)
    client.post("/accounts/logout/")
    options(client)

    assert use(client, answer)["Location"] == "/accounts/login/"
    assert not opens_desk(client)


def test_a_response_to_another_browsers_challenge_is_refused(
    client: Client, user: User, passkey: Passkey
) -> None:
    answer = passkey.used(options(Client()), user=user.pk)
    options(client)

    assert use(client, answer)["Location"] == "/accounts/login/"
    assert "That passkey did not work" in client.get("/accounts/login/").content.decode()


def test_a_response_without_a_challenge_is_refused(
    client: Client, user: User, passkey: Passkey
) -> None:
    use(client, passkey.used({}, user=user.pk, challenge="AA"))

    assert not opens_desk(client)


def test_a_passkey_without_user_verification_does_not_sign_in(client: Client, user: User) -> None:
    touched = Passkey(flags=PRESENT)
    keep(user, touched)
    use(client, touched.used(options(client), user=user.pk))

    assert not opens_desk(client)


def test_a_forged_signature_or_another_users_handle_is_refused(
    client: Client, user: User, passkey: Passkey
) -> None:
    forger = Passkey(id=passkey.id)
    use(client, forger.used(options(client), user=user.pk))
    assert not opens_desk(client)
    owner = member(Role.OWNER)
    use(client, passkey.used(options(client), user=owner.pk))
    assert not opens_desk(client)


def test_a_passkey_of_another_site_is_refused(client: Client, user: User) -> None:
    elsewhere = Passkey(host="evil.example")
    keep(user, elsewhere)
    use(client, elsewhere.used(options(client), user=user.pk))

    assert not opens_desk(client)


def test_a_passkey_of_a_deactivated_user_is_refused(
    client: Client, user: User, passkey: Passkey
) -> None:
    member(Role.OWNER)
    asked = options(client)
    deactivate_staff(user)
    use(client, passkey.used(asked, user=user.pk))

    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("credential", FORGED)
def test_a_forged_response_is_refused_on_every_page(credential: str, user: User) -> None:
    """Sign in, second step, ask again, unlock, add: never a fault of ours."""
    keep(user, Passkey())
    stranger, halfway, inside = Client(), Client(), browser_of(user)
    options(stranger)
    assert use(stranger, credential).status_code == 302
    sign_in(halfway, user)
    halfway.get(AUTHENTICATE)
    assert use(halfway, credential, AUTHENTICATE).status_code == 422
    inside.get(AGAIN)
    assert use(inside, credential, AGAIN).status_code == 302
    in_page(inside, ADD)
    assert use(inside, credential, ADD, name="x").status_code == 422
    inside.post("/desk/lock/")
    options(inside, LOCK_SCREEN)
    assert use(inside, credential, LOCK_SCREEN).status_code == 422
    assert [opens_desk(client) for client in (stranger, halfway, inside)] == [False] * 3


def test_a_passkey_is_added_with_a_name_and_counts_as_the_second_step(user: User) -> None:
    client = Client()
    sign_in(client, user)
    made = Passkey().made(in_page(client, ADD))
    answer = use(client, made, ADD, name="Kitchen phone", passwordless="")

    assert answer["Location"] == "/accounts/2fa/recovery-codes/"
    assert opens_desk(client)
    listed = client.get("/accounts/2fa/webauthn/").content.decode()
    assert "Kitchen phone" in listed


def test_only_what_is_needed_of_a_passkey_is_kept(user: User) -> None:
    client = Client()
    sign_in(client, user)
    made = json.loads(Passkey().made(in_page(client, ADD))) | {"more": "\x00" * 1000}
    assert use(client, json.dumps(made), ADD).status_code == 302
    kept = Authenticator.objects.get(type="webauthn").data

    assert kept["name"] == "Passkey 1"
    assert set(kept["credential"]) == {"id", "rawId", "type", "response", "clientExtensionResults"}


def test_a_passkey_without_user_verification_is_not_added(user: User) -> None:
    client = Client()
    sign_in(client, user)
    answer = use(client, Passkey(flags=PRESENT).made(in_page(client, ADD)), ADD)

    assert answer.status_code == 422
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("name", ["\x00", "x" * 100_000, "a\nb"])
def test_an_invalid_name_is_refused(user: User, name: str) -> None:
    browser = browser_of(user)
    keep(user, Passkey())
    row = Authenticator.objects.get()
    address = f"/accounts/2fa/webauthn/{row.pk}/edit/"
    assert browser.post(address, {"name": name}).status_code == 422
    assert browser.post(address, {"name": "Tablet"}).status_code == 302

    row.refresh_from_db()
    assert row.data["name"] == "Tablet"


def test_the_second_step_takes_a_passkey_instead_of_a_code(
    client: Client, user: User, passkey: Passkey
) -> None:
    sign_in(client, user)
    answer = use(client, passkey.used(in_page(client, AUTHENTICATE), user=user.pk), AUTHENTICATE)

    assert answer["Location"] == "/desk/"


def test_a_user_with_only_an_app_is_asked_only_for_its_code(client: Client, user: User) -> None:
    add_app(user)
    sign_in(client, user)
    page = client.get(AUTHENTICATE).content.decode()

    assert "Code from your app" in page
    assert "Use a passkey" not in page


def test_another_users_passkey_is_refused_as_second_step(client: Client, user: User) -> None:
    keep(user, Passkey())
    colleague, theirs = member(Role.OWNER), Passkey()
    keep(colleague, theirs)
    sign_in(client, user)
    asked = in_page(client, AUTHENTICATE)

    assert use(client, theirs.used(asked, user=user.pk), AUTHENTICATE).status_code == 422


def test_only_ones_own_passkey_unlocks_the_desk(user: User, passkey: Passkey) -> None:
    browser, theirs = browser_of(user), Passkey()
    keep(member(Role.OWNER), theirs)
    browser.post("/desk/lock/")
    asked = options(browser, LOCK_SCREEN)
    assert use(browser, theirs.used(asked, user=user.pk), LOCK_SCREEN).status_code == 422
    assert not opens_desk(browser)
    asked = options(browser, LOCK_SCREEN)
    answer = use(browser, passkey.used(asked, user=user.pk), LOCK_SCREEN, next="/desk/")

    assert answer["Location"] == "/desk/"
    assert opens_desk(browser)


def test_removing_a_passkey_needs_a_post_and_is_mailed(user: User, passkey: Passkey) -> None:
    browser = browser_of(user)
    add_app(user)
    address = f"/accounts/2fa/webauthn/{Authenticator.objects.get(type='webauthn').pk}/remove/"
    assert browser.delete(address).status_code == 405
    assert Authenticator.objects.filter(type="webauthn").exists()
    browser.post(address)

    assert not Authenticator.objects.filter(type="webauthn").exists()
