"""The database back end named in ``DATABASES``; see the package's docstring."""

from portal.sqlite import use_bundled

use_bundled()

from django.db.backends.sqlite3.base import DatabaseWrapper  # noqa: E402 -- after the exchange

__all__ = ["DatabaseWrapper"]
