"""Being found, being told of; what manuscripts do when a person merges, leaves, or asks for all that is kept of him."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from auditlog.models import LogEntry
from django.db import transaction
from django.db.models.signals import pre_delete
from django.urls import reverse
from django.utils import timezone

from articles.models import MANUSCRIPT, Article, Entry, TextSummary, forget, save_entries
from articles.signals import (
    article_moved,
    chain_asked,
    findable_asked,
    findable_now_asked,
    texts_asked,
    writers_asked,
)
from articles.text.richtext import to_text
from correspondents.history import what
from correspondents.models import Correspondent
from correspondents.signals import (
    organisation_merged,
    person_erased,
    person_merged,
    personal_data_asked,
    unit_renamed,
)
from correspondents.tasks import task
from submissions.models import Manuscript
from submissions.models.findable import entry_of, sent_text

AT_ONCE = 200


def connect() -> None:
    """Listen to the registry."""
    personal_data_asked.connect(own_manuscripts, dispatch_uid="own-manuscripts")
    person_erased.connect(drop_unsent, dispatch_uid="drop-unsent")
    article_moved.connect(tell_author, dispatch_uid="tell-author")
    pre_delete.connect(on_delete, sender=Manuscript, dispatch_uid="manuscript-forgotten")
    findable_asked.connect(everything, dispatch_uid="findable-manuscripts")
    findable_now_asked.connect(as_they_are, dispatch_uid="findable-manuscripts-now")
    chain_asked.connect(way_before, dispatch_uid="way-before-acceptance")
    writers_asked.connect(writers, dispatch_uid="writers-of-manuscripts")
    texts_asked.connect(tell_of_manuscripts, dispatch_uid="told-of-manuscripts")
    for signal in (person_merged, organisation_merged, unit_renamed):
        signal.connect(on_new_name, dispatch_uid="manuscripts-under-new-names")


def on_delete(sender: Any, instance: Manuscript, **_: Any) -> None:
    """What is deleted is not found any more."""
    forget(MANUSCRIPT, [instance.pk])


def everything(sender: Any, **_: Any) -> tuple[int, Iterator[tuple[Entry, bool]]]:
    """Return what the desk may find of all manuscripts that were sent, the oldest first."""
    rows = Manuscript.objects.at_desk()
    return rows.count(), ((entry_of(row), False) for row in _by_number(rows))


def _by_number(rows: Any) -> Iterator[Manuscript]:
    rows = rows.select_related("author", "organisation").prefetch_related("rounds").order_by("pk")
    page = list(rows[:AT_ONCE])
    while page:
        yield from page
        page = list(rows.filter(pk__gt=page[-1].pk)[:AT_ONCE])


def as_they_are(
    sender: Any, kind: int, keys: list[int], **_: Any
) -> list[tuple[Entry, bool]] | None:
    """Return what is there to be found of some manuscripts now; they stay so until it is kept."""
    if kind != MANUSCRIPT:
        return None
    rows = Manuscript.objects.at_desk().filter(pk__in=keys).order_by("pk")
    rows = rows.select_related("author", "organisation").prefetch_related("rounds")
    return [(entry_of(row), False) for row in rows.select_for_update(of=("self",))]


def on_new_name(sender: Any, kept: Any, **_: Any) -> None:
    """Manuscripts of a person or unit that was merged or renamed are found under the new name."""
    field = "author" if isinstance(kept, Correspondent) else "organisation"
    rows = Manuscript.objects.at_desk().filter(**{field: kept})
    keys = list(rows.values_list("pk", flat=True))
    for place in range(0, len(keys), AT_ONCE):
        make_findable.enqueue(keys[place : place + AT_ONCE])


@task()
def make_findable(keys: list[int]) -> int:
    """Bring the desk's index in line with some manuscripts; return how many. Repeatable."""
    with transaction.atomic():
        rows = as_they_are(None, kind=MANUSCRIPT, keys=keys) or []
        save_entries(rows)
    return len(rows)


def way_before(sender: Any, article: Article, **_: Any) -> list[tuple[Any, ...]]:
    """Return what happened to the manuscript of an article: sendings, decisions, remarks."""
    rows: list[tuple[Any, ...]] = []
    for manuscript in Manuscript.objects.filter(article=article).select_related("author"):
        name = manuscript.author.name
        rows += [
            (one.sent_at, name, f"投稿 {manuscript.number} 第 {one.number} 稿", "")
            for one in manuscript.rounds.all()
        ]
        rows += [
            (one.written_at, one.signed, "编辑意见" if one.from_desk else "作者留言", one.body)
            for one in manuscript.messages.select_related("writer")
        ]
        entries = LogEntry.objects.get_for_object(manuscript).select_related("actor")
        for entry in entries.select_related("content_type"):
            facts = entry.additional_data if isinstance(entry.additional_data, dict) else {}
            if facts.get("event") == "step" and facts.get("step") != "submit":
                who = entry.actor.get_full_name() if entry.actor else "系统"
                rows.append((entry.timestamp, who, f"来稿：{what(entry)}", facts.get("note", "")))
    return rows


