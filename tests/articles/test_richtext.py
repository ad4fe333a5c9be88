"""The sanitiser: one list, on every way of writing."""

from __future__ import annotations

import pytest
import regex
from django.test import Client
from django.urls import reverse
from hypothesis import example, given
from hypothesis import strategies as st

from articles.models import Article
from articles.text.richtext import (
    clean,
    from_text,
    in_one_line,
    opening,
    to_editable_text,
    to_text,
    verse_from_text,
)
from portal.models import Page
from submissions.models import Manuscript, Round
from tests import factories as f

HOSTILE = [
    "<script>alert(1)</script><p>文</p>",
    '<p onclick="alert(1)">文</p>',
    '<a href="javascript:alert(1)">文</a>',
    '<a href=" jAvAsCrIpT&#58;alert(1)">文</a>',
    '<img src="x" onerror="alert(1)">',
    '<img src="https://evil.example/x.png">',
    '<img src="/pictures/AAAAAAAAAAAAAAAAAAAAAA/480.svg">',
    "<svg><script>alert(1)</script></svg>",
    "<math><mtext></p><style><img src=x onerror=alert(1)></style></mtext></math>",
    '<iframe src="https://evil.example"></iframe>',
    '<object data="x"></object><embed src="x">',
    '<p style="background:url(javascript:alert(1))">文</p>',
    '<p id="main" name="q" class="art__head">文</p>',
    '<form action="https://evil.example"><input name=x><button>登录</button></form>',
    '<meta http-equiv="refresh" content="0;url=https://evil.example">',
    '<base href="https://evil.example/">',
    '<div class="verse"><script>alert(1)</script></div>',
    "<![CDATA[<script>alert(1)</script>]]>",
    "<!--<script>alert(1)</script>-->",
    "<p>\x00<scr\x00ipt>alert(1)</scr\x00ipt></p>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>',
    '<a href="data:text/html,<script>alert(1)</script>">文</a>',
    '<o:p class="MsoNormal" style="mso-x:1"><b>文</b></o:p>',
]
FORBIDDEN = (
    "<script",
    "onerror",
    "onclick",
    "javascript:",
    "evil.example/x",
    "<svg",
    "<math",
    "<iframe",
    "<object",
    "<embed",
    "<form",
    "<meta",
    "<base",
    "style=",
    " id=",
    "\x00",
    "data:text",
    "mso",
    "<img",
    "art__head",
    "<!--",
    "<o:p",
)
ALLOWED = (
    '<h2>一、起因</h2><h3>小标题</h3><p class="flush">文<strong>粗</strong><em>点</em>'
    'm<sup>3</sup>H<sub>2</sub>O<br>行</p><ul><li>甲</li></ul><ol start="3"><li>乙</li></ol>'
    '<blockquote><p>引</p></blockquote><table><caption>表</caption><thead><tr>'
    '<th scope="col">项</th></tr></thead><tbody><tr><td class="n" colspan="2">1</td></tr></tbody>'
    '</table><figure><img src="/pictures/AAAAAAAAAAAAAAAAAAAAAA/480.jpg" alt="井口" width="480"'
    ' height="300"><figcaption>说明</figcaption></figure><div class="verse"><p>行<br>行</p></div>'
    '<aside class="pull">话</aside><p><a href="https://example.com/" title="题"'
    ' rel="noopener noreferrer">链</a></p><hr>'
)  # fmt: skip


def is_harmless(html: str) -> bool:
    return not any(word in html.lower() for word in FORBIDDEN)


@pytest.mark.parametrize("html", HOSTILE)
def test_hostile_html_comes_out_harmless(html):
    assert is_harmless(clean(html)), clean(html)


def test_what_the_editors_offer_stays_as_it_is():
    assert clean(ALLOWED) == ALLOWED


@pytest.mark.parametrize("name", ["&ic;", "&#8203;", "&#x2063;", "&NoBreak;", "&lrm;", "&#6;"])
def test_what_nobody_sees_is_not_written_by_its_name_either(name):
    assert clean(f"<p>矿{name}井</p>") == "<p>矿井</p>"


