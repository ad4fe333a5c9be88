"""Telling search engines of new and withdrawn addresses: IndexNow, and Baidu's 普通收录.

Off without a key. The worker sends, never a request; what fails for a time is tried again as
every task is, what is refused is not.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.conf import settings

from articles.models import Article
from articles.signals import article_published, article_withdrawn
from correspondents.mailing import NETWORK
from correspondents.tasks import task
from portal.structured import full

log = logging.getLogger(__name__)
TIMEOUT = 10.0
LONGEST_ANSWER = 2_000


class Refused(Exception):
    """The engine will not take it, now or later."""


class NotTold(Exception):
    """It did not answer, or is busy: the task is tried again."""


class _NoRedirect(HTTPRedirectHandler):
    """Keys go to the address that was set, nowhere else."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


_opener = build_opener(_NoRedirect)


def connect() -> None:
    """Listen to what becomes public and what ceases to be."""
    article_published.connect(on_publish, dispatch_uid="push-published")
    article_withdrawn.connect(on_withdraw, dispatch_uid="push-withdrawn")


def on_publish(sender: Any, article: Article, **_: Any) -> None:
    """Tell IndexNow of what is new or changed, Baidu of what is new: it counts what it is sent."""
    if not article.section.is_visible:
        return
    if settings.INDEXNOW_KEY:
        push.enqueue("indexnow", article.get_absolute_url())
    if settings.BAIDU_PUSH_TOKEN and article.changed_at is None:
        push.enqueue("baidu", article.get_absolute_url())


def on_withdraw(sender: Any, article: Article, **_: Any) -> None:
    """Tell IndexNow to look again at what is gone; Baidu takes only what is there."""
    if settings.INDEXNOW_KEY and article.section.is_visible:
        push.enqueue("indexnow", article.get_absolute_url())


@task(queue_name=NETWORK)
def push(engine: str, path: str, attempt: int = 0) -> str:
    """Tell one engine of one address; return what came of it. Repeatable.

    ``attempt`` stands in what an older version of the site has asked for; it means nothing.
    """
    try:
        send = ENGINES[engine]
        send(full(path))
    except Refused as refusal:
        log.error("%s refused %s: %s", engine, path, refusal)
        return "refused"
    except OSError as error:  # also what urllib raises: no answer, or one that is no success
        log.warning("%s was not told of %s: %s", engine, path, _said(error))
        raise NotTold(_said(error)) from None  # without the address, in which the token stands
    return "sent"


def _said(error: Any) -> str:
    """An error in one line, without the address, in which the token stands."""
    if isinstance(error, HTTPError):
        return f"HTTP {error.code}"
    return " ".join(str(getattr(error, "reason", error)).split())[:200]


def _indexnow(address: str) -> None:
    """https://www.indexnow.org/documentation: 200 and 202 are success, 429 asks to wait."""
    if not settings.INDEXNOW_KEY:
        raise Refused("no key is set any more")
    told = {
        "host": urlsplit(settings.SITE_URL).netloc,
        "key": settings.INDEXNOW_KEY,
        "keyLocation": full(f"/{settings.INDEXNOW_KEY}.txt"),
        "urlList": [address],
    }
    _post(settings.INDEXNOW_URL, json.dumps(told), "application/json; charset=utf-8")


def _baidu(address: str) -> None:
    """搜索资源平台 — one address a line; the answer is JSON, with ``error`` where it is none."""
    if not settings.BAIDU_PUSH_TOKEN:
        raise Refused("no token is set any more")
    names = {"site": settings.SITE_URL, "token": settings.BAIDU_PUSH_TOKEN}
    answer = _post(f"{settings.BAIDU_PUSH_URL}?{urlencode(names)}", address, "text/plain")
    try:
        facts = json.loads(answer)
    except ValueError as error:
        raise OSError("the answer is no JSON") from error
    if not isinstance(facts, dict) or not facts.get("success"):
        raise Refused(" ".join(answer.split())[:200])


ENGINES: dict[str, Callable[[str], None]] = {"indexnow": _indexnow, "baidu": _baidu}


def _post(url: str, text: str, kind: str) -> str:
    """Return the answer; ``Refused`` for what is wrong with the request, else ``OSError``."""
    if urlsplit(url).scheme not in ("http", "https"):
        raise Refused("the address that is set is none")
    request = Request(url, text.encode(), {"Content-Type": kind}, method="POST")  # noqa: S310
    try:
        with _opener.open(request, timeout=TIMEOUT) as answer:
            return answer.read(LONGEST_ANSWER).decode("utf-8", "replace")
    except HTTPError as error:
        with error:
            if error.code == 429 or error.code >= 500:
                raise
            raise Refused(f"HTTP {error.code}") from None
    except HTTPException as error:
        raise OSError(f"{type(error).__name__}") from error
