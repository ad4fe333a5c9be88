"""What a new release needs before it serves, done once: the database, the files beside the pages.

A start that finds its release prepared writes nothing, so the site comes up on a full disk, and in
a second. A release is its own code, templates and static files, and the list of its packages.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, transaction

from portal.models import Release

OURS = ("portal", "articles", "correspondents", "submissions", "templates", "static")
STAMP = "release.txt"


def digest() -> str:
    """Return the SHA-256 of everything that makes this release."""
    root = Path(settings.BASE_DIR)
    found = hashlib.sha256()
    paths = [path for name in OURS for path in (root / name).rglob("*") if path.is_file()]
    for path in sorted([*paths, root / "requirements.txt"]):
        if path.suffix != ".pyc":
            found.update(str(path.relative_to(root)).encode() + b"\0")
            found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


def prepare() -> bool:
    """Bring database and static files in line with this release; false where they were."""
    now = digest()
    # The table of the cache belongs to the database, where the cache is a table.
    cache = settings.CACHES["default"]
    with_cache = f"{now} {cache['BACKEND']} {cache.get('LOCATION', '')}"
    done = [_database(hashlib.sha256(with_cache.encode()).hexdigest()), _static_files(now)]
    return any(done)


def _database(now: str) -> bool:
    try:
        if Release.objects.filter(pk=1, digest=now).exists():
            return False
    except DatabaseError:  # its first tables are not there yet
        pass
    call_command("setup_site", verbosity=0)
    with transaction.atomic():
        Release.objects.update_or_create(pk=1, defaults={"digest": now})
    return True


def _static_files(now: str) -> bool:
    stamp = Path(settings.STATIC_ROOT) / STAMP
    if stamp.is_file() and stamp.read_text() == now:
        return False
    ignored = (Path(settings.BASE_DIR) / "deploy" / "static-ignore.txt").read_text().split()
    patterns = [word for word in ignored if word != "--ignore"]
    call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=patterns)
    stamp.write_text(now)
    return True
