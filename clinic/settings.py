"""Settings, read from environment variables (docs/deployment.md lists them).

There are three modes: production (the default: strict, and it does not start without secrets), the
demo (DEMO, set by `make run` and `manage.py`: plain http on this machine) and DEBUG (for
developers).

Order: mode and secrets, where the site lives, apps and middleware, templates, database, caches,
mail, signing in, language and time, files, security, limits, logging.
"""

from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from whitenoise.compress import Compressor  # type: ignore[import-untyped]

from clinic import __version__
from clinic.auth_settings import *  # noqa: F403  # settings, as those below
from clinic.lib import database_timeouts, env, sqlite
from clinic.lib.database_url import parse_database_url
from clinic.lib.files.media_storage import FOLDER, parse_media_storage
from clinic.lib.mail import settings as mail_settings

BASE_DIR = Path(__file__).resolve().parent.parent
VERSION = __version__
DATA_DIR = Path(env.text("DATA_DIR", str(BASE_DIR / "data")))

DEMO = env.flag("DEMO")
DEBUG = env.flag("DEBUG")
PRODUCTION = not (DEMO or DEBUG)

# Secrets. Each may be a comma-separated list: the first is used, the others still work for what
# was made with them.
SECRET_KEY, *SECRET_KEY_FALLBACKS = env.secrets("SECRET_KEY", min_length=40)
FIELD_KEYS = env.secrets("FIELD_KEYS", min_length=32)
LINK_KEYS = env.secrets("LINK_KEYS", min_length=32)

# Where the site lives.
PORT = env.number("PORT", 8000)
BASE_URL = env.text("BASE_URL", f"http://localhost:{PORT}" if not PRODUCTION else "").rstrip("/")
if PRODUCTION and not BASE_URL.startswith("https://"):
    raise ImproperlyConfigured("BASE_URL must say where the site lives, as https://...")
_own_host = urlsplit(BASE_URL).hostname or "localhost"
ALLOWED_HOSTS = env.comma_separated("ALLOWED_HOSTS") or [_own_host]
if not PRODUCTION:
    ALLOWED_HOSTS = [*ALLOWED_HOSTS, "localhost", "127.0.0.1", "[::1]"]
TRUSTED_PROXIES = env.networks("TRUSTED_PROXIES")
if PRODUCTION and TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

INSTALLED_APPS = [
    # Without autodiscovery: booking.admin registers what the back office shows.
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "csp",
    "django_htmx",
    "django_prose_editor",
    "clinic",
    "booking",
    "booking.features.onboarding",
    "booking.features.imports",
    "booking.features.reports",
    "booking.features.bounces",
    "booking.features.proxies",
    "booking.features.privacy",
    "booking.features.backups",
    "booking.features.monitoring",
    "booking.features.money",
    "articles",
]

MIDDLEWARE = [
    "clinic.lib.http.request_log.RequestLogMiddleware",
    "clinic.lib.http.proxies.TrustedProxyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "clinic.middleware.SecurityHeadersMiddleware",
    "clinic.middleware.CompressPublicPagesMiddleware",
    "clinic.lib.http.indentation.IndentationMiddleware",
    "clinic.middleware.PrivateCookieResponsesMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "clinic.middleware.RefusalMiddleware",
    "clinic.middleware.DatabaseErrorMiddleware",
    "clinic.middleware.RateLimitMiddleware",
    "clinic.lib.http.current_request.CurrentRequestMiddleware",  # sessions are saved inside
    "clinic.middleware.StoringSessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "clinic.middleware.AuditMiddleware",
    "clinic.middleware.LongArticleFormMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "clinic.lib.http.access_marks.AccessMarkMiddleware",
]

ROOT_URLCONF = "clinic.urls"
WSGI_APPLICATION = "clinic.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "clinic.context_processors.clinic",
            ],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = ("clinic_forms",)
CRISPY_TEMPLATE_PACK = "clinic_forms"
CRISPY_FAIL_SILENTLY = False

# The database: SQLite embedded, PostgreSQL for anything bigger.
DATABASES = {
    "default": env.parsed(
        "DATABASE_URL",
        parse_database_url,
        default=f"sqlite:///{DATA_DIR / 'clinic.sqlite3'}",
        example="postgres://user:password@host:5432/name",
    )
}
# How long a web request waits for the database, in seconds; jobs wait longer, and commands as long
# as it takes (clinic.lib.database_timeouts).
DATABASE_WAIT_SECONDS = env.number("DATABASE_WAIT_SECONDS", 5)
if DATABASE_WAIT_SECONDS < 1:
    raise ImproperlyConfigured("DATABASE_WAIT_SECONDS must be 1 or more.")
