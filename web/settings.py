"""Django's settings, all from the environment (docs/operations.md explains every variable)."""

from __future__ import annotations

import sys
from pathlib import Path

import environ

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

TESTING = "pytest" in sys.modules
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var"))).resolve()
# A running demo leaves its key and addresses here for manage.py; what the environment says goes first.
if not TESTING and (DATA_DIR / "demo.env").exists():
    env.read_env(DATA_DIR / "demo.env")
DEBUG = env.bool("DEBUG", default=False)
# An empty or well-known key is refused at start (web/accounts/checks.py), except with DEBUG, for our own machines.
SECRET_KEY_GIVEN = env.str("SECRET_KEY", default="")
SECRET_KEY = SECRET_KEY_GIVEN or ("only-for-debug" if DEBUG else "")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]", "testserver"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# --- behind HTTPS and proxies -----------------------------------------------------------------------------------------
# The demo runs on plain HTTP; a real installation sets HTTPS=1 and says how many proxies of its own stand in front.
HTTPS = env.bool("HTTPS", default=False)
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # probes come from inside, without TLS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SESSION_COOKIE_AGE = 14 * 24 * 3600

# --- stores -----------------------------------------------------------------------------------------------------------
# SQLite and files by default, so that one command runs the product; a URL switches to the servers.
REDIS_URL = env.str("REDIS_URL", default="")
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'footfall.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Writers queue instead of failing (IMMEDIATE), readers never wait (WAL), a commit survives a power cut (FULL).
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=20000;",
    }
# Each thread keeps its connection: opening one takes as long as five questions of it.
DATABASES["default"] |= {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": str(DATA_DIR / "cache"),
        "OPTIONS": {"MAX_ENTRIES": 5000},
    }
}

# Three users on a real server (insert, read-only, migrate); the embedded engine has one.
CLICKHOUSE_URL = env.str("CLICKHOUSE_URL", default="clickhouse://default@127.0.0.1:9000/default")
CLICKHOUSE_QUERY_URL = env.str("CLICKHOUSE_QUERY_URL", default=CLICKHOUSE_URL)
CLICKHOUSE_MIGRATION_URL = env.str("CLICKHOUSE_MIGRATION_URL", default=CLICKHOUSE_URL)
SPOOL_DIR = Path(env.str("SPOOL_DIR", default=str(DATA_DIR / "spool")))
SPOOL_MAX_BYTES = env.int("SPOOL_MAX_BYTES", default=4 * 1024**3)
INGEST_MAX_BODY_BYTES = env.int("INGEST_MAX_BODY_BYTES", default=10 * 1024 * 1024)  # after unpacking
INGEST_MAX_ITEMS = env.int("INGEST_MAX_ITEMS", default=2000)
INGEST_EVENTS_PER_SECOND = env.int("INGEST_EVENTS_PER_SECOND", default=30_000)  # per project and web process
API_REQUESTS_PER_MINUTE = env.int("API_REQUESTS_PER_MINUTE", default=600)  # per service account or person; 0: any
GEOIP_DATABASE = env.str("GEOIP_DATABASE", default="")

# --- questions: what each project gets unless its own limits (Django's admin pages) say otherwise; 0 is no limit ------
QUESTION_MAX_SECONDS = env.int("QUESTION_MAX_SECONDS", default=120)
QUESTION_MAX_MEMORY_BYTES = env.int("QUESTION_MAX_MEMORY_BYTES", default=4_000_000_000)
QUESTION_MAX_ROWS = env.int("QUESTION_MAX_ROWS", default=0)
PROJECT_MAX_RUNNING = env.int("PROJECT_MAX_RUNNING", default=2)  # of the four threads that a query worker has
PROJECT_MAX_WAITING = env.int("PROJECT_MAX_WAITING", default=100)
RUN_ABANDONED_AFTER = env.int("RUN_ABANDONED_AFTER", default=600)  # seconds

# --- background jobs --------------------------------------------------------------------------------------------------
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {}
else:
    CELERY_BROKER_URL = "filesystem://"
    CELERY_BROKER_TRANSPORT = "web.broker:FolderTransport"  # docs/decisions/0015
    CELERY_WORKER_ENABLE_REMOTE_CONTROL = False  # nothing asks for it, and each poll would read the folder once more
    CELERY_BROKER_TRANSPORT_OPTIONS = {"folder": str(DATA_DIR / "broker"), "polling_interval": 0.05}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_DEFAULT_QUEUE = "queries"
CELERY_TASK_IGNORE_RESULT = True  # the run record is the result
CELERY_TASK_ACKS_LATE = True  # a job may come twice, and must not be lost: each one claims its record
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")

# --- Django -----------------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "web",  # commands that span the apps, and the static files
    "rest_framework",
    "csp",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "web.accounts",
    "web.projects",
    "web.people",
    "web.ingestion",
    "web.reports",
    "web.boards",
    "web.api",
    "web.mixpanel",
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"  # our templates may draw widgets
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "web.urls"
WSGI_APPLICATION = "web.wsgi.application"
AUTH_USER_MODEL = "accounts.User"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
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
                "web.accounts.theme.theme",
                "web.projects.navigation.navigation",
            ],
            "builtins": ["web.templatetags.footfall"],
        },
    }
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(DATA_DIR / "static")))
# Hashed names need `manage.py collectstatic`; on our own machines and in tests the files are served as they lie.
STATIC_FROM_SOURCE = DEBUG or TESTING
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if STATIC_FROM_SOURCE
        else "web.templatetags.hashed_static.HashedStatic"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = STATIC_FROM_SOURCE

# Invitations are links to pass on; with EMAIL_URL (smtp://user:password@host:port) they are mailed as well.
EMAIL_URL = env.str("EMAIL_URL", default="")
EMAIL_CONFIGURED = bool(EMAIL_URL)
vars().update(env.email_url_config(EMAIL_URL or "consolemail://"))
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Footfall <footfall@localhost>")

# Nothing but our own host; data: images are Plotly's markers and our icons.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}
REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["web.api.parsing.BoundedJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "web.api.schemas.operations.Described",
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "web.api.authentication.ServiceAccountAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "EXCEPTION_HANDLER": "web.api.errors.answer_error",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Footfall",
    "DESCRIPTION": "Ask the questions that Footfall's pages ask. docs/api.md says it in a page.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SORT_OPERATIONS": False,
    "SORT_OPERATION_PARAMETERS": False,
    "PREPROCESSING_HOOKS": ["web.api.schemas.operations.ours"],
    "POSTPROCESSING_HOOKS": ["web.api.schemas.operations.complete"],
}
