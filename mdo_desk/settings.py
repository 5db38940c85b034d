"""All settings, from the environment; docs/operations.md lists every variable that is read here.

Without any variable the desk is `embedded`: one machine, its own PostgreSQL, mail written to files. With
a DATABASE_URL it is in `production`, and refuses to start on anything that is only fit for trying out.
"""

from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import django_stubs_ext
import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from mdo_desk import embedded

django_stubs_ext.monkeypatch()
env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = embedded.var_folder()
KILOBYTE, MEGABYTE = 1_000, 1_000_000

# --- Mode

DESK_MODE = env.str("DESK_MODE", default="production" if "DATABASE_URL" in env.ENVIRON else "embedded")
EMBEDDED = DESK_MODE == "embedded"
DEBUG = env.bool("DEBUG", default=False)


def refuse(variable: str, why: str) -> None:
    """Stop a production desk, naming the variable to set."""
    if not EMBEDDED:
        raise ImproperlyConfigured(f"{variable} {why}")


if DESK_MODE not in ("production", "embedded"):
    raise ImproperlyConfigured(f"DESK_MODE must be production or embedded, not {DESK_MODE!r}")
if DEBUG:
    refuse("DEBUG", "must be off in production")

SECRET_KEY = env.str("SECRET_KEY", default="")
if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 10 or "insecure" in SECRET_KEY:
    refuse("SECRET_KEY", "must be set to at least 50 random characters of your own")
SECRET_KEY = SECRET_KEY or embedded.secret_key(VAR / "secret_key")

SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if EMBEDDED else [])
if not ALLOWED_HOSTS or any("*" in host for host in ALLOWED_HOSTS):
    refuse("ALLOWED_HOSTS", "must name the hosts that this desk answers to, without wildcard")

# Every link in a mail starts with it; the Host header of a request is never trusted for that.
SITE_URL = env.str("SITE_URL", default=f"http://localhost:{env.int('PORT', default=8000)}").rstrip("/")
SECURE = SITE_URL.startswith("https://")
if not SECURE:
    refuse("SITE_URL", "must be the https:// address of this desk")

# --- Applications

INSTALLED_APPS = [
    "desk",
    "contractants",
    "sla",
    "incidents",
    "problems",
    "changes",
    "complaints",
    "reports",
    "privacy",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "knox",
    "rest_framework",
]

MIDDLEWARE = [
    "mdo_desk.health.HealthMiddleware",
    "mdo_desk.headers.ProxyMiddleware",
    "mdo_desk.headers.HeadersMiddleware",
    "mdo_desk.limits.BodyLimitMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "desk.audit.middleware.AuditMiddleware",
    "mdo_desk.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "desk.admission.Admission",
    "desk.false_alarms.FalseAlarmMiddleware",
    "mdo_desk.held_back.HeldBackMiddleware",
]

ROOT_URLCONF = "mdo_desk.urls"
WSGI_APPLICATION = "mdo_desk.wsgi.application"
ASGI_APPLICATION = "mdo_desk.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"  # so that templates/ may better a widget's own

# --- Database, cache, files, mail

STATEMENT_TIMEOUT = env.int("STATEMENT_TIMEOUT", default=30)  # seconds; 0 is no limit, for a long migration
DATABASE: dict[str, Any] = env.db("DATABASE_URL", default=embedded.cluster_in(VAR).url())
if "DATABASE_URL" not in env.ENVIRON:
    refuse("DATABASE_URL", "must be set in production")
if DATABASE["ENGINE"] != "django.db.backends.postgresql":
    raise ImproperlyConfigured("DATABASE_URL must be postgres://...; the desk runs on PostgreSQL only")
DATABASE |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
DATABASE["OPTIONS"] = {
    "connect_timeout": 5,
    "application_name": "mdo-desk",
    "options": f"-c statement_timeout={STATEMENT_TIMEOUT}s -c lock_timeout=5s"
    " -c idle_in_transaction_session_timeout=60s",
    **DATABASE.get("OPTIONS", {}),
}
DATABASES = {"default": DATABASE}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": env.cache("CACHE_URL", default="dbcache://desk_cache")}
# A full cache throws rows away, those of the limits on signing in too.
CACHES["default"].setdefault("OPTIONS", {}).setdefault("MAX_ENTRIES", 1_000_000)

MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(VAR / "media")))
MEDIA_URL = ""  # attachments are served by a view that knows who asks, never by address
STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
WHITENOISE_USE_FINDERS = DEBUG

