"""The edition listens to everything that changes public pages."""

from typing import Any

from articles.models import new_edition
from articles.signals import article_published, article_withdrawn
from correspondents.signals import registry_changed


def connect() -> None:
    """Raise the edition at every announcement of this app and of the registry."""
    for signal in (registry_changed, article_published, article_withdrawn):
        signal.connect(_changed, dispatch_uid="edition")


def _changed(sender: Any, **_: Any) -> None:
    new_edition()
