"""Addresses, menus, sections as data, display settings, error pages."""

from __future__ import annotations

import datetime as dt
import re
from urllib.parse import quote

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from articles.models import (
    Article,
    DayCount,
    Placement,
    Section,
    current_edition,
    forget_edition,
)
from articles.statistics import most_read
from correspondents.models import Correspondent, Organisation
from portal.models import MastheadTerm, MenuItem, Page, SiteProfile
from tests import factories as f

pytestmark = pytest.mark.django_db

# The 28 entries of the old page, in its order.
SEED_ENTRIES = [
    "首页",
    "总揽",
    "写作",
    "简讯",
    "散文",
    "诗词",
    "摄影",
    "幻灯片",
    "书画展",
    "局矿快报",
    "党群工作",
    "安全专题",
    "经验交流",
    "通讯特写",
    "厂商在线",
    "矿建勘探",
    "领导访谈",
    "论文言论",
    "人物展示",
    "文教卫生",
    "图片新闻",
    "安监动态",
    "煤企聚焦",
    "焦点话题",
    "事故快报",
    "小说故事杂文",
    "在线投稿",
    "特约通讯员档案",
]
NAV = re.compile(r'<nav class="nav".*?</nav>', re.DOTALL)
LINK = re.compile(r'<a[^>]*href="([^"]+)"[^>]*>([^<]+)</a>')


def links(html: str) -> dict[str, str]:
    return {text.strip(): address for address, text in LINK.findall(html)}


def test_every_one_of_the_28_entries_is_one_click_away():
    nav = links(NAV.search(Client().get("/").content.decode())[0])
    assert set(SEED_ENTRIES) <= set(nav)
    assert len(SEED_ENTRIES) == 28
    for text in SEED_ENTRIES:
        page = Client().get(nav[text])
        assert page.status_code == 200, text
        assert text in page.content.decode()


def test_groups_follow_the_menu_of_the_decision():
    groups = {top.text: [item.text for item in items] for top, items in MenuItem.tree() if items}
    assert groups["要闻"] == [
        "总揽",
        "简讯",
        "焦点话题",
        "煤企聚焦",
        "局矿快报",
        "领导访谈",
        "通讯特写",
    ]
    assert groups["副刊"] == ["散文", "诗词", "写作", "小说故事杂文"]
    assert sum(len(items) for items in groups.values()) + 1 == 26