HANDOVER_DAYS = env.int("HANDOVER_DAYS", default=14)  # that an archive that was made can be fetched
DATA_UPLOAD_MAX_MEMORY_SIZE = 2500 * KILOBYTE  # a body without files
# What counts as receipt of a report by the public form: "confirmation" of its address, or its "submission".
WEB_REPORT_COUNTS_FROM = env.str("WEB_REPORT_COUNTS_FROM", default="confirmation")
DATA_REQUEST_WORKING_DAYS = env.int(
    "DATA_REQUEST_WORKING_DAYS", default=2
)  # to pass on what a data subject asks
OBJECTION_DAYS = env.int(
    "OBJECTION_DAYS", default=7
)  # of the calendar, against a new sub-processor (VWO 7.2)
ATTACHMENT_MAX_BYTES = 25 * MEGABYTE  # one file
DATA_UPLOAD_MAX_NUMBER_FILES = 10
UPLOAD_MAX_BYTES = 100 * MEGABYTE  # a body with files

# The virus scanner: tcp://host:3310 or unix:///run/clamav/clamd.ctl; none is none.
CLAMAV_URL = env.str("CLAMAV_URL", default="")
if CLAMAV_URL and not CLAMAV_URL.startswith(("tcp://", "unix:///")):
    raise ImproperlyConfigured("CLAMAV_URL must be tcp://host:port or unix:///path/of/the/socket")

MAIL = env.email("EMAIL_URL", default=f"filemail:///{VAR / 'mail'}")
if "EMAIL_URL" not in env.ENVIRON:
    refuse("EMAIL_URL", "must be the smtp:// address of a mail server")
if MAIL["EMAIL_BACKEND"].endswith("filebased.EmailBackend"):
    MAIL["EMAIL_BACKEND"] = "desk.mailbox.Mailbox"
vars().update(MAIL)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="MDO Desk <desk@example.nl>")
if DEFAULT_FROM_EMAIL.endswith("@example.nl>"):
    refuse("DEFAULT_FROM_EMAIL", "must be the address that mail is sent from")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
REPLY_TO_EMAIL = env.str("REPLY_TO_EMAIL", default=DEFAULT_FROM_EMAIL)
OUTBOX_FROZEN = env.bool("OUTBOX_FROZEN", default=False)

# The mailbox that Meldingen come in by, e.g. imap+ssl://user:password@host/INBOX?done=Verwerkt; none is none.
MAIL_IN_URL = env.str("MAIL_IN_URL", default="")
# The name by which our own mail server signs its Authentication-Results; those of others say nothing.
MAIL_IN_AUTHSERV = env.str("MAIL_IN_AUTHSERV", default="")
MAIL_IN_MAX_BYTES = 50 * MEGABYTE

# --- Signing in

AUTH_USER_MODEL = "desk.User"
AUTHENTICATION_BACKENDS = ["contractants.sign_in.Backend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
PASSWORD_RESET_TIMEOUT = 24 * 60 * 60  # seconds that the link in a mail works, once
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

ACCOUNT_ADAPTER = "desk.sign_in.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]  # nobody signs up; allauth reads here that passwords exist
ACCOUNT_EMAIL_VERIFICATION = "none"  # the desk registers people, and a code by mail proves the address
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True  # the adapter sends them nothing, and takes as long over it
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True

# Staff without a second step can do nothing but set one up. Embedded is for trying out, with the demo's passwords.
STAFF_MFA = env.bool("STAFF_MFA", default=not EMBEDDED)
if not STAFF_MFA:
    refuse("STAFF_MFA", "must be on in production")
MFA_ADAPTER = "desk.second_step.Adapter"
MFA_FORMS = {
    "authenticate": "desk.second_step.CodeForm",
    "reauthenticate": "desk.second_step.ConfirmForm",
    "activate_totp": "desk.second_step.AppForm",
    "add_webauthn": "desk.second_step.AddKeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = (
    True  # the desk registers people; allauth's own register of addresses is not used
)
MFA_TOTP_ISSUER = "MDO Desk"
MFA_TOTP_TOLERANCE = 1  # a telephone may be half a minute off; a code still works once
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE

SOCIALACCOUNT_ADAPTER = "contractants.own_sign_in.Adapter"
SOCIALACCOUNT_LOGIN_ON_GET = (
    True  # by a link: after a form the policy of the page forbids going to another site
)
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5  # seconds

SESSION_ENGINE = "desk.sessions"
SESSION_LONGEST = timedelta(hours=12)
SESSION_IDLE = timedelta(minutes=env.int("SESSION_IDLE_MINUTES", default=120))
SESSION_COOKIE_AGE = int(SESSION_LONGEST.total_seconds())

# --- The connection

# A production desk speaks no TLS itself, so that one proxy at least stands before it.
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0 if EMBEDDED else 1)
if TRUSTED_PROXY_COUNT < 1:
    refuse("TRUSTED_PROXY_COUNT", "must be at least 1: the proxy that speaks https")
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT
if TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = SECURE
# From where they are believed: who reaches the port past the proxies could claim any address, and https.
NEAR = ["127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"]
try:
    TRUSTED_PROXIES = [ip_network(one) for one in env.list("TRUSTED_PROXIES", default=[]) or NEAR]
