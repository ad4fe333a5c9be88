"""The database back end named in ``DATABASES``."""

from django.db.backends.postgresql import base

from portal.before_commit import BeforeCommit


class DatabaseWrapper(BeforeCommit, base.DatabaseWrapper):
    """PostgreSQL."""
