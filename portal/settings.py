"""All settings, driven by the environment, safe by default.

Nothing needs to be set to develop (``make run`` sets ``DEBUG=1``). In production ``SECRET_KEY``
and ``ALLOWED_HOSTS`` are required; docs/operations.md lists every variable.
"""

import json
import secrets
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from portal.editor_settings import EDITOR

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "data"))).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)
DEBUG = env.bool("DEBUG", default=False)
# Weak hashes, files from the source: for tests and benchmarks. No server starts with it (wsgi.py).
TESTING = env.bool("TESTING", default=False)

if DEBUG:
    # A key of this folder's own, so that a debug site never shares one with another site.
    _key_file = DATA_DIR / "debug-secret-key"
    if not _key_file.exists():
        _key_file.write_text(secrets.token_urlsafe(50))
    SECRET_KEY = env.str("SECRET_KEY", default=_key_file.read_text())
    ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
else:
    SECRET_KEY = env.str("SECRET_KEY", default="")
    ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
    if not SECRET_KEY or not ALLOWED_HOSTS:
        message = "正式运行必须设置 SECRET_KEY 和 ALLOWED_HOSTS；本机试用请用 make run。"
        raise ImproperlyConfigured(message)
    if len(SECRET_KEY) < 32 or len(set(SECRET_KEY)) < 8 or SECRET_KEY.startswith("change-me"):
        message = "SECRET_KEY 是示例或太简单，请换成 50 个以上的随机字符。"
        raise ImproperlyConfigured(message)

# The address that absolute links carry (feeds, sitemap, letters); never taken from the request.
# On trial it is where ``make run`` listens.
_trial = f"http://{env.str('HOST', default='127.0.0.1')}:{env.str('PORT', default='8000')}"
SITE_URL = env.str("SITE_URL", default=_trial if DEBUG else "http://127.0.0.1:8000").rstrip("/")

# Telling search engines of new addresses; without a key nothing is ever sent.
INDEXNOW_KEY = env.str("INDEXNOW_KEY", default="")
INDEXNOW_URL = env.str("INDEXNOW_URL", default="https://api.indexnow.org/indexnow")
BAIDU_PUSH_TOKEN = env.str("BAIDU_PUSH_TOKEN", default="")
BAIDU_PUSH_URL = env.str("BAIDU_PUSH_URL", default="http://data.zz.baidu.com/urls")

INSTALLED_APPS = [
    "portal",
    "submissions",
    "articles",
    "correspondents",
    "portal.admin_config.NewsroomAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.syndication",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "auditlog",
    "ckeditor",
    "csp",
    "django_tasks",
    "django_tasks_db",
    "taggit",
]
if TESTING:
    INSTALLED_APPS.append("tests")  # its flush puts the database back to a template

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "portal.middleware.ReadersChoices",
    "portal.middleware.OneEdition",
    "portal.middleware.OddInput",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "portal.middleware.PrivateResponses",
    "portal.middleware.AuditTrail",
    "portal.middleware.LastSeen",
    "portal.middleware.DeskSecondFactor",
    "portal.redirects.Switches",
    "portal.redirects.Moved",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
if DEBUG:
    MIDDLEWARE.append("portal.middleware.MissingPages")

# Signing in and out goes on while the site is read-only.
LOGIN_PATHS = ("/zhanghu/login/", "/zhanghu/logout/", "/zhanghu/erci/")
ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

_CONTEXT = [
    "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
    "portal.context_processors.site",
]
TEMPLATES = [
    {  # what anybody reads (docs/decisions/0028)
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates/jinja2"],
        "OPTIONS": {"environment": "portal.jinja.environment", "context_processors": _CONTEXT},
    },
    {  # the desk, accounts, a correspondent's own pages
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": _CONTEXT,
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "portal.line_breaks.DjangoLoader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
        },
    },
]

# --- database ---------------------------------------------------------------------------------
DATABASES = {
    "default": env.db_url("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'site.sqlite3'}")
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"].update(
        ENGINE="portal.sqlite",
        OPTIONS={
            # Deferred transactions fail with "database is locked" as soon as two people write.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            # FULL: an acknowledged manuscript survives a power cut (docs/operations.md).
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                # 32 MB for each connection: the inner pages of the indexes of a large archive.
                "PRAGMA cache_size=-32000;"
            ),
        },
    )
else:
    DATABASES["default"].update(ENGINE="portal.postgresql", CONN_HEALTH_CHECKS=True)