class TestSectionsAsData:
    def desk(self):
        return f.signed_in(User.objects.filter(username="sun").first() or f.chief())

    def change(self, section, **changes):
        data = {
            "name": section.name, "full_name": section.full_name, "slug": section.slug,
            "description": section.description, "layout": section.layout,
            "genre": section.genre_id or "", "stages": section.stages, "proof_passes": section.proof_passes,
            "is_visible": "on", "accepts_submissions": "on", "position": section.position,
            "aliases-TOTAL_FORMS": 0, "aliases-INITIAL_FORMS": 0,
        } | changes  # fmt: skip
        address = (
            reverse("admin:articles_section_change", args=[section.pk])
            if section.pk
            else reverse("admin:articles_section_add")
        )
        data = {key: value for key, value in data.items() if value is not None}
        return self.desk().post(address, data, follow=True)

    def test_an_editor_adds_a_section_without_a_programmer(self):
        self.change(Section(name="智能矿山", slug="zhineng", stages=3, layout="standard"))
        section = Section.objects.get(slug="zhineng")
        group = MenuItem.objects.get(label="行业")
        MenuItem.objects.create(parent=group, section=section, position=9)
        nav = links(NAV.search(Client().get("/").content.decode())[0])
        assert nav["智能矿山"] == "/zhineng/"
        assert "这个栏目还没有文章" in Client().get("/zhineng/").content.decode()

    def test_a_renamed_slug_redirects_for_ever(self):
        section = f.section("jianxun")
        self.change(section, slug="duanxun")
        self.change(Section.objects.get(slug="duanxun"), slug="kuaixun")
        for old in ("/jianxun/", "/duanxun/"):
            answer = Client().get(old)
            assert (answer.status_code, answer.headers["Location"]) == (301, "/kuaixun/")

    def test_a_former_slug_is_not_given_to_another_section(self):
        self.change(f.section("jianxun"), slug="duanxun")
        page = self.change(Section(name="别的", slug="jianxun", stages=3, layout="standard"))
        assert "这个地址曾属于另一个栏目" in page.content.decode()

    @pytest.mark.parametrize(
        "slug", ["admin", "articles", "tags", "search", "archive", "tougao", "tongxunyuan",
                 "danwei", "zhanghu", "feeds", "healthz", "zonglan", "pictures", "yemian",
                 "xianshi", "newshtml", "Admin"]
    )  # fmt: skip
    def test_a_slug_that_is_another_address_is_refused(self, slug):
        page = self.change(f.section("jianxun"), slug=slug)
        assert "与网站的其他地址冲突" in page.content.decode()
        assert Section.objects.filter(slug="jianxun").exists()

    def test_the_check_finds_a_colliding_slug_forced_by_sql(self):
        from django.core.management.base import SystemCheckError

        Section.objects.filter(slug="jianxun").update(slug="search")
        with pytest.raises(SystemCheckError, match="search"):
            call_command("check", "--database", "default")

    @pytest.mark.database
    def test_hiding_takes_it_out_of_menus_lists_and_the_sitemap(self):
        f.published("藏起来的文章")
        self.change(f.section(), is_visible=None)
        reader = Client()
        for address in ("/", "/zonglan/", "/search/?q=藏起来", "/feeds/rss.xml"):
            assert "藏起来的文章" not in reader.get(address).content.decode()
        assert "/jukuang/" not in reader.get("/").content.decode()
        assert "/jukuang/" not in reader.get("/sitemap-sections.xml").content.decode()
        assert reader.get("/jukuang/").status_code == 404

    def test_menu_entries_are_checked(self):
        chief = self.desk()
        for data, sentence in (
            ({"url": "javascript:alert(1)", "label": "坏"}, "地址要以 / 或 https:// 开头"),
            ({"url": "//evil.example", "label": "坏"}, "站内地址只用一个 / 开头"),
            ({"url": "/zonglan/"}, "没有选栏目时，请填写文字"),
            ({"url": "/zonglan/", "section": f.section().pk}, "栏目和地址只填一个"),
        ):
            page = chief.post(
                reverse("admin:portal_menuitem_add"), {"menu": "main", "position": 0} | data
            )
            assert sentence in page.content.decode()


class TestWhatReadersNeverSee:
    @pytest.fixture(autouse=True)
    def pieces(self):
        now = timezone.now()
        f.published("看得见的文章").tags.add("皮带")
        for title, fields in {
            "将来的文章": {"published_at": now + dt.timedelta(hours=1)},
            "过期的文章": {"expires_at": now - dt.timedelta(minutes=1)},
        }.items():
            f.published(title, **fields).tags.add("皮带")
        readers = [f.editor("r1"), f.managing("r2"), f.chief("r3")]
        for state in (
            "first_reading",
            "second_reading",
            "final_reading",
            "signed",
            "withdrawn",
            "discarded",
        ):
            made = f.article_in(state, readers)
            Article.objects.filter(pk=made.pk).update(title=f"藏着的{state}")
            made.tags.add("皮带")
            readers = [f.editor(f"{state}1"), f.managing(f"{state}2"), f.chief(f"{state}3")]

    @pytest.mark.parametrize(
        "address",
        ["/", "/zonglan/", "/jukuang/", "/tags/皮带/", "/search/?q=文章", "/search/?q=藏着",
         "/archive/", "/feeds/rss.xml", "/feeds/atom.xml", "/feeds/jukuang/", "/tags/皮带/feed/",
         "/sitemap-news.xml", f"/sitemap-articles-{timezone.localtime():%Y-%m}.xml"],
    )  # fmt: skip
    def test_in_no_list(self, address):
        page = Client().get(address, follow=True).content.decode()
        hidden = Article.objects.exclude(pk__in=Article.objects.published())
        assert hidden.count() == 8
        for article in hidden:
            assert article.title not in page
            assert f"/articles/{article.pk}/" not in page

    def test_on_no_page_of_their_own(self):
        for article in Article.objects.exclude(pk__in=Article.objects.published()):
            answer = Client().get(article.get_absolute_url())
            assert answer.status_code == (410 if article.state == "withdrawn" else 404)
            assert article.title not in answer.content.decode()