def writers(sender: Any, article: int, **_: Any) -> set[int]:
    """Return the accounts of author, co-authors and of whoever entered the manuscript."""
    accounts: set[int | None] = set()
    for manuscript in Manuscript.objects.filter(article=article).select_related("author"):
        accounts |= manuscript.accounts_of_writers()
        accounts.add(manuscript.entered_by_id)
        # Whoever sent it, should his account have been taken off the record since.
        sent = LogEntry.objects.get_for_object(manuscript)
        sent = sent.filter(additional_data__event="step", additional_data__step="submit")
        accounts |= set(sent.values_list("actor", flat=True))
    return {account for account in accounts if account is not None}


def tell_of_manuscripts(
    sender: Any, kind: int, keys: list[int], user: Any, **_: Any
) -> dict[int, TextSummary] | None:
    """Tell of manuscripts that look like another text; those at other desks without their words."""
    if kind != MANUSCRIPT:
        return None
    rows = Manuscript.objects.at_desk().filter(pk__in=keys)
    rows = rows.select_related("author__organisation", "organisation", "sent_section", "article")
    return {row.pk: _told(row, user) for row in rows.prefetch_related("rounds")}


def _told(row: Manuscript, user: Any) -> TextSummary:
    may_read = user is not None and user.has_perm("submissions.view_manuscript")
    mine = may_read and row.is_read_by(user)
    by = [row.author.name, str(row.organisation or row.author.organisation or "")]
    return TextSummary(
        piece=row.piece,
        title=row.sent_title if user is None or mine else "其他栏目的来稿",
        text=sent_text(row) if may_read else "",
        by=" ".join(word for word in by if word),
        where=f"来稿 · {row.get_state_display()} · {row.sent_section or ''}",
        at=row.first_submitted_at or row.created_at,
        is_live=row.state not in ("declined", "retracted"),
        address=reverse("admin:submissions_manuscript_change", args=[row.pk]) if mine else "",
        people=frozenset({row.author_id}),
    )


def own_manuscripts(sender: Any, person: Any, **_: Any) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return everything the person ever wrote here."""
    rows = Manuscript.objects.filter(author=person).select_related("section", "article")
    return [
        (
            "稿件",
            [
                {
                    "稿号": row.number,
                    "引题": row.kicker,
                    "标题": row.title,
                    "副题": row.subtitle,
                    "栏目": row.section.name if row.section else "",
                    "署名": "、".join(str(byline) for byline in row.bylines.all()),
                    "联系电话": row.phone,
                    "状态": row.author_word[0],
                    "建稿时间": f"{timezone.localtime(row.created_at):%Y-%m-%d %H:%M}",
                    "编辑意见": row.remark,
                    "正文": to_text(row.body),
                    "往来留言": "\n".join(
                        f"{'编辑' if message.from_desk else '作者'}"
                        f"（{timezone.localtime(message.written_at):%Y-%m-%d %H:%M}）：{message.body}"
                        for message in row.messages.all()
                    ),
                    "申请": "\n".join(
                        f"{asked.get_kind_display()}（{asked.get_standing_display()}）：{asked.body}"
                        + (f" 答复：{asked.answer}" if asked.answer else "")
                        for asked in row.requests.all()
                    ),
                }
                for row in rows.prefetch_related("bylines", "messages", "requests").order_by(
                    "created_at"
                )
            ],
        )
    ]


def drop_unsent(sender: Any, person: Any, by: Any, **_: Any) -> None:
    """Delete drafts with their pictures; take back what the desk has not accepted yet.

    What is kept as a record of what was sent keeps no phone number.
    """
    for manuscript in Manuscript.objects.filter(author=person):
        Manuscript.objects.filter(pk=manuscript.pk).update(phone="")
        if manuscript.state == Manuscript.State.DRAFT:
            manuscript.delete_draft()
        elif by is not None and manuscript.article_id is None and manuscript.is_open:
            manuscript.retract(by=by)


# The author's words for an article's states, as kinds of letters; the readings are one word.
TOLD = {
    Article.State.SIGNED: "signed",
    Article.State.PUBLISHED: "published",
    Article.State.WITHDRAWN: "withdrawn",
    Article.State.DISCARDED: "discarded",
}


def tell_author(sender: Any, article: Article, source: str, **_: Any) -> None:
    """Tell the author when the word that he reads has changed."""
    before, after = TOLD.get(source, "editing"), TOLD.get(article.state, "editing")  # type: ignore[call-overload]
    if before == after:
        return
    manuscript = Manuscript.objects.filter(
        article=article, state=Manuscript.State.ACCEPTED
    ).select_related("author", "section", "article")
    for row in manuscript:
        row.tell(after, held=article.decision)
