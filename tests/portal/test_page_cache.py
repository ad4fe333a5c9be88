"""Pages kept in memory: fast for strangers, never wrong, never somebody else's."""

from __future__ import annotations

import datetime as dt
import gzip
import re
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.auth.models import User
from django.contrib.staticfiles.finders import find
from django.core.wsgi import get_wsgi_application
from django.db import connection, connections
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse
from django.utils import timezone

from articles.content import edition
from articles.front_page import due
from articles.models import (
    Article,
    ArticleImage,
    Placement,
    RelatedArticle,
    Topic,
    new_edition,
)
from correspondents.models import Grade, Upload
from portal.middleware import OneEdition
from portal.models import Redirect
from portal.page_cache import editions, middleware, placeholders, store
from portal.page_cache.middleware import PageCache
from tests import factories as f

pytestmark = pytest.mark.django_db(transaction=True)


class Clock:
    """Time that passes when the test says so."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seconds, start = 0.0, dt.datetime.now(dt.UTC)
        monkeypatch.setattr(timezone, "now", lambda: start + dt.timedelta(seconds=self.seconds))
        stopped = SimpleNamespace(
            time=lambda: start.timestamp() + self.seconds, monotonic=lambda: self.seconds
        )
        for module in (middleware, store, editions, edition, due):
            monkeypatch.setattr(module, "time", stopped)

    def pass_by(self, seconds: float) -> None:
        """Let so much time pass."""
        self.seconds += seconds


class Site:
    """The site as a WSGI server sees it."""

    def __init__(self) -> None:
        self.kept = PageCache(get_wsgi_application(), most=4_000_000)

    def ask(self, path: str, method: str = "GET", **heads: str) -> Answered:
        asked = RequestFactory(HTTP_HOST="testserver").generic(method, path)
        environ = {**asked.environ, **heads}
        got: dict[str, Any] = {}

        def begin(status: str, headers: list[tuple[str, str]], exc: Any = None) -> None:
            got.update(status=int(status[:3]), headers=headers)

        parts = self.kept(environ, begin)
        body = b"".join(parts)
        close = getattr(parts, "close", None)
        if close:
            close()
        return Answered(got["status"], got["headers"], body)

    def queries(self, path: str, **heads: str) -> tuple[int, Answered]:
        with CaptureQueriesContext(connection) as caught:
            answer = self.ask(path, **heads)
        return len(caught), answer


class Answered:
    def __init__(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body

    def __getitem__(self, name: str) -> str:
        return next((v for n, v in self.headers if n.lower() == name.lower()), "")

    @property
    def text(self) -> str:
        zipped = self["Content-Encoding"] == "gzip"
        return (gzip.decompress(self.body) if zipped else self.body).decode()


@pytest.fixture
def web(monkeypatch) -> Site:
    """The site; it looks at the edition when a test says so, not by how slow the machine is."""
    monkeypatch.setattr(editions, "LOOK_EVERY", 600)
    return Site()


class TestKeeping:
    def test_the_second_reader_costs_no_query(self, web):
        article = f.published("一篇文章")
        path = article.get_absolute_url()
        first, made = web.queries(path)
        again, kept = web.queries(path)
        assert first > 5 and again == 0
        assert kept.text == made.text
        assert "一篇文章" in kept.text

    def test_compressed_or_plain_it_is_the_same(self, web):
        path = f.published("压缩", body=f"<p>{'煤' * 3000}</p>").get_absolute_url()
        plain = web.ask(path)
        zipped = web.ask(path, HTTP_ACCEPT_ENCODING="br, gzip;q=0.8")
        none = web.ask(path, HTTP_ACCEPT_ENCODING="gzip;q=0")
        assert zipped["Content-Encoding"] == "gzip"
        assert none["Content-Encoding"] == ""
        assert zipped.text == plain.text == none.text
        assert len(zipped.body) < len(plain.body) / 2
        assert int(zipped["Content-Length"]) == len(zipped.body)
        assert plain["ETag"] != zipped["ETag"]

    def test_a_page_that_is_known_is_not_sent_again(self, web):
        path = f.published().get_absolute_url()
        tag = web.ask(path)["ETag"]
        known = web.ask(path, HTTP_IF_NONE_MATCH=f'"other", W/{tag}')
        assert (known.status, known.body, known["ETag"]) == (304, b"", tag)
        assert web.ask(path, HTTP_IF_NONE_MATCH='"other"').status == 200
        dark = web.ask(path, HTTP_IF_NONE_MATCH=tag, HTTP_COOKIE="theme=dark")
        assert dark.status == 200  # the other face of it

    def test_head_has_the_heads_alone(self, web):
        path = f.published().get_absolute_url()
        got, head = web.ask(path), web.ask(path, method="HEAD")
        assert head.body == b"" and head.headers == got.headers

    def test_odd_parameters_make_no_other_page(self, web):
        f.published("列表里的")
        web.ask("/zonglan/?page=&utm_source=weixin")
        number, page = web.queries("/zonglan/?from=singlemessage&isappinstalled=0")
        assert "singlemessage" not in page.text
        assert web.ask("/zonglan/?page=older-1-1").text != page.text
        again, _ = web.queries("/zonglan/?x=1")
        assert again == 0 or number == 0

    def test_places_that_anybody_can_make_up_are_not_kept(self, web):
        f.published()
        for number in range(1, 30):
            web.ask(f"/zonglan/?page=older-{number}-1")
        web.ask("/zonglan/?page=%6Flder-77-1")
        assert [key for key in web.kept.pages._pages if "older" in key[3]] == []
        assert web.ask("/zonglan/?page=older-99999999999999999-1").status in (200, 404)

    def test_an_address_of_the_old_site_is_known_by_its_query(self, web):
        Redirect.objects.create(path="/news.asp?id=5", target="/zonglan/")
        moved = web.ask("/news.asp?id=5")
        assert (moved.status, moved["Location"]) == (301, "/zonglan/")
        assert web.ask("/news.asp?id=6").status == 404
        assert web.ask("/news.asp?id=5")["Location"] == "/zonglan/"

    def test_other_hosts_other_pages(self, web, settings):
        settings.ALLOWED_HOSTS = ["testserver", "m.example.com"]
        middleware._is_ours.cache_clear()
        path = f.published().get_absolute_url()
        web.ask(path)
        number, _ = web.queries(path, HTTP_HOST="m.example.com")
        assert number > 0
        assert web.ask(path, HTTP_HOST="evil.example").status == 400
        middleware._is_ours.cache_clear()

    def test_the_shelf_has_an_end(self):
        web = Site()
        web.kept.pages.most = 180_000
        paths = [f.published(f"第{n}篇").get_absolute_url() for n in range(12)]
        for path in paths:
            web.ask(path)
        assert web.kept.pages.bytes <= 180_000
        assert web.queries(paths[-1])[0] == 0
        assert web.queries(paths[0])[0] > 0


def test_every_parameter_that_a_public_view_reads_is_named():
    """What is not named is dropped before Django sees it: a view would never get it."""
    declared: dict[str, set[str]] = {}
    for pattern in all_patterns(get_resolver()):
        page = getattr(pattern.callback, "public_page", None)
        if page is not None:
            module = sys.modules[pattern.callback.__module__]
            declared.setdefault(module.__file__, set()).update(page.kept | page.typed)
    assert len(declared) > 10
    for file, names in declared.items():
        read = set(re.findall(r'(?:request\.GET|given)\.get\("(\w+)"', Path(file).read_text()))
        if Path(file).name == "finding.py":  # the search itself is live
            continue
        assert read <= names, file


def all_patterns(resolver: Any) -> Iterator[Any]:
    """Every address of the site."""
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from all_patterns(pattern)
        else:
            yield pattern


class TestLight:
    """Budgets of the design: an article without pictures, and what making it asks."""

    def rich(self) -> Article:
        """An article with all that may stand around it."""
        li = f.correspondent("li")
        article = f.published("有作者有关键词的文章")
        f.published("前一篇")
        for name, person in ((li.name, li), ("王通讯", f.person("王通讯", public=True))):
            article.bylines.create(
                name=name, unit_text="白桦沟煤矿", correspondent=person,
                organisation=person.organisation,
            )  # fmt: skip
        article.tags.add("检修", "安全")
        other = f.published("相关的一篇")
        RelatedArticle.objects.create(article=article, other=other)
        return article

    def test_sixty_kilobytes_in_all_and_fifteen_of_script(self, web):
        path = self.rich().get_absolute_url()
        page = web.ask(path, HTTP_ACCEPT_ENCODING="gzip")
        asked = re.findall(r'(?:src|href)="(/static/[^"?]+)', page.text)
        files = {name for name in asked if name.endswith((".css", ".js", ".svg"))}
        assert any(name.endswith(".css") for name in files)
        assert any(name.endswith(".js") for name in files)
        sizes = {
            name: len(gzip.compress(Path(find(name.removeprefix("/static/"))).read_bytes(), 9))
            for name in files
        }
        code = web.ask(re.search(r'src="(/articles/\d+/erweima.svg)"', page.text)[1],
                       HTTP_ACCEPT_ENCODING="gzip")  # fmt: skip
        whole = len(page.body) + sum(sizes.values()) + len(code.body)
        assert whole <= 60 * 1024, (whole, sizes)
        assert sum(size for name, size in sizes.items() if name.endswith(".js")) <= 15 * 1024
        assert not re.search(
            r'(?:src|href)="(?:https?:)?//(?!testserver)', page.text.split("</head>")[0]
        )

    def test_twelve_queries_however_large_the_archive_is(self, web):
        path = self.rich().get_absolute_url()

        def asked() -> list[str]:
            web.ask("/zonglan/")  # what belongs to the edition is there
            Client().get(path)
            with CaptureQueriesContext(connection) as caught:
                web.kept.pages.clear()
                web.ask(path)
            return [row["sql"] for row in caught if "edition" not in row["sql"]]

        small = asked()
        for number in range(40):
            f.published(f"又一篇{number}")
        new_edition()
        large = asked()
        # No list of everything public on the way to a handful of related pieces.
        assert not [sql for sql in large if "IN (SELECT" in sql]
        assert len(small) == len(large)
        # Beside the page's own: what begins or ends next, asked once an edition.
        own = [sql for sql in large if "MIN(" not in sql]
        assert len(own) <= 12, own


class TestPictures:
    """A page names a dozen pictures; they cost what the page costs."""

    @staticmethod
    def of(article: Article) -> str:
        owner = User.objects.filter(username="tu").first() or f.account("tu")
        upload = Upload.objects.accept(f.photo(), owner=owner, make_now=True)
        article.images.create(upload=upload, alt="井架")
        new_edition()
        size = upload.renditions[0]
        return f"/pictures/{upload.key}/{size['width']}.{size['format']}"

    def test_the_second_reader_costs_no_query_and_gets_the_same(self, web):
        path = self.of(f.published())
        first, made = web.queries(path)
        again, kept = web.queries(f"{path}?from=weixin", HTTP_ACCEPT_ENCODING="gzip")
        assert first > 0 and again == 0
        assert kept.body == made.body and len(made.body) > 1000
        assert made["Content-Type"].startswith("image/") and kept["Content-Encoding"] == ""
        assert "s-maxage=60" in kept["Cache-Control"]
        assert "sandbox" in kept["Content-Security-Policy"]
        assert kept["X-Content-Type-Options"] == "nosniff"
        assert kept["Vary"] == made["Vary"] == ""
        assert int(kept["Content-Length"]) == len(kept.body)
        known = web.ask(path, HTTP_IF_NONE_MATCH=kept["ETag"])
        assert (known.status, known.body, known["Cache-Control"]) == (
            304,
            b"",
            kept["Cache-Control"],
        )
        assert web.ask(path, method="HEAD").body == b""

    def test_it_is_gone_with_its_article(self, web):
        article = f.published()
        path = self.of(article)
        assert web.ask(path).status == 200
        article.withdraw(by=f.chief(), note="撤稿")
        web.kept.editions.look()
        assert web.ask(path).status == 404

    def test_what_the_desk_sees_is_kept_for_nobody(self, web):
        wang = f.editor("wang")
        path = self.of(f.article(by=wang))
        assert web.ask(path).status == 404
        cookie = f"sessionid={f.signed_in(wang).cookies['sessionid'].value}"
        seen = web.ask(path, HTTP_COOKIE=cookie)
        assert (seen.status, seen["Cache-Control"]) == (200, "private, no-store")
        assert web.ask(path).status == 404
        assert web.kept.pictures.bytes == 0

    def test_a_portrait_is_gone_with_the_consent(self, web):
        person = f.person("周砚秋", public=True)
        person.photo = Upload.objects.accept(f.photo(), owner=f.editor(), make_now=True)
        person.save()
        person.give_consent("photo")
        html = web.ask(person.get_absolute_url()).text
        path = re.search(r'src="(/tongxunyuan/[^"]*)"', html)[1]
        assert web.ask(path)["Cache-Control"] == "no-cache"
        number, kept = web.queries(path)
        assert number == 0
        assert web.ask(path, HTTP_IF_NONE_MATCH=kept["ETag"]).status == 304
        person.withdraw_consent("photo")
        web.kept.editions.look()
        assert web.ask(path, HTTP_IF_NONE_MATCH=kept["ETag"]).status == 404

    def test_pictures_drive_no_page_out_and_have_an_end(self, web):
        page = f.published("留着的").get_absolute_url()
        web.kept.pictures.most = 60_000
        paths = [self.of(f.published(f"第{n}篇")) for n in range(4)]
        web.kept.editions.look()
        web.ask(page)
        for path in paths:
            assert web.ask(path).status == 200
        assert 0 < web.kept.pictures.bytes <= 60_000
        assert web.queries(page)[0] == 0


class TestCode:
    def test_the_code_is_made_here_and_kept_and_gone_with_its_article(self, web):
        article = f.published("扫码看")
        path = article.get_absolute_url()
        assert f'src="{path}erweima.svg"' in web.ask(path).text
        code = web.ask(f"{path}erweima.svg")
        assert code["Content-Type"] == "image/svg+xml" and "<svg" in code.text
        assert web.queries(f"{path}erweima.svg")[0] == 0
        article.withdraw(by=f.chief(), note="撤稿")
        web.kept.editions.look()
        assert web.ask(f"{path}erweima.svg").status == 404


class TestGrades:
    def test_a_grade_that_the_desk_changes_is_new_on_the_pages_that_show_it(self, web):
        grade = Grade.objects.create(name="荣誉通讯员", position=9)
        profile = f.person("周砚秋", public=True, grade=grade).get_absolute_url()
        sun = f.chief()
        User.objects.filter(pk=sun.pk).update(is_superuser=True)  # the only one who may delete
        chief = f.signed_in(sun)
        for path in (profile, "/tongxunyuan/"):
            assert "荣誉通讯员" in web.ask(path).text

        def pages() -> tuple[str, str]:
            web.kept.editions.look()
            return web.ask(profile).text, web.ask("/tongxunyuan/").text

        address = reverse("admin:correspondents_grade_change", args=[grade.pk])
        chief.post(address, {"name": "资深通讯员", "position": 9})
        for page in pages():
            assert ("资深通讯员" in page, "荣誉通讯员" in page) == (True, False)
        chief.post(reverse("admin:correspondents_grade_add"), {"name": "见习甲", "position": 10})
        chief.post(reverse("admin:correspondents_grade_add"), {"name": "见习乙", "position": 11})
        assert "见习甲" in pages()[1] and "见习乙" in pages()[1]
        one, other = Grade.objects.filter(name__startswith="见习")
        chief.post(reverse("admin:correspondents_grade_delete", args=[one.pk]), {"post": "yes"})
        assert "见习甲" not in pages()[1]
        ticked = {"action": "delete_selected", "_selected_action": other.pk, "post": "yes"}
        chief.post(reverse("admin:correspondents_grade_changelist"), ticked)
        assert "见习乙" not in pages()[1]


class TestNeverSomebodyElses:
    def test_a_signed_in_person_is_asked_for_anew(self, web):
        li = f.correspondent("li")
        path = f.published().get_absolute_url()
        stranger = web.ask(path)
        client = f.signed_in(li.user)
        cookie = f"sessionid={client.cookies['sessionid'].value}"
        own = web.ask(path, HTTP_COOKIE=cookie)
        assert "我的稿件" in own.text and "我的稿件" not in stranger.text
        assert own["Cache-Control"] == "private, no-store"
        assert "我的稿件" not in web.ask(path).text
        # Cookies of other things on the same domain that no standard knows.
        for odd in ('a[]=x"y', "=1", "名=值", "bad cookie"):
            line = f"{odd}; {cookie}".encode().decode("latin-1")
            assert "我的稿件" in web.ask(path, HTTP_COOKIE=line).text, odd

    def test_the_desks_preview_and_drafts_are_never_kept(self, web):
        wang = f.editor()
        draft = f.article(by=wang)
        client = f.signed_in(wang)
        cookie = f"sessionid={client.cookies['sessionid'].value}"
        preview = f"/admin/articles/article/{draft.pk}/preview/"
        assert draft.title in web.ask(preview, HTTP_COOKIE=cookie).text
        assert draft.title not in web.ask(preview).text
        assert web.ask(draft.get_absolute_url()).status == 404
        assert web.ask(draft.get_absolute_url(), HTTP_COOKIE=cookie).status == 404

    def test_no_kept_page_sets_a_cookie_and_no_form_is_kept(self, web):
        f.published()
        f.person("周砚秋")
        for path in ("/", "/zonglan/", "/jukuang/", "/tongxunyuan/", "/gengzheng/"):
            web.ask(path)
            number, page = web.queries(path)
            assert number == 0, path
            assert page["Set-Cookie"] == ""
        web.ask("/zhanghu/login/")
        number, page = web.queries("/zhanghu/login/")
        assert number > 0 or page["Set-Cookie"]

    def test_one_readers_choices_do_not_reach_another(self, web):
        path = f.published().get_absolute_url()
        usual = web.ask(path).text
        elder = web.ask(path, HTTP_COOKIE="mode=elder; size=xl; theme=dark").text
        assert 'data-mode="elder"' in elder and 'data-theme="dark"' in elder
        assert re.search(r'data-size="xl"', elder)
        assert re.search(r'size=xl[^>]*aria-current="true"', elder)
        assert "data-mode" not in usual and 'data-size="m"' in usual
        assert web.ask(path).text == usual
        odd = web.ask(path, HTTP_COOKIE='theme="><script>; mode=x; size=').text
        assert odd == usual
        assert web.ask(path, HTTP_COOKIE="mode=elder; size=xl; theme=dark").text == elder

    def test_the_header_strangers_share_leads_everybody_back_to_his_own_page(self, web):
        f.published()
        leads = re.compile(r"next=([^\"]*)")
        for path in ("/jukuang/", "/zonglan/?lanmu=jukuang", "/search/?q=a%22%3E%3Cb%3E&page=1"):
            page = web.ask(path).text.split('<main id="main"')[0]
            assert set(leads.findall(page)) == {quote(path)}, path
        assert 'aria-current="page"' in web.ask("/jukuang/").text.split("<main")[0]

    def test_no_mark_is_ever_sent(self, web, client):
        article = f.published(f"标题里有 {placeholders.MARKS['root']} 一样的字")
        for answer in (
            web.ask("/").text,
            web.ask(article.get_absolute_url()).text,
            web.ask("/no-such-page/").text,
            client.get("/zhanghu/login/").content.decode(),
        ):
            for mark in placeholders.MARKS.values():
                assert mark not in answer

    def test_a_token_that_a_form_once_gave_makes_nobody_a_person(self, web):
        path = f.published().get_absolute_url()
        web.ask(path)
        number, page = web.queries(path, HTTP_COOKIE="csrftoken=abc; theme=dark")
        assert number == 0 and 'data-theme="dark"' in page.text
        number, _ = web.queries(path, HTTP_COOKIE="messages=x")
        assert number > 0

    def test_a_private_answer_is_not_kept(self, web):
        def private(environ, begin):
            begin("200 OK", [("Content-Type", "text/html"), ("Cache-Control", "private")])
            return [b"own"]

        def cookie(environ, begin):
            begin("200 OK", [("Content-Type", "text/html"), ("Set-Cookie", "a=b")])
            return [b"own"]

        for application in (private, cookie):
            web.kept.application = application
            web.kept.pages.clear()
            assert web.ask("/").text == "own"
            assert web.kept.pages.bytes == 0


class TestFresh:
    """Whatever changes is seen within the time a process may look away."""

    @pytest.fixture(autouse=True)
    def look_at_once(self, web, monkeypatch):
        monkeypatch.setattr(editions, "LOOK_EVERY", 0)

    def test_withdrawn_changed_and_published(self, web):
        readers = [f.editor(), f.managing(), f.chief()]
        article = f.article_in("signed", readers)
        home = web.ask("/").text
        assert article.title not in home
        article.publish(by=readers[2])
        assert article.title in web.ask("/").text
        assert web.ask(article.get_absolute_url()).status == 200
        article.withdraw(by=readers[2], note="撤稿")
        gone = web.ask(article.get_absolute_url())
        assert gone.status == 410
        assert article.title not in web.ask("/").text

    def test_without_looking_again_the_old_page_stays_for_half_a_second(self, web, monkeypatch):
        monkeypatch.setattr(editions, "LOOK_EVERY", 0.5)
        article = f.published("还在")
        clock = Clock(monkeypatch)
        web.ask(article.get_absolute_url())
        article.withdraw(by=f.chief(), note="撤稿")
        assert web.ask(article.get_absolute_url()).status == 200
        clock.pass_by(0.6)
        assert web.ask(article.get_absolute_url()).status == 410

    def test_a_time_that_is_reached_needs_no_deed(self, web, monkeypatch):
        clock, now = Clock(monkeypatch), timezone.now()
        soon = now + dt.timedelta(seconds=1.2)
        f.published("一直在")
        coming = f.published("马上公开", published_at=soon)
        ending = f.published("马上到期")
        Article.objects.filter(pk=ending.pk).update(expires_at=soon)
        placed = f.published("老文章", published_at=now - dt.timedelta(days=90))
        Placement.objects.create(kind="headline", article=placed, since=soon)
        Topic.objects.create(title="马上结束的专题", slug="mashang", until=soon)
        home = web.ask("/").text
        assert "马上公开" not in home and "马上到期" in home and "马上结束的专题" in home
        assert web.ask(coming.get_absolute_url()).status == 404
        neighbour = f.published("同一栏目的", published_at=now - dt.timedelta(days=1))
        beside = web.ask(neighbour.get_absolute_url()).text
        assert "马上公开" not in beside and "马上到期" in beside
        clock.pass_by(1.4)
        beside = web.ask(neighbour.get_absolute_url()).text
        assert "马上公开" in beside and "马上到期" not in beside
        home = web.ask("/").text
        assert "马上公开" in home and "马上到期" not in home
        assert "老文章" in home and "马上结束的专题" not in home
        assert web.ask(coming.get_absolute_url()).status == 200
        assert web.ask(ending.get_absolute_url()).status == 404

    def test_pictures_that_become_ready_later(self, web):
        article = f.published("有图的", "tupian")
        upload = Upload.objects.accept(f.photo(), owner=None)
        ArticleImage.objects.create(article=article, upload=upload, caption="说明文字")
        assert upload.key not in web.ask(article.get_absolute_url()).text
        f.work()
        assert upload.key in web.ask(article.get_absolute_url()).text

    def test_tags_are_renamed(self, web):
        article = f.published("有词的")
        article.tags.add("旧词")
        web.ask(article.get_absolute_url())
        zhao = f.signed_in(f.managing())
        tag = article.tags.get()
        zhao.post(f"/admin/taggit/tag/{tag.pk}/change/", {"name": "新词", "slug": tag.slug})
        assert "新词" in web.ask(article.get_absolute_url()).text


class TestBurst:
    def test_fifty_at_once_make_a_page_once(self, web, monkeypatch):
        monkeypatch.setattr(middleware, "PATIENCE", 300)
        path = f.published("大家都在看").get_absolute_url()
        inner, made, lock = web.kept.application, [], threading.Lock()
        asked, all_have_asked = [], threading.Event()

        def counting(environ, begin):
            with lock:
                made.append(environ["PATH_INFO"])
            assert all_have_asked.wait(60)
            return inner(environ, begin)

        web.kept.application = counting
        texts: list[str] = []

        def read() -> None:
            with lock:
                asked.append(1)
                if len(asked) == 50:
                    all_have_asked.set()
            try:
                texts.append(web.ask(path).text)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=read) for _ in range(50)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(texts) == 50 and len(set(texts)) == 1 and "大家都在看" in texts[0]
        assert made == [path]


@pytest.mark.parametrize(
    ("method", "is_looked_at"), [("GET", True), ("HEAD", True), ("POST", False)]
)
def test_what_is_only_read_belongs_to_one_edition_and_what_writes_to_none(method, is_looked_at):
    f.published()
    seen = []

    def answer(request: Any) -> HttpResponse:
        seen.append(edition.edition_in_view())
        new_edition()
        seen.append(edition.current_edition())
        return HttpResponse()

    before = edition.current_edition()
    OneEdition(answer)(RequestFactory().generic(method, "/"))
    assert (seen[0] is not None) is is_looked_at
    assert seen[1] == (before if is_looked_at else before + 1)
