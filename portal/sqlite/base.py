"""The database back end named in ``DATABASES``; see the package's docstring."""

import logging
import time
from pathlib import Path
from typing import Any

from portal.sqlite import use_bundled

use_bundled()

import sqlite3  # noqa: E402 -- the one that was put there

from django.db.backends.sqlite3 import base  # noqa: E402 -- after the exchange

from portal.before_commit import BeforeCommit  # noqa: E402

log = logging.getLogger(__name__)


class DatabaseWrapper(BeforeCommit, base.DatabaseWrapper):
    """SQLite; where the disk takes no writing any more, what stands there can still be read."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Open the file, or read it as it is where the files beside it cannot be written.

        SQLite needs a file of shared memory beside a database in WAL mode; on a full or read-only
        disk it cannot be made (https://www.sqlite.org/wal.html#read_only_databases). Such a
        connection lasts for one request, so that the first one after the trouble opens anew.
        """
        try:
            return super().get_new_connection(conn_params)
        except sqlite3.OperationalError:
            path = Path(str(conn_params["database"]).removeprefix("file:").partition("?")[0])
            if not path.is_file() or not path.stat().st_size:
                raise
            log.warning("%s cannot be written; it is read as it stands", path)
            as_it_is = conn_params | {"database": f"{path.resolve().as_uri()}?mode=ro&immutable=1"}
            connection = super().get_new_connection(as_it_is | {"uri": True})
            self.close_at = time.monotonic()
            return connection
