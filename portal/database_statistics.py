"""What the database knows of its own tables, so that it takes the right index.

PostgreSQL looks for itself. SQLite guesses until it is told: without ``ANALYZE`` it takes every
state of an article to be rare, and reads the whole archive to find twenty articles.
"""

from __future__ import annotations

from django.db import connection

# Rows that are looked at of each index: milliseconds, however large the archive is.
SAMPLE = 1000
# Looked at from end to end, a second or so for every hundred thousand: a sample of these says
# that few articles are public, since the rare states come first in their index.
WHOLE = ("articles_article",)


def refresh_statistics() -> int:
    """Have SQLite look at its tables; return how many statistics there are. Repeatable."""
    if connection.vendor != "sqlite":
        return 0
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA analysis_limit = {SAMPLE}")
        cursor.execute("ANALYZE")
        cursor.execute("PRAGMA analysis_limit = 0")
        for table in WHOLE:
            cursor.execute(f"ANALYZE {table}")
        # The tables of a full-text index know their way. Told once that they hold two rows, as
        # they do on a new site, SQLite reads them from end to end for every part it merges.
        cursor.execute(
            "UPDATE sqlite_stat1 SET stat = '1000000' WHERE tbl GLOB '*_fts_*' AND idx IS NULL"
        )
        cursor.execute("ANALYZE sqlite_schema")  # takes over what was changed
        cursor.execute("SELECT count(*) FROM sqlite_stat1")
        return int(cursor.fetchone()[0])
