"""What follows when an article becomes public or ceases to be, and what the clock does: by the worker."""

from __future__ import annotations

import contextlib
from typing import Any

from django.apps import apps
from django.db import transaction

from articles.signals import article_published, article_withdrawn
from correspondents.lifecycle import StepNotAllowed
from correspondents.models import Clock
from correspondents.tasks import task

ARTICLE = ("articles", "Article")


def _articles() -> Any:
    return apps.get_model(*ARTICLE)._default_manager


# In the words of the task: what has become of an article.
CAME, WENT = "published", "withdrawn"


@task(priority=50)
def announce(key: int, what: str) -> None:
    """Tell everybody who listens that an article became public, or is no more. Repeatable.

    A receiver that fails keeps the others from nothing; then the task fails, and is tried again.
    """
    signal = article_published if what == CAME else article_withdrawn
    article = _articles().filter(pk=key).first()
    if article is None:
        return
    for _, outcome in signal.send_robust(sender=apps.get_model(*ARTICLE), article=article):
        if isinstance(outcome, Exception):
            raise outcome


@task()
def publish_due() -> int:
    """Take the step to "published" for everything whose time has come; return how many.

    Repeatable, and good after a downtime: whatever is due is done by the next run. Nothing is done
    by a clock that has leapt by days.
    """
    done = 0
    if not Clock.objects.is_trusted():
        return done
    for article in _articles().due():
        try:
            article.publish(by=None)
        except StepNotAllowed:  # somebody was faster, or its chain does not hold
            with contextlib.suppress(StepNotAllowed):
                article.take_back_broken()
            continue
        done += 1
    return done


@task()
def take_out_expired() -> int:
    """Take what has come to its end out of what readers search; return how many. Repeatable."""
    if not Clock.objects.is_trusted():
        return 0
    found = list(_articles().expired_in_index())
    for article in found:
        with transaction.atomic():
            article.make_findable()
            article.make_known(WENT)
    return len(found)
