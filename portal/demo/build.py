"""Building the demo: people, accounts, published pieces, and a queue that waits for the desk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from articles import reindexing
from articles.legacy import read
from articles.legacy.store import store
from articles.models import (
    AccidentFacts,
    Article,
    ArticleImage,
    Byline,
    HotWord,
    InterviewInfo,
    LegacyRun,
    LibraryPicture,
    Placement,
    PromotedResult,
    Section,
    Series,
    Topic,
    TopicBlock,
    TopicItem,
    VendorInfo,
    relate,
)
from correspondents.models import Correspondent, Liaison, Organisation, Upload
from portal.demo import figures, people
from portal.demo.content import (
    front,
    older,
    people_file,
    picture_file,
    pieces,
    queue,
    seed_page,
)
from portal.models import SiteProfile
from portal.site_facts import take_over
from submissions.models import Manuscript, ManuscriptPicture, SubmissionRules

HOT_WORDS = ("智能化", "瓦斯治理", "班组", "检修", "矿灯", "通风")
Progress = Callable[[Iterable[Any], str], Iterable[Any]]


def build(progress: Progress) -> None:
    """Fill an empty site; ``progress`` wraps the long loops."""
    now = timezone.now()
    page = read(seed_page())
    take_over(page.site)
    store(page, LegacyRun.objects.create(source="示例页"), tags=("党建", "社区"))
    SiteProfile.objects.filter(pk=1).update(is_demo=True, motto="矿区人写矿区事")
    table = people_file()
    people.units(table["units"])
    people.staff(table["staff"])
    people.correspondents(table["people"], now)
    people.applicants(table["applicants"])
    liaison: Any = Correspondent.objects.get(user__username="linyizhou")
    Liaison.objects.create(organisation=liaison.organisation, correspondent=liaison)
    Section.objects.filter(slug="anquan").update(needs_unit_approval=True)
    _older(now)
    laid = front()
    for row in laid["series"]:
        Series.objects.create(**row)
    there: dict[str, Article] = {}
    opening = {row["key"] for row in laid["places"] if row["kind"] == Placement.Kind.SLIDE}
    for piece in progress(pieces(), "演示稿件"):
        if piece["state"] == "declined":
            _declined(piece, now)
        else:
            there[piece["key"]] = _published(piece, now, there, opens=piece["key"] in opening)
    _queue(now)
    _layout(laid, there)
    _search()
    figures.fill()


def _layout(laid: dict[str, Any], there: dict[str, Article]) -> None:
    """Place a headline, slides and notices, and make a topic of what was written about safety."""
    for place, row in enumerate(laid["places"]):
        Placement.objects.create(
            kind=row["kind"],
            article=there[row["key"]],
            title=row["title"],
            crop=row["crop"],
            position=place,
        )
    lead = Article.objects.published().filter(title__startswith="鹿鸣塬煤矿智能化综采").first()
    if lead is not None:
        Placement.objects.create(kind=Placement.Kind.HEADLINE, article=lead)
    topic = Topic.objects.create(
        title="班组里的安全",
        slug="banzuanquan",
        lead="<p>制度写在墙上，安全长在班组里。这里收着各矿班组的办法、故事和教训。</p>",
        picture=_picture(laid["topic"]),
        picture_alt=laid["topic"]["alt"],
    )
    for position, (heading, slug) in enumerate((("办法", "anquan"), ("动态", "anjian"))):
        block = TopicBlock.objects.create(topic=topic, heading=heading, position=position)
        pieces = Article.objects.published().in_section(Section.objects.get(slug=slug)).newest()
        for place, article in enumerate(pieces[:4]):
            TopicItem.objects.create(block=block, article=article, position=place)


def _search() -> None:
    for position, text in enumerate(HOT_WORDS):
        HotWord.objects.create(text=text, position=position)
    PromotedResult.objects.create(
        words="投稿、怎么投稿、投稿须知", title="投稿须知", address="/tougao/xuzhi/",
        note="写什么、怎么写、什么时候答复。",
    )  # fmt: skip
    reindexing.rebuild(lambda _: None)
    for article in Article.objects.published():
        relate(article)


def _older(now: dt.datetime) -> None:
    """Pieces of earlier years, each for the unit of its day."""
    for piece in older():
        month, day = piece["day"].split("-")
        when = now.replace(year=now.year - piece["years"], month=int(month), day=int(day))
        section = Section.objects.get(slug=piece["section"])
        article = Article.objects.import_public(
            provenance=Article.Provenance.DEMO,
            section=section,
            genre=section.genre,
            title=piece["title"],
            body=f"<p>{piece['body']}</p>",
            editor_name="青岩",
            published_at=when,
        )
        for position, (name, unit) in enumerate(piece["people"]):
            row = Byline.objects.create(
                article=article,
                position=position,
                role=Byline.Role.CORRESPONDENT,
                name=name,
                unit_text=unit,
            )
            if not piece.get("unlinked"):
                row.credit(Correspondent.objects.named(name).get())


def _published(
    piece: dict[str, Any], now: dt.datetime, there: dict[str, Article], *, opens: bool
) -> Article:
    """Store a public piece with what stands beside it.

    ``there``: those before it, by their key. ``opens``: the front page opens with its picture,
    which is there from the first moment.
    """
    section = Section.objects.get(slug=piece["section"])
    article = Article.objects.import_public(
        provenance=Article.Provenance.DEMO,
        section=section,
        genre=section.genre,
        kicker=piece["kicker"],
        title=piece["title"],
        subtitle=piece["subtitle"],
        summary=piece["summary"],
        body=piece["body"],
        origin=piece["origin"],
        source=piece["source"],
        source_url=piece["source_url"],
        original_title=piece["original_title"],
        original_author=piece["original_author"],
        editor_name=piece["editor"],
        series=Series.objects.filter(slug=piece.get("series", "")).first(),
        chapter=piece.get("chapter"),
        published_at=in_the_day(now, dt.timedelta(hours=piece["hours_ago"])),
    )
    article.tags.add(*piece["tags"])
    for position, row in enumerate(piece["bylines"]):
        _byline(article, position, row)
    for position, picture in enumerate(piece.get("pictures", [])):
        ArticleImage.objects.create(
            article=article,
            upload=_picture(picture, make_now=opens and position == 0),
            position=position,
            alt=picture["alt"],
            caption=picture["caption"],
            photographer=picture["photographer"],
            **_work(picture, now),
        )
    _beside(article, piece, there)
    LibraryPicture.objects.keep_all_of(article)
    if piece["state"] == "withdrawn":
        chief = User.objects.get(username="zongbian")
        article.withdraw(by=chief, note=piece["note"] or "演示撤稿")
    return article


OPENS, CLOSES = dt.timedelta(hours=7), dt.timedelta(hours=21)


def in_the_day(now: dt.datetime, ago: dt.timedelta) -> dt.datetime:
    """Return about when that was, at an hour at which a newsroom works; the order stays.

    What fell into the small hours of today is of yesterday's evening.
    """
    now = timezone.localtime(now)
    moment = now - ago
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    begin, end, whole = midnight + OPENS, midnight + CLOSES, dt.timedelta(days=1)
    if moment.date() == now.date():
        whole = now - midnight
        end = now
        if now < begin + dt.timedelta(hours=1):
            begin, end = midnight - dt.timedelta(hours=2.5), midnight - dt.timedelta(hours=1.5)
    return begin + (end - begin) * ((moment - midnight) / whole)


def _work(picture: dict[str, Any], now: dt.datetime) -> dict[str, Any]:
    """What is said of a work, or where and when a photograph was taken: a day of last year."""
    names = ("work_title", "work_author", "medium", "size", "year", "place")
    said = {name: picture[name] for name in names if name in picture}
    if "taken" in picture:
        month, day = picture["taken"].split("-")
        said["taken_on"] = dt.date(now.year - 1, int(month), int(day))
    return said


def _beside(article: Article, piece: dict[str, Any], there: dict[str, Article]) -> None:
    """Facts of an accident, an advertiser, a guest, a correction: where the piece has them."""
    assert article.published_at is not None  # noqa: S101 -- it has just been published
    if facts := dict(piece.get("accident", {})):
        day = timezone.localdate(article.published_at)
        as_of = day - dt.timedelta(days=facts.pop("as_of_days"))
        hour = dt.time.fromisoformat(facts.pop("as_of_time"))
        follows = facts.pop("follows", "")
        AccidentFacts.objects.create(
            article=article,
            happened_on=day - dt.timedelta(days=facts.pop("days_before")),
            happened_at=dt.time.fromisoformat(facts.pop("happened_at")),
            as_of=timezone.make_aware(dt.datetime.combine(as_of, hour)),
            follows=there[follows] if follows else None,
            **facts,
        )
    if vendor := dict(piece.get("vendor", {})):
        valid = dt.timedelta(days=vendor.pop("valid_days"))
        Article.objects.filter(pk=article.pk).update(expires_at=article.published_at + valid)
        VendorInfo.objects.create(article=article, **vendor)
    if guest := piece.get("interview"):
        InterviewInfo.objects.create(article=article, **guest)
    if "correction" in piece:
        when = article.published_at + dt.timedelta(hours=20)
        article.corrections.create(text=piece["correction"], shown_at=when)
        Article.objects.filter(pk=article.pk).update(changed_at=when)


def _byline(article: Article, position: int, row: dict[str, str]) -> None:
    made = Byline.objects.create(
        article=article,
        position=position,
        role=row["role"],
        name=row["name"],
        unit_text=row["unit"],
        organisation=Organisation.objects.resolve(row["unit"]),
    )
    if person := Correspondent.objects.named(row["name"]).first():
        made.credit(person)


def _picture(
    picture: dict[str, Any], owner: User | None = None, *, make_now: bool = False
) -> Upload:
    """Take a drawn picture in; the worker makes its sizes, which are most of the work."""
    data = picture_file(picture["scene"], picture["seed"])
    file = SimpleUploadedFile(f"{picture['scene']}.webp", data, "image/webp")
    return Upload.objects.accept(file, owner=owner, make_now=make_now)


def _manuscript(account: str, section: str, title: str, body: str) -> Manuscript:
    author = Correspondent.objects.get(user__username=account)
    return Manuscript.objects.start(
        author,
        section=Section.objects.get(slug=section),
        title=title,
        body=body,
        approver="高明远",
        publication=Manuscript.Publication.FIRST,
        ai_use=Manuscript.AiUse.NONE,
        rules=SubmissionRules.current(),
        declared_at=timezone.now(),
    )


def _declined(piece: dict[str, Any], now: dt.datetime) -> None:
    manuscript = _manuscript("zhouyanqiu", piece["section"], piece["title"], piece["body"])
    assert manuscript.author.user is not None  # noqa: S101 -- for the type checker
    manuscript.submit(by=manuscript.author.user)
    editor = User.objects.get(username="yuanshan")
    manuscript.decline(by=editor, note=piece["note"] or "要素不全")


def _queue(now: dt.datetime) -> None:
    """Manuscripts in several states, so that the desk has something to do."""
    editor = User.objects.get(username="qingyan")
    for row in queue():
        manuscript = _manuscript(row["account"], row["section"], row["title"], row["body"])
        author = manuscript.author.user
        assert author is not None  # noqa: S101 -- for the type checker
        for position, picture in enumerate(row.get("pictures", [])):
            ManuscriptPicture.objects.create(
                manuscript=manuscript,
                upload=_picture(picture, owner=author),
                position=position,
                caption=picture["caption"],
                photographer=picture["photographer"],
            )
        if row["state"] == "draft":
            continue
        manuscript.submit(by=author)
        sent = now - dt.timedelta(hours=row["hours_ago"])
        Manuscript.objects.filter(pk=manuscript.pk).update(
            submitted_at=sent, first_submitted_at=sent, created_at=sent
        )
        manuscript.refresh_from_db()
        if row["state"] == "returned":
            manuscript.send_back(by=editor, note=row["note"])
        elif row["state"] == "claimed":
            manuscript.claim(by=editor)
        elif row["state"] == "accepted":
            manuscript.accept(by=editor)
