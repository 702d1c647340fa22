"""Addresses of sign-in, second factors and invitations: those pages of allauth that are used."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import path

from booking.access.account_views import (
    offer_new_recovery_codes,
    record_new_second_factor,
    require_usable_password,
)
from booking.access.gates import account_gate
from booking.views.account.invitation import invitation
from clinic.lib.http.access_marks import apply_gate

PASSKEY = "accounts/2fa/webauthn"
CODES = "accounts/2fa/recovery-codes"
add_passkey = record_new_second_factor(webauthn.add_webauthn)
show_codes = offer_new_recovery_codes(recovery.view_recovery_codes)
activate_app = record_new_second_factor(totp.activate_totp)

urlpatterns = apply_gate(
    account_gate,
    [
        path("accounts/login/", account.login, name="account_login"),
        path("accounts/logout/", account.logout, name="account_logout"),
        path("accounts/inactive/", account.account_inactive, name="account_inactive"),
        path("accounts/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
        path("accounts/login/code/", account.request_login_code, name="account_request_login_code"),
        path(
            "accounts/login/code/confirm/",
            account.confirm_login_code,
            name="account_confirm_login_code",
        ),
        path(
            "accounts/password/",
            require_usable_password(account.password_change),
            name="account_change_password",
        ),
        path("accounts/invitation/<str:token>/", invitation, name="invitation"),
        path("accounts/2fa/", mfa.index, name="mfa_index"),
        path("accounts/2fa/authenticate/", mfa.authenticate, name="mfa_authenticate"),
        path("accounts/2fa/reauthenticate/", mfa.reauthenticate, name="mfa_reauthenticate"),
        path("accounts/2fa/totp/activate/", activate_app, name="mfa_activate_totp"),
        path("accounts/2fa/totp/deactivate/", totp.deactivate_totp, name="mfa_deactivate_totp"),
        path(f"{CODES}/", show_codes, name="mfa_view_recovery_codes"),
        path(
            f"{CODES}/generate/",
            offer_new_recovery_codes(recovery.generate_recovery_codes),
            name="mfa_generate_recovery_codes",
        ),
        path(f"{PASSKEY}/", webauthn.list_webauthn, name="mfa_list_webauthn"),
        path(f"{PASSKEY}/add/", add_passkey, name="mfa_add_webauthn"),
        path(f"{PASSKEY}/login/", webauthn.login_webauthn, name="mfa_login_webauthn"),
        path(
            f"{PASSKEY}/reauthenticate/",
            webauthn.reauthenticate_webauthn,
            name="mfa_reauthenticate_webauthn",
        ),
        path(f"{PASSKEY}/<int:pk>/remove/", webauthn.remove_webauthn, name="mfa_remove_webauthn"),
        path(f"{PASSKEY}/<int:pk>/edit/", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
    ],
)