except ValueError as error:
    raise ImproperlyConfigured(f"TRUSTED_PROXIES must be networks such as 10.0.0.0/8: {error}") from error
CSRF_TRUSTED_ORIGINS = [SITE_URL]
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=365 * 24 * 60 * 60 if SECURE else 0)
# Whether other hosts under the same domain speak https is not for the desk to promise.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE
CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
if SECURE:
    # A browser takes these from this very host alone: no neighbour under the same domain can plant one.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer", "browsing-topics", "camera", "display-capture", "geolocation", "gyroscope",
        "magnetometer", "microphone", "midi", "payment", "usb",
    )
)  # fmt: skip
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "media-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}

# --- Language and time

LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", _("Nederlands")), ("en", _("Engels"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Amsterdam"
USE_TZ = True

# --- API

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "desk.tokens.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.CursorPagination",
    "PAGE_SIZE": 50,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": ["desk.throttling.TokenThrottle"],
    "DEFAULT_THROTTLE_RATES": {"token": env.str("API_RATE", default="600/min")},
    "EXCEPTION_HANDLER": "desk.problems_json.handler",
    "NUM_PROXIES": TRUSTED_PROXY_COUNT,
    "URL_FORMAT_OVERRIDE": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
KNOX_TOKEN_MODEL = "desk.ApiToken"  # noqa: S105 - the name of a model
REST_KNOX = {"TOKEN_TTL": timedelta(days=365), "TOKEN_MODEL": KNOX_TOKEN_MODEL}
# Its migrations would make a table for the tokens that ours stand in for, which flushing cannot see.
MIGRATION_MODULES = {"knox": None}
SPECTACULAR_SETTINGS = {
    "TITLE": "MDO Desk",
    "DESCRIPTION": "Meldingen, their clocks and what was promised about them.",
    "VERSION": "1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "ENUM_NAME_OVERRIDES": {
        "RoleEnum": "desk.permissions.Role",
        "KindEnum": "incidents.models.Kind",
        "RelationKindEnum": "incidents.models.Relation.Kind",
        "ServiceKindEnum": "contractants.models.Service.Kind",
        "ChannelEnum": "incidents.models.Channel",
        "SentChannelEnum": "incidents.api.bodies.CHANNELS",
        "StateEnum": "incidents.models.State",
        "EscalationStateEnum": "incidents.models.EscalationState",
        "StructuralFailureStateEnum": "incidents.models.structural.FailureState",
        "ComplaintStateEnum": "complaints.models.State",
        "SecurityIncidentStateEnum": "privacy.models.BreachState",
        "EscalationReasonEnum": "incidents.models.Reason",
        "UnavailabilityReasonEnum": "reports.models.Reason",
        "ProblemStateEnum": "problems.models.kinds.ProblemState",
        "LevelEnum": "incidents.models.Level",
        "ProblemImpactEnum": "problems.models.kinds.Impact",
        "ChangeKindEnum": "changes.models.kinds.ChangeKind",
        "ChangeStateEnum": "changes.models.kinds.ChangeState",
        "ReleaseKindEnum": "changes.models.release.ReleaseKind",
        "ReleaseStateEnum": "changes.models.release.ReleaseState",
        "MaintenanceKindEnum": "changes.models.MaintenanceKind",
        "MaintenanceStateEnum": "changes.models.MaintenanceState",
        "ReportStateEnum": "reports.models.ReportState",
        "BackupKindEnum": "reports.models.BackupKind",
        "PriorityEnum": [(n, f"P{n}") for n in range(1, 5)],
    },
}

# --- Webhooks out

# Lets them go to this machine and its network, and without https: for trying out.
WEBHOOKS_ALLOW_PRIVATE = env.bool("WEBHOOKS_ALLOW_PRIVATE", default=False)
if WEBHOOKS_ALLOW_PRIVATE:
    refuse("WEBHOOKS_ALLOW_PRIVATE", "must be off in production")

# --- Work in the background

BROKER_FOLDER = VAR / "broker"
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="filesystem://")
if CELERY_BROKER_URL.startswith("filesystem:"):
    refuse("CELERY_BROKER_URL", "must be the redis:// address of a broker")
    for folder in ("messages", "control"):
        (BROKER_FOLDER / folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
        "data_folder_in": str(BROKER_FOLDER / "messages"),
        "data_folder_out": str(BROKER_FOLDER / "messages"),
        "control_folder": str(BROKER_FOLDER / "control"),
    }
