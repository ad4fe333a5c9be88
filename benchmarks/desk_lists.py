"""What the desk's lists cost on a large archive, and whether they ask more as it grows.

``python -m benchmarks.desk_lists [ROWS]``, 100,000 by default, on the database of ``DATABASE_URL``
(SQLite in a throw-away folder by default). The archive is that of ``benchmarks.searching`` with all
that hangs on it: states, editors, pictures, keywords, people, units, manuscripts, revisions and the
audit log. A chief with a second factor opens every list, each of its filters, its columns' orders,
its search and its last page, what the fields of choice ask while one types, and the pages of one
article. Once with 1,000 articles and once with all: the number of queries may not depend on it. For
every page over a second the statements that take the time are printed with the database's plan.

Times are milliseconds, the median of five: of processor time of this process on SQLite, of the
clock on PostgreSQL, whose server is another process.
"""

from __future__ import annotations

import atexit
import datetime as dt
import itertools
import os
import re
import shutil
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

# Never the data of a site: the import makes a folder of its own, which is thrown away.
os.environ.pop("DATA_DIR", None)
os.environ.update(LOG_LEVEL="ERROR", STAFF_MFA_REQUIRED="1")

from benchmarks.searching import LONG, Archive, clock, fill

atexit.register(shutil.rmtree, os.environ["DATA_DIR"], ignore_errors=True)

from allauth.mfa.models import Authenticator
from auditlog.models import LogEntry
from django.contrib import admin
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import F, Max, Model, OuterRef, Subquery
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from taggit.models import Tag, TaggedItem
from tqdm import tqdm

from articles import reindexing
from articles.models import (
    Article,
    ArticleImage,
    Byline,
    LibraryPicture,
    Placement,
    Revision,
    Section,
)
from correspondents.models import Correspondent, Grade, Membership, Organisation, Upload
from correspondents.names import key
from correspondents.pinyin import initial, spell
from correspondents.second_factor import PASSED
from correspondents.uploads import WIDTHS
from portal.database_statistics import refresh_statistics
from submissions.models import (
    AuthorRequest,
    CallForPapers,
    Manuscript,
    ManuscriptByline,
    ManuscriptPicture,
    Message,
    Round,
)

SMALL, LARGE = 1_000, 100_000
BATCH = 2_000
TIMES = 5
# A page that takes longer than this is asked once: five times would tell nothing more.
PATIENCE = 4.0
SLOW = 1_000.0
# A filter with more choices than this has some of them opened, spread over all.
CHOICES = 8
# More queries than this on one page are looked at, even where both sizes ask as many: a list that
# is full at both asks for each of its rows as often.
MANY = 40
EDITORS, CHIEF = 12, "zong"
REVISIONS = 250
# Of a hundred articles, so many in the states that are not public.
STATES = {
    "first_reading": (0, 1),
    "second_reading": (2,),
    "final_reading": (3,),
    "signed": (4,),
    "withdrawn": (5,),
    "discarded": (6,),
}
# Of a hundred manuscripts.
SENT = (
    ("draft", 3), ("submitted", 6), ("claimed", 3), ("returned", 5), ("accepted", 60),
    ("declined", 20), ("retracted", 3),
)  # fmt: skip
PEOPLE = (("engaged", 80), ("pending", 4), ("expired", 8), ("suspended", 3), ("closed", 5))
REGIONS = ("山西", "陕西", "内蒙古", "河南", "山东", "安徽", "贵州", "新疆", "宁夏")
WORD = "安全"


@dataclass
class Page:
    """One address that is measured; ``place`` is what it is called at either size."""

    place: tuple[Any, ...]
    label: str
    address: str


@dataclass
class Figure:
    """What one page cost."""

    page: Page
    queries: int
    cpu: float
    wall: float
    rows: int
    statements: list[tuple[str, Any]] = field(repr=False)


# --- the archive ----------------------------------------------------------------------------


def missing(model: type[Model], total: int) -> range:
    """The numbers of the rows that are not there yet."""
    return range(model._default_manager.count(), total)


def store(model: type[Model], rows: Iterable[Any], total: int, label: str = "") -> list[Any]:
    """Write them in batches; gives them with their numbers."""
    made: list[Any] = []
    name = label or str(model._meta.verbose_name)
    with tqdm(total=total, desc=name, disable=None) as bar:
        source = iter(rows)
        while batch := list(itertools.islice(source, BATCH)):
            with transaction.atomic():
                made += model._default_manager.bulk_create(batch)
            bar.update(len(batch))
    return made


