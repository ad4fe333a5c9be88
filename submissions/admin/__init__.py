"""The desk's side of manuscripts."""

from submissions.admin import lists, queue

__all__ = ["lists", "queue"]
