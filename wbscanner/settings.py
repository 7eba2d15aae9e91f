"""Django's settings. What an operator may change comes from the environment (docs/configuration.md)."""

from __future__ import annotations

from datetime import timedelta
from math import ceil
from typing import Any

import ada_url
import dj_database_url
from csp.constants import NONE, SELF
from django.conf.locale import LANG_INFO

from wbscanner import env, languages, logs, secrets
from wbscanner.unfold import UNFOLD  # noqa: F401  (read by django-unfold)

BASE_DIR = env.ROOT
DATA_DIR = env.path("DATA_DIR", BASE_DIR / "data")
WHATSAPP_DIR = env.path("WHATSAPP_DIR", DATA_DIR / "whatsapp")

SECRET_KEY = env.secret("SECRET_KEY") or secrets.read_or_make(DATA_DIR, "secret_key")
INSTALLATION_KEY = env.secret("INSTALLATION_KEY") or secrets.read_or_make(DATA_DIR, "installation_key")
DEBUG = False

# --- where the desk is reached: BASE_URL alone decides hosts, origins and cookies
BASE_URL = env.text("BASE_URL", "http://127.0.0.1:8000").rstrip("/")
_address = ada_url.URL(BASE_URL)
IS_HTTPS = _address.protocol == "https:"
ALLOWED_HOSTS = [_address.hostname]
if _address.hostname in {"127.0.0.1", "localhost"}:
    ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
CSRF_TRUSTED_ORIGINS = [_address.origin]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_HTTPS
# gunicorn believes these about https (deploy/gunicorn.conf.py), wbscanner.proxies about where a visitor comes from.
FORWARDED_ALLOW_IPS = env.parts("FORWARDED_ALLOW_IPS", "127.0.0.1,::1")
SECURE_SSL_HOST = _address.host  # never the Host header of a request
# Preloading binds every sub-domain of the operator's domain for years: theirs to choose, not ours.
SILENCED_SYSTEM_CHECKS = ["security.W021"]

# How long a login holds, and how long it may rest unused; docs/decisions/0018-logins.md says why owners' are short.
OWNER_SESSION_AGE = timedelta(seconds=env.seconds("OWNER_SESSION_AGE", 8 * 3600))
OWNER_SESSION_IDLE = timedelta(seconds=env.seconds("OWNER_SESSION_IDLE", 30 * 60))
SESSION_AGE = timedelta(seconds=env.seconds("SESSION_AGE", 30 * 24 * 3600))
SESSION_IDLE = timedelta(seconds=env.seconds("SESSION_IDLE", 7 * 24 * 3600))
SESSION_COOKIE_AGE = int(max(OWNER_SESSION_AGE, SESSION_AGE).total_seconds())
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
if IS_HTTPS:  # browsers take these from this host over https only, not from a neighbour below the same domain
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# wbscanner.middleware.content_policy loosens this for admin and desk pages only.
CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "img-src": [SELF, "data:"],
    }
}

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    # Without autodiscovery: wbscanner.urls does it, so that worker and socket do not load the back office (8 MiB each).
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "axes",
    "django_q",
    "wbscanner",
    "scans",
    "groups",
    "overrides",
    "waclient",
]

# The first three come before everything that may answer: whatever it is, it has their headers.
MIDDLEWARE = [
    "wbscanner.middleware.closed_by_default",
    "csp.middleware.CSPMiddleware",
    "wbscanner.middleware.content_policy",
    "wbscanner.middleware.explain_refused_methods",
    "django.middleware.security.SecurityMiddleware",
    "wbscanner.middleware.PackPages",
    "wbscanner.desk.same_again.spare_what_is_known",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "wbscanner.sessions.keep_limits",
    "wbscanner.reading.as_its_reader_wants",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "wbscanner.desk.ended.lead_back",
    "wbscanner.second_factor.ask_for_it",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "wbscanner.urls"
WSGI_APPLICATION = "wbscanner.wsgi.application"

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
                "wbscanner.desk.frame.frame",
            ],
        },
    },
]

# --- the database: without WAL and IMMEDIATE half the writes fail under load (measured; wbscanner.checks guards it)
DATABASE_URL = env.secret("DATABASE_URL") or f"sqlite:///{DATA_DIR / 'wbscanner.sqlite3'}"
DATABASES: dict[str, Any] = {"default": dict(dj_database_url.parse(DATABASE_URL, conn_max_age=None))}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-8000;",
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- jobs: retry > timeout x (1 + ceil((queue_limit + 1) / workers)), or a waiting task runs twice (measured)
JOB_TIMEOUT, JOBS_FETCHED_AHEAD, WORKERS = 60, 2, env.number("WORKERS", 2, least=1)
Q_CLUSTER: dict[str, Any] = {
    "name": "wbscanner",
    "orm": "default",
    "workers": WORKERS,
    "timeout": JOB_TIMEOUT,
    "retry": JOB_TIMEOUT * (1 + ceil((JOBS_FETCHED_AHEAD + 1) / WORKERS)) + 60,
    "queue_limit": JOBS_FETCHED_AHEAD,
    "poll": 0.1,
    "save_limit": -1,
    "max_attempts": 3,
    "recycle": 1000,
    "catch_up": False,
    "label": "Jobs",
}

