"""The settings of the desk, for tests: a PostgreSQL of their own, nothing shared with a running desk."""

import os
import shutil
import tempfile
from atexit import register
from pathlib import Path

SCRATCH = Path(tempfile.mkdtemp(prefix="mdo-desk-test-"))
register(shutil.rmtree, SCRATCH, ignore_errors=True)
# The embedded server runs as another user when we are root, and has to pass here.
SCRATCH.chmod(0o711)

os.environ |= {
    "DESK_MODE": "embedded",
    "VAR_DIR": str(SCRATCH),
    "CACHE_URL": "locmemcache://",
    "EMAIL_URL": "memorymail://",
    "CELERY_BROKER_URL": "memory://",
    "SESSION_IDLE_MINUTES": "720",  # stories leap over hours; the tests of sessions set their own
    "SITE_URL": "http://testserver",
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    # Playwright keeps an event loop in the thread of the tests, which Django takes for an asynchronous caller.
    "DJANGO_ALLOW_ASYNC_UNSAFE": "1",
}

from mdo_desk.settings import *  # noqa: E402, F403

# Transactional tests empty every table; the trail lets nobody else do so.
DATABASES["default"]["OPTIONS"]["options"] += " -c desk.audit_flush=on"  # noqa: F405
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
