"""Corrections, overrides, the author's new round, find and replace, the copy for WeChat."""

from __future__ import annotations

import re

import pytest
from auditlog.models import LogEntry
from django.test import Client
from django.utils import timezone

from articles.models import Article, PublicEntry, Revision
from correspondents.lifecycle import StepNotAllowed
from tests import factories as f
from tests.articles.test_readings import save
from tests.articles.test_working_copy import address, opened, step

pytestmark = pytest.mark.django_db


@pytest.fixture
def readers():
    return [f.editor(), f.managing(), f.chief()]


def release(article: Article, readers) -> None:
    for reader in readers:
        article.refresh_from_db()
        if article.state.endswith("_reading"):
            stage = {"first_reading": 0, "second_reading": 1, "final_reading": 2}[article.state]
            if readers[stage] == reader:
                step(reader, article, f"sign_{article.state.removesuffix('_reading')}")
    step(readers[0], article, "publish")


class TestCorrections:
    def test_a_correction_is_read_with_the_text_and_shown_with_it(self, readers):
        live = f.article_in("published", readers)
        note = "第二段“三号皮带”应为“四号皮带”，特此说明。"
        copy = opened(live, readers[0])
        data = {
            "corrections-TOTAL_FORMS": "1", "corrections-0-id": "",
            "corrections-0-article": str(copy.pk), "corrections-0-text": note,
        }  # fmt: skip
        save(copy, readers[0], **data)
        assert copy.state == "first_reading"
        assert note not in Client().get(live.get_absolute_url()).content.decode()
        assert note not in Client().get("/gengzheng/").content.decode()
        release(copy, readers)
        live.refresh_from_db()
        assert live.chain_broken() == ""
        assert note in Client().get(live.get_absolute_url()).content.decode()
        listed = Client().get("/gengzheng/").content.decode()
        assert note in listed and live.title in listed
        # A later version keeps it, and its day.
        shown_at = live.corrections.get().shown_at
        again = opened(live, readers[0])
        save(again, readers[0], title="再改的标题")
        release(again, readers)
        live.refresh_from_db()
        assert (live.title, live.corrections.get().shown_at) == ("再改的标题", shown_at)
        live.withdraw(by=readers[2], note="撤")
        assert note not in Client().get("/gengzheng/").content.decode()

    def test_pages_of_corrections(self, readers):
        live = f.article_in("published", readers)
        for number in range(25):
            live.corrections.create(text=f"更正第{number}号", shown_at=live.published_at)
        first = Client().get("/gengzheng/").content.decode()
        older = re.search(r'rel="next" href="([^"]+)"', first)[1]
        second = Client().get(f"/gengzheng/{older}").content.decode()
        shown = re.findall("(?<=更正第)\\d+", first) + re.findall("(?<=更正第)\\d+", second)
        assert sorted(map(int, shown)) == list(range(25))
        assert Client().get("/gengzheng/?page=x").status_code == 404


class TestWithdrawal:
    @pytest.mark.database
    def test_it_is_gone_from_every_public_surface_at_once(self, readers):
        li = f.person("李通讯", public=True)
        live = f.article_in("published", readers)
        live.bylines.update(correspondent=li, organisation=f.unit())
        live.tags.add("皮带检修")
        live.make_findable()
        other = f.published("另一篇")
        other.related.create(other=live)
        surfaces = [
            "/", "/zonglan/", "/jukuang/", "/feeds/rss.xml", "/feeds/jukuang/",
            timezone.localtime(live.published_at).strftime("/sitemap-articles-%Y-%m.xml"), "/sitemap-news.xml",
            "/search/?q=皮带检修完成", "/search/tishi/?q=皮带检修", "/tags/皮带检修/", f"/tongxunyuan/{li.pk}/",
            f"/tongxunyuan/{li.pk}/feed/", f"/danwei/{f.unit().pk}/", f"/danwei/{f.unit().pk}/feed/",
            live.published_at.strftime("/archive/%Y/%m/%d/"), other.get_absolute_url(),
        ]  # fmt: skip
        mark = re.compile(f"{live.title}|/articles/{live.pk}/")
        seen = {path for path in surfaces if mark.search(Client().get(path).content.decode())}
        assert seen >= set(surfaces) - {live.published_at.strftime("/archive/%Y/%m/%d/")}
        step(readers[2], live, "withdraw", _note="内部原因不公开", _sure="1")
        for path in surfaces:
            html = Client().get(path).content.decode()
            query = "皮带检修完成" in path
            assert not re.search(f"/articles/{live.pk}/", html), path
            assert query or live.title not in html, path
        gone = Client().get(live.get_absolute_url())
        assert (gone.status_code, "该稿件已撤回" in gone.content.decode()) == (410, True)
        assert "内部原因" not in gone.content.decode()
        assert not PublicEntry.objects.filter(object_id=live.pk).exists()
        told = LogEntry.objects.get_for_object(live).filter(additional_data__step="withdraw").get()
        assert told.additional_data["note"] == "内部原因不公开"


