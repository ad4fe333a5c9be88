"""Feeds as readers' programs read them."""

from __future__ import annotations

import datetime as dt
import html

import feedparser
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles.models import Article, Byline, Edition, Section, Series, Topic, TopicItem
from correspondents.models import Upload
from tests import factories as f

pytestmark = pytest.mark.django_db
SITE = "http://testserver"


@pytest.fixture
def world():
    """A piece that stands in every kind of feed, and the addresses of them all."""
    li = f.person("李通讯", public=True)
    body = (
        '<p>第一段，见<a href="/yemian/guanyu/">本网</a>和<a href="https://example.com/">别处</a>。'
        "</p><p>最后一段。</p>"
    )
    made = f.published("皮带<检修>完成 & 恢复", body=body, summary="两天<完>。", editor_name="肖平")
    Byline.objects.create(article=made, name="李通讯", unit_text="白桦沟煤矿", correspondent=li,
                          organisation=f.unit())  # fmt: skip
    made.tags.add("皮带 检修")
    upload = Upload.objects.accept(f.photo(), owner=None, make_now=True)
    made.images.create(upload=upload, caption="检修现场", photographer="王某")
    topic = Topic.objects.create(title="安全月", slug="anquanyue")
    TopicItem.objects.create(block=topic.blocks.create(heading="要闻"), article=made)
    made.series, made.chapter = Series.objects.create(title="老井口", slug="laojingkou"), 1
    made.save()
    names = {"section": "jukuang", "series": "laojingkou", "tag": "皮带 检修", "topic": "anquanyue", "person": li.pk,
             "unit": f.unit().pk}  # fmt: skip
    addresses = ["/feeds/rss.xml", "/feeds/atom.xml"]
    for kind, key in names.items():
        addresses += [reverse(f"portal:{kind}_{form}", args=[key]) for form in ("feed", "atom")]
    return made, li, addresses


def parsed(address: str, client: Client | None = None):
    answer = (client or Client()).get(address)
    assert answer.status_code == 200, address
    told = feedparser.parse(
        answer.content, response_headers={"content-type": answer.headers["Content-Type"]}
    )
    assert told.bozo == 0, (address, told.get("bozo_exception"))
    return told


def test_every_feed_is_read_with_the_whole_text(world):
    made, _li, addresses = world
    assert len(addresses) == 14
    for address in addresses:
        told = parsed(address)
        form = "atom10" if "atom" in address else "rss20"
        assert told.version == form, address
        assert told.feed.title and told.feed.link.startswith(SITE)
        itself = [link.href for link in told.feed.links if link.rel == "self"]
        assert itself == [SITE + address]
        [entry] = told.entries
        assert entry.title == "皮带<检修>完成 & 恢复"
        assert entry.id == entry.link == SITE + made.get_absolute_url()
        assert entry.author == "李通讯"
        assert {tag.term for tag in entry.tags} == {"局矿快报", "皮带 检修"}
        text = entry.content[-1].value
        assert entry.content[-1].type == "text/html"
        for part in ("最后一段。", "白桦沟煤矿", "编辑：肖平", "检修现场", "王某 摄", entry.link,
                     f'href="{SITE}/yemian/guanyu/"', 'href="https://example.com/"'):  # fmt: skip
            assert part in text, (address, part)
        assert f'src="{SITE}/pictures/' in text and '"/' not in text
        assert html.unescape(entry.summary) == "两天<完>。" and "<" not in entry.summary
        assert entry.published_parsed and entry.updated_parsed


def test_a_correction_is_told_and_makes_it_new(world):
    made, _, addresses = world
    shown = timezone.now() + dt.timedelta(seconds=5)
    made.corrections.create(text="应为三天。", shown_at=shown)
    for address in addresses[:2]:
        entry = parsed(address).entries[0]
        assert "应为三天。" in entry.content[-1].value
        assert entry.updated_parsed > entry.published_parsed


def test_a_reprint_names_its_source():
    f.published("转来的", origin="reprint", source="新华网", source_url="https://example.com/a",
                original_author="张三")  # fmt: skip
    entry = parsed("/feeds/rss.xml").entries[0]
    assert entry.author == "张三"
    assert '<a href="https://example.com/a">新华网</a>' in entry.content[-1].value


def test_what_no_xml_can_carry_breaks_no_feed(world):
    made, _li, addresses = world
    odd = "标\x08题\x0b\ufffe\x1f\U0001f682"
    Article.objects.filter(pk=made.pk).update(title=odd, body=f"<p>正{odd}文</p>")
    Byline.objects.filter(article=made).update(name=f"李\x02{odd[:3]}")
    Section.objects.filter(pk=made.section_id).update(description=f"介绍{odd}")
    made.tags.add("关\x07键")
    for address in addresses:
        entry = parsed(address).entries[0]
        assert entry.title == "标题 \U0001f682"


def test_advertising_says_so_in_every_feed():
    f.published("新型支架", slug="changshang")
    entry = parsed("/feeds/atom.xml").entries[0]
    assert "广告" in {tag.term for tag in entry.tags}
    assert entry.content[-1].value.startswith("<p>广告</p>")


def test_what_is_hidden_is_in_no_feed(world):
    made, _li, addresses = world
    Section.objects.filter(pk=made.section_id).update(is_visible=False)
    for address in addresses:
        answer = Client().get(address)
        assert made.title not in answer.content.decode(), address
    assert Client().get("/feeds/jukuang/atom/").status_code == 404


def test_the_same_edition_is_sent_once(world):
    _made, _, addresses = world
    for address in addresses:
        first = Client().get(address)
        etag = first.headers["ETag"]
        assert first.headers["Last-Modified"]
        again = Client().get(address, HTTP_IF_NONE_MATCH=etag)
        assert (again.status_code, again.content) == (304, b""), address
        Edition.objects.rise()
        assert Client().get(address, HTTP_IF_NONE_MATCH=etag).status_code == 200, address


def test_what_was_scheduled_is_sent_though_no_worker_raised_the_edition():
    etag = Client().get("/feeds/rss.xml").headers["ETag"]
    f.published("到点的", published_at=timezone.now() - dt.timedelta(seconds=1))
    answer = Client().get("/feeds/rss.xml", HTTP_IF_NONE_MATCH=etag)
    assert answer.status_code == 200 and "到点的" in answer.content.decode()


def test_a_topic_that_has_ended_is_gone_even_for_who_has_it(world, monkeypatch):
    Topic.objects.update(until=timezone.now() + dt.timedelta(minutes=30))
    etag = Client().get("/zhuanti/anquanyue/feed/").headers["ETag"]
    # Time alone ends it: no row is written, and the edition stays.
    later = timezone.now() + dt.timedelta(hours=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    answer = Client().get("/zhuanti/anquanyue/feed/", HTTP_IF_NONE_MATCH=etag)
    assert answer.status_code == 404


def test_the_number_of_queries_does_not_grow_with_the_entries(django_assert_max_num_queries):
    counts = []
    Client().get("/robots.txt")  # what is asked once an edition
    for number in (3, 25):
        for place in range(number):
            made = f.published(f"第{number}批第{place}篇")
            Byline.objects.create(article=made, name="李通讯", unit_text="白桦沟煤矿")
            made.tags.add(f"词{place}")
        with django_assert_max_num_queries(20) as captured:
            Client().get("/feeds/atom.xml")
        counts.append(len(captured))
    assert counts[0] == counts[1]
