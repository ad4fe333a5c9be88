"""Settings of the test run; loaded by pytest before Django reads its settings."""

import atexit
import gc
import os
import shutil
import tempfile

# Clients and pages by the thousand: looked through for cycles less often, a tenth of the time.
gc.set_threshold(100_000, 50, 50)
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")

# Template databases of this run, shared by its workers; tests/run.py shares them between rounds.
if "TEST_TEMPLATES" not in os.environ:
    os.environ["TEST_TEMPLATES"] = tempfile.mkdtemp(prefix="newsroom-templates-")
    atexit.register(shutil.rmtree, os.environ["TEST_TEMPLATES"], ignore_errors=True)
data = tempfile.mkdtemp(prefix="newsroom-tests-")
atexit.register(shutil.rmtree, data, ignore_errors=True)

os.environ.update(
    TESTING="1",
    DEBUG="0",
    SECRET_KEY="for-tests-only",
    ALLOWED_HOSTS="testserver,localhost,127.0.0.1",
    SITE_URL="http://testserver",
    SECURE_HTTPS="0",
    DJANGO_ALLOW_ASYNC_UNSAFE="true",
    EMAIL_URL="memorymail://",
    PICTURE_AVIF_SPEED="10",
    DATA_DIR=data,
)
# Never a database that is there: a file of this process, or one of its own on the server named.
server, _, _ = os.environ.pop("DATABASE_URL", "").rpartition("/")
if server.startswith("postgres"):
    os.environ["DATABASE_URL"] = f"{server}/test_{os.getpid()}"
os.environ.setdefault("CACHE_URL", "dbcache://site_cache")
if os.environ["CACHE_URL"].startswith("redis") and WORKER:
    # Tests empty the cache they use: each worker has a Redis database of its own.
    base = os.environ["CACHE_URL"].rpartition("/")[0]
    os.environ["CACHE_URL"] = f"{base}/{int(WORKER.removeprefix('gw')) + 1}"