# --- people
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "wbscanner.second_factor.CodeBackend",
    "django.contrib.auth.backends.ModelBackend",
]
# Who has to have a second factor: "none", "owners" or "all".
REQUIRE_2FA = env.text("REQUIRE_2FA", "none")
INVITATION_KEPT = timedelta(seconds=env.seconds("INVITATION_KEPT", 3 * 24 * 3600))
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=5)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "wbscanner.proxies.client_address"
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "code"]  # not written down with a refused login

# --- language, time, files
LANGUAGE_CODE = "en"
LANGUAGES = languages.LANGUAGES
LANG_INFO.update({code: {**info} for code, info in languages.UNKNOWN_TO_DJANGO.items()})
# What is said in chats, the desk, and Django's words where its "pt" is not the one we speak; `make messages` keeps
# them. A text of chats and desk stands with the chats.
LOCALE_PATHS = [BASE_DIR / "locale" / name for name in ("chats", "desk", "django")]
# In which groups are answered that have no language of their own.
REPLY_LANGUAGE = env.text("REPLY_LANGUAGE", LANGUAGE_CODE)
FORMAT_MODULE_PATH = ["wbscanner.formats"]
TIME_ZONE = env.text("TIME_ZONE", "UTC")
STATIC_URL = "static/"
STATIC_ROOT = env.path("STATIC_ROOT", DATA_DIR / "static")
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

LOGGING = logs.configuration(env.text("LOG_LEVEL", "INFO"))

# --- scanning: how long a verdict is reused, by verdict
SCAN_EXPIRY = {
    "benign": timedelta(seconds=env.seconds("SCAN_EXPIRY_BENIGN", 24 * 3600)),
    "suspicious": timedelta(seconds=env.seconds("SCAN_EXPIRY_SUSPICIOUS", 3600)),
    "malicious": timedelta(seconds=env.seconds("SCAN_EXPIRY_MALICIOUS", 15 * 60)),
    "unknown": timedelta(seconds=env.seconds("SCAN_EXPIRY_UNKNOWN", 5 * 60)),
}
FETCH_URL_KEPT = timedelta(days=8)
# Opening links: as whom (empty: USER_AGENT of scans.engine.redirects), and whether a second look checks for cloaking.
VISIT_USER_AGENT = env.text("VISIT_USER_AGENT", "")
VISIT_CLOAKING_CHECK = env.number("VISIT_CLOAKING_CHECK", 0) == 1
# What reports bring (pictures and texts of pages), and the secret of those who say that a report is there.
REPORT_ARTIFACTS_KEPT = timedelta(seconds=env.seconds("REPORT_ARTIFACTS_KEPT", 30 * 24 * 3600))
URLSCAN_CALLBACK_SECRET = env.secret("URLSCAN_CALLBACK_SECRET") or ""
# Whoever joined a group within this time is new there; it is known of groups that weigh it, and forgotten after it.
NEWCOMER_FOR = timedelta(seconds=env.seconds("NEWCOMER_FOR", 7 * 24 * 3600))
SENDER_ADDRESS_KEPT = timedelta(seconds=env.seconds("SENDER_ADDRESS_KEPT", 72 * 3600))
# Rows about links (sightings, scans, actions) and the audit trail; 0 days: for ever. See waclient/retention.
RETENTION_DAYS = env.number("RETENTION_DAYS", 180)
RETENTION = timedelta(days=RETENTION_DAYS) if RETENTION_DAYS else None
AUDIT_RETENTION_DAYS = env.number("AUDIT_RETENTION_DAYS", 730)
AUDIT_RETENTION = timedelta(days=AUDIT_RETENTION_DAYS) if AUDIT_RETENTION_DAYS else None

