"""Every address is behind a gate or open to all, and marked so."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver

from clinic.lib.http.access_marks import AccessMarkMiddleware

OPEN = "open to all"
EXPECTED = {
    "": OPEN,
    "about/": OPEN,
    "contact/": OPEN,
    "privacy/": OPEN,
    "accessibility/": OPEN,
    "sitemap.xml": OPEN,
    "robots.txt": OPEN,
    ".well-known/security.txt": OPEN,
    "favicon.ico": OPEN,
    "articles/": OPEN,
    "articles/topics/<slug:slug>/": OPEN,
    "articles/feed/": OPEN,
    "articles/glossary/": OPEN,
    "articles/evidence-policy/": OPEN,
    "articles/comment-policy/": OPEN,
    "articles/images/<slug:digest>/<int:width>.webp": OPEN,
    "articles/<slug:slug>/": OPEN,
    "articles/<slug:slug>/comment/": OPEN,
    "articles/<slug:slug>/comment/sent/": OPEN,
    "articles/<slug:slug>/helpful/": OPEN,
    "articles/<slug:slug>/helpful/thanks/": OPEN,
    "treatments/": OPEN,
    "treatments/<slug:slug>/": OPEN,
    "therapists/": OPEN,
    "therapists/<slug:slug>/": OPEN,
    "therapists/photos/<int:pk>/<slug:digest>/<int:width>.webp": OPEN,
    "healthz": OPEN,
    "readyz": OPEN,
    "book/": OPEN,
    "book/<slug:slug>/": OPEN,
    "contact/message/": OPEN,
    "contact/message/sent/": OPEN,
    "appointments/": OPEN,
    "appointments/<path:rest>": "secret_link",
    "appointments/lost-link/": OPEN,
    "appointments/lost-link/sent/": OPEN,
    "api/slots": OPEN,
    "book/hold/<str:token>/": "secret_link",
    "book/hold/<str:token>/questions/": "secret_link",
    "book/hold/<str:token>/note/": "secret_link",
    "book/hold/<str:token>/call-back/": "secret_link",
    "book/hold/<str:token>/treatment/": "secret_link",
    "book/hold/<str:token>/review/": "secret_link",
    "book/hold/<str:token>/extend/": "secret_link",
    "book/hold/<str:token>/again/": "secret_link",
    "book/hold/<str:token>/release/": "secret_link",
    "book/hold/<str:token>/prove/": "secret_link",
    "book/prove/<str:token>/": "secret_link",
    "mail/stop/<str:token>/": "secret_link",
    "appointments/<str:token>/": "secret_link",
    "appointments/<str:token>/feed/": "secret_link",
    "appointments/<str:token>/appointment.ics": "secret_link",
    "feeds/<str:token>.ics": "secret_link",
    "appointments/<str:token>/reschedule/": "secret_link",
    "appointments/<str:token>/cancel/": "secret_link",
    "appointments/<str:token>/undo/": "secret_link",
    "appointments/<str:token>/proposal/": "secret_link",
    "appointments/<str:token>/confirm/": "secret_link",
    "accounts/login/": "account_gate",
    "accounts/logout/": "account_gate",
    "accounts/inactive/": "account_gate",
    "accounts/reauthenticate/": "account_gate",
    "accounts/login/code/": "account_gate",
    "accounts/login/code/confirm/": "account_gate",
    "accounts/password/": "account_gate",
    "accounts/invitation/<str:token>/": "account_gate",
    "accounts/2fa/": "account_gate",
    "accounts/2fa/authenticate/": "account_gate",
    "accounts/2fa/reauthenticate/": "account_gate",
    "accounts/2fa/totp/activate/": "account_gate",
    "accounts/2fa/totp/deactivate/": "account_gate",
    "accounts/2fa/recovery-codes/": "account_gate",
    "accounts/2fa/recovery-codes/generate/": "account_gate",
    "accounts/2fa/webauthn/": "account_gate",
    "accounts/2fa/webauthn/add/": "account_gate",
    "accounts/2fa/webauthn/login/": "account_gate",
    "accounts/2fa/webauthn/reauthenticate/": "account_gate",
    "accounts/2fa/webauthn/<int:pk>/remove/": "account_gate",
    "accounts/2fa/webauthn/<int:pk>/edit/": "account_gate",
    "me/": "patient_gate",
    "me/claim/": "patient_gate",
    "me/claim/<int:pk>/undo/": "patient_gate",
    "me/book/<str:token>/": "patient_gate",
    "me/appointments/": "patient_gate",
    "me/appointments/<uuid:public_id>/": "patient_gate",
    "me/appointments/<uuid:public_id>/appointment.ics": "patient_gate",
    "me/appointments/<uuid:public_id>/feed/": "patient_gate",
    "me/appointments/<uuid:public_id>/reschedule/": "patient_gate",
    "me/appointments/<uuid:public_id>/cancel/": "patient_gate",
    "me/appointments/<uuid:public_id>/undo/": "patient_gate",
    "me/appointments/<uuid:public_id>/confirm/": "patient_gate",
    "me/appointments/<uuid:public_id>/proposal/": "patient_gate",
    "me/menu/": "account_menu_gate",
    "me/start/": "signed_in_gate",
    "me/family/": "patient_gate",
    "me/family/child/": "patient_gate",
    "me/family/adult/": "patient_gate",
    "me/family/court/": "patient_gate",
    "me/family/stop/": "patient_gate",
    "me/family/requests/<uuid:public_id>/": "patient_gate",
    "me/family/requests/<uuid:public_id>/withdraw/": "patient_gate",
    "me/family/grants/<uuid:public_id>/": "patient_gate",
    "me/family/grants/<uuid:public_id>/end/": "patient_gate",
    "me/family/appointments/<uuid:public_id>/hide/": "patient_gate",
    "me/family/<uuid:public_id>/act/": "patient_gate",
    "desk/family/": "desk_gate",
    "desk/family/reviews/<int:pk>/": "desk_gate",
    "desk/family/requests/<uuid:public_id>/": "desk_gate",
    "desk/family/grants/<uuid:public_id>/": "desk_gate",
    "desk/family/patients/<uuid:public_id>/": "desk_gate",
    "desk/family/ages/": "owner_gate",
    "desk/": "desk_gate",
    "desk/session-heartbeat/": "desk_gate",
    "desk/schedule/": "desk_gate",
    "desk/schedule/<slug:slug>/": "desk_gate",
    "desk/schedule/<slug:slug>/hours/": "desk_gate",
    "desk/schedule/<slug:slug>/day/": "desk_gate",
    "desk/schedule/<slug:slug>/time-off/": "desk_gate",
    "desk/time-off/<int:pk>/back/": "desk_gate",
    "desk/schedule/<slug:slug>/off/": "owner_gate",
    "desk/rooms/<int:pk>/kind/": "owner_gate",
    "desk/treatments/<slug:slug>/room-kind/": "owner_gate",
    "desk/rooms/<int:pk>/off/": "owner_gate",
    "desk/time-zone/": "owner_gate",
    "desk/closures/": "owner_gate",
    "desk/closures/holidays/": "owner_gate",
    "desk/closures/<int:pk>/back/": "owner_gate",
    "desk/pending-form/": "desk_gate",
    "desk/calendar/": "desk_gate",
    "desk/book/": "desk_gate",
    "desk/appointments/<uuid:public_id>/": "desk_gate",
    "desk/appointments/<uuid:public_id>/status/": "desk_gate",
    "desk/appointments/<uuid:public_id>/move/": "desk_gate",
    "desk/appointments/<uuid:public_id>/cancel/": "desk_gate",
    "desk/proposals/": "desk_gate",
    "desk/appointments/<uuid:public_id>/proposal/withdraw/": "desk_gate",
    "desk/appointments/<uuid:public_id>/restore/": "desk_gate",
    "desk/appointments/<uuid:public_id>/note/": "desk_gate",
    "desk/appointments/<uuid:public_id>/payments/": "desk_gate",
    "desk/receipts/<int:number>/": "desk_gate",
    "desk/receipts/<int:number>/take-back/": "desk_gate",
    "desk/mail/": "desk_gate",
    "desk/mail/<int:pk>/": "desk_gate",
    "desk/mail/try-again/": "desk_gate",
    "desk/mail/<int:pk>/again/": "desk_gate",
    "desk/patients/<uuid:public_id>/confirm/": "desk_gate",
    "desk/patients/<uuid:public_id>/retry-mail/": "desk_gate",
    "book/<slug:slug>/take/": "open to all",
    "book/<slug:slug>/code/": "open to all",
    "desk/patients/": "desk_gate",
    "desk/patients/<uuid:public_id>/": "desk_gate",
    "desk/patients/<uuid:public_id>/edit/": "desk_gate",
    "desk/patients/<uuid:public_id>/merge/": "desk_gate",
    "desk/patients/<uuid:public_id>/merge/<uuid:other>/": "desk_gate",
    "desk/merges/<int:pk>/undo/": "desk_gate",
    "desk/feed/": "desk_gate",
    "desk/feed/revoke/": "desk_gate",
    "desk/appointments/<uuid:public_id>/brief/": "desk_gate",
    "desk/appointments/<uuid:public_id>/questions/": "desk_gate",
    "desk/appointments/<uuid:public_id>/all-no/": "desk_gate",
    "desk/appointments/<uuid:public_id>/word/": "desk_gate",
    "desk/call-backs/": "desk_gate",
    "desk/call-backs/<int:pk>/done/": "desk_gate",
    "desk/setup/": "owner_gate",
    "desk/setup/<slug:name>/": "owner_gate",
    "desk/import/": "owner_gate",
    "desk/import/<slug:name>.csv": "owner_gate",
    "desk/import/<slug:name>/": "owner_gate",
    "desk/imports/<uuid:public_id>/": "owner_gate",
    "desk/reports/": "owner_gate",
    "desk/reports/<slug:name>/": "owner_gate",
    "desk/reports/<slug:name>/<slug:table>.csv": "owner_gate",
    "desk/audit/": "owner_gate",
    "desk/jobs/": "owner_gate",
    "desk/jobs/<slug:name>/run/": "owner_gate",
    "desk/staff/": "owner_gate",
    "desk/staff/<int:pk>/": "owner_gate",
    "desk/staff/<int:pk>/deactivate/": "owner_gate",
    "desk/staff/invitations/<int:pk>/revoke/": "owner_gate",
    "desk/locked/": "lock_screen_gate",
    "desk/lock/": "lock_screen_gate",
    "admin/": "admin_gate",
    "admin/jsi18n/": "admin_gate",
    **{
        f"admin/booking/{model}/{rest}": "admin_gate"
        for model in (
            "treatment",
            "room",
            "roomkind",
            "therapist",
            "clinicprofile",
            "openinghours",
            "closure",
            "user",
            "appointment",
            "appointmentevent",
        )
        for rest in (
            "",
            "add/",
            "<path:object_id>/change/",
            "<path:object_id>/delete/",
            "<path:object_id>/history/",
        )
    },
    "admin/booking/therapist/<int:pk>/photo/": "admin_gate",
    "admin/booking/appointment/<int:pk>/cancel/": "admin_gate",
    "admin/booking/appointment/<int:pk>/restore/": "admin_gate",
    "admin/booking/notificationtext/": "admin_gate",
    "admin/booking/notificationtext/<slug:kind>/": "admin_gate",
    "admin/booking/screeningsignature/": "admin_gate",
    "admin/booking/screeningsignature/add/": "admin_gate",
    "admin/booking/accommodationrule/": "admin_gate",
    "admin/booking/accommodationrule/add/": "admin_gate",
    "admin/booking/accommodationrule/<path:object_id>/change/": "admin_gate",
    "admin/articles/article/": "admin_gate",
    "admin/articles/article/add/": "admin_gate",
    "admin/articles/article/check/": "admin_gate",
    "admin/articles/article/unsaved/": "admin_gate",
    "admin/articles/article/preview/": "admin_gate",
    "admin/articles/article/preview/page/": "admin_gate",
    "admin/articles/article/<int:pk>/change/": "admin_gate",
    "admin/articles/article/<int:pk>/steps/": "admin_gate",
    "admin/articles/article/<int:pk>/history/": "admin_gate",
    "admin/articles/article/<int:pk>/history/<int:old>/<int:new>/": "admin_gate",
    "admin/articles/article/<int:pk>/history/<int:number>/restore/": "admin_gate",
    "admin/articles/articlesettings/": "admin_gate",
    "admin/articles/topic/": "admin_gate",
    "admin/articles/topic/add/": "admin_gate",
    "admin/articles/topic/<path:object_id>/change/": "admin_gate",
    "admin/articles/contributor/": "admin_gate",
    "admin/articles/contributor/add/": "admin_gate",
    "admin/articles/contributor/<path:object_id>/change/": "admin_gate",
    "admin/articles/comment/": "admin_gate",
    "admin/articles/comment/delete/": "admin_gate",
    "admin/articles/comment/<int:pk>/change/": "admin_gate",
    "admin/articles/image/": "admin_gate",
    "admin/articles/image/choices/": "admin_gate",
    "admin/articles/image/add/": "admin_gate",
    "admin/articles/image/<int:pk>/change/": "admin_gate",
    "admin/articles/image/<int:pk>/delete/": "admin_gate",
    "admin/^(?P<app_label>booking|articles)/$": "admin_gate",
}


def every_address(patterns: list[Any], prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from every_address(pattern.url_patterns, path)
        else:
            yield path, pattern


def test_every_address_has_the_gate_it_should_have() -> None:
    found = {
        path: getattr(pattern.callback, "access_mark", None)
        for path, pattern in every_address(get_resolver().url_patterns)
    }

    assert found == EXPECTED


def test_a_view_without_a_gate_is_refused() -> None:
    def forgotten(_request: HttpRequest) -> HttpResponse:
        return HttpResponse("secret")

    middleware = AccessMarkMiddleware(lambda _request: HttpResponse())

    with pytest.raises(PermissionDenied):
        middleware.process_view(RequestFactory().get("/"), forgotten, (), {})


@pytest.mark.django_db
def test_personal_pages_are_not_cached(client: Client) -> None:
    response = client.get("/appointments/no-such-token/")

    assert response.status_code == 404
    assert "no-store" in response["Cache-Control"]
