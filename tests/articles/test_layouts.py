"""What layouts say beside the text: it is read, signed, kept and printed with it."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from auditlog.registry import auditlog
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles.content.snapshot import without_defaults
from articles.models import (
    SATELLITES,
    AccidentFacts,
    Article,
    ArticleImage,
    InterviewInfo,
    Series,
    VendorInfo,
    chain_of,
    points_of,
    relate,
)
from articles.pages.versions import version_of
from articles.text.typesetting import as_advertisement, as_questions, with_tables_in_boxes
from correspondents.lifecycle import StepNotAllowed
from correspondents.models import Upload
from portal import roles
from tests import factories as f
from tests.articles.test_readings import save

pytestmark = pytest.mark.django_db
STATION = "岚西矿山安全监管站"


@pytest.fixture
def readers():
    return [f.editor(), f.managing(), f.chief()]


def page(article: Article) -> str:
    return Client().get(article.get_absolute_url()).content.decode()


def accident(title: str = "一处皮带停机", hours: int = 1, **facts) -> Article:
    """A public report with its facts."""
    when = timezone.now() - dt.timedelta(hours=hours)
    article = f.published(title, "shigu", published_at=when)
    facts = {"source": STATION, "dead": 0, "as_of": when} | facts
    AccidentFacts.objects.create(article=article, **facts)
    return article


def picture(article: Article, pixels: tuple[int, int] = (800, 500), **fields) -> ArticleImage:
    upload = Upload.objects.accept(f.photo(size=pixels), owner=None, make_now=True)
    return ArticleImage.objects.create(article=article, upload=upload, **fields)


class TestPartOfWhatIsRead:
    def test_texts_without_any_have_the_content_they_had(self, readers):
        """Fingerprints of what was signed before stay true."""
        article = f.article(by=readers[0])
        picture(article, caption="说明")
        content = article.content()
        assert {"accident", "vendor", "interview", "series_id", "chapter"}.isdisjoint(
            without_defaults(content)
        )
        assert [len(row) for row in content["images"]] == [4]

    def test_a_row_in_which_nothing_is_said_is_none(self, readers):
        article = f.article("shigu", by=readers[0])
        before = article.fingerprint()
        AccidentFacts.objects.create(article=article)
        assert article.fingerprint() == before

    @pytest.mark.parametrize("field", ["accident", "vendor", "interview", "work", "series"])
    def test_changing_it_after_a_signature_breaks_the_chain(self, readers, field):
        article = f.article_in("signed", readers)
        assert not article.chain_broken()
        made = {
            "accident": lambda: AccidentFacts.objects.create(article=article, dead=1),
            "vendor": lambda: VendorInfo.objects.create(article=article, phone="0000"),
            "interview": lambda: InterviewInfo.objects.create(article=article, name="韩某"),
            "work": lambda: picture(article, work_title="夜归"),
            "series": lambda: Article.objects.filter(pk=article.pk).update(
                series=Series.objects.create(title="老井口", slug="ljk"), chapter=1
            ),
        }
        made[field]()
        with pytest.raises(StepNotAllowed, match="终审之后"):
            article.publish(by=readers[0])

    def test_at_the_desk_a_number_changed_after_a_reading_is_read_again(self, readers):
        article = f.article("shigu", by=readers[0], provenance="manuscript")
        AccidentFacts.objects.create(article=article, source=STATION, dead=0)
        article.sign(by=readers[0])
        article.sign(by=readers[1])
        assert article.state == "final_reading"
        answer = save(article, f.editor("other", "另编辑"), **{"accident-0-dead": "2"})
        assert "重新审读" in answer.content.decode()
        assert article.state == "first_reading"
        assert article.content()["accident"]["dead"] == 2

    def test_readers_see_a_new_number_with_the_copy_and_not_before(self, readers):
        article = f.article("shigu", by=readers[0], provenance="manuscript")
        AccidentFacts.objects.create(article=article, source=STATION, missing=3)
        for reader in readers:
            article.sign(by=reader)
        article.publish(by=readers[0])
        copy = article.open_copy(by=readers[0])
        save(copy, readers[0], **{"accident-0-missing": "0", "accident-0-dead": "3"})
        assert article.content()["accident"] == {"missing": 3, "source": STATION}
        assert "较大事故" not in page(article)
        for reader in readers:
            copy.sign(by=reader)
        copy.publish(by=readers[0])
        assert "较大事故" in page(article)
        assert AccidentFacts.objects.get(article=article).missing == 0

    def test_a_revision_brings_everything_back(self, readers):
        article = f.article("shigu", by=readers[0])
        series = Series.objects.create(title="老井口", slug="ljk")
        now = timezone.now().replace(microsecond=0)
        AccidentFacts.objects.create(
            article=article, happened_on=dt.date(2026, 3, 4), happened_at=dt.time(7, 40), dead=0,
            as_of=now, kind="gas",
        )  # fmt: skip
        picture(article, work_title="夜归", taken_on=dt.date(2025, 1, 2), is_portrait=True)
        Article.objects.filter(pk=article.pk).update(series=series, chapter=4)
        article.refresh_from_db()
        article.settle_edit(by=readers[0], before={})
        kept, said = article.revisions.get(number=article.revision), article.content()
        AccidentFacts.objects.all().delete()
        article.images.update(work_title="", taken_on=None, is_portrait=False)
        Article.objects.filter(pk=article.pk).update(series=None, chapter=None)
        article.refresh_from_db()
        article.settle_edit(by=readers[0], before=said)
        article.restore_revision(kept, by=readers[0])
        assert article.content() == said
        assert article.fingerprint() == kept.fingerprint

    def test_the_comparison_and_the_review_page_say_it_in_words(self, readers):
        article = f.article("shigu", by=readers[0])
        AccidentFacts.objects.create(article=article, dead=0, kind="roof", source=STATION)
        words = version_of(article.content()).lines["事故要素"]
        assert "死亡人数：0" in words.replace("\uff1a", "：")
        assert "顶板" in words
        address = reverse("admin:articles_article_review", args=[article.pk])
        html = f.signed_in(readers[1]).get(address).content.decode()
        assert "事故要素" in html
        assert STATION in html

    def test_the_form_offers_what_the_layout_asks_for_and_nothing_else(self, readers):
        client = f.signed_in(readers[0])
        offered = {}
        for slug in ("jukuang", "shigu", "changshang", "fangtan", "shuhua"):
            article = f.article(slug, by=readers[0])
            address = reverse("admin:articles_article_change", args=[article.pk])
            html = client.get(address).content.decode()
            names = ("accident-0-dead", "vendor-0-company", "interview-0-name", "work_title")
            offered[slug] = [name for name in names if name in html]
        assert offered == {
            "jukuang": [], "shigu": ["accident-0-dead"], "changshang": ["vendor-0-company"],
            "fangtan": ["interview-0-name"], "shuhua": ["work_title"],
        }  # fmt: skip


class TestChecklist:
    def unmet(self, article: Article) -> set[str]:
        return {point.item for point in points_of(article)}

    def test_an_accident_names_its_official_source_before_release(self, readers):
        article = f.article("shigu", by=readers[0], provenance="manuscript")
        facts = AccidentFacts.objects.create(article=article, dead=1)
        article.sign(by=readers[0])
        article.sign(by=readers[1])
        with pytest.raises(StepNotAllowed, match="通报单位"):
            article.sign(by=readers[2])
        facts.source = STATION
        facts.save()
        article.sign(by=readers[2])
        assert article.state == "signed"

    def test_what_else_is_asked_for(self, readers):
        accident = f.article("shigu", by=readers[0])
        AccidentFacts.objects.create(
            article=accident, dead=1, source=STATION, place="某县", kind="gas",
            happened_on=timezone.localdate(),
        )  # fmt: skip
        assert any("截至" in point.sentence for point in points_of(accident))
        advert = f.article("changshang", by=readers[0])
        assert {"vendor", "expiry"} <= self.unmet(advert)
        VendorInfo.objects.create(article=advert, company="某厂", phone="000")
        advert.expires_at = timezone.now() + dt.timedelta(days=3)
        assert {"vendor", "expiry"}.isdisjoint(self.unmet(advert))
        talk = f.article("fangtan", by=readers[0])
        assert "guest" in self.unmet(talk)
        plain = f.article("jukuang", by=readers[0])
        assert {"official", "facts", "vendor", "expiry", "guest", "works"}.isdisjoint(
            self.unmet(plain)
        )


class TestAccident:
    @pytest.mark.parametrize(
        ("dead", "words"),
        [(None, ""), (0, ""), (1, "一般事故"), (2, "一般事故"), (3, "较大事故"), (9, "较大事故"),
         (10, "重大事故"), (29, "重大事故"), (30, "特别重大事故")],
    )  # fmt: skip
    def test_the_dead_decide_the_grade_unless_the_desk_has(self, dead, words):
        assert AccidentFacts(dead=dead).grade_words == words
        assert AccidentFacts(dead=dead, grade="major").grade_words == "重大事故"

    def test_the_chain_shows_the_newest_first_and_nothing_unpublished(self, readers):
        first = accident("甲报", 9, missing=2)
        second = accident("乙报", 5, follows=first)
        third = accident("丙报", 1, follows=second, dead=2)
        draft = f.article("shigu", by=readers[0], title="没有发布的报道")
        AccidentFacts.objects.create(article=draft, follows=third)
        alone = accident("另一起", 2)
        for report in (first, second, third):
            html = page(report)
            chain = html[
                html.index("本起事故的报道") : html.index("</nav>", html.index('id="reports"'))
            ]
            assert re.findall(r">(甲报|乙报|丙报)<", chain) == ["丙报", "乙报", "甲报"]
            assert "没有发布的报道" not in html
            assert ("已有新的通报" in html) == (report != third)
            assert "上一篇" not in html
        assert "本起事故的报道" not in page(alone)
        assert "上一篇" in page(alone)

    def test_a_ring_of_links_ends(self):
        first = accident("甲报")
        second = accident("乙报", follows=first)
        AccidentFacts.objects.filter(article=first).update(follows=second)
        assert sorted(chain_of(Article.objects.get(pk=first.pk))) == [first.pk, second.pk]

    def test_its_page_is_sober(self):
        html = page(accident())
        assert "二维码" not in html
        assert "#share" not in html
        assert "您也有话要说" not in html
        other = page(f.published())
        assert "二维码" in other
        assert "您也有话要说" in other

    def test_the_list_says_grade_and_kind_in_a_fixed_number_of_queries(
        self, django_assert_max_num_queries
    ):
        for number in range(3):
            accident(f"第{number}起", dead=3, kind="water")
        Client().get("/shigu/")
        with django_assert_max_num_queries(25):
            html = Client().get("/shigu/").content.decode()
        assert html.count("较大事故") == 3
        assert html.count("水害") == 3


class TestAdvertisement:
    def test_it_says_what_it_is_wherever_it_stands(self):
        body = '<p>见<a href="https://a.example/">网页</a>。</p>'
        advert = f.published("某厂新品", "jukuang", layout="vendor", body=body)
        VendorInfo.objects.create(article=advert, company="某厂", website="https://a.example/")
        html = page(advert)
        assert html.count('rel="sponsored nofollow') == 2
        for address in ("/jukuang/", "/zonglan/"):
            listed = Client().get(address).content.decode().split("<main", 1)[1]
            assert "广告" in listed[: listed.index("某厂新品") + 400]
        front = Client().get("/").content.decode()
        assert (
            f'<h2><span class="tag tag--ember">头条</span><a href="{advert.get_absolute_url()}'
            not in front
        )

    def test_links_of_other_texts_stay_as_they_are(self):
        html = page(f.published(body='<p><a href="https://a.example/">网页</a></p>'))
        assert "sponsored" not in html


class TestInterview:
    def test_the_guest_is_introduced_and_questions_are_told_from_answers(self):
        body = "<p>记者：难吗？</p><p>韩某：难。</p><p>旁人：也难。</p>".replace("：", "\uff1a")
        talk = f.published("访谈", "fangtan", body=body)
        InterviewInfo.objects.create(article=talk, name="韩某", post="矿长", unit="某矿")
        face = picture(talk, alt="韩某半身像", is_portrait=True)
        html = page(talk)
        assert '<p class="q"><b>记者' in html
        assert '<p class="a"><b>韩某' in html
        assert "<p>旁人" in html
        assert "矿长" in html
        assert html.count('alt="韩某半身像"') == 1
        assert face.upload.key in html


class TestGallery:
    def test_every_picture_is_a_link_to_its_largest_size(self):
        gallery = f.published("一组图", "sheying")
        shots = [picture(gallery, alt=f"第{number}张", position=number) for number in range(3)]
        html = page(gallery)
        for shot in shots:
            assert f'href="{shot.largest["url"]}" data-shot' in html
        assert "3 / 3" in html
        assert "gallery.js" in html
        assert "gallery.js" not in page(f.published())

    def test_what_is_decoration_has_an_empty_alternative(self):
        """The caption is not read out twice, nor a decoration at all."""
        piece = f.published()
        picture(piece, caption="花边", is_decorative=True)
        assert re.search(r'<img [^>]*alt=""', page(piece))

    def test_a_format_is_offered_only_where_it_is_smaller(self):
        gallery = f.published("一组图", "sheying")
        shot = picture(gallery, alt="井口")
        html = page(gallery)
        assert 'type="image/webp"' in html
        assert 'type="image/avif"' in html
        shot.upload.renditions = [
            row | {"bytes": {"jpg": 10, "webp": 10, "avif": 20}[row["format"]]}
            for row in shot.upload.renditions
        ]
        shot.upload.save()
        html = page(gallery)
        assert 'type="image/webp"' not in html
        assert 'type="image/avif"' not in html

    def test_a_picture_in_the_text_is_offered_in_its_sizes(self):
        piece = f.published()
        shot = picture(piece, alt="井口", pixels=(1600, 1000))
        body = (
            f'<p>文</p><figure><img src="/pictures/{shot.upload.key}/768.jpg" alt="井口"></figure>'
        )
        Article.objects.filter(pk=piece.pk).update(body=body)
        html = page(piece)
        assert html.count(f"/pictures/{shot.upload.key}/1368.jpg 1368w") == 1
        assert re.search(
            r'<img src="/pictures/[^"]+768.jpg" alt="井口" srcset="[^"]+" sizes="[^"]+" width="1368" height="855" loading="lazy">',
            html,
        )

    def test_a_work_is_named_under_its_picture(self):
        gallery = f.published("书画", "shuhua")
        picture(
            gallery,
            work_title="夜归",
            work_author="白某",
            medium="国画",
            size="40 厘米",
            year="2024",
        )
        html = page(gallery)
        assert "《夜归》" in html
        assert "白某\u3000国画\u300040 厘米\u30002024" in html


class TestVerse:
    def test_the_list_begins_with_the_first_line_not_with_the_title_over_it(self):
        verse = '<h2>其一</h2><div class="verse"><p>巷道很长<br>灯亮着</p></div><h2>其二</h2>'
        f.published("矿灯二首", "shici", body=verse)
        html = Client().get("/shici/").content.decode()
        assert '<p class="ln">巷道很长<br>灯亮着</p>' in html

    def test_headings_of_prose_stay_in_its_excerpt(self):
        assert (
            f.published(body="<h2>缘起</h2><p>从一盏灯说起。</p>").excerpt == "缘起 从一盏灯说起。"
        )


class TestSerial:
    @pytest.fixture
    def serial(self, readers):
        series = Series.objects.create(title="老井口", slug="laojingkou", author="宋某")
        rows = [
            f.published(f"老井口之{number}", "xiaoshuo", series=series, chapter=number)
            for number in (3, 1, 2)
        ]
        f.article("xiaoshuo", by=readers[0], title="老井口之四", series=series, chapter=4)
        return sorted(rows, key=lambda row: row.chapter)

    def test_the_contents_are_in_order_and_public(self, serial):
        html = Client().get("/lianzai/laojingkou/").content.decode()
        assert re.findall(r">(老井口之.)</a></h2>", html) == ["老井口之1", "老井口之2", "老井口之3"]
        assert "老井口之四" not in html

    def test_a_chapter_leads_to_its_neighbours(self, serial):
        first, second, third = serial
        html = page(second)
        assert f'rel="prev" href="{first.get_absolute_url()}"' in html
        assert f'rel="next" href="{third.get_absolute_url()}"' in html
        assert "/lianzai/laojingkou/" in html
        assert "上一篇" not in html
        assert "下一篇" not in html

    def test_a_serial_of_which_nothing_is_public_is_not_there(self):
        Series.objects.create(title="空", slug="kong")
        assert Client().get("/lianzai/kong/").status_code == 404

    def test_its_own_chapters_are_no_related_reading(self, serial):
        for chapter in serial:
            chapter.tags.add("连载")
            chapter.make_findable()
        other = f.published("老井口的来历", "xiaoshuo")
        other.tags.add("连载")
        other.make_findable()
        relate(serial[0])
        html = page(serial[0])
        related = html[html.index("相关阅读") : html.index('class="proof"')]
        assert "老井口的来历" in related
        assert "老井口之" not in related

    def test_the_desk_may_not_give_a_number_twice(self, serial, readers):
        article = f.article("xiaoshuo", by=readers[0], title="又一章")
        series = str(serial[0].series_id)
        html = save(article, readers[0], series=series, chapter="2").content.decode()
        assert "已经有了" in html
        html = save(article, readers[0], series=series, chapter="").content.decode()
        assert "第几章" in html
        save(article, readers[0], series=series, chapter="5")
        assert article.chapter == 5


class TestTypesetting:
    """Patterns and marks in escapes: the tests are about punctuation."""

    def test_tables_stand_in_regions_with_names_of_their_own(self):
        html = with_tables_in_boxes(
            "<p>a</p><table><caption>甲<strong>表</strong></caption><tr><td>1</td></tr></table>"
            "<table><tr><td><table><tr><td>2</td></tr></table></td></tr></table><p>b</p>"
        )
        assert html.count('<div class="scroll" role="region"') == 2
        assert 'aria-label="甲表" tabindex="0"' in html
        assert 'aria-label="表格"' in html
        twice = with_tables_in_boxes(2 * "<table><tr><td>1</td></tr></table>")
        assert 'aria-label="表格"' in twice and 'aria-label="表格 2"' in twice
        assert html.startswith("<p>a</p><div") and html.endswith("</table></div><p>b</p>")

    def test_a_caption_cannot_leave_its_attribute(self):
        html = with_tables_in_boxes('<table><caption>" onfocus="x</caption></table>')
        assert 'aria-label="&quot; onfocus=&quot;x"' in html

    def test_an_open_table_is_left_alone(self):
        assert with_tables_in_boxes("<table><tr>") == "<table><tr>"

    def test_links_of_advertisements(self):
        html = as_advertisement('<p><a href="/x" rel="noopener noreferrer">y</a></p>')
        assert html == '<p><a href="/x" rel="sponsored nofollow noopener noreferrer">y</a></p>'

    def test_only_who_asks_and_who_answers_is_marked(self):
        html = as_questions(
            "<p>\u95ee\uff1a\u884c\uff1f</p><p>\u7b54\uff1a\u884c\u3002</p><p>\u6ce8\uff1a\u65e0</p>",
            [""],
        )
        assert html.count('class="q"') == 1
        assert html.count('class="a"') == 1
        assert "<p>\u6ce8" in html


def test_moments_are_told_to_the_second():
    """HTML takes three digits after the second at most; the database gives six."""
    when = timezone.now() - dt.timedelta(hours=1, microseconds=123457)
    html = page(f.published(published_at=when))
    stamps = re.findall(r'<time datetime="([^"]+)"', html)
    assert stamps
    assert all(re.fullmatch(r"[0-9-]{10}T[0-9:]{8}\+08:00", stamp) for stamp in stamps)


@pytest.mark.parametrize(
    ("slug", "facts", "words"),
    [("shigu", AccidentFacts, "事故要素"), ("fangtan", InterviewInfo, "受访人")],
)
def test_a_row_in_which_nothing_is_said_prints_no_box(slug, facts, words):
    article = f.published("没有要素的一篇", slug)
    facts.objects.create(article=article)
    assert words not in page(article)


@pytest.mark.parametrize("model", SATELLITES.values(), ids=lambda model: model.__name__)
def test_what_a_layout_says_is_written_by_editors_and_kept_in_the_log(model):
    name = model._meta.model_name
    for right in ("view", "add", "change"):
        assert f"articles.{right}_{name}" in roles.ROLES[roles.EDITOR]
    assert auditlog.contains(model)
