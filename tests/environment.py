"""Settings of the test run; loaded by pytest before Django reads its settings."""

import atexit
import gc
import os
import shutil
import tempfile
from urllib.parse import urlsplit

# Tests make objects by the thousand; looking for cycles among them takes a tenth of the time.
gc.set_threshold(100_000, 50, 50)
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")

# Template databases of this run, shared by its workers; tests/run.py shares them between rounds.
OWN_TEMPLATES = "TEST_TEMPLATES" not in os.environ
if OWN_TEMPLATES:
    os.environ["TEST_TEMPLATES"] = tempfile.mkdtemp(prefix="newsroom-templates-")
    atexit.register(shutil.rmtree, os.environ["TEST_TEMPLATES"], ignore_errors=True)
data = tempfile.mkdtemp(prefix="newsroom-tests-")
atexit.register(shutil.rmtree, data, ignore_errors=True)

os.environ.update(
    TESTING="1",
    DEBUG="0",
    SECRET_KEY="not-a-secret-of-anybody-for-tests-only",
    ALLOWED_HOSTS="testserver,localhost,127.0.0.1",
    SITE_URL="http://testserver",
    SECURE_HTTPS="0",
    DJANGO_ALLOW_ASYNC_UNSAFE="true",
    EMAIL_URL="memorymail://",
    PICTURE_AVIF_SPEED="10",
    CONVERT_WORD="0",  # whether LibreOffice is here or not; its own tests turn it on
    DATA_DIR=data,
)
# Never a database that is there: a file of this process, or one of its own on the server named.
given = urlsplit(os.environ.pop("DATABASE_URL", ""))
if given.scheme.startswith("postgres"):
    own = f"test_{os.environ['TEST_TEMPLATES'][-8:]}_{WORKER or 'own'}"
    os.environ["DATABASE_URL"] = given._replace(path=f"/{own}").geturl()
# Tests empty the cache they use: never one that is there, and each worker has one of its own.
# Letters do not wait where nothing is taken back; tests of that set their own time.
os.environ["UNDO_SECONDS"] = "0"
os.environ["CACHE_URL"] = "dbcache://site_cache"
if redis := os.environ.get("TEST_REDIS"):
    os.environ["CACHE_URL"] = f"{redis}/{int(WORKER.removeprefix('gw') or 0)}"