DATABASE_POOLER = env.flag("DATABASE_POOLER")
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = sqlite.connection_options()
else:
    # Safe behind pgbouncer in transaction mode, and never needed here.
    DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = True
    DATABASES["default"]["OPTIONS"] = {
        "connect_timeout": database_timeouts.CONNECT_SECONDS,
        **database_timeouts.KEEPALIVES,
        **DATABASES["default"].get("OPTIONS", {}),
    }

# Caches. "default" holds counts of costly requests (clinic.lib.rate_limit) and nothing else, so the
# site works without it. "pages" (clinic.lib.http.anonymous_cache) and "proposals" (times like the
# last one) are always in this process, which is quicker.
_in_process = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
CACHES = {
    "default": {**_in_process, "OPTIONS": {"MAX_ENTRIES": 20_000}},
    "pages": {**_in_process, "LOCATION": "pages", "OPTIONS": {"MAX_ENTRIES": 200}},
    "proposals": {**_in_process, "LOCATION": "proposals", "OPTIONS": {"MAX_ENTRIES": 2000}},
}
if cache_url := env.text("CACHE_URL"):
    if urlsplit(cache_url).scheme not in ("redis", "rediss", "unix"):
        raise ImproperlyConfigured("CACHE_URL cannot be read. It looks like: redis://host:6379/0")
    if find_spec("redis") is None:
        raise ImproperlyConfigured("CACHE_URL needs the package redis: pip install 'redis>=6.4,<8'")
    CACHES["default"] = {
        "BACKEND": "clinic.lib.redis_cache.QuickRedisCache",
        "LOCATION": cache_url,
    }

# Mail. Without EMAIL_URL mails are not sent: they stay in the outbox, and the desk shows them.
EMAIL_URL = env.text("EMAIL_URL")
_mail = env.parsed(
    "EMAIL_URL",
    mail_settings.parse_email_url,
    default="dummy://",
    example="smtp://user:password@mail.example.com:587/?tls=True",
)
EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
EMAIL_HOST, EMAIL_PORT = _mail["EMAIL_HOST"], _mail["EMAIL_PORT"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_USER"], _mail["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS, EMAIL_USE_SSL = _mail["EMAIL_USE_TLS"], _mail["EMAIL_USE_SSL"]
EMAIL_FILE_PATH = _mail["EMAIL_FILE_PATH"]
EMAIL_TIMEOUT = 10
"""Seconds for one reply of the mail server. The longest time for a whole mail, and the lease of a
worker, follow from it (booking.notifications.smtp)."""
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", f"clinic@{_own_host}")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Mails that come back: to a return path of their own, read from a mailbox; or reported by the
# mail provider to /mail/events/.
BOUNCE_ADDRESS = mail_settings.check_bounce_address(env.text("BOUNCE_ADDRESS"))
BOUNCE_MAILBOX_URL = mail_settings.check_mailbox_url(env.text("BOUNCE_MAILBOX_URL"))
MAIL_WEBHOOK = env.text("MAIL_WEBHOOK")
if MAIL_WEBHOOK:
    INSTALLED_APPS.append("anymail")
    ANYMAIL = mail_settings.anymail_settings(
        MAIL_WEBHOOK, env.text("MAIL_WEBHOOK_SECRET"), env.text("MAIL_WEBHOOK_SIGNING_KEY")
    )

# Signing in. What does not depend on the environment is in clinic/auth_settings.py.
STAFF_SECOND_FACTOR = env.text("STAFF_SECOND_FACTOR", "optional" if DEMO else "required")
if STAFF_SECOND_FACTOR not in ("required", "optional"):
    raise ImproperlyConfigured("STAFF_SECOND_FACTOR must be required or optional.")
if PRODUCTION and STAFF_SECOND_FACTOR != "required":
    raise ImproperlyConfigured("STAFF_SECOND_FACTOR can be optional only in the demo.")
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if BASE_URL.startswith("https") else "http"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION  # http://localhost counts as secure

# Language and time. Instants are in UTC; pages and mails show the clinic's time zone
# (clinic.lib.dates.date_format).
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "clinic" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
CLINIC_CLOCK: datetime | None = None
if frozen := env.text("CLINIC_CLOCK"):
    if PRODUCTION:
        raise ImproperlyConfigured("CLINIC_CLOCK is for tests only.")
    CLINIC_CLOCK = datetime.fromisoformat(frozen)

# Files. Static files get hashed names, are compressed once, and may be cached for ever.
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": env.parsed(
        "MEDIA_STORAGE",
        parse_media_storage,
        default=FOLDER,
        example="s3://key:secret@s3.example.com/bucket?region=us-east-1",
    ),
    "staticfiles": {
        "BACKEND": "clinic.styles.bundling.BundlingStaticFilesStorage"
        if not DEBUG
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
# Else Django would let every account of the machine read uploaded files, whatever the umask.
FILE_UPLOAD_PERMISSIONS, FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o600, 0o700
# The default, and the source maps of packages: only developer tools load them, and compressing them
# took half of the time of `collectstatic`.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = [*Compressor.SKIP_COMPRESS_EXTENSIONS, "map"]
MEDIA_ROOT = Path(env.text("MEDIA_ROOT", str(DATA_DIR / "media")))

# Backups: the folder in which `backup --keep-in` and the weekly drill work, and how many are kept.
BACKUP_DIR = Path(backup_dir) if (backup_dir := env.text("BACKUP_DIR")) else None
BACKUP_KEEP_DAYS = env.number("BACKUP_KEEP_DAYS", 7)
BACKUP_KEEP_MONTHS = env.number("BACKUP_KEEP_MONTHS", 12)
BACKUP_KEEP_YEARS = env.number("BACKUP_KEEP_YEARS", 3)
if min(BACKUP_KEEP_DAYS, BACKUP_KEEP_MONTHS, BACKUP_KEEP_YEARS) < 0 or BACKUP_KEEP_DAYS == 0:
    raise ImproperlyConfigured("BACKUP_KEEP_DAYS must be 1 or more, months and years 0 or more.")

# Security headers. The CSP allows nothing from elsewhere and nothing inline.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
# With no-referrer every POST would arrive with Origin: null and fail the CSRF check.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if PRODUCTION:
    SECURE_SSL_REDIRECT = True
    # Health checks come from inside, in plain http.
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
    SECURE_HSTS_SECONDS = 31_536_000
    # The owner's choice, since it shuts out subdomains that are served without https.
    SECURE_HSTS_INCLUDE_SUBDOMAINS = env.flag("HSTS_SUBDOMAINS")
# Subdomains, and browsers' lists of https-only domains, are for the owner of the domain to decide.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

SESSION_ENGINE = "booking.access.session_engine"
# In cookies, messages with a patient's name would stay on the user's computer.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
# Browsers take a cookie of this name only from this host, for all of it, and over https.
COOKIE_PREFIX = "__Host-" if PRODUCTION else ""
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}session", f"{COOKIE_PREFIX}csrf"
CSRF_FAILURE_VIEW = "clinic.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS = [BASE_URL] if PRODUCTION else []

