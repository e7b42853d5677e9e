"""Django's settings, made from what the desk was started with (`environment`); nothing here is for editing.

Hospital-wide choices that people change while the desk runs stand in the store (`store.models.Setting`), not here.
"""

from __future__ import annotations

import os
from typing import Any

from downtime.desk.database import database
from downtime.desk.environment import DeskEnvironment
from downtime.desk.secrets import ARRIVING, SESSION_SECRET, read_secret
from downtime.library.shelf import shipped_folder

DESK = DeskEnvironment.from_environ()

DEBUG = False
SECRET_KEY = read_secret(DESK.store_folder, SESSION_SECRET)
ALLOWED_HOSTS = list(DESK.hosts)
ROOT_URLCONF = "downtime.desk.urls"
WSGI_APPLICATION = "downtime.desk.serve.application.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": database(DESK.store_folder, os.environ.get("DATABASE_URL"))}

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "axes",
    "downtime.desk.web",
    "downtime.desk.audit",
    "downtime.desk.accounts",
    "downtime.desk.store",
    "downtime.desk.inbox",
    "downtime.desk.keying",
    "downtime.desk.verification",
    "downtime.desk.patients",
    "downtime.desk.reconciliation",
    "downtime.desk.printing",
    "downtime.desk.readiness",
    "downtime.desk.site_editor",
    "downtime.desk.administration",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "downtime.desk.web.middleware.response_headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "downtime.desk.accounts.middleware.end_idle_sessions",
    "downtime.desk.accounts.middleware.CheckAccess",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [str(shipped_folder() / "templates" / "desk")],
        "APP_DIRS": False,
        "OPTIONS": {
            "environment": "downtime.desk.web.jinja.environment",
            "context_processors": [
                "django.contrib.messages.context_processors.messages",
                "downtime.desk.web.context.desk",
            ],
        },
    }
]

# Who may come in.
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},  # NIST SP 800-63B: length first
    {"NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator", "OPTIONS": {"user_attributes": ("username", "name")}},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "web:home"

# Five wrong passwords lock the pair of name and computer for a quarter of an hour: a colleague at another computer, or
# under another name, is not locked out with them.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "downtime.desk.accounts.views.locked_out"
AXES_VERBOSE = False
AXES_IPWARE_PROXY_COUNT = 0

# Sessions live in the database; they end when the browser closes, after idle minutes (`accounts.middleware`), and in
# any case after a long shift.
SESSION_COOKIE_AGE = 13 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = DESK.tls
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = ("__Host-desk", "__Host-desk-csrf") if DESK.tls else ("desk", "desk-csrf")
CSRF_FAILURE_VIEW = "downtime.desk.web.errors.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # a message may name a patient: no cookie

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"  # with "no-referrer" browsers hide the origin of forms, too
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if DESK.tls:
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
else:
    # Without TLS the desk serves this computer only: nothing goes over a wire that TLS could protect, and Safari would
    # not send a secure cookie to http://127.0.0.1 at all.
    SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W008", "security.W012", "security.W016"]

# Uploads: to disk in the store, never whole in memory. Limits are told before a file is read (`inbox.uploads`).
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
FILE_UPLOAD_TEMP_DIR = str(DESK.store_folder / ARRIVING) if (DESK.store_folder / ARRIVING).is_dir() else None
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
DATA_UPLOAD_MAX_NUMBER_FILES = 200

STATIC_URL = "/static/"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "downtime.desk.web.fonts.FontFinder",
]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 3600
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_MIMETYPES = {".ttf": "font/ttf"}

LANGUAGE_CODE = "en"
USE_I18N = False
USE_TZ = True
TIME_ZONE = DESK.time_zone

# Nothing about a patient may reach a log: a line says where in the program, never with what data.
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"places_only": {"()": "downtime.desk.web.logs.PlacesOnly"}},
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["places_only"]}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"django.request": {"level": "ERROR"}, "axes": {"level": "ERROR"}},
}
