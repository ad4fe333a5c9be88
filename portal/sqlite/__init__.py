"""Django's SQLite back end over the newest SQLite that is installed.

Python links whatever SQLite the machine has; versions 3.7.0 to 3.51.2 can lose committed
pages when two connections checkpoint and write at the same instant (fixed in 3.51.3, and in
3.50.7 and 3.44.6). The wheel ``pysqlite3`` carries a fixed one. Where there is no wheel the
standard module serves and the system check ``portal.W001`` says so.
"""

import importlib.util
import sys

import django

SAFE_BRANCHES = {(3, 50): 7, (3, 44): 6}
SAFE_SINCE = (3, 51, 3)


def is_safe(version: tuple[int, int, int]) -> bool:
    """True when this SQLite version is free of the WAL-reset fault."""
    if version >= SAFE_SINCE:
        return True
    return version[2] >= SAFE_BRANCHES.get((version[0], version[1]), sys.maxsize)


def use_bundled() -> None:
    """Put ``pysqlite3`` in the place of ``sqlite3``; step aside where it cannot stand there."""
    if importlib.util.find_spec("pysqlite3") is None:
        return
    bundled = importlib.import_module("pysqlite3")
    # Django asks it since 6.1 how many values one statement takes.
    if django.VERSION >= (6, 1) and not hasattr(bundled.Connection, "getlimit"):
        return
    sys.modules["sqlite3"] = bundled
    sys.modules["sqlite3.dbapi2"] = importlib.import_module("pysqlite3.dbapi2")
