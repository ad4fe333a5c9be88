"""The edition listens to the registry, and to pictures that are ready."""

import datetime as dt
from typing import Any

from articles.models import Article, Topic, new_edition
from articles.signals import work_credited
from correspondents.models import Correspondent, Upload
from correspondents.signals import picture_ready, registry_changed


def connect() -> None:
    """Raise the edition at every change of the registry and of what it is credited with."""
    for signal in (registry_changed, work_credited):
        signal.connect(_changed, dispatch_uid="edition")
    picture_ready.connect(_picture_ready, dispatch_uid="edition-pictures")


def _picture_ready(sender: Any, upload: Upload, **_: Any) -> None:
    """A picture that readers wait for; those of manuscripts are nothing to them."""
    used = Article.objects.published().filter(images__upload=upload).exists()
    shown = Correspondent.objects.public().filter(photo=upload).exists()
    if used or shown or Topic.objects.filter(picture=upload).exists():
        new_edition()


def _changed(sender: Any, **_: Any) -> None:
    """Names and credits stand beside pieces of every year."""
    new_edition(since=dt.datetime.min.replace(tzinfo=dt.UTC))
