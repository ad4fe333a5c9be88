"""What articles do when something happens elsewhere: own data, search, merged people and units."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.db.models.signals import pre_delete
from django.urls import reverse
from django.utils import timezone
from taggit.models import Tag

from articles.content.section import may_read_section
from articles.models import (
    ARTICLE,
    Article,
    Byline,
    BylineClaim,
    DayCount,
    Entry,
    FormerKeyword,
    Section,
    TextSummary,
    entries_of,
    forget,
    readable,
    relate,
)
from articles.reindexing import have_found_anew
from articles.signals import (
    article_published,
    article_withdrawn,
    findable_asked,
    findable_now_asked,
    stages_changed,
    stages_changing,
    texts_asked,
)
from correspondents.lifecycle import StepNotAllowed
from correspondents.models import Correspondent
from correspondents.signals import (
    organisation_merged,
    person_merged,
    personal_data_asked,
    unit_renamed,
)
from correspondents.tasks import task

AT_ONCE = 500


def connect() -> None:
    """Listen to the registry, and to what concerns the search."""
    personal_data_asked.connect(own_work, dispatch_uid="own-work")
    stages_changing.connect(publish_what_is_due, dispatch_uid="due-before-stages")
    stages_changed.connect(take_back_what_is_broken, dispatch_uid="chains-of-a-section")
    pre_delete.connect(on_keyword_deleted, sender=Tag, dispatch_uid="keyword-deleted")
    pre_delete.connect(on_delete, sender=Article, dispatch_uid="article-forgotten")
    findable_asked.connect(everything, dispatch_uid="findable-articles")
    findable_now_asked.connect(as_they_are, dispatch_uid="findable-articles-now")
    article_published.connect(on_publish, dispatch_uid="related-articles")
    for signal in (article_published, article_withdrawn):
        signal.connect(count_its_day, dispatch_uid="days-counted")
    texts_asked.connect(tell_of_articles, dispatch_uid="told-of-articles")
    for signal in (person_merged, organisation_merged, unit_renamed):
        signal.connect(on_new_name, dispatch_uid="articles-under-new-names")


def own_work(sender: Any, person: Any, **_: Any) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return the person's bylines and claims."""
    rows = Byline.objects.filter(correspondent=person, article__copy_of__isnull=True)
    rows = rows.select_related("article", "organisation")
    claims = BylineClaim.objects.filter(correspondent=person).select_related("byline__article")
    return [
        ("署名的作品", [_piece(row) for row in rows.order_by("article__published_at")]),
        (
            "署名认领",
            [
                {"作品": str(row), "说明": row.remark, "结果": row.get_state_display()}
                for row in claims
            ],
        ),
    ]


def _piece(row: Byline) -> dict[str, Any]:
    article = row.article
    when = article.published_at
    return {
        "标题": article.title if article.is_public else "（未公开的稿件）",
        "发布时间": f"{timezone.localtime(when):%Y-%m-%d %H:%M}" if when else "",
        "身份": row.get_role_display(),
        "姓名": row.name,
        "署名单位": row.unit_text,
        "地址": article.get_absolute_url() if article.is_public else "",
    }


def on_delete(sender: Any, instance: Article, **_: Any) -> None:
    """What is deleted is not found any more."""
    forget(ARTICLE, [instance.pk])


def publish_what_is_due(sender: Any, section: Section, **_: Any) -> None:
    """What is public by the clock was read as the section asked until now: its step is taken."""
    for article in Article.objects.due().filter(section=section):
        with contextlib.suppress(StepNotAllowed):
            article.publish(by=None)


def take_back_what_is_broken(sender: Any, section: Section, **_: Any) -> None:
    """What is signed and not public yet goes back where the section asks for one reading more."""
    for article in Article.objects.filter(section=section, state=Article.State.SIGNED):
        with contextlib.suppress(StepNotAllowed):
            article.take_back_broken()


def on_keyword_deleted(sender: Any, instance: Tag, **_: Any) -> None:
    """Texts were signed under it: nothing stands for it now, unless it was merged just before."""
    merged = FormerKeyword.objects.filter(key=instance.pk, tag__isnull=False)
    if not merged.exclude(tag=instance).exists():
        FormerKeyword.note(instance, instance.name, becomes=None)