else:
    # A request that wakes a worker must not hang on a broker that does not answer.
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 300,
        "socket_timeout": 3,
        "socket_connect_timeout": 2,
        "retry_on_timeout": False,
        "max_retries": 0,
    }
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker waits for its broker as long as it takes
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 240  # under the visibility timeout, so that no task runs twice at once
CELERY_TASK_SOFT_TIME_LIMIT = 200
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"  # in memory: no file that a crash can spoil
# A run that was not picked up before the next one is due is not worth having.
CELERY_BEAT_SCHEDULE = {
    "deliver-notices": {"task": "desk.tasks.deliver_notices", "schedule": 10, "options": {"expires": 10}},
    "fetch-mail": {"task": "incidents.tasks.fetch_mail", "schedule": 20, "options": {"expires": 20}},
    "deliver-webhooks": {"task": "desk.tasks.deliver_webhooks", "schedule": 10, "options": {"expires": 10}},
    "sweep": {"task": "incidents.tasks.sweep", "schedule": 30, "options": {"expires": 30}},
    "sweep-changes": {"task": "changes.tasks.sweep", "schedule": 60, "options": {"expires": 60}},
    "sweep-complaints": {"task": "complaints.tasks.sweep", "schedule": 60, "options": {"expires": 60}},
    "sweep-breaches": {"task": "privacy.tasks.sweep_breaches", "schedule": 60, "options": {"expires": 60}},
    "watch": {"task": "incidents.tasks.watch", "schedule": 30, "options": {"expires": 30}},
    "reconcile": {"task": "incidents.tasks.reconcile", "schedule": 60, "options": {"expires": 60}},
    "structural-failures": {
        "task": "incidents.tasks.find_structural_failures",
        "schedule": 3600,
        "options": {"expires": 3600},
    },
    "store-trends": {"task": "problems.tasks.store_trends", "schedule": 3600, "options": {"expires": 3600}},
    "scrape-measurements": {
        "task": "reports.tasks.scrape_measurements",
        "schedule": 60,
        "options": {"expires": 60},
    },
    "judge-performance": {
        "task": "reports.tasks.judge_performance",
        "schedule": 60,
        "options": {"expires": 60},
    },
    "forget-measurements": {
        "task": "reports.tasks.forget_measurements",
        "schedule": 3600,
        "options": {"expires": 3600},
    },
    "make-reports": {"task": "reports.tasks.make_reports", "schedule": 600, "options": {"expires": 600}},
    "find-corrections": {
        "task": "reports.tasks.find_corrections",
        "schedule": 1800,
        "options": {"expires": 1800},
    },
    "verify": {"task": "reports.tasks.verify_nightly", "schedule": 3600, "options": {"expires": 3600}},
    "what-ifs": {"task": "reports.tasks.answer_what_ifs", "schedule": 10, "options": {"expires": 10}},
    "chain-audit": {"task": "desk.tasks.chain_audit", "schedule": 10, "options": {"expires": 10}},
    "verify-audit": {"task": "desk.tasks.verify_audit", "schedule": 3600, "options": {"expires": 3600}},
    "retention": {"task": "privacy.tasks.retain", "schedule": 900, "options": {"expires": 900}},
    "sweep-requests": {"task": "privacy.tasks.sweep_requests", "schedule": 60, "options": {"expires": 60}},
    "make-handovers": {"task": "privacy.tasks.make_handovers", "schedule": 15, "options": {"expires": 15}},
    "erase-contractants": {
        "task": "privacy.tasks.erase_contractants",
        "schedule": 60,
        "options": {"expires": 60},
    },
    "scan-files": {"task": "desk.tasks.scan_files", "schedule": 60, "options": {"expires": 60}},
    "housekeeping": {"task": "desk.tasks.housekeeping", "schedule": 3600, "options": {"expires": 3600}},
}

# --- Log: to standard output; never a body, a token or a name

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "mdo_desk.masked_log.MaskingFormatter",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        }
    },
    "filters": {"secrets": {"()": "mdo_desk.masked_log.WithoutSecrets"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "stream": "ext://sys.stdout",
            "formatter": "line",
            "filters": ["secrets"],
        }
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        "django": {"handlers": ["console"], "level": "INFO", "propagate": False},
        # A stranger can make these as often as they like.
        "django.security.DisallowedHost": {"handlers": [], "propagate": False},
        "django.server": {"handlers": ["console"], "level": "INFO", "propagate": False},
    },
}