class TestOverride:
    def test_the_chief_signs_twice_with_a_reason_that_is_told(self, readers):
        chief = readers[2]
        article = f.article("jukuang", by=readers[0], provenance="manuscript")
        article.sign(by=readers[0])
        article.sign(by=chief)
        assert article.state == "final_reading"
        page = step(chief, article, "sign_final").content.decode()
        assert "同一人不能签两个审级" in page
        assert "破例签署" in f.signed_in(chief).get(address("review", article.pk)).content.decode()
        step(chief, article, "sign_final", _override="1")
        article.refresh_from_db()
        assert article.state == "final_reading", "no reason, no signature"
        step(chief, article, "sign_final", _override="1", _note="值班只有一人")
        article.refresh_from_db()
        assert (article.state, article.chain_broken()) == ("signed", "")
        reading = article.readings.get(stage="final_reading")
        assert (reading.is_override, reading.note) == (True, "破例：值班只有一人")
        entry = LogEntry.objects.get_for_object(article).filter(additional_data__step="sign_final")
        assert entry.get().additional_data["note"] == "破例：值班只有一人"
        sheet = f.signed_in(chief).get(address("sheet", article.pk)).content.decode()
        assert "破例：值班只有一人" in sheet

    def test_nobody_else_does(self, readers):
        both = f.managing("both", "兼任主编")
        article = f.article("jukuang", by=readers[0], provenance="manuscript")
        article.sign(by=both)
        step(both, article, "sign_second", _override="1", _note="我想签")
        article.refresh_from_db()
        assert article.state == "second_reading"
        with pytest.raises(StepNotAllowed, match="没有破例签署的权限"):
            article.sign(by=both, note="我想签", override=True)

    def test_never_a_piece_with_the_own_name(self, readers):
        chief = readers[2]
        article = f.article("jukuang", by=readers[0], provenance="manuscript")
        article.bylines.update(correspondent=f.person("孙", user=chief))
        article.sign(by=readers[0])
        with pytest.raises(StepNotAllowed, match="署有您的姓名"):
            article.sign(by=chief, note="急", override=True)


def test_the_authors_new_round_arrives_as_a_revision_with_its_difference(readers):
    li = f.correspondent()
    made = f.manuscript(li, title="第一稿的标题")
    made.submit(by=li.user)
    article = made.accept(by=readers[0])
    article.sign(by=readers[0])
    made.refresh_from_db()
    made.recall(by=readers[0], note="请核实数字")
    type(made).objects.filter(pk=made.pk).update(title="第二稿的标题")
    made.refresh_from_db()
    made.submit(by=li.user)
    made.accept(by=readers[0])
    article.refresh_from_db()
    assert (article.state, article.title) == ("first_reading", "第二稿的标题")
    latest = article.revisions.get(number=article.revision)
    assert (latest.kind, latest.note) == (Revision.Kind.ROUND, "作者第 2 稿")
    client = f.signed_in(readers[0])
    page = client.get(address("review", article.pk)).content.decode()
    assert address("revision", article.pk, latest.pk) in page
    told = client.get(address("revision", article.pk, latest.pk)).content.decode()
    assert "第<del>一</del><ins>二</ins>稿的标题" in told


class TestReplacing:
    def test_across_elements_and_not_in_addresses(self, readers):
        body = (
            '<p>三号<strong>皮</strong>带，<a href="http://x.cn/皮带" rel="noopener noreferrer">皮带</a></p>'
            "<p>皮</p><p>带</p>"
        )
        article = f.article(by=readers[0], title="皮带检修", body=body)
        client = f.signed_in(readers[0])
        data = {"zhao": "皮带", "huan": "运输机"}
        assert "找到 3 处" in client.get(address("replace", article.pk), data).content.decode()
        client.post(address("replace", article.pk), data | {"_seen": article.version_token})
        article.refresh_from_db()
        assert article.title == "运输机检修"
        assert "三号<strong>运输机</strong>，" in article.body
        assert '皮带" rel="noopener noreferrer">运输机</a>' in article.body
        assert "<p>皮</p><p>带</p>" in article.body.replace("\n", "")
        assert article.revisions.get(number=2).note == "查找替换：皮带→运输机"

    def test_who_may_not_edit_replaces_nothing(self, readers):
        live = f.article_in("published", readers)
        data = {"zhao": "检修", "huan": "x"}
        for user in (readers[0], f.account("jian", "网站监督"), f.correspondent().user):
            f.signed_in(user).post(
                address("replace", live.pk), data | {"_seen": live.version_token}
            )
        live.refresh_from_db()
        assert "检修" in live.title


class TestWeChat:
    def test_inline_styles_and_nothing_that_is_dead_there(self, readers):
        body = (
            '<p>正文<a href="http://x.cn/" rel="noopener noreferrer">链接</a></p><h2>小标题</h2>'
            '<div class="verse"><p>诗行<br>诗行</p></div><aside class="pull"><p>引</p></aside>'
        )
        live = f.published("公众号的文章", body=body)
        live.bylines.create(name="李通讯", unit_text="白桦沟煤矿")
        page = f.signed_in(readers[0]).get(address("wechat", live.pk))
        html = page.context["html"]
        for dead in ("class=", "<a ", "<script", "<div", "href"):
            assert dead not in html
        for there in (
            "小标题</h2>",
            "链接",
            "作者：白桦沟煤矿 李通讯",
            "来源：煤炭资讯网",
            live.get_absolute_url(),
        ):
            assert there in html, there
        assert 'style="' in html
        shown = page.content.decode()
        assert f'sandbox src="{address("wechat_post", live.pk)}"' in shown

    def test_only_what_is_public(self, readers):
        draft = f.article(by=readers[0], body="<p>没有公开的话。</p>")
        shown = f.signed_in(readers[0]).get(address("wechat", draft.pk)).content.decode()
        assert "没有公开的话" not in shown
        answer = f.signed_in(f.correspondent().user).get(address("wechat", draft.pk))
        assert answer.status_code == 302


def test_the_preview_is_framed_by_the_desk_alone(readers):
    draft = f.article(by=readers[0])
    client = f.signed_in(readers[0])
    shown = client.get(address("preview", draft.pk))
    assert "frame-ancestors 'self'" in shown["Content-Security-Policy"]
    assert client.get(address("widths", draft.pk)).content.decode().count("<iframe") == 2
    public = Client().get(f.published("公开的").get_absolute_url())
    assert "frame-ancestors 'none'" in public["Content-Security-Policy"]
