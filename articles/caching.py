"""The edition listens to everything that changes public pages."""

from typing import Any

from articles.models import Article, Topic, new_edition
from articles.signals import article_published, article_withdrawn
from correspondents.models import Correspondent, Upload
from correspondents.signals import picture_ready, registry_changed


def connect() -> None:
    """Raise the edition at every announcement of this app and of the registry."""
    for signal in (registry_changed, article_published, article_withdrawn):
        signal.connect(_changed, dispatch_uid="edition")
    picture_ready.connect(_picture_ready, dispatch_uid="edition-pictures")


def _picture_ready(sender: Any, upload: Upload, **_: Any) -> None:
    """A picture that readers wait for; those of manuscripts are nothing to them."""
    used = Article.objects.published().filter(images__upload=upload).exists()
    shown = Correspondent.objects.public().filter(photo=upload).exists()
    if used or shown or Topic.objects.filter(picture=upload).exists():
        new_edition()


def _changed(sender: Any, **_: Any) -> None:
    new_edition()
