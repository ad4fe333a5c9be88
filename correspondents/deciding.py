"""What a page of the desk carries of a decision: the version that was seen, and how to take it back."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from correspondents.lifecycle import Decision, LifeCycle, StepNotAllowed

UNDO = "undo"


@dataclass(frozen=True)
class Changed:
    """What is newer than the version a person had before him.

    ``compared``: the difference, as :func:`articles.pages.versions.compared` tells it, where both are
    known; ``facts``: else what it says now, as (label, words). ``when`` and ``who``: of the change.
    """

    compared: dict[str, Any] | None = None
    facts: list[tuple[str, str]] | None = None
    when: Any = None
    who: str = ""


def offer_undo(
    request: HttpRequest, nouns: list[Any], label: str, back: str, *, more: bool = False
) -> None:
    """Let the next pages offer to take back what these have just done.

    ``more``: what is offered already belongs to the same click.
    """
    decisions = [noun.decision for noun in nouns if noun.decision is not None]
    if not decisions:
        return
    earlier = request.session.get(UNDO, {}).get("decisions", []) if more else []
    words = f"“{nouns[0]}”：{label}" if len(nouns) == 1 else f"{label} {len(decisions)} 件"
    request.session[UNDO] = {
        "decisions": [*earlier, *(one.pk for one in decisions)],
        "words": words,
        "back": back,
        "until": decisions[0].until.isoformat(),
    }


def undo_offered(request: HttpRequest) -> dict[str, Any] | None:
    """Return what this person may take back now: the words, the way back, the seconds left."""
    offered = request.session.get(UNDO) if hasattr(request, "session") else None
    if not offered:
        return None
    left = (dt.datetime.fromisoformat(offered["until"]) - timezone.now()).total_seconds()
    return {**offered, "seconds": int(left)} if left > 0 else None


def take_back(request: HttpRequest) -> str:
    """Take back what was offered; return where to go on. One after the other, the last one first."""
    offered, user = request.session.pop(UNDO, None), cast("User", request.user)
    if not offered:
        messages.error(request, "没有可以撤销的决定，或者已过撤销的时间。")
        return reverse("admin:index")
    try:
        with transaction.atomic():
            for key in reversed(offered["decisions"]):
                row = Decision.objects.filter(pk=key).first()
                if row is None:
                    raise StepNotAllowed("没有可以撤销的决定。")
                row.undo(by=user)
    except StepNotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"已撤销：{offered['words']}。没有寄信，也没有通知。")
    return str(offered["back"])


def seen_input(noun: LifeCycle) -> str:
    """Return the hidden field by which a list carries what of a row was before the person."""
    return format_html(
        '<input type="hidden" name="_seen" value="{}:{}">', noun.pk, noun.version_token
    )


def versions_seen(request: HttpRequest) -> dict[str, str]:
    """Return by number what of each row the list has shown that was sent."""
    pairs = (one.partition(":") for one in request.POST.getlist("_seen"))
    return {number: token for number, _, token in pairs}


def check_seen(noun: LifeCycle, seen: dict[str, str]) -> None:
    """Refuse what the person has not had before him, or not as it is now."""
    if not noun.VERSION:
        return  # nothing of it ever changes but its state
    token = seen.get(str(noun.pk))
    if token is None:
        raise StepNotAllowed("它不在您打开的那一页列表上，没有处理。")
    if token != noun.version_token:
        raise StepNotAllowed("您打开列表之后它改过，请打开看过再处理。")