# Limits: rate limits (off only for measurements, never in production), uploads, and forms.
ABUSE_LIMITS = env.flag("ABUSE_LIMITS", default=True)
if PRODUCTION and not ABUSE_LIMITS:
    raise ImproperlyConfigured("ABUSE_LIMITS can be off only in the demo and in tests.")

# Views that accept files set their own handler: see clinic.lib.http.uploads.accept_uploads.
FILE_UPLOAD_HANDLERS = ["clinic.lib.http.uploads.DiscardUploadHandler"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000  # an article with many sources

# Monitoring: without a token there is no /metrics.
METRICS_TOKEN = env.text("METRICS_TOKEN")
if METRICS_TOKEN and len(METRICS_TOKEN) < 32:
    raise ImproperlyConfigured("METRICS_TOKEN must have 32 characters or more.")

# Logging, to stderr.
LOG_FORMAT = env.text("LOG_FORMAT", "text")
if LOG_FORMAT not in ("text", "json"):
    raise ImproperlyConfigured("LOG_FORMAT must be text or json.")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s", "datefmt": "%FT%T%z"},
        "json": {"()": "clinic.lib.logs.json_log.JsonFormatter"},
    },
    "filters": {
        "hide_tokens": {"()": "clinic.lib.logs.log_filters.HideTokens"},
        "hide_requests": {"()": "clinic.lib.logs.log_filters.HideRequests"},
        "hide_error_texts": {"()": "clinic.lib.logs.log_filters.HideErrorTexts"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": LOG_FORMAT,
            "filters": ["hide_requests", "hide_error_texts", "hide_tokens"],
        }
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "clinic": {"level": "INFO"},
        "booking": {"level": "INFO"},
        # One line for each response; as text only for errors.
        "clinic.requests": {"level": "INFO" if LOG_FORMAT == "json" else "ERROR"},
        # Unknown URLs and refused forms are not worth a line.
        "django.request": {"level": "ERROR"},
        # Anybody can send any Host, as often as they like.
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        # Its records hold the whole request: URLs with tokens, posted health answers.
        "django.security.csrf": {"level": "ERROR"},
        # Its errors quote the mails that it cannot read.
        "flufl.bounce": {"level": "CRITICAL"},
    },
}
