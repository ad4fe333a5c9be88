"""The database back end named in ``DATABASES``; see the package's docstring."""

from portal.sqlite import use_bundled

use_bundled()

from django.db.backends.sqlite3 import base  # noqa: E402 -- after the exchange

from portal.before_commit import BeforeCommit  # noqa: E402


class DatabaseWrapper(BeforeCommit, base.DatabaseWrapper):
    """SQLite."""
