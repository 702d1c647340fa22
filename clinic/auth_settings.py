"""Settings of django-allauth and of passwords that do not depend on the environment.

clinic/settings.py imports all of them.
"""

AUTH_USER_MODEL = "booking.User"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "booking.access.password_words.ClinicWordsValidator"},
]

# Patients sign in with a code by mail or a passkey; staff with a password or passkey and a
# second factor.
AUTHENTICATION_BACKENDS = [
    "booking.access.backend.AccountBackend",
    "allauth.account.auth_backends.AuthenticationBackend",  # of sessions begun before 2026-12
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "booking.views.account.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]  # there is no sign-up page
ACCOUNT_EMAIL_VERIFICATION = "none"  # a code or an invitation verifies the address
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_SESSION_COOKIE_AGE = 12 * 60 * 60  # of staff, after a password
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_RATE_LIMITS = MFA_RATE_LIMITS = False  # see booking.actions.rate_limit
ACCOUNT_FORMS = {
    "login": "booking.forms.account.sign_in.SignInForm",
    "request_login_code": "booking.forms.account.sign_in.RequestCodeForm",
    "confirm_login_code": "booking.forms.account.sign_in.ConfirmCodeForm",
    "change_password": "booking.forms.account.sign_in.PasswordChangeForm",
}
MFA_ADAPTER = "booking.views.account.mfa_adapter.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "booking.forms.account.sign_in.SecondFactorForm",
    "reauthenticate": "booking.forms.account.sign_in.SecondFactorReauthenticateForm",
    "activate_totp": "booking.forms.account.sign_in.ActivateAppForm",
    "add_webauthn": "booking.forms.account.passkeys.AddPasskeyForm",
    "edit_webauthn": "booking.forms.account.passkeys.RenamePasskeyForm",
    "login_webauthn": "booking.forms.account.passkeys.PasskeySignInForm",
    "authenticate_webauthn": "booking.forms.account.passkeys.PasskeyAuthenticateForm",
    "reauthenticate_webauthn": "booking.forms.account.passkeys.PasskeyReauthenticateForm",
}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODES_SHOW_ONCE = False
