"""The ways in, as people use them: a Word file on the form, a paste, the desk's editor."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from articles.models import Article
from correspondents.models import Correspondent
from submissions.models import Document, Manuscript
from tests import factories as f
from tests import word_files as w
from tests.articles.test_readings import change_form

pytestmark = pytest.mark.django_db

SECRET = "领导意见不要登"
RARE = [
    "\U00020bb7",
    "\U0002c488",
    "\U0003106c",
    "\U000323af",
    "\u9feb",
    "\u4dbf",
    "\ufa0e",
    "\u3007",
]


def with_a_comment() -> SimpleUploadedFile:
    comments = f'<w:comment w:id="1">{w.paragraph(SECRET)}</w:comment>'
    text = (
        '<w:p><w:r><w:t>近日，检修完成。</w:t></w:r><w:r><w:commentReference w:id="1"/></w:r></w:p>'
    )
    head = "".join(
        f'<w:p><w:pPr><w:jc w:val="center"/></w:pPr><w:r><w:t>{line}</w:t></w:r></w:p>'
        for line in ("抓检修　保安全", "皮带检修完成", "——提前八小时")
    )
    contact = w.paragraph("审核人：郑以宁　联系电话：13800000000")
    made = w.with_parts(head + text + contact, comments=comments)
    return SimpleUploadedFile("稿.docx", made.getvalue())


@pytest.fixture
def li():
    return f.correspondent()


class TestWordFile:
    @pytest.fixture
    def sent(self, li):
        """A manuscript made of a Word file, as it was sent; with the browser of its author."""
        client = f.signed_in(li.user)
        made = Manuscript.objects.start(li)
        path = f"/tougao/{made.pk}/xiugai/"
        client.post(f"/tougao/{made.pk}/fujian/", {"kind": "word", "file": with_a_comment()})
        f.work()
        document = Document.objects.get()
        page = client.get(path).content.decode()
        assert "批注 1 条（第 4 段）" in page and SECRET not in page
        form = f.typed(title="", text="", version=Manuscript.objects.get().version)
        client.post(path, form | {"action": f"take-{document.pk}"})
        made.refresh_from_db()
        return made, client

    def test_kicker_title_and_subtitle_stand_in_their_fields_and_go_into_the_article(self, sent):
        made, _ = sent
        assert (made.kicker, made.title, made.subtitle) == (
            "抓检修　保安全",
            "皮带检修完成",
            "提前八小时",
        )
        assert made.body == "<p>近日，检修完成。</p>"
        Manuscript.objects.filter(pk=made.pk).update(
            section=f.section(), publication="first", ai_use="none", approver="高科长"
        )
        made = Manuscript.objects.get(pk=made.pk)
        made.submit(by=made.author.user)
        made.accept(by=f.editor())
        article = Article.objects.get()
        assert (article.kicker, article.title) == ("抓检修　保安全", "皮带检修完成")

    def test_what_was_left_out_stays_with_the_file_for_its_author_and_for_the_desk(self, sent):
        made, client = sent
        pages = [client.get(f"/tougao/{made.pk}/xiugai/").content.decode()]
        made.submit(by=made.author.user)
        address = reverse("admin:submissions_manuscript_change", args=[made.pk])
        pages.append(f.signed_in(f.editor()).get(address).content.decode())
        for page in pages:
            assert "没有带入 2 项，请核对" in page
            assert "批注 1 条（第 4 段）" in page and "稿末的审核、联系方式 1 行" in page
            assert SECRET not in page
        assert "13800000000" not in made.body

    def test_a_locked_one_is_told_to_be_unlocked(self, li):
        made = Manuscript.objects.start(li)
        locked = w.old_doc().getvalue() + "EncryptedPackage".encode("utf-16-le") + b"\x00" * 100
        sent = {"kind": "word", "file": SimpleUploadedFile("密.docx", locked)}
        answer = f.signed_in(li.user).post(f"/tougao/{made.pk}/fujian/", sent)
        assert answer.status_code == 400
        assert answer.json() == {"problem": "Word 文件设了密码，请取消密码后再上传。"}


class TestPaste:
    def test_the_author_hears_what_stayed_out(self, li):
        pasted = "<p>造成<del>三人死亡</del>一人轻伤。</p><p><img src='http://x/y.png'></p>"
        answer = f.signed_in(li.user).post(reverse("submissions:paste"), {"html": pasted}).json()
        assert answer["html"] == "<p>造成一人轻伤。</p>"
        assert answer["dropped"][0] == "修订中删除的文字 1 处（“造成”处）"

    def test_what_a_form_sends_by_itself_is_taken_in_the_same_way(self, li):
        sent = f'<p>甲<span style="display:none">{SECRET}</span>乙。<br>丙</p>'
        form = f.typed(text=sent, text_format="html", action="save")
        f.signed_in(li.user).post("/tougao/", form)
        # A break that somebody typed is a break.
        assert Manuscript.objects.get().body == "<p>甲乙。<br>丙</p>"


class TestDesk:
    @pytest.fixture
    def save(self):
        """Put a text into the desk's editor and save; return the article and the page that follows."""
        wang = f.editor()
        article = f.article(by=wang, body="<p>原来的</p><p>文字。</p>")

        def save(text: str) -> tuple[Article, str]:
            client = f.signed_in(wang)
            path = reverse("admin:articles_article_change", args=[article.pk])
            page = client.post(path, change_form(article, wang, body=text), follow=True)
            article.refresh_from_db()
            return article, page.content.decode()

        return save

    def test_plain_text_makes_paragraphs_without_a_second_indent(self, save):
        article, page = save("<p>　　甲完成。<br />　　乙开始。</p>")
        assert article.body == "<p>甲完成。</p>\n<p>乙开始。</p>"
        assert "没有带入" not in page

    def test_what_nobody_saw_stays_out_and_is_told(self, save):
        article, page = save(f"<p>甲<del>{SECRET}</del>乙。</p><section>丙。</section>")
        assert article.body == "<p>甲乙。</p>\n<p>丙。</p>"
        assert "没有带入：修订中删除的文字 1 处" in page

    def test_a_text_that_nobody_touched_stays_to_the_letter(self, save):
        article, page = save("<p>原来的</p><p>文字。</p>")
        assert article.body == "<p>原来的</p><p>文字。</p>"
        assert article.revisions.count() == 1
        assert "没有带入" not in page


@pytest.mark.database
@pytest.mark.parametrize("sign", RARE)
def test_a_rare_character_passes_name_byline_search_and_order(sign):
    name = f"{sign}砚秋"
    person = f.person(name)
    assert person.name == name and Correspondent.objects.filter(name_key=name).exists()
    body = f"<p>矿工{sign}在井下。</p>"
    article = f.published(f"矿工{sign}记", body=body)
    article.bylines.create(name=name, correspondent=person)
    found = Client().get("/search/", {"q": f"工{sign}在"}).content.decode()
    assert f"/articles/{article.pk}/" in found
    assert name in Client().get(article.get_absolute_url()).content.decode()
    page = f.signed_in(f.editor()).get("/admin/correspondents/correspondent/", {"q": name})
    assert name in page.content.decode()


@pytest.mark.parametrize(
    ("name", "spelling"),
    [("\U0002c488砚秋", "que yan qiu"), ("\u9feb砚秋", "ao yan qiu"), ("\u3007砚秋", "ling yan qiu"), ("\U0002070e砚秋", "xian yan qiu")],
)  # fmt: skip
def test_a_rare_character_stands_in_its_place_in_the_directory(name, spelling):
    person = f.person(name)
    assert (person.spelling, person.initial) == (spelling, spelling[0].upper())