# A connection costs more than most of what is asked through it; DATABASE_URL may say otherwise.
DATABASES["default"].setdefault("CONN_MAX_AGE", 60)
# Threads of each web process that work, and so its connections (portal/lanes.py): writers wait for
# each other anyway, and never take the place of a reader.
READER_THREADS = env.int("READER_THREADS", default=4)
WRITER_THREADS = env.int(
    "WRITER_THREADS", default=1 if DATABASES["default"]["ENGINE"] == "portal.sqlite" else 2
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Shared by all processes: sign-in throttling counts in it. redis://... on larger sites.
CACHES = {
    "default": env.cache_url("CACHE_URL", default="dbcache://site_cache"),
    # What pages count up, in each process. Apart: readers fill it, and what is full lets go of
    # something, which must never be a limit on signing in.
    "figures": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 1_000},
    },
    # Parts of pages, in each process: what an article prints of itself (portal/fragments.py).
    "fragments": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "fragments",
        "OPTIONS": {"MAX_ENTRIES": env.int("FRAGMENTS", default=1_000)},
    },
}
if not CACHES["fragments"]["OPTIONS"]["MAX_ENTRIES"]:
    CACHES["fragments"]["BACKEND"] = "django.core.cache.backends.dummy.DummyCache"
if CACHES["default"]["BACKEND"] == "django.core.cache.backends.redis.RedisCache":
    CACHES["default"]["BACKEND"] = "portal.shared_cache.SharedCache"
if CACHES["default"]["BACKEND"] == "django.core.cache.backends.db.DatabaseCache":
    CACHES["default"]["BACKEND"] = "portal.shared_cache.TableCache"
    # Django lets go of live entries beyond 300; there is one for every address that asks much.
    CACHES["default"].setdefault("OPTIONS", {}).setdefault("MAX_ENTRIES", 20_000)

# Pages kept ready in the memory of each process (docs/decisions/0018); 0 keeps none.
PAGE_CACHE_BYTES = env.int("PAGE_CACHE_BYTES", default=24 * 1024 * 1024)
# How long they are sent on, marked as stale, while the database is away.
PAGE_CACHE_STALE_SECONDS = env.int("PAGE_CACHE_STALE_SECONDS", default=3600)
PICTURE_CACHE_BYTES = env.int("PICTURE_CACHE_BYTES", default=32 * 1024 * 1024)

# --- files ------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(DATA_DIR / "static")))
# Uploads are private; views decide who may see them, so there is no MEDIA_URL.
MEDIA_ROOT = DATA_DIR / "media"
MEDIA_STORAGE = env.str("MEDIA_STORAGE", default="django.core.files.storage.FileSystemStorage")
STORAGES = {
    "default": {
        "BACKEND": MEDIA_STORAGE,
        "OPTIONS": json.loads(env.str("MEDIA_STORAGE_OPTIONS", default="{}")),
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or TESTING
        else "portal.static_files.HashedFiles"
    },
}
WHITENOISE_USE_FINDERS = DEBUG or TESTING
# Looking through all files once a process pays when serving; every test client would do it again.
WHITENOISE_AUTOREFRESH = DEBUG or TESTING

from portal.limits import *  # noqa: E402, F403 -- settings of their own, by their names

# The text of a form without its files; pictures stream to disk and are limited one by one.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 40
FILE_UPLOAD_PERMISSIONS = 0o640

# --- language and time ------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

# --- accounts ---------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = [
    "correspondents.accounts.NoDemoPassword",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
if TESTING:  # slow hashes are for real passwords
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
# Printed for everybody by `make run`; outside debug mode nobody signs in with it.
DEMO_PASSWORD = "meitan-2026"  # noqa: S105 -- public on purpose
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "submissions:mine"
LOGOUT_REDIRECT_URL = "portal:home"
ACCOUNT_ADAPTER = "correspondents.accounts.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "correspondents.forms.SignInForm",
    "reauthenticate": "correspondents.forms.PasswordAgainForm",
    "signup": "correspondents.forms.SignUpForm",
}
SIGNUP_OPEN = env.bool("SIGNUP_OPEN", default=True)
# A mobile number opens an account after the desk's approval; no message is ever sent to it.
ACCOUNT_LOGIN_METHODS = {"username", "email", "phone"}
ACCOUNT_PHONE_VERIFICATION_ENABLED = False
# The registration form asks for mail itself: a mailbox opens an account only once confirmed.
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_SIGNUP_FORM_HONEYPOT_FIELD = "website"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_PREVENT_ENUMERATION = True
# Django ends every other session of the person by itself; this one stays.
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = None
# With it, the desk opens only to those who signed in with a second factor.
STAFF_MFA_REQUIRED = env.bool("STAFF_MFA_REQUIRED", default=False)
MFA_ADAPTER = "correspondents.second_factor.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "correspondents.forms.CodeForm",
    "reauthenticate": "correspondents.forms.CodeAgainForm",
    "activate_totp": "correspondents.forms.AuthenticatorAppForm",
    "add_webauthn": "correspondents.forms.KeyForm",
    "edit_webauthn": "correspondents.forms.KeyNameForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "煤炭资讯网"
