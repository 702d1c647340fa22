"""The table of roles for signing in and for one's own account."""

from collections.abc import Mapping

from tests.roles.rows import ALL, SIGNED_IN, WITH_PASSWORD, Row, no_such_token, open_to_all


def _passkey(name: str) -> Row:
    return Row(
        SIGNED_IN,
        name,
        own=lambda w: {"pk": w.passkeys[w.person]},
        foreign=lambda w: {"pk": w.stranger_passkey},
    )


ROWS: Mapping[str, Row] = {
    "accounts/login/": open_to_all("account_login"),
    "accounts/logout/": open_to_all("account_logout"),
    "accounts/inactive/": open_to_all("account_inactive"),
    "accounts/login/code/": open_to_all("account_request_login_code"),
    "accounts/login/code/confirm/": open_to_all("account_confirm_login_code"),
    "accounts/invitation/<str:token>/": Row(
        ALL, "invitation", own=lambda w: {"token": w.invitation_token}, foreign=no_such_token
    ),
    "accounts/2fa/authenticate/": open_to_all("mfa_authenticate"),
    "accounts/2fa/webauthn/login/": open_to_all("mfa_login_webauthn"),
    "accounts/reauthenticate/": Row(SIGNED_IN, "account_reauthenticate"),
    "accounts/password/": Row(WITH_PASSWORD, "account_change_password"),
    "accounts/2fa/": Row(SIGNED_IN, "mfa_index"),
    "accounts/2fa/reauthenticate/": Row(SIGNED_IN, "mfa_reauthenticate"),
    "accounts/2fa/totp/activate/": Row(SIGNED_IN, "mfa_activate_totp"),
    "accounts/2fa/totp/deactivate/": Row(SIGNED_IN, "mfa_deactivate_totp"),
    "accounts/2fa/recovery-codes/": Row(SIGNED_IN, "mfa_view_recovery_codes"),
    "accounts/2fa/recovery-codes/generate/": Row(SIGNED_IN, "mfa_generate_recovery_codes"),
    "accounts/2fa/webauthn/": Row(SIGNED_IN, "mfa_list_webauthn"),
    "accounts/2fa/webauthn/add/": Row(SIGNED_IN, "mfa_add_webauthn"),
    "accounts/2fa/webauthn/reauthenticate/": Row(SIGNED_IN, "mfa_reauthenticate_webauthn"),
    "accounts/2fa/webauthn/<int:pk>/remove/": _passkey("mfa_remove_webauthn"),
    "accounts/2fa/webauthn/<int:pk>/edit/": _passkey("mfa_edit_webauthn"),
}
