"""What the head of public pages says to machines: addresses, cards, structured data, icons."""

from __future__ import annotations

import datetime as dt
import io
import json
from html import unescape
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from articles.models import Byline, Section, Topic
from correspondents.models import Upload
from portal.models import SiteProfile
from submissions.models import SubmissionRules
from tests import factories as f

pytestmark = pytest.mark.django_db
SITE = "http://testserver"
HOSTILE = "</script><script>alert(1)</script><!--“&amp;\u2028”"


class Head(HTMLParser):
    """Reads a page as a browser does: metas, links, and what stands in script elements."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.metas: dict[str, list[str]] = {}
        self.links: dict[str, list[str]] = {}
        self.scripts: list[tuple[dict, str]] = []
        self._open: dict | None = None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "meta" and (name := given.get("property") or given.get("name")):
            self.metas.setdefault(name, []).append(given["content"])
        if tag == "link":
            kind = f" {given['type']}" if given["rel"] == "alternate" else ""
            self.links.setdefault(given["rel"] + kind, []).append(given["href"])
        if tag == "script":
            self._open = given
            self.scripts.append((given, ""))

    def handle_data(self, data):
        if self._open is not None:
            self.scripts[-1] = (self._open, self.scripts[-1][1] + data)

    def handle_endtag(self, tag):
        if tag == "script":
            self._open = None

    @property
    def data(self) -> dict[str, dict]:
        """The nodes of the page by their type."""
        blocks = [text for given, text in self.scripts if given.get("type")]
        assert len(blocks) <= 1
        if not blocks:
            return {}
        told = json.loads(blocks[0])
        assert told["@context"] == "https://schema.org"
        return {node["@type"]: node for node in told["@graph"]}


def head(address: str, client: Client | None = None, **more) -> Head:
    answer = (client or Client()).get(address, **more)
    assert answer.status_code == 200, address
    return Head(answer.content.decode())


def signed_piece(**fields):
    """A piece with everything: person, unit, picture, keywords, editor."""
    li = f.person("李通讯", public=True)
    made = f.published(
        "皮带检修完成", summary="两天检修完。", editor_name="肖平", subtitle="提前八小时", **fields
    )
    Byline.objects.create(
        article=made, name="李通讯", unit_text="白桦沟煤矿", correspondent=li, organisation=f.unit()
    )
    Byline.objects.create(article=made, name="王某", position=1, role="photographer")
    upload = Upload.objects.accept(f.photo(), owner=None, make_now=True)
    made.images.create(upload=upload, caption="检修现场", alt="皮带", photographer="王某")
    made.tags.add("皮带", "检修")
    return made, li


class TestArticles:
    def test_a_piece_of_news_tells_everything_the_page_prints(self):
        made, li = signed_piece()
        now = timezone.now()
        made.corrections.create(text="第二段应为三天。", shown_at=now)
        made.corrections.create(text="还没有刊出的更正。")
        SiteProfile(name="煤炭资讯网").save()
        node = head(made.get_absolute_url()).data["NewsArticle"]
        assert node["headline"] == "皮带检修完成"
        assert node["mainEntityOfPage"] == node["url"] == f"{SITE}/articles/{made.pk}/"
        published = dt.datetime.fromisoformat(node["datePublished"])
        assert abs(published - made.published_at) < dt.timedelta(seconds=1)
        changed = dt.datetime.fromisoformat(node["dateModified"])
        assert abs(changed - now) < dt.timedelta(seconds=1)
        first, second = node["author"]
        assert first == {
            "@type": "Person",
            "name": "李通讯",
            "url": SITE + li.get_absolute_url(),
            "affiliation": {
                "@type": "Organization",
                "name": "白桦沟煤矿",
                "url": SITE + f.unit().get_absolute_url(),
            },
        }
        assert second == {"@type": "Person", "name": "王某"}
        assert node["publisher"]["name"] == "煤炭资讯网"
        logo = node["publisher"]["logo"]
        assert logo["url"].startswith(f"{SITE}/static/img/icon-512") and logo["width"] == 512
        picture = node["image"][0]
        assert picture["url"].startswith(f"{SITE}/pictures/") and picture["caption"] == "检修现场"
        assert picture["width"] > picture["height"] > 0
        assert node["articleSection"] == "局矿快报" and node["keywords"] == ["皮带", "检修"]
        assert node["description"] == "两天检修完。" and node["editor"]["name"] == "肖平"
        assert [note["text"] for note in node["correction"]] == ["第二段应为三天。"]
        assert node["correction"][0]["@type"] == "CorrectionComment"
        assert "isBasedOn" not in node

    @pytest.mark.parametrize(
        ("slug", "kind"),
        [("jukuang", "NewsArticle"), ("jianxun", "NewsArticle"), ("tupian", "NewsArticle"),
         ("fangtan", "NewsArticle"), ("shigu", "NewsArticle"), ("shici", "Article"),
         ("xiaoshuo", "Article"), ("sheying", "Article"), ("lunwen", "Article"),
         ("changshang", "AdvertiserContentArticle")],
    )  # fmt: skip
    def test_every_layout_has_its_type(self, slug, kind):
        made = f.published("一篇作品", slug=slug)
        data = head(made.get_absolute_url()).data
        assert set(data) == {kind, "BreadcrumbList"}
        way = data["BreadcrumbList"]["itemListElement"]
        assert [step["name"] for step in way] == ["首页", made.section.name, "一篇作品"]
        assert [step["position"] for step in way] == [1, 2, 3]
        assert way[1]["item"] == f"{SITE}/{slug}/"

    def test_advertising_stays_advertising_in_any_section(self):
        made = f.published("新型支架", layout=Section.Layout.VENDOR)
        assert "AdvertiserContentArticle" in head(made.get_absolute_url()).data

    def test_who_has_no_public_profile_has_no_address(self):
        made, li = signed_piece()
        li.withdraw_consent("profile")
        text = json.dumps(head(made.get_absolute_url()).data, ensure_ascii=False)
        assert "李通讯" in text and li.get_absolute_url() not in text

    def test_a_rewritten_byline_names_nobody_behind_it(self):
        made, _ = signed_piece(byline_text="本网综合")
        node = head(made.get_absolute_url()).data["NewsArticle"]
        assert node["creditText"] == "本网综合"
        assert [one["@type"] for one in node["author"]] == ["Organization"]
        assert "李通讯" not in json.dumps(node, ensure_ascii=False)

    def test_a_unit_without_a_person_is_an_organisation(self):
        made = f.published("简讯")
        Byline.objects.create(article=made, unit_text="白桦沟煤矿", role="contributor")
        node = head(made.get_absolute_url()).data["NewsArticle"]
        assert node["author"] == [{"@type": "Organization", "name": "白桦沟煤矿"}]

    def test_a_reprint_says_what_it_is_based_on(self):
        made = f.published(
            "转来的消息", origin="reprint", source="新华网", source_url="https://example.com/a",
            original_title="原来的题目", original_author="张三",
        )  # fmt: skip
        node = head(made.get_absolute_url()).data["NewsArticle"]
        assert node["isBasedOn"] == {
            "@type": "CreativeWork", "name": "原来的题目", "url": "https://example.com/a",
            "publisher": {"@type": "Organization", "name": "新华网"},
            "author": {"@type": "Person", "name": "张三"},
        }  # fmt: skip
        assert node["author"] == [{"@type": "Person", "name": "张三"}]

    def test_hostile_words_end_no_script_element(self):
        made, _li = signed_piece()
        type(made).objects.filter(pk=made.pk).update(title=HOSTILE, subtitle=HOSTILE)
        Byline.objects.filter(article=made).update(name=HOSTILE[:40])
        made.tags.add("<script>")
        answer = Client().get(made.get_absolute_url())
        read = Head(answer.content.decode())
        assert read.data["NewsArticle"]["headline"] == HOSTILE.replace("\u2028", " ")
        # The site's own script and the data; what was typed has begun none.
        assert [given.get("src") or given.get("type") for given, _ in read.scripts] == [
            "application/ld+json",
            "/static/js/site.js",
        ]
        assert read.metas["og:title"] == [HOSTILE.replace("\u2028", " ")]
        assert "'unsafe-inline'" not in answer.headers["Content-Security-Policy"]

    def test_a_preview_of_the_desk_tells_machines_nothing(self):
        wang = f.editor()
        draft = f.article(by=wang)
        page = head(reverse("admin:articles_article_preview", args=[draft.pk]), f.signed_in(wang))
        assert not page.data and "canonical" not in page.links and "og:title" not in page.metas


class TestOtherPages:
    def test_the_front_page_names_site_newspaper_and_search(self):
        SiteProfile(name="煤炭资讯网", former_name="原名", motto="黑色的光").save()
        data = head("/").data
        assert data["WebSite"]["name"] == "煤炭资讯网"
        action = data["WebSite"]["potentialAction"]
        address = action["target"]["urlTemplate"].replace("{search_term_string}", "煤")
        assert Client().get(address.removeprefix(SITE)).status_code == 200
        assert data["NewsMediaOrganization"]["@id"] == data["WebSite"]["publisher"]["@id"]

    def test_a_section_lists_what_stands_on_it(self):
        first = f.published("先来的", published_at=timezone.now() - dt.timedelta(hours=2))
        second = f.published("后来的")
        data = head("/jukuang/").data
        rows = data["CollectionPage"]["mainEntity"]["itemListElement"]
        assert [row["url"] for row in rows] == [
            SITE + second.get_absolute_url(),
            SITE + first.get_absolute_url(),
        ]
        assert [step["name"] for step in data["BreadcrumbList"]["itemListElement"]][1:] == [
            "局矿快报"
        ]

    def test_people_and_units_have_their_own(self):
        _made, li = signed_piece()
        node = head(li.get_absolute_url()).data["ProfilePage"]["mainEntity"]
        assert node["name"] == "李通讯" and node["affiliation"]["name"] == "白桦沟煤矿"
        assert "image" not in node  # without consent to the photo
        data = head(f.unit().get_absolute_url()).data
        assert data["Organization"]["name"] == "白桦沟煤矿"


def public_pages():
    made, li = signed_piece()
    Topic.objects.create(title="安全月", slug="anquanyue")
    local = timezone.localtime(made.published_at)
    return [
        "/", "/zonglan/", "/jukuang/", made.get_absolute_url(), "/tags/皮带/", "/gengzheng/",
        "/zhuanti/anquanyue/", "/tongxunyuan/", li.get_absolute_url(), "/feeds/",
        f.unit().get_absolute_url(), "/yemian/guanyu/", local.strftime("/archive/%Y/%m/%d/"),
        SubmissionRules.current().get_absolute_url() and "/tougao/xuzhi/", "/tougao/zhengwen/",
    ]  # fmt: skip


class TestHeads:
    def test_every_public_page_has_address_description_and_card(self):
        for address in public_pages():
            page = head(address)
            canonical = page.links["canonical"]
            assert len(canonical) == 1 and canonical[0].startswith(SITE + "/"), address
            assert page.metas["og:url"] == canonical
            assert page.metas["description"] == page.metas["og:description"]
            assert page.metas["description"][0].strip(), address
            assert page.metas["og:title"][0].strip() and page.metas["og:site_name"], address
            assert page.metas["og:image"][0].startswith(SITE), address
            assert int(page.metas["og:image:width"][0]) > 0

    def test_the_address_never_comes_from_the_request(self, settings):
        settings.ALLOWED_HOSTS = ["*"]
        made = f.published()
        for address in ("/", "/jukuang/", made.get_absolute_url(), "/feeds/"):
            page = Client().get(address, HTTP_HOST="evil.example").content.decode()
            assert "evil.example" not in page, address

    def test_only_the_page_of_a_list_is_part_of_an_address(self):
        for number in range(45):
            f.published(f"第{number}篇", published_at=timezone.now() - dt.timedelta(minutes=number))
        first = head("/jukuang/?utm_source=x&from=weixin")
        assert first.links["canonical"] == [f"{SITE}/jukuang/"]
        assert "prev" not in first.links
        older = first.links["next"][0]
        second = head(f"/jukuang/{older}&utm_source=x")
        assert second.links["canonical"] == [f"{SITE}/jukuang/{older}"]
        assert head(f"/jukuang/{second.links['prev'][0]}").links["canonical"]
        article = f.published()
        told = head(article.get_absolute_url() + "?page=2&from=x").links["canonical"]
        assert told == [SITE + article.get_absolute_url()]
        assert head("/tongxunyuan/?page=1&q=").links["canonical"] == [f"{SITE}/tongxunyuan/"]

    def test_a_narrowed_list_means_the_whole_one(self):
        made, li = signed_piece()
        year = timezone.localtime(made.published_at).year
        page = head(f"{li.get_absolute_url()}?nian={year}")
        assert page.links["canonical"] == [SITE + li.get_absolute_url()]

    def test_a_keyword_has_one_address_however_it_is_written(self):
        f.published().tags.add("GPS 定位")
        wanted = [f"{SITE}/tags/GPS%20%E5%AE%9A%E4%BD%8D/"]
        for written in ("GPS 定位", "gps 定位"):
            assert head(f"/tags/{written}/").links["canonical"] == wanted

    def test_an_article_has_its_picture_and_times(self):
        made, _ = signed_piece()
        metas = head(made.get_absolute_url()).metas
        assert metas["og:type"] == ["article"]
        assert metas["og:image"][0].startswith(f"{SITE}/pictures/")
        assert metas["article:section"] == ["局矿快报"]
        assert metas["article:tag"] == ["皮带", "检修"]
        assert metas["article:published_time"][0][:10] == str(
            timezone.localtime(made.published_at).date()
        )

    @pytest.mark.database
    def test_pages_of_one_person_and_errors_have_no_address(self):
        li = f.correspondent()
        client = f.signed_in(li.user)
        for address in (
            "/tougao/wode/",
            "/zhanghu/ziliao/",
            "/search/?q=煤",
            "/tongxunyuan/renling/",
        ):
            assert "canonical" not in head(address, client).links, address
        for address in ("/articles/999999/", "/nichtda/"):
            assert "canonical" not in Head(Client().get(address).content.decode()).links
        gone = f.article_in("withdrawn", [f.editor(), f.managing(), f.chief()])
        answer = Client().get(gone.get_absolute_url())
        assert answer.status_code == 410
        told = Head(answer.content.decode())
        assert "canonical" not in told.links and not told.data and "og:title" not in told.metas

    def test_pages_lead_readers_programs_to_their_feeds(self):
        _made, li = signed_piece()
        for address, feed in {
            "/": "/feeds/rss.xml",
            "/jukuang/": "/feeds/jukuang/",
            "/tags/皮带/": reverse("portal:tag_feed", args=["皮带"]),
            li.get_absolute_url(): f"/tongxunyuan/{li.pk}/feed/",
            f.unit().get_absolute_url(): f"/danwei/{f.unit().pk}/feed/",
        }.items():
            links = head(address).links
            assert feed in links["alternate application/rss+xml"], address
            for kind in ("rss", "atom"):
                for told in links[f"alternate application/{kind}+xml"]:
                    assert kind in Client().get(told).headers["Content-Type"], told


class TestIcons:
    def test_browsers_find_icons_of_the_sizes_that_are_promised(self):
        page = head("/")
        for link in [*page.links["icon"], *page.links["apple-touch-icon"]]:
            answer = Client().get(link)
            assert answer.status_code == 200, link
        manifest = json.loads(Client().get(page.links["manifest"][0]).content)
        assert manifest["start_url"] == "/" and manifest["name"]
        for icon in manifest["icons"]:
            answer = Client().get(icon["src"])
            data = b"".join(answer.streaming_content)
            width, height = Image.open(io.BytesIO(data)).size
            assert icon["sizes"] == f"{width}x{height}"

    def test_the_favicon_is_sent_at_once(self):
        answer = Client().get("/favicon.ico")
        assert answer.status_code == 200 and answer.headers["Content-Type"] == "image/x-icon"
        image = Image.open(io.BytesIO(answer.content))
        assert image.format == "ICO" and {(16, 16), (32, 32)} <= image.info["sizes"]


def test_the_page_of_feeds_names_every_section_and_topic():
    Topic.objects.create(title="安全月", slug="anquanyue")
    Section.objects.filter(slug="anquan").update(is_visible=False)
    html = unescape(Client().get("/feeds/").content.decode())
    for section in Section.objects.visible():
        for form in ("feed", "atom"):
            address = reverse(f"portal:section_{form}", args=[section.slug])
            assert f'href="{address}"' in html
            assert Client().get(address).status_code == 200
    assert "/feeds/anquan/" not in html and "/zhuanti/anquanyue/feed/atom/" in html