def everything(sender: Any, **_: Any) -> tuple[int, Iterator[tuple[Entry, bool]]]:
    """Return what there is to be found of all articles, the oldest first."""
    pages = itertools.chain(_by_time(), _without_time())
    rows = itertools.chain.from_iterable(entries_of(page) for page in pages)
    return Article.objects.filter(copy_of__isnull=True).count(), rows


def as_they_are(
    sender: Any, kind: int, keys: list[int], **_: Any
) -> list[tuple[Entry, bool]] | None:
    """Return what is there to be found of some articles now; nobody moves them until it is kept."""
    return entries_of(Article.objects.locked(keys)) if kind == ARTICLE else None


def _by_time() -> Iterator[list[Article]]:
    """Articles with a time, the oldest first: the order in which an index grows cheaply.

    In pages, not by one cursor: an open one would keep SQLite's writers waiting.
    """
    articles = Article.objects.for_index().filter(published_at__isnull=False)
    articles = articles.order_by("published_at", "pk")
    page = list(articles[:AT_ONCE])
    while page:
        yield page
        last = page[-1]
        later = Q(published_at__gt=last.published_at) | Q(
            published_at=last.published_at, pk__gt=last.pk
        )
        page = list(articles.filter(later, published_at__gte=last.published_at)[:AT_ONCE])


def _without_time() -> Iterator[list[Article]]:
    articles = Article.objects.for_index().filter(published_at__isnull=True).order_by("pk")
    page = list(articles[:AT_ONCE])
    while page:
        yield page
        page = list(articles.filter(pk__gt=page[-1].pk)[:AT_ONCE])


def tell_of_articles(
    sender: Any, kind: int, keys: list[int], user: Any, **_: Any
) -> dict[int, TextSummary] | None:
    """Tell of articles that look like another text; those at other desks without a link."""
    if kind != ARTICLE:
        return None
    rows = Article.objects.filter(pk__in=keys).select_related("section")
    return {row.pk: _told(row, user) for row in rows.prefetch_related("bylines", "images")}


def _told(article: Article, user: Any) -> TextSummary:
    bylines = list(article.bylines.all())
    place = "本站" if article.is_public else f"编辑部 · {article.get_state_display()}"
    own = user is not None and may_read_section(user, article.section_id)
    mine = own or (user is not None and article.is_public)
    may_read = user is not None and (article.is_public or user.has_perm("articles.view_article"))
    return TextSummary(
        piece=(ARTICLE, article.pk),
        title=article.title if user is None or mine else "其他栏目的文章",
        text=readable(article) if may_read else "",
        by="、".join(row.name or row.unit_text for row in bylines),
        where=f"{place} · {article.section.name}",
        at=article.published_at or article.created_at,
        is_live=article.state not in (Article.State.WITHDRAWN, Article.State.DISCARDED),
        address=reverse("admin:articles_article_review", args=[article.pk]) if own else "",
        people=frozenset(row.correspondent_id for row in bylines if row.correspondent_id),
    )


def on_new_name(sender: Any, kept: Any, **_: Any) -> None:
    """Articles of a person or unit that was merged or renamed are found under the new name."""
    field = "correspondent" if isinstance(kept, Correspondent) else "organisation"
    rows = Byline.objects.filter(**{field: kept}).values_list("article", flat=True)
    have_found_anew(list(rows.distinct()))


def on_publish(sender: Any, article: Article, **_: Any) -> None:
    """Have the worker find what goes with a new article."""
    relate_article.enqueue(article.pk)


def count_its_day(sender: Any, article: Article, **_: Any) -> None:
    """Bring the counts of its day in line, when an article comes or goes."""
    if article.published_at is not None:
        DayCount.objects.recount(timezone.localtime(article.published_at).date())


@task()
def relate_article(key: int) -> int:
    """Find and keep what goes with an article; return how many. Repeatable."""
    article = Article.objects.published().filter(pk=key).first()
    return relate(article) if article is not None else 0