MFA_TOTP_TOLERANCE = 1
# Accounts are opened by the desk, and an address for mail is optional.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG or TESTING
# Addresses from X-Forwarded-For count only when that many proxies of ours stand in front.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=0)

# --- correspondents ---------------------------------------------------------------------------
APPOINTMENT_YEARS = env.int("APPOINTMENT_YEARS", default=2)
TERM_REMINDER_DAYS = env.int("TERM_REMINDER_DAYS", default=30)
CLAIM_LINK_DAYS = env.int("CLAIM_LINK_DAYS", default=7)
# How long personal data are kept (docs/operations.md); carried out by the daily tasks.
KEEP_UNAPPROVED_DAYS = env.int("KEEP_UNAPPROVED_DAYS", default=90)
KEEP_REJECTED_FILES_DAYS = env.int("KEEP_REJECTED_FILES_DAYS", default=180)
KEEP_LETTERS_DAYS = env.int("KEEP_LETTERS_DAYS", default=180)
KEEP_REPORT_CONTACT_DAYS = env.int("KEEP_REPORT_CONTACT_DAYS", default=30)
# Reads by day for so long, by month afterwards.
KEEP_DAILY_READS_DAYS = env.int("KEEP_DAILY_READS_DAYS", default=2 * 365)
UNDO_SECONDS = env.int("UNDO_SECONDS", default=30)  # a decision may be taken back, letters wait
EDITOR_SIGNATURE = env("EDITOR_SIGNATURE", default="reprint")  # pen, real, reprint: real on those
# 《网络安全法》 (2016), article 21, no. 3: network logs are kept for six months at least.
KEEP_AUDIT_DAYS = max(180, env.int("KEEP_AUDIT_DAYS", default=3 * 365))

# --- mail -------------------------------------------------------------------------------------
if DEBUG:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = DATA_DIR / "mail"
else:
    vars().update(env.email_url("EMAIL_URL", default="smtp://localhost:25"))
# A server that takes the connection and says nothing.
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=10)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="webmaster@localhost")

# --- backups ----------------------------------------------------------------------------------
# Where the daily backup goes, on another disk; none is made without. Days, weeks and months kept.
BACKUP_DIR = env.str("BACKUP_DIR", default="")
BACKUP_KEEP = env.list("BACKUP_KEEP", cast=int, default=[7, 4, 12])

# --- background work --------------------------------------------------------------------------
# A task that takes longer is taken from its worker, and begun anew.
TASK_MINUTES = env.int("TASK_MINUTES", default=30)
TASKS = {
    "default": {
        "BACKEND": "django_tasks_db.DatabaseBackend",
        "QUEUES": ["default", "network", "long"],
    }
}

# --- tags -------------------------------------------------------------------------------------
TAGGIT_CASE_INSENSITIVE = True
TAGGIT_STRIP_UNICODE_WHEN_SLUGIFYING = False
TAGGIT_TAGS_FROM_STRING = "articles.content.tags.split"
TAGGIT_STRING_FROM_TAGS = "articles.content.tags.join"

# --- the desk's editor ------------------------------------------------------------------------
# CKEditor 4.22.1 is past its end of life; SECURITY.md names the risk, the fence and the exit.
# HSTS for other hosts of the owner, and its preload list, are the owner's to decide.
DESK_EDITOR = env.str("DESK_EDITOR", default="house")  # or ckeditor
SILENCED_SYSTEM_CHECKS = ["ckeditor.W001", "security.W005", "security.W021"]
CKEDITOR_CONFIGS = {"default": EDITOR | {"contentsCss": [STATIC_URL + "css/editor.css"]}}

# --- security ---------------------------------------------------------------------------------
SECURE_HTTPS = env.bool("SECURE_HTTPS", default=not DEBUG)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
CSRF_FAILURE_VIEW = "portal.views.errors.csrf_failure"
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=SECURE_HTTPS)
# The container's own health probe speaks plain HTTP.
SECURE_REDIRECT_EXEMPT = [r"^healthz/$"]
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=3600 * 24 * 30 if SECURE_HTTPS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("SECURE_HSTS_INCLUDE_SUBDOMAINS", default=False)
SECURE_HSTS_PRELOAD = env.bool("SECURE_HSTS_PRELOAD", default=False)
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
if env.bool("BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- audit ------------------------------------------------------------------------------------
AUDITLOG_DISABLE_ON_RAW_SAVE = True

# --- logs -------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    # What was refused is told in a line; a traceback is for what failed.
    "filters": {"short": {"()": "portal.logs.Short"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["short"]}
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {"django": {"handlers": ["console"], "level": "INFO", "propagate": False}},
}
