"""Settings of the test run; loaded by pytest before Django reads its settings."""

import os
import tempfile

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
)
os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="newsroom-tests-")
os.environ.setdefault("CACHE_URL", "dbcache://site_cache")
if os.environ["CACHE_URL"].startswith("redis") and (
    worker := os.environ.get("PYTEST_XDIST_WORKER")
):
    # Tests empty the cache they use: each worker has a Redis database of its own.
    base = os.environ["CACHE_URL"].rpartition("/")[0]
    os.environ["CACHE_URL"] = f"{base}/{int(worker.removeprefix('gw')) + 1}"