def units(archive: Archive, total: int) -> None:
    """A tree of three storeys: a twentieth on top, a fifth in the middle."""
    wanted = missing(Organisation, total)
    if not wanted:
        return
    draw = archive.draw

    def named(number: int, kind: str, above: Organisation | None) -> Organisation:
        short = "".join(draw.choices(archive.words[20:3000], k=2))[:6]
        name = f"{short}{number}{kind}"
        return Organisation(
            name=name, short_name=short, parent=above, region=REGIONS[number % len(REGIONS)],
            name_key=key(name), short_key=key(short),
        )  # fmt: skip

    above: list[Any] = [None]
    shares = ((len(wanted) // 20, "集团"), (len(wanted) // 5, "公司"))
    numbers = iter(wanted)
    for share, kind in (*shares, (len(wanted), "煤矿")):
        some = list(itertools.islice(numbers, max(1, share)))
        rows = (named(number, kind, draw.choice(above)) for number in some)
        made = store(Organisation, rows, len(some), kind)
        for row in made:
            row.path = f"{row.parent.path if row.parent else ''}{row.pk}/"
        Organisation.objects.bulk_update(made, ["path"], batch_size=500)
        above = made


def people(archive: Archive, total: int) -> None:
    """Correspondents, every second with an account, nearly all in a unit."""
    wanted, draw = missing(Correspondent, total), archive.draw
    places = list(Organisation.objects.all())
    grades = [None, *Grade.objects.all()]
    today, now = timezone.localdate(), timezone.now()
    names = [draw.choice(archive.names) for _ in wanted]
    users = iter(
        store(
            User,
            (
                User(username=f"tong{number}", last_name=name, password="!")
                for number, name in zip(wanted, names, strict=True)
                if number % 2
            ),
            len(wanted) // 2,
            "账号",
        )
    )
    states = [state for state, share in PEOPLE for _ in range(share)]

    def rows() -> Iterator[Correspondent]:
        for number, name in zip(wanted, names, strict=True):
            mobile = f"139{number:08d}"
            yield Correspondent(
                name=name, name_key=key(name), spelling=spell(name), initial=initial(spell(name)),
                number=f"T-{number:06d}", user=next(users) if number % 2 else None,
                organisation=draw.choice(places) if number % 25 else None,
                unit_text="" if number % 25 else "自报的煤矿", grade=draw.choice(grades),
                state=draw.choice(states), mobile=mobile,
                sign_in_mobile=mobile if number % 4 == 1 else None,
                term_to=today + dt.timedelta(days=draw.randint(-60, 700)),
                public_consent_at=now if number % 3 else None, since=today,
            )  # fmt: skip

    made = store(Correspondent, rows(), len(wanted))
    settled = [row for row in made if row.organisation_id]
    store(
        Membership,
        (Membership(correspondent=row, organisation_id=row.organisation_id) for row in settled),
        len(settled),
    )


def articles(archive: Archive, total: int, editors: list[User]) -> None:
    """The archive, some thousands of it on their way or withdrawn, with editors and origins."""
    last = Article.objects.aggregate(last=Max("pk"))["last"] or 0
    fill(archive, total, LONG)
    fresh = Article.objects.filter(pk__gt=last).annotate(
        of_100=F("pk") % 100, of_12=F("pk") % EDITORS, of_7=F("pk") % 7
    )
    for state, numbers in STATES.items():
        at = {"published_at": timezone.now() + dt.timedelta(days=2)} if state == "signed" else {}
        if state.endswith("reading") or state == "discarded":
            at = {"published_at": None, "first_published_at": None}
        fresh.filter(of_100__in=numbers).update(state=state, **at)
    for number, editor in enumerate(editors):
        fresh.filter(of_12=number).update(responsible_editor=editor)
    fresh.filter(of_7=1).update(provenance="desk")
    fresh.filter(of_7__in=(2, 3, 4)).update(provenance="manuscript")
    fresh.filter(of_7=5).update(origin="reprint")
    fresh.filter(of_7=6).update(origin="compiled")
    person = Correspondent.objects.filter(name_key=OuterRef("name"))
    Byline.objects.filter(article__pk__gt=last).update(
        correspondent=Subquery(person.values("pk")[:1]),
        organisation=Subquery(person.values("organisation")[:1]),
    )
    pks = list(fresh.order_by("pk").values_list("pk", flat=True))
    pictures(archive, pks)
    keywords(archive, pks, total)
    revisions(pks)
    copies(fresh.filter(state="published")[: len(pks) // 2000 + 5])


def pictures(archive: Archive, pks: list[int]) -> None:
    """Every article has one, every tenth three, all in the library; no files, which no list opens."""

    def uploads(number: int) -> Iterator[Upload]:
        for place in range(number):
            made = Upload(
                original_name=f"{place}.jpg", bytes=300_000, content_type="image/jpeg",
                ending="jpg", width=1600, height=1000, state="ready",
                sha256=f"{archive.draw.getrandbits(256):064x}",
            )  # fmt: skip
            made.original.name = f"originals/2020/01/{made.key}.jpg"
            made.renditions = [
                {
                    "width": width, "height": width * 5 // 8, "format": kind,
                    "path": f"pictures/{made.key[:2]}/{made.key}-{width}.{kind}",
                }
                for width in WIDTHS
                for kind in ("jpg", "webp")
            ]  # fmt: skip
            yield made

    owners = [pk for pk in pks for _ in range(3 if pk % 10 == 0 else 1)]
    made = store(Upload, uploads(len(owners)), len(owners))
    store(
        ArticleImage,
        (
            ArticleImage(article_id=pk, upload=upload, caption=archive.title())
            for pk, upload in zip(owners, made, strict=True)
        ),
        len(owners),
        "文章的图片",
    )
    first = dt.date(2008, 1, 1)
    store(
        LibraryPicture,
        (
            LibraryPicture(
                upload=upload,
                caption=archive.title(),
                day=first + dt.timedelta(days=archive.draw.randrange(6500)),
            )
            for upload in made
        ),
        len(owners),
        "图库",
    )


def keywords(archive: Archive, pks: list[int], total: int) -> None:
    """As many keywords as an archive collects, some of them on very many articles."""
    wanted, words = missing(Tag, total), archive.words

    def named(number: int) -> str:
        return words[number] if number < len(words) else f"{words[number % len(words)]}{number}"

    store(Tag, (Tag(name=named(n), slug=f"t{n}") for n in wanted), len(wanted))
    tags = list(Tag.objects.order_by("pk").values_list("pk", flat=True)[: len(archive.totals)])
    kind, totals = ContentType.objects.get_for_model(Article), archive.totals[: len(tags)]
    store(
        TaggedItem,
        (
            TaggedItem(content_type=kind, object_id=pk, tag_id=tag)
            for pk in pks
            for tag in set(archive.draw.choices(tags, cum_weights=totals, k=2))
        ),
        2 * len(pks),
        "关键词的使用",
    )


def revisions(pks: list[int]) -> None:
    """Two for every twentieth article, and one article whose history is long."""
    some = [pk for pk in pks if pk % 20 == 0]
    store(
        Revision,
        (
            Revision(article_id=pk, number=number, content={"title": "标题"}, fingerprint="0" * 64)
            for pk in some
            for number in (1, 2)
        ),
        2 * len(some),
    )
    thick = Article.objects.exclude(pk__in=some).order_by("pk").first()
    assert thick is not None
    there, content = thick.revisions.count(), thick.content()
    Revision.objects.bulk_create(
        Revision(
            article=thick, number=number, fingerprint=f"{number:064d}",
            content=content | {"title": f"第 {number} 稿"},
        )
        for number in range(there, REVISIONS)
    )  # fmt: skip


def copies(originals: Iterable[Article]) -> None:
    Article.objects.bulk_create(
        Article(section_id=one.section_id, title=one.title, body=one.body, copy_of=one)
        for one in list(originals)
        if not Article.objects.filter(copy_of=one).exists()
    )


def manuscripts(archive: Archive, total: int, editors: list[User]) -> None:
    """What was sent in eight years, with its rounds, talk and requests; a tenth waits."""
    wanted, draw, now = missing(Manuscript, total), archive.draw, timezone.now()
    for number in range(CallForPapers.objects.count(), 12):
        closes = timezone.localdate() + dt.timedelta(days=30 * (number - 6))
        CallForPapers.objects.create(title=f"第 {number} 次征文", closes_on=closes)
    calls = list(CallForPapers.objects.all())
    authors = list(Correspondent.objects.exclude(organisation=None)[:5000])
    sections = list(Section.objects.filter(accepts_submissions=True))
    taken = Manuscript.objects.exclude(article=None).values("article")
    pieces = iter(
        Article.objects.filter(provenance="manuscript").exclude(pk__in=taken)[: len(wanted)]
    )
    states = [state for state, share in SENT for _ in range(share)]

    def rows() -> Iterator[Manuscript]:
        for number in wanted:
            author, state, section = draw.choice(authors), draw.choice(states), number % 9
            waits = state in ("submitted", "claimed")
            sent = now - dt.timedelta(hours=draw.randint(1, 200 if waits else 70_000))
            there = state != "draft"
            yield Manuscript(
                author=author, organisation_id=author.organisation_id, state=state,
                title=archive.title(), sent_title=archive.title() if there else "",
                body=f"<p>{archive.text(300)}</p>", section=sections[section % len(sections)],
                sent_section=sections[section % len(sections)] if there else None,
                handler=draw.choice(editors) if state not in ("draft", "submitted") else None,
                article=next(pieces, None) if state == "accepted" else None,
                call=draw.choice(calls) if number % 15 == 0 else None,
                round_number=(1 + (number % 11 == 0)) if there else 0,
                priority=draw.choice((-1, 0, 0, 0, 0, 0, 1, 2)),
                likeness=draw.choice((0, 0, 0, 0, 0, 12, 70, 95)),
                entered_by=editors[0] if number % 40 == 0 else None,
                first_submitted_at=sent if there else None, submitted_at=sent if there else None,
                created_at=sent, state_changed_at=sent,
            )  # fmt: skip

    made = store(Manuscript, rows(), len(wanted))
    sent = [row for row in made if row.state != "draft"]
    store(
        ManuscriptByline,
        (ManuscriptByline(manuscript=row, name=row.author.name) for row in made),
        len(made),
        "来稿的署名",
    )
    store(
        Round,
        (
            Round(
                manuscript=row, number=number, title=row.sent_title, body=row.body,
                sent_at=row.submitted_at, content={"bylines": [["author", row.author.name, ""]]},
            )
            for row in sent
            for number in range(1, row.round_number + 1)
        ),
        len(sent),
    )  # fmt: skip
    some = sent[::3]
    held = Upload.objects.order_by("pk").values_list("pk", flat=True)[: len(some)]
    store(
        ManuscriptPicture,
        (
            ManuscriptPicture(manuscript=row, upload_id=upload, caption="现场")
            for row, upload in zip(some, held, strict=False)
        ),
        len(some),
        "来稿的图片",
    )
    store(
        Message,
        (
            Message(manuscript=row, from_desk=bool(place % 2), body="请看第二段。")
            for place, row in enumerate(sent[::8])
        ),
        len(sent) // 8,
    )
    store(
        AuthorRequest,
        (
            AuthorRequest(manuscript=row, kind=AuthorRequest.Kind.values[0], body="请改名字。")
            for row in sent[::20]
        ),
        len(sent) // 20,
    )


def placements(total: int) -> None:
    kinds, wanted = Placement.Kind.values, missing(Placement, total)
    now = timezone.now()
    there = Placement.objects.values("article")
    rows = Article.objects.published().exclude(pk__in=there).newest()[: len(wanted)]
    store(
        Placement,
        (
            Placement(
                kind=kinds[number % len(kinds)], article=article, position=number % 9,
                until=None if number % 4 else now - dt.timedelta(days=number),
            )
            for number, article in zip(wanted, rows, strict=False)
        ),
        len(wanted),
    )  # fmt: skip


def log(archive: Archive, total: int, editors: list[User]) -> None:
    """Entries as the site writes them: what was created with its links, steps, sign-ins."""
    wanted, draw = missing(LogEntry, total), archive.draw
    kinds = {
        model: ContentType.objects.get_for_model(model)
        for model in (Article, Byline, Correspondent, Manuscript, User)
    }
    pieces = list(Article.objects.order_by("-pk").values_list("pk", "title", "section")[:20_000])
    folk = list(Correspondent.objects.values_list("pk", "name", "organisation")[:5_000])
    sent = list(Manuscript.objects.exclude(sent_title="").values_list("pk", "sent_title")[:5_000])
    end = timezone.now()

    def one(number: int) -> tuple[type[Model], int, str, int, Any, Any]:
        """Of what, its number and words, the action, what changed, and the facts."""
        pk, title, section = draw.choice(pieces)
        person, name, unit = draw.choice(folk)
        editor = draw.choice(editors)
        match number % 8:
            case 0:
                made = {"title": ["None", title], "section": ["None", str(section)],
                        "responsible_editor": ["None", str(editor.pk)],
                        "created_by": ["None", str(editor.pk)]}  # fmt: skip
                return Article, pk, title, 0, made, None
            case 1:
                made = {"article": ["None", str(pk)], "name": ["None", name],
                        "correspondent": ["None", str(person)],
                        "organisation": ["None", str(unit)]}  # fmt: skip
                return Byline, pk, name, 0, made, None
            case 2:
                moved = {"title": ["旧的标题", title], "section": ["1", str(section)]}
                return Article, pk, title, 1, moved, None
            case 3:
                facts = {"event": "contact_viewed"}
                return Correspondent, person, name, 1, {}, facts
            case 4:
                facts = {"event": "step", "step": "accept", "note": "采用"}
                return Manuscript, *draw.choice(sent), 1, {}, facts
            case 5:
                return User, editor.pk, editor.username, 1, {}, {"event": "sign_in"}
        step = draw.choice(("sign_first", "sign_second", "sign_final", "publish"))
        return Article, pk, title, 1, {}, {"event": "step", "step": step, "note": ""}

    def rows() -> Iterator[LogEntry]:
        for number in wanted:
            model, pk, words, action, changes, facts = one(number)
            yield LogEntry(
                content_type=kinds[model], object_pk=str(pk), object_id=pk, object_repr=words,
                action=action, changes=changes, additional_data=facts, actor=draw.choice(editors),
                remote_addr="192.0.2.7", timestamp=end - dt.timedelta(minutes=13 * number),
            )  # fmt: skip

    store(LogEntry, rows(), len(wanted), "审计日志")


def desk() -> list[User]:
    """The colleagues who share the work, the chief among them."""
    names = [CHIEF, *(f"bian{number}" for number in range(1, EDITORS))]
    for number, name in enumerate(names):
        facts = {"last_name": f"编辑{number}", "is_staff": True, "password": "!"}
        User.objects.get_or_create(username=name, defaults=facts)
    return list(User.objects.filter(username__in=names))


def bring(archive: Archive, size: int) -> None:
    """The whole site at that many articles; what hangs on them grows along."""
    editors = desk()
    units(archive, max(150, size // 50))
    people(archive, size)
    articles(archive, size, editors)
    manuscripts(archive, max(300, size // 20), editors)
    placements(max(20, size // 500))
    log(archive, 2 * size, editors)
    with tqdm(total=size, desc="索引", disable=None) as bar:
        reindexing.rebuild(bar.update)
    refresh_statistics()  # as the site does every day


# --- what is opened -------------------------------------------------------------------------


def chief() -> tuple[User, Client]:
    """Who may see all of it, signed in with the second factor that the desk demands."""
    user = User.objects.create_superuser(CHIEF, password="!", last_name="总编")
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session[PASSED] = user.pk
    session.save()
    return user, client


def address_of(model: type[Model], page: str = "changelist", *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def list_pages(model: type[Model], user: User, name: str) -> Iterator[Page]:
    """One list: as it opens, its last page, its filters, its orders and two searches."""
    noun, start = str(model._meta.verbose_name), address_of(model)
    yield Page((noun,), noun, start)
    request = RequestFactory().get(start)
    request.user = user
    shown: Any = admin.site.get_model_admin(model).get_changelist_instance(request)
    if shown.paginator.num_pages > 1:
        last = f"{start}?p={shown.paginator.num_pages}"
        yield Page((noun, "last"), f"{noun}　最后一页", last)
    for spec in shown.filter_specs:
        found = [one for one in spec.choices(shown) if one["query_string"] not in ("", "?")]
        for place, choice in enumerate(found[:: -(-len(found) // CHOICES) or 1]):
            label = f"{noun}　{spec.title}：{choice['display']}"
            yield Page((noun, spec.title, place), label, start + choice["query_string"])
    for place, column in enumerate(shown.list_display):
        if shown.get_ordering_field(column) and column in shown.sortable_by:
            for way in ("", "-"):
                address = f"{start}?o={way}{place}"
                yield Page((noun, "o", way, column), f"{noun}　排序 {way}{column}", address)
    if shown.search_fields:
        for what, typed in (("词", WORD), ("姓名", name)):
            yield Page((noun, "q", what), f"{noun}　搜{what} {typed}", f"{start}?q={typed}")


def choosing_pages(name: str) -> Iterator[Page]:
    """What each field of choice asks: when it is opened, after a word, and after a name."""
    asked = set()
    for _, shown in sorted(admin.site._registry.items(), key=lambda pair: pair[0]._meta.label):
        for one in (shown, *(inline(shown.model, admin.site) for inline in shown.inlines)):
            meta = one.model._meta
            asked |= {(meta.app_label, meta.model_name, row) for row in one.autocomplete_fields}
    for app, model, row in sorted(asked):
        for what, typed in (("打开", ""), ("词", WORD), ("姓名", name)):
            address = (
                f"{reverse('admin:autocomplete')}?term={typed}"
                f"&app_label={app}&model_name={model}&field_name={row}"
            )
            yield Page(("选择", model, row, what), f"选择 {model}.{row}　{what} {typed}", address)


def single_pages() -> Iterator[Page]:
    """The first page, the desk's search, and the pages of one article, person and manuscript."""
    # The same ones at either size.
    thick = Revision.objects.filter(number=REVISIONS - 1).earliest("pk")
    reading = Article.objects.filter(state="first_reading").earliest("pk")
    waiting = Manuscript.objects.filter(state="submitted").earliest("pk")
    person = Correspondent.objects.filter(state="engaged").exclude(organisation=None).earliest("pk")
    rows = {
        "工作台": reverse("admin:index"),
        "检索": f"{reverse('admin:find')}?q={WORD}",
        "工作量": reverse("admin:workload"),
        "移交": address_of(Manuscript, "handover"),
        "文章　修订": address_of(Article, "revisions", thick.article_id),
        "文章　一次修订": address_of(Article, "revision", thick.article_id, thick.pk),
        "文章　审读": address_of(Article, "review", reading.pk),
        "文章　编辑": address_of(Article, "change", reading.pk),
        "文章　已发布": address_of(Article, "change", thick.article_id),
        "文章　变更记录": address_of(Article, "history", reading.pk),
        "文章　新建": address_of(Article, "add"),
        "来稿　一篇": address_of(Manuscript, "change", waiting.pk),
        "通讯员　一人": address_of(Correspondent, "change", person.pk),
        "单位　一个": address_of(Organisation, "change", person.organisation_id),
        "版面　新建": address_of(Placement, "add"),
        "关键词　一个": address_of(Tag, "change", Tag.objects.earliest("pk").pk),
    }
    for label, address in rows.items():
        yield Page((label,), label, address)


def pages(user: User) -> list[Page]:
    """Everything that is measured. A model without a list yet is passed over."""
    name = Byline.objects.exclude(correspondent=None).earliest("pk").name
    nouns = (
        Article,
        LibraryPicture,
        Tag,
        Correspondent,
        Organisation,
        Manuscript,
        LogEntry,
        Placement,
    )
    nouns = (*nouns, User)
    there = [model for model in nouns if admin.site.is_registered(model)]
    lists = itertools.chain.from_iterable(list_pages(model, user, name) for model in there)
    return [*lists, *choosing_pages(name), *single_pages()]


# --- measuring ------------------------------------------------------------------------------


def listed(text: str) -> int:
    """How many rows a list shows, or a field of choice offers; none on other pages."""
    if text.startswith("{"):
        return text.count('"id":')
    _, _, table = text.partition('id="result_list"')
    return len(re.findall(r"<tr\b", table.partition("<tbody>")[2].partition("</table>")[0]))


def statements_of(deed: Callable[[], object]) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        found.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        deed()
    return found


def measured(client: Client, page: Page) -> Figure:
    """The first request warms what is remembered; the second is counted; five are timed."""
    begun = time.perf_counter()
    answer = client.get(page.address)
    first = time.perf_counter() - begun
    assert answer.status_code == 200, (page.address, answer.status_code, answer.headers)
    statements = statements_of(lambda: client.get(page.address))
    costs, walls = [], []
    for _ in range(TIMES if first < PATIENCE else 1):
        begun, used = time.perf_counter(), clock()
        client.get(page.address)
        costs.append(1000 * (clock() - used))
        walls.append(1000 * (time.perf_counter() - begun))
    return Figure(
        page, len(statements), statistics.median(costs), statistics.median(walls),
        listed(answer.content.decode()), statements,
    )  # fmt: skip


def run(client: Client, user: User, size: int) -> dict[tuple[Any, ...], Figure]:
    opened = tqdm(pages(user), desc=f"打开，{size} 篇", disable=None)
    return {page.place: measured(client, page) for page in opened}


# --- telling --------------------------------------------------------------------------------


def told(small: dict[tuple[Any, ...], Figure], large: dict[tuple[Any, ...], Figure]) -> None:
    """The table: names come last, since Chinese characters are two columns wide."""
    print(f"\n{'查询':>4}{'之比':>7}{'CPU 毫秒':>9}{'之比':>7}{'毫秒':>9}{'行':>5}  页面")
    for place, figure in large.items():
        before = small.get(place)
        queries = f"{figure.queries / before.queries:.2f}" if before else "—"
        grown = f"{figure.cpu / before.cpu:.1f}" if before and before.cpu else "—"
        print(
            f"{figure.queries:>6}{queries:>9}{figure.cpu:>11.1f}{grown:>9}{figure.wall:>11.1f}"
            f"{figure.rows:>6}  {figure.page.label}"
        )


def uneven(small: dict[tuple[Any, ...], Figure], large: dict[tuple[Any, ...], Figure]) -> None:
    """Pages that ask more often of a large site, and those that ask often of either."""
    both = [(small[place], one) for place, one in large.items() if place in small]
    differ = [(few, many) for few, many in both if few.queries != many.queries]
    print(f"\n查询数随规模变化的页面：{len(differ)} 个（共 {len(both)} 个）")
    for few, many in differ:
        print(
            f"  {few.queries} → {many.queries} 次，{few.rows} → {many.rows} 行  {many.page.label}"
        )
    often = [one for one in large.values() if one.queries > MANY]
    print(f"\n查询多于 {MANY} 次的页面：{len(often)} 个")
    for one in often:
        shapes: dict[str, int] = {}
        for sql, _ in one.statements:
            shapes[sql] = shapes.get(sql, 0) + 1
        most = max(shapes, key=lambda sql: shapes[sql])
        print(f"  {one.queries} 次  {one.page.label}\n    其中 {shapes[most]} 次：{most[:300]}")


def slow(large: dict[tuple[Any, ...], Figure]) -> None:
    """For every page over a second: the statements that take a tenth of its time, and their plans.

    A statement is told once, however many pages ask it.
    """
    over = [one for one in large.values() if max(one.cpu, one.wall) >= SLOW]
    print(f"\n超过 {SLOW / 1000:.0f} 秒的页面：{len(over)} 个")
    seen: dict[str, int] = {}
    for one in sorted(over, key=lambda figure: -figure.cpu):
        print(f"\n== {one.page.label}　CPU {one.cpu:.0f}，{one.wall:.0f} 毫秒　{one.page.address}")
        for sql, params in one.statements:
            if not sql.startswith("SELECT"):
                continue
            with connection.cursor() as cursor:
                begun = clock()
                cursor.execute(sql, params)
                cursor.fetchall()
                took = 1000 * (clock() - begun)
                if took < one.cpu / 10:
                    continue
                print(f"  {took:.0f} 毫秒", end="")
                if sql in seen:
                    print(f"：同上，语句 {seen[sql]}")
                    continue
                seen[sql] = len(seen) + 1
                short = re.sub(r'("\w+"\."\w+", |%s, ){5,}', "…, ", sql)
                print(f"，语句 {seen[sql]}：{short[:3000]}\n    值：{str(params)[:200]}")
                plan = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
                cursor.execute(f"{plan} {sql}", params)
                for row in cursor.fetchall():
                    print(f"    | {row[-1]}")


def main(size: int) -> int:
    call_command("setup_site", verbosity=0)
    LogEntry.objects.all().delete()  # of the setting up, which no editor looks for
    archive = Archive(7)
    user, client = chief()
    bring(archive, SMALL)
    small = run(client, user, SMALL)
    bring(archive, size)
    large = run(client, user, size)
    told(small, large)
    uneven(small, large)
    slow(large)
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else LARGE))
