"""What the desk lays out: the front page, the tops of sections, topics."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles.models import Article, ArticleImage, DeskAssignment, Placement, Topic
from correspondents.models import Upload
from tests import factories as f

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def home(path: str = "/") -> str:
    return Client().get(path).content.decode()


def with_picture(title: str, slug: str = "tupian", **fields) -> Article:
    article = f.published(title, slug, **fields)
    upload = Upload.objects.accept(f.photo(), owner=None, make_now=True)
    ArticleImage.objects.create(article=article, upload=upload, caption="说明")
    return article


def headline(html: str) -> str:
    return re.search(r'aria-label="头条"><h2>.*?<a [^>]*>(.*?)</a>', html)[1]


def slides(html: str) -> list[str]:
    return re.findall(r'<div class="cap"><h3>(.*?)</h3>', html)


class TestFrontPage:
    def test_the_headline_is_placed_by_hand_and_falls_back(self):
        for number in range(3):
            f.published(f"新闻{number}", published_at=timezone.now() - number * HOUR)
        assert headline(home()) == "新闻0"
        old = f.published("老新闻", published_at=timezone.now() - 50 * dt.timedelta(days=1))
        zhao = f.signed_in(f.managing())
        data = {"kind": "headline", "article": old.pk, "title": "短标题", "position": 0}
        zhao.post(reverse("admin:articles_placement_add"), data)
        assert headline(home()) == "短标题"
        Placement.objects.update(until=timezone.now() - HOUR)
        assert headline(home()) == "新闻0"

    def test_slides_in_their_order_and_filled_up(self):
        made = [with_picture(f"图{n}", published_at=timezone.now() - n * HOUR) for n in range(7)]
        Placement.objects.create(kind="slide", article=made[6], position=2, crop="t")
        Placement.objects.create(kind="slide", article=made[5], position=1, title="短图题")
        Placement.objects.create(
            kind="slide", article=made[4], position=0, since=timezone.now() + HOUR
        )
        html = home()
        assert slides(html)[:2] == ["短图题", "图6"]
        assert len(slides(html)) == 5
        assert len(set(slides(html))) == 5
        assert 'class="crop--t"' in html

    def test_what_is_withdrawn_leaves_its_place(self):
        article = f.published("放在头条的")
        f.published("另一篇")
        Placement.objects.create(kind="headline", article=article)
        assert headline(home()) == "放在头条的"
        article.withdraw(by=f.chief(), note="撤")
        assert headline(home()) == "另一篇"

    def test_the_desk_sees_it_as_it_will_be(self):
        article = f.published("明天的头条", published_at=timezone.now() - 9 * HOUR)
        f.published("今天的头条")
        tomorrow = timezone.localtime() + dt.timedelta(days=1)
        Placement.objects.create(kind="headline", article=article, since=tomorrow)
        zhao = f.signed_in(f.managing())
        later = f"{tomorrow + HOUR:%Y-%m-%dT%H:%M}"
        shown = zhao.get("/admin/front/", {"shi": later}).content.decode()
        assert headline(shown) == "明天的头条"
        assert headline(zhao.get("/admin/front/", {"shi": "x"}).content.decode()) == "今天的头条"
        assert headline(home()) == "今天的头条"
        assert Client().get("/admin/front/").status_code == 302
        assert f.signed_in(f.editor()).get("/admin/front/").status_code == 403

    def test_notices_and_the_tops_of_sections(self):
        notice, top = f.published("一则公告"), f.published("置顶的一篇")
        for number in range(3):
            f.published(f"别的{number}")
        Placement.objects.create(kind="notice", article=notice)
        Placement.objects.create(kind="top", article=top)
        assert home().count("一则公告") >= 2
        section = home("/jukuang/")
        assert section.index("置顶的一篇") < section.index("别的0")
        listed = re.search("<main.*?<aside", section, re.DOTALL)[0]
        assert listed.count(f'href="{top.get_absolute_url()}"') == 1

    def test_every_block_takes_what_is_placed_and_falls_back(self):
        """One block each: (kind, the section that fills it, what its piece looks like there)."""
        now = timezone.now()
        blocks = {
            "card": ("tupian", r'<article class="pic">.*?<h3>(.*?)</h3>'),
            "strip": ("sheying", r'aria-labelledby="strip".*?<h3>(.*?)</h3>'),
            "essay": ("sanwen", r'class="essay">.*?<h3><a[^>]*>(.*?)</a>'),
            "verse": ("shici", r'class="verse__b.*?<h3>(.*?)</h3>'),
            "top": ("dangqun", r'class="block__lead.*?<h3><a[^>]*>(.*?)</a>'),
        }
        for number in range(12):  # the slideshow and the headlines take theirs first
            with_picture(f"图{number}", published_at=now - number * dt.timedelta(minutes=1))
        for number in range(6):
            for slug, _ in blocks.values():
                make = with_picture if slug == "sheying" else f.published
                make(f"{slug}新{number}", slug, published_at=now - (number + 1) * HOUR)
        html = home()
        shown = {k: re.search(words, html, re.DOTALL)[1] for k, (_, words) in blocks.items()}
        # The newest of the section stands above already, with a place of its own.
        assert headline(html) == "dangqun新0"
        assert [shown["essay"], shown["verse"], shown["top"]] == [
            "sanwen新0",
            "shici新0",
            "dangqun新1",
        ]
        for kind, (slug, words) in blocks.items():
            made = with_picture if kind in Placement.PICTURED else f.published
            old = made(f"{kind}旧作", slug, published_at=now - dt.timedelta(days=200))
            place = Placement.objects.create(kind=kind, article=old)
            assert re.search(words, home(), re.DOTALL)[1] == f"{kind}旧作", kind
            Placement.objects.filter(pk=place.pk).update(until=now - HOUR)
            assert re.search(words, home(), re.DOTALL)[1] == shown[kind], kind

    def test_what_is_new_already_still_comes_first_where_it_is_placed(self):
        now = timezone.now()
        made = [with_picture(f"影{n}", "sheying", published_at=now - n * HOUR) for n in range(5)]
        Placement.objects.create(kind="strip", article=made[3])
        strip = home().split('aria-labelledby="strip"')[1].split("</section>")[0]
        assert re.findall("<h3>(.*?)</h3>", strip) == ["影3", "影0", "影1", "影2", "影4"]

    def test_advertising_never_stands_as_news(self):
        f.published("一条新闻")
        ad = f.published("新型支架", "changshang")
        zhao = f.signed_in(f.managing())
        add = reverse("admin:articles_placement_add")
        page = zhao.post(add, {"kind": "headline", "article": ad.pk, "position": 0})
        assert "广告不能放在新闻的位置上" in page.content.decode()
        Placement.objects.create(kind="news", article=ad)  # before it became one
        assert headline(home()) == "一条新闻"
        assert "新型支架" not in home().split('class="topline"')[1].split('class="front__list"')[0]

    def test_a_place_of_pictures_takes_no_piece_without(self):
        article = f.published("没有配图")
        zhao = f.signed_in(f.managing())
        data = {"kind": "slide", "article": article.pk, "position": 0}
        page = zhao.post(reverse("admin:articles_placement_add"), data).content.decode()
        assert "这个位置要用图片" in page and not Placement.objects.exists()

    def test_who_lays_out(self):
        article = f.published("一篇")
        data = {"kind": "headline", "article": article.pk, "position": 0}
        for user in (f.editor(), f.account("jian", "网站监督")):
            f.signed_in(user).post(reverse("admin:articles_placement_add"), data)
        assert not Placement.objects.exists()
        managing = f.managing()
        zhao = f.signed_in(managing)
        DeskAssignment.objects.create(user=managing, section=f.section())
        secret = f.article("shici", by=f.chief(), title="别栏目的保密标题")
        page = zhao.post(
            reverse("admin:articles_placement_add"), data | {"article": secret.pk}, follow=True
        ).content.decode()
        assert "别栏目的保密标题" not in page and not Placement.objects.exists()
        bad = data | {"since_0": "2026-01-02", "since_1": "08:00", "until_0": "2026-01-01",
                      "until_1": "08:00"}  # fmt: skip
        page = zhao.post(reverse("admin:articles_placement_add"), bad).content.decode()
        assert "结束要晚于开始" in page
        zhao.post(reverse("admin:articles_placement_add"), data)
        page = zhao.post(reverse("admin:articles_placement_add"), data).content.decode()
        assert "已经在这个位置上" in page


class TestTopics:
    def test_a_topic_by_hand_and_by_keyword(self):
        chosen, tagged = f.published("手选的"), f.published("有关键词的")
        hidden = f.article(by=f.chief(), title="还没发的")
        tagged.tags.add("安全月")
        tag = tagged.tags.get()
        zhao = f.signed_in(f.managing())
        zhao.post(
            reverse("admin:articles_topic_add"),
            {
                "title": "安全生产月", "slug": "anquanyue", "lead": "<p>导语<script>x</script></p>",
                "is_visible": "on", "position": 0,
                "blocks-TOTAL_FORMS": 2, "blocks-INITIAL_FORMS": 0,
                "blocks-0-heading": "要闻", "blocks-0-position": 0,
                "blocks-1-heading": "各矿", "blocks-1-position": 1, "blocks-1-tag": tag.pk,
            },
        )  # fmt: skip
        topic = Topic.objects.get()
        first = topic.blocks.get(heading="要闻")
        zhao.post(
            reverse("admin:articles_topicblock_change", args=[first.pk]),
            {
                "topic": topic.pk, "heading": "要闻", "position": 0,
                "items-TOTAL_FORMS": 2, "items-INITIAL_FORMS": 0,
                "items-0-article": chosen.pk, "items-0-position": 0,
                "items-1-article": hidden.pk, "items-1-position": 1,
            },
        )  # fmt: skip
        html = home("/zhuanti/anquanyue/")
        for words in ("安全生产月", "导语", "要闻", "手选的", "各矿", "有关键词的"):
            assert words in html
        assert "还没发的" not in html and "<script>x" not in html
        feed = home("/zhuanti/anquanyue/feed/")
        assert "手选的" in feed and "有关键词的" in feed and "还没发的" not in feed
        assert "/zhuanti/anquanyue/" in home()
        Topic.objects.update(until=timezone.now() - HOUR)
        assert Client().get("/zhuanti/anquanyue/").status_code == 404
        assert "/zhuanti/anquanyue/" not in home()

    def test_its_picture(self):
        topic = Topic.objects.create(title="有图的专题", slug="youtu", picture_alt="井口")
        zhao = f.signed_in(f.managing())
        data = {
            "title": "有图的专题", "slug": "youtu", "picture_alt": "井口", "is_visible": "on", "position": 0,
            "blocks-TOTAL_FORMS": 0, "blocks-INITIAL_FORMS": 0, "file": f.photo(),
        }  # fmt: skip
        zhao.post(reverse("admin:articles_topic_change", args=[topic.pk]), data)
        topic.refresh_from_db()
        topic.picture.make_sizes()
        assert 'alt="井口"' in home("/zhuanti/youtu/")
        assert Client().get("/zhuanti/youtu/tu.jpg")["Content-Type"] == "image/jpeg"
        Topic.objects.update(is_visible=False)
        assert Client().get("/zhuanti/youtu/tu.jpg").status_code == 404