@example("&ic;")
@given(st.text(st.sampled_from("<>&\"'/=abpi \r\n\u00a0文。scrt:;-!"), max_size=60))
def test_cleaning_twice_changes_nothing_more(html):
    once = clean(html)
    assert clean(once) == once


PRINTED_IMG = '<p><a href="/a" title="<img ">字</a></p>'


def test_a_tag_in_an_attribute_is_no_tag():
    assert clean(clean(PRINTED_IMG)) == clean(PRINTED_IMG)
    assert "<img" not in clean(PRINTED_IMG)
    assert to_text(clean(PRINTED_IMG)) == "字"


@pytest.mark.parametrize("tag", ["div", "blockquote", "ul", "b", "font", "svg"])
def test_of_what_nests_without_end_the_words_are_kept(tag):
    assert clean(f"<p>甲</p>{f'<{tag}>' * 30_000}乙 &amp; 丙<p>丁</p>") == (
        "<p>甲</p>\n<p>乙 &amp; 丙</p>\n<p>丁</p>"
    )
    unclosed = "<p>一<li>二" * 3_000  # old pages never close these
    assert "".join(to_text(clean(unclosed)).split()) == "一二" * 3_000


@given(st.text(max_size=200))
@example("0\x1f0")
def test_plain_text_survives_as_text(text):
    html = clean(from_text(text))
    unseen = regex.compile(r"[[\p{Cc}\p{Cf}]--[\t\n\u200c\u200d]]", flags=regex.V1)
    text = unseen.sub("", "\n".join(text.splitlines()))
    lines = [line.strip(" \t\u3000\u00a0") for line in text.splitlines()]
    lines = [" ".join(line.split()) for line in lines]
    back = [" ".join(line.split()) for line in to_text(html).split("\n")]
    assert [line for line in back if line] == [line for line in lines if line]


def test_verse_goes_to_html_and_back():
    text = "巷道很长\n灯在额头醒着\n\n煤是慢下来的光"
    html = verse_from_text("　　" + text)
    assert html == ('<div class="verse"><p>巷道很长<br>灯在额头醒着</p><p>煤是慢下来的光</p></div>')
    assert clean(html) == html
    assert to_editable_text(html) == text


