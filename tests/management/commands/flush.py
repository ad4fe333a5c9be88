"""What Django calls after a test that committed: the database is put back to its template.

Quicker than emptying every table, and what ``setup_site`` made is there again.
"""

from typing import Any

from django.core.management.commands.flush import Command as Flush

from tests import databases


class Command(Flush):
    def handle(self, **options: Any) -> None:
        databases.restore("site")
