"""The edition listens to everything that changes public pages."""

from typing import Any

from articles.models import Article, Topic, new_edition
from articles.signals import article_published, article_withdrawn, work_credited
from articles.tallies import forget_older, month_start
from correspondents.models import Correspondent, Upload
from correspondents.signals import picture_ready, registry_changed


def connect() -> None:
    """Raise the edition at every announcement of this app and of the registry."""
    for signal in (registry_changed, article_published, article_withdrawn, work_credited):
        signal.connect(_changed, dispatch_uid="edition")
    picture_ready.connect(_picture_ready, dispatch_uid="edition-pictures")


def _picture_ready(sender: Any, upload: Upload, **_: Any) -> None:
    """A picture that readers wait for; those of manuscripts are nothing to them."""
    used = Article.objects.published().filter(images__upload=upload).exists()
    shown = Correspondent.objects.public().filter(photo=upload).exists()
    if used or shown or Topic.objects.filter(picture=upload).exists():
        new_edition()


def _changed(sender: Any, article: Article | None = None, **_: Any) -> None:
    """Raise it; what is older than this month is counted anew unless a new piece has come."""
    when = article.published_at if article is not None else None
    if when is None or when < month_start():
        forget_older()
    new_edition()