@pytest.mark.django_db
class TestEveryWayOfWriting:
    """What reaches the database is clean, whichever way it went."""

    BAD = '<p onclick="alert(1)">正文</p><script>alert(1)</script>'
    GOOD = "<p>正文</p>"

    def stored(self, model=Article, field="body"):
        from django.db import connection

        table = model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {field} FROM {table}")
            return [row[0] for row in cursor.fetchall()]

    def test_create_and_the_instance_shows_it(self):
        article = f.published(body=self.BAD)
        assert article.body == self.GOOD
        assert self.stored() == [self.GOOD]

    def test_save(self):
        article = f.published()
        article.body = self.BAD
        article.save(update_fields=["body"])
        assert self.stored() == [self.GOOD]

    def test_update(self):
        f.published()
        Article.objects.update(body=self.BAD)
        assert self.stored() == [self.GOOD]

    def test_bulk_create(self):
        Article.objects.bulk_create(
            [Article(section=f.section(), title="甲", body=self.BAD) for _ in range(2)]
        )
        assert self.stored() == [self.GOOD, self.GOOD]

    def test_bulk_create_with_conflicts(self):
        article = f.published()
        again = Article(pk=article.pk, section=f.section(), title="甲", body=self.BAD)
        Article.objects.bulk_create(
            [again], update_conflicts=True, update_fields=["body"], unique_fields=["id"]
        )
        assert self.stored() == [self.GOOD]

    def test_bulk_update(self):
        articles = [f.published(), f.published("另一篇")]
        for article in articles:
            article.body = self.BAD
        Article.objects.bulk_update(articles, ["body"])
        assert self.stored() == [self.GOOD, self.GOOD]

    def test_update_or_create(self):
        article = f.published()
        Article.objects.update_or_create(pk=article.pk, defaults={"body": self.BAD})
        assert self.stored() == [self.GOOD]

    def test_the_desks_form(self):
        wang = f.editor()
        f.signed_in(wang).post(
            reverse("admin:articles_article_add"),
            {
                "section": f.section().pk,
                "title": "编辑部自写的消息",
                "origin": "original",
                "body": self.BAD,
                **{
                    f"{prefix}-{key}": 0
                    for prefix in ("bylines", "images", "readings")
                    for key in ("TOTAL_FORMS", "INITIAL_FORMS")
                },
            },
        )
        assert self.stored() == [self.GOOD]
        assert Article.objects.get().created_by == wang

    def test_the_correspondents_form(self):
        li = f.correspondent()
        f.signed_in(li.user).post(
            reverse("submissions:new"),
            f.typed(title="来稿", text=self.BAD, action="submit"),
        )
        for model in (Manuscript, Round):
            [body] = self.stored(model)
            assert (
                body
                == '<p>&lt;p onclick="alert(1)"&gt;正文&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt;</p>'  # zh-punct: keep
            )

    def test_acceptance(self):
        wang = f.editor()
        manuscript = f.manuscript_in("submitted", f.correspondent(), wang)
        Manuscript.objects.filter(pk=manuscript.pk).update(body=self.BAD)
        manuscript.refresh_from_db()
        manuscript.accept(by=wang)
        assert self.stored() == [self.GOOD]

    def test_static_pages(self):
        Page.objects.update(body=self.BAD)
        assert set(self.stored(Page)) == {self.GOOD}

    def test_loaded_fixtures(self, tmp_path):
        from django.core import serializers

        article = f.published()
        article.body = self.BAD
        text = serializers.serialize("json", [article])
        for row in serializers.deserialize("json", text):
            row.save()
        assert self.stored() == [self.GOOD]

    @pytest.mark.database
    def test_a_row_forced_by_sql_does_not_reach_the_desks_editor_raw(self):
        from django.db import connection

        article = f.article(by=f.editor())
        with connection.cursor() as cursor:
            cursor.execute("UPDATE articles_article SET body = %s", [self.BAD])
        page = f.signed_in(f.chief()).get(
            reverse("admin:articles_article_change", args=[article.pk])
        )
        assert "alert(1)" not in page.content.decode()


@pytest.mark.django_db
def test_plain_fields_are_escaped_on_the_page():
    article = f.published('<script>alert("题")</script>', source="<b>来源</b>")
    page = Client().get(article.get_absolute_url()).content.decode()
    assert "<script>alert" not in page
    assert "<b>来源</b>" not in page


@pytest.mark.parametrize(
    ("html", "line"),
    [
        ("<p>没有变化。</p><p>续报说，人员平安。</p>", "没有变化。续报说，人员平安。"),
        ("<h2>缘起</h2><p>从一盏灯说起。</p>", "缘起 从一盏灯说起。"),
        ("<p>ABB made it.</p><p>Then it ran.</p>", "ABB made it. Then it ran."),
        ("<p>李  明 摄</p>", "李 明 摄"),
        ('<div class="verse"><h2>其一</h2><p>巷道很长<br>灯亮着</p><p>升井</p></div>',
         "巷道很长 / 灯亮着 / 升井"),
    ],
)  # fmt: skip
def test_text_in_one_line(html, line):
    assert in_one_line(html) == line


def test_the_opening_of_verse_ends_with_its_stanza_and_says_that_it_goes_on():
    two = '<div class="verse"><h2>其一</h2><p>巷道很长<br>灯亮着</p><h2>其二</h2><p>升井</p></div>'
    assert opening(two, 4) == ["巷道很长", "灯亮着", "……"]
    assert opening(two, 1) == ["巷道很长", "……"]
    assert opening('<div class="verse"><p>一<br>二</p></div>', 4) == ["一", "二"]
    assert opening("", 4) == []