class TestLists:
    def many(self, number=45):
        now = timezone.now()
        return [
            f.published(f"第{place:03d}篇", published_at=now - dt.timedelta(minutes=place // 3))
            for place in range(number)
        ]

    def test_turning_pages_shows_every_article_once_in_order(self):
        self.many()
        seen, address = [], "/jukuang/"
        while address:
            page = Client().get(address).content.decode()
            seen += re.findall(r"<h[23]><a[^>]*>(第\d{3}篇)</a>", page)
            older = re.search(r'rel="next" href="(\?page=[^"]+)"', page)
            address = "/jukuang/" + older[1] if older else ""
        wanted = list(Article.objects.published().newest().values_list("title", flat=True))
        assert seen == wanted

    def test_turning_back_shows_the_same_pages(self):
        self.many()
        client = Client()
        second = client.get("/jukuang/").context["page"].older
        third = client.get("/jukuang/", {"page": second}).context["page"]
        back = client.get("/jukuang/", {"page": third.newer}).context["page"]
        first = client.get("/jukuang/").context["page"]
        assert [a.pk for a in back.items] == [a.pk for a in first.items]

    def counted(self, number=45):
        """Pieces of several days, three of a minute, and the days counted."""
        now = timezone.now()
        for place in range(number):
            when = now - dt.timedelta(days=place // 7 * 20, minutes=place // 3)
            f.published(f"第{place:03d}篇", published_at=when)
        DayCount.objects.recount_all()

    def test_pages_are_numbered_where_numbers_are_stored(self):
        self.counted(105)
        Placement.objects.create(kind="top", article=Article.objects.get(title="第050篇"))
        seen, client = [], Client()
        for number in range(1, 7):
            page = client.get("/jukuang/", {"page": number} if number > 1 else {})
            html = page.content.decode()
            main = html.split("<main")[1].split("<aside")[0]
            assert f'aria-current="page" data-of="6">{number}</span>' in main
            seen += [article.title for article in page.context["page"].items]
            canonical = f"?page={number}" if number > 1 else ""
            assert f'<link rel="canonical" href="{settings.SITE_URL}/jukuang/{canonical}">' in html
            if number == 2:
                assert 'rel="prev" href="?"' in main and 'rel="next" href="?page=3"' in main
        rows = Article.objects.newest().values_list("title", flat=True)
        assert seen == [title for title in rows if title != "第050篇"]
        last = client.get("/jukuang/", {"page": 6}).content.decode()
        assert 'rel="next"' not in last
        for page in ("7", "0", "-1", "02", "٣", "99999999999"):
            assert client.get("/jukuang/", {"page": page}).status_code == 404, page

    def test_a_day_a_year_and_the_roll_are_numbered_too(self):
        self.counted(130)
        year = Article.objects.newest()[0].published_at.year
        for query, pages in (("", 3), ("lanmu=jukuang", 3), (f"nian={year}", None)):
            seen, number, client = [], 1, Client()
            while True:
                page = client.get(f"/zonglan/?{query}&page={number}").context["page"]
                seen += [article.title for article in page.items]
                if not page.older:
                    break
                number += 1
                assert page.older == str(number)
            assert pages in (None, number)
            rows = Article.objects.published().newest()
            rows = rows.in_year(year) if "nian" in query else rows
            assert seen == [row.title for row in rows]

    def test_pieces_that_nobody_has_counted_are_reached_all_the_same(self):
        self.many(45)
        assert not DayCount.objects.exists()
        page = Client().get("/jukuang/").content.decode()
        assert re.search(r'rel="next" href="\?page=older-', page)

    def test_deep_pages_read_a_day_and_not_the_archive(self, django_assert_max_num_queries):
        self.counted(400)
        Client().get("/jukuang/?page=19")
        with CaptureQueriesContext(connection) as caught:
            assert Client().get("/jukuang/?page=19").status_code == 200
        asked = " ".join(row["sql"] for row in caught)
        assert "OFFSET" not in asked and "COUNT(" not in asked
        limits = [int(number) for number in re.findall(r"LIMIT (\d+)", asked)]
        assert max(limits) <= 21 + 7  # a page, and the pieces of one day before it

    @pytest.mark.parametrize(
        "page", ["2", "x", "older-1", "older-a-b", "older-1-99999999999999999999999",
                 "older-999999999999999999999999-1", "sideways-1-1", "older--1-1"]
    )  # fmt: skip
    def test_a_page_that_is_none_is_a_404(self, page):
        assert Client().get("/jukuang/", {"page": page}).status_code == 404

    @pytest.mark.parametrize(
        "address", ["/", "/jukuang/", "/zonglan/", "/search/?q=篇", "/feeds/rss.xml"]
    )
    def test_a_fixed_number_of_queries(self, address, django_assert_max_num_queries):
        counts = []
        for number in (6, 30):
            self.many(number)
            cache.clear()
            forget_edition()
            most_read.forget()
            with django_assert_max_num_queries(48) as captured:
                Client().get(address)
            counts.append(len(captured))
        assert counts[0] == counts[1]

    def test_the_last_minute_of_the_year_belongs_to_its_day(self):
        shanghai = timezone.get_current_timezone()
        f.published("除夕夜", published_at=dt.datetime(2024, 12, 31, 23, 59, tzinfo=shanghai))
        assert "除夕夜" in Client().get("/archive/2024/12/31/").content.decode()
        assert "除夕夜" not in Client().get("/archive/2025/01/01/").content.decode()

    def test_days_lead_to_the_nearest_days_and_dates_can_be_typed(self):
        f.published("很早以前", published_at=timezone.now() - dt.timedelta(days=900))
        f.published("今天")
        before = timezone.localtime(timezone.now() - dt.timedelta(days=900)).date()
        today = timezone.localtime(timezone.now() - dt.timedelta(hours=1)).date()
        page = Client().get(f"/archive/{today:%Y/%m/%d}/").content.decode()
        assert f"/archive/{before:%Y/%m/%d}/" in page
        answer = Client().get("/archive/", {"date": "2014-05-31"})
        assert answer.headers["Location"] == "/archive/2014/05/31/"
        for wrong in (
            "/archive/2014/13/01/",
            "/archive/2014/2/30/",
            "/archive/0/1/1/",
            "/archive/9999/12/31/",
        ):
            assert Client().get(wrong).status_code == 404

    def test_tags_by_name_whatever_the_case(self):
        f.published().tags.add("AI", "井下 通风")
        for tag in ("AI", "ai", "井下 通风"):
            assert "皮带检修" in Client().get(f"/tags/{quote(tag)}/").content.decode()
        assert Client().get("/tags/没有/").status_code == 404


class TestRegistry:
    def test_without_consent_there_is_no_page_and_no_link(self):
        li = f.correspondent(public=False)
        article = f.published()
        article.bylines.create(
            name="李通讯", unit_text="白桦沟煤矿", correspondent=li, organisation=li.organisation
        )
        page = Client().get(article.get_absolute_url()).content.decode()
        assert "李通讯" in page
        assert li.get_absolute_url() not in page
        assert Client().get(li.get_absolute_url()).status_code == 404
        assert "李通讯" not in Client().get("/tongxunyuan/").content.decode()

    def test_with_consent_the_work_is_listed_and_the_mail_never(self):
        li = f.correspondent()
        li.user.email = "secret@example.com"
        li.user.save()
        article = f.published()
        article.bylines.create(name="李通讯", correspondent=li)
        for address in ("/tongxunyuan/", li.get_absolute_url(), article.get_absolute_url()):
            page = Client().get(address).content.decode()
            assert "李通讯" in page
            assert "secret@example.com" not in page

    def test_a_joint_byline_of_five_stands_on_five_pages(self):
        people = [f.correspondent(f"p{n}", f"合作者{n}") for n in range(5)]
        article = f.published("五人合写")
        for place, person in enumerate(people):
            article.bylines.create(
                position=place, name=person.name, unit_text="白桦沟煤矿", correspondent=person
            )
        page = Client().get(article.get_absolute_url()).content.decode()
        line = re.sub(r"<[^>]+>", "", page.split('class="sign"')[1].split("</p>")[0])
        assert line.count("白桦沟煤矿") == 1
        assert "　".join(person.name for person in people) in line
        for person in people:
            assert "五人合写" in Client().get(person.get_absolute_url()).content.decode()

    def test_names_are_stored_without_the_pad(self):
        person = Correspondent.objects.create(name="杨　 宁")
        assert person.name == "杨宁"
        unit = Organisation.objects.create(name="白桦沟 煤矿")
        assert Organisation.objects.named("白桦沟　煤矿").get() == unit


class TestSiteProfile:
    def test_empty_lines_are_not_printed(self):
        page = Client().get("/").content.decode()
        for word in ("许可证", "备案序号", "电话：", "举报"):
            assert word not in page.split('class="foot"')[1]

    def test_masthead_terms_hold_by_their_dates(self):
        today = timezone.localdate()
        day = dt.timedelta(days=1)
        MastheadTerm.objects.create(post="chief", name="前任", until=today - day)
        MastheadTerm.objects.create(post="chief", name="现任", since=today)
        MastheadTerm.objects.create(post="chief", name="后任", since=today + day)
        foot = Client().get("/").content.decode().split('class="foot"')[1]
        assert "现任" in foot
        assert "前任" not in foot
        assert "后任" not in foot

    def test_the_profile_is_edited_in_the_admin_and_printed(self):
        chief = f.signed_in(f.chief())
        page = chief.get(reverse("admin:portal_siteprofile_changelist"))
        chief.post(page.headers["Location"], {"name": "煤炭资讯网", "licence_number": "证字第一号"})
        assert "证字第一号" in Client().get("/").content.decode()

    def test_every_public_change_raises_the_edition(self):
        readers = [f.editor(), f.managing(), f.chief()]
        article = f.article_in("signed", readers)
        li = f.correspondent()
        changes = {
            "publish": lambda: article.publish(by=readers[0]),
            "withdraw": lambda: article.withdraw(by=readers[2], note="误"),
            "section": lambda: f.section().save(),
            "menu": lambda: MenuItem.objects.first().save(),
            "menu entry removed": lambda: MenuItem.objects.last().delete(),
            "profile": lambda: SiteProfile(name="站").save(),
            "page": lambda: Page.objects.first().save(),
            "person": li.save,
            "unit": li.organisation.save,
        }
        for name, change in changes.items():
            before = current_edition()
            with f.committed():
                change()
            assert current_edition() > before, name


class TestDisplay:
    def test_settings_are_kept_in_cookies_and_rendered_by_the_server(self):
        reader = Client()
        answer = reader.get("/xianshi/", {"mode": "elder", "theme": "dark", "next": "/zonglan/"})
        assert answer.headers["Location"] == "/zonglan/"
        page = reader.get("/").content.decode()
        assert 'data-mode="elder"' in page
        assert 'data-theme="dark"' in page
        assert "退出长者模式" in page
        reader.get("/xianshi/", {"mode": "normal", "theme": "auto"})
        assert "data-mode" not in reader.get("/").content.decode()

    @pytest.mark.parametrize(
        "target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)",
                   "/\\evil.example", "http:evil.example", ""]
    )  # fmt: skip
    def test_it_never_leads_to_another_site(self, target):
        answer = Client().get("/xianshi/", {"mode": "elder", "next": target})
        assert answer.headers["Location"] == "/"

    def test_an_unknown_value_changes_nothing(self):
        reader = Client()
        reader.get("/xianshi/", {"theme": '"><script>'})
        reader.cookies["mode"] = "x"
        page = reader.get("/").content.decode()
        assert "data-theme" not in page
        assert "data-mode" not in page


class TestErrorPages:
    def test_404(self):
        page = Client().get("/nichtda/nochtiefer/")
        assert page.status_code == 404
        assert "这一层没有煤" in page.content.decode()

    @pytest.mark.parametrize("address", ["/nichtda/nochtiefer/", "/articles/99/", "/nichtda/"])
    def test_who_tries_the_site_sees_the_page_of_the_site(self, settings, address):
        settings.DEBUG = True
        settings.MIDDLEWARE = [*settings.MIDDLEWARE, "portal.middleware.MissingPages"]
        page = Client().get(address)
        assert (page.status_code, "这一层没有煤" in page.content.decode()) == (404, True)
        assert Client().get("/jukuang").headers["Location"] == "/jukuang/"

    def test_500_needs_no_database_and_carries_a_number(self, monkeypatch, caplog):
        def broken(*args, **kwargs):
            raise RuntimeError("broken")

        monkeypatch.setattr("portal.views.home._groups", broken)
        page = Client(raise_request_exception=False).get("/")
        text = page.content.decode()
        assert page.status_code == 500
        assert "设备检修中" in text
        assert re.search(r"编号 ([0-9a-f]{8})", text)[1] in caplog.text

    def test_a_form_that_was_open_too_long(self):
        li = f.correspondent()
        client = Client(enforce_csrf_checks=True)
        client.force_login(li.user, backend="django.contrib.auth.backends.ModelBackend")
        page = client.post(reverse("submissions:new"), {"title": "题"})
        assert page.status_code == 403
        assert "您填写的内容还在" in page.content.decode()


@pytest.mark.database
def test_advertising_is_labelled_wherever_it_is_listed_and_never_set_as_news():
    for number in range(4):
        f.published(f"钻机新品{number}", slug="changshang")
    f.published("唯一的新闻")
    f.published().tags.add("钻机")
    Article.objects.get(title="钻机新品0").tags.add("钻机")
    for address in ("/changshang/", "/zonglan/", "/search/?q=新品", "/tags/钻机/"):
        page = Client().get(address).content.decode()
        assert "广告</span>" in page, address
    page = Client().get("/").content.decode()
    assert page.count("钻机新品") == page.count("广告</span>")
    article = Article.objects.get(title="钻机新品0")
    assert "广告</span>" in Client().get(article.get_absolute_url()).content.decode()


@pytest.mark.database
def test_health_answers_in_plain_words():
    assert Client().get("/healthz/").json() == {"status": "ok"}


def test_public_pages_carry_a_strict_policy_and_name_no_other_host():
    f.published()
    for address in ("/", "/jukuang/", Article.objects.get().get_absolute_url()):
        answer = Client().get(address)
        policy = answer.headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "script-src 'self'" in policy
        text = answer.content.decode()
        loaded = re.findall(r'(?:src|srcset)="([^"]+)"|<link[^>]*href="([^"]+)"', text)
        for source in (one or other for one, other in loaded):
            assert source.startswith(("/", "data:image/svg+xml", "http://testserver/")), source
        assert "style=" not in text


def test_only_pages_with_ckeditor_allow_inline_script(settings):
    chief = f.signed_in(f.chief())
    article = f.article(by=f.editor())
    writing = reverse("admin:articles_article_change", args=[article.pk])
    house = chief.get(writing)
    assert "unsafe" not in house.headers["Content-Security-Policy"]
    assert "data-editor" in house.content.decode() and "ckeditor" not in house.content.decode()
    settings.DESK_EDITOR = "ckeditor"
    relaxed = chief.get(writing)
    assert "'unsafe-inline'" in relaxed.headers["Content-Security-Policy"]
    assert "ckeditor" in relaxed.content.decode()
    for name in ("admin:index", "admin:articles_article_changelist", "admin:articles_section_add"):
        policy = chief.get(reverse(name)).headers["Content-Security-Policy"]
        assert "unsafe" not in policy