# --- sending: facts behind the defaults are in docs/configuration.md; nobody publishes official limits
REPLY_MAX_AGE = timedelta(seconds=env.seconds("REPLY_MAX_AGE", 5 * 60))
# How old a message may be that an admin may still delete for everyone. WhatsApp says no number; reports begin at 48 h.
DELETE_WINDOW = timedelta(seconds=env.seconds("DELETE_WINDOW", 48 * 3600))
# How long a group is only watched before its moderators are asked whether it shall go live; 0: never.
GO_LIVE_AFTER = timedelta(days=env.number("GO_LIVE_AFTER_DAYS", 7))
SEND_GAP_MIN = env.seconds("SEND_GAP_MIN", 4)
SEND_GAP_MAX = env.seconds("SEND_GAP_MAX", 12)
# For how long typing is shown before a text, at most; inside the gap where there is one.
SEND_TYPING = env.seconds("SEND_TYPING", 3)
SEND_GROUP_GAP = env.seconds("SEND_GROUP_GAP", 45)
SEND_HOURLY_CAP = env.number("SEND_HOURLY_CAP", 20)
SEND_DAILY_CAP = env.number("SEND_DAILY_CAP", 100)
# A newly linked number starts with few messages and reaches the caps after so many days (0: at once).
SEND_WARM_UP_DAYS = env.number("SEND_WARM_UP_DAYS", 14)
SEND_WARM_UP_HOURLY_CAP = env.number("SEND_WARM_UP_HOURLY_CAP", 5)
SEND_WARM_UP_DAILY_CAP = env.number("SEND_WARM_UP_DAILY_CAP", 20)
# How long what is not dangerous gathers before the moderators are told of it in one message.
ALERT_BATCH = timedelta(seconds=env.seconds("ALERT_BATCH", 15 * 60))
LINK_COOLDOWN = timedelta(seconds=env.seconds("LINK_COOLDOWN", 24 * 3600))
CAMPAIGN_COOLDOWN = timedelta(seconds=env.seconds("CAMPAIGN_COOLDOWN", 3600))
GROUP_REPLIES_HOURLY = env.number("GROUP_REPLIES_HOURLY", 3)
GROUP_REPLIES_DAILY = env.number("GROUP_REPLIES_DAILY", 10)
# Answers to commands, in an hour: to one person, and in one group.
ANSWERS_PERSON_HOURLY = env.number("ANSWERS_PERSON_HOURLY", 10)
ANSWERS_GROUP_HOURLY = env.number("ANSWERS_GROUP_HOURLY", 20)
# How long nothing is sent after a sign that WhatsApp restricts the number.
SEND_BRAKE = timedelta(seconds=env.seconds("SEND_BRAKE", 24 * 3600))
# What WhatsApp says about a group is asked for again after so long; its events keep it right meanwhile.
GROUP_FACTS_MAX_AGE = timedelta(seconds=env.seconds("GROUP_FACTS_MAX_AGE", 6 * 3600))
GROUP_FETCH_GAP = env.seconds("GROUP_FETCH_GAP", 5)
# "real", or "simulated": chats that are only played, for trying the product out without a phone.
WHATSAPP = env.text("WHATSAPP", "real")
IS_SIMULATED = WHATSAPP == "simulated"

# --- the owner told outside of WhatsApp (docs/operations.md, Alarms); destinations come from the environment only
ALARM_EMAIL_TO = env.parts("ALARM_EMAIL_TO", "")
SMTP_HOST = env.text("SMTP_HOST", "")
SMTP_PORT = env.number("SMTP_PORT", 587)
SMTP_SECURITY = env.text("SMTP_SECURITY", "starttls")  # or "tls", "none"
SMTP_USER = env.text("SMTP_USER", "")
SMTP_PASSWORD = env.secret("SMTP_PASSWORD") or ""
SMTP_FROM = env.text("SMTP_FROM", SMTP_USER or "wbscanner@localhost")
ALARM_WEBHOOK_URL = env.secret("ALARM_WEBHOOK_URL") or ""
ALARM_WEBHOOK_SECRET = env.secret("ALARM_WEBHOOK_SECRET") or ""
ALARM_NTFY_URL = env.secret("ALARM_NTFY_URL") or ""
ALARM_NTFY_TOKEN = env.secret("ALARM_NTFY_TOKEN") or ""
_DESTINATIONS = {"email": SMTP_HOST and ALARM_EMAIL_TO, "webhook": ALARM_WEBHOOK_URL, "ntfy": ALARM_NTFY_URL}
ALARM_CHANNELS = [name for name, destination in _DESTINATIONS.items() if destination]
# Hosts of those destinations that may have an address inside this network, and may be spoken to without TLS.
DELIVERY_ALLOW_HOSTS = frozenset(host.lower() for host in env.parts("DELIVERY_ALLOW_HOSTS", ""))
# An alarm is over when it stayed away for so long; the socket is down, or deaf, after so long at the earliest.
ALARM_CALM = timedelta(seconds=env.seconds("ALARM_CALM", 5 * 60))
ALARM_DOWN_AFTER = timedelta(seconds=env.seconds("ALARM_DOWN_AFTER", 5 * 60))
ALARM_DEAF_AFTER = timedelta(seconds=env.seconds("ALARM_DEAF_AFTER", 2 * 3600))
# WhatsApp ends the link of a device whose phone was offline for 14 days: the owner is reminded before.
PHONE_REMIND_AFTER = timedelta(seconds=env.seconds("PHONE_REMIND_AFTER", 10 * 24 * 3600))
