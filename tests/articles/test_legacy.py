"""The one real page of the old site, and pages that cannot be read."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from articles.legacy import UnreadablePage, parse, read
from articles.models import Article, Byline, Reading, Section, SectionAlias
from articles.text.richtext import to_text
from portal.demo.content import seed_page
from portal.models import MastheadTerm, SiteProfile
from tests import factories as f

SHANGHAI = ZoneInfo("Asia/Shanghai")
TITLE = "刍议基层社区如何开展党建思想政治工作"


def source_paragraphs() -> list[str]:
    lines = seed_page().read_text(encoding="utf-8").splitlines()
    info = max(number for number, line in enumerate(lines) if "11:54:26" in line)
    end = next(number for number, line in enumerate(lines) if line.startswith("作者"))
    stripped = [line.strip(" \u00a0\u3000") for line in lines[info + 1 : end]]
    return [line for line in stripped if line]


@pytest.mark.django_db
class TestTheSeed:
    @pytest.fixture(autouse=True)
    def imported(self):
        call_command("import_legacy", str(seed_page()))
        self.article = Article.objects.get()

    def test_fields(self):
        article = self.article
        assert article.title == TITLE
        assert article.headline == "苏有才：" + TITLE
        assert article.published_at == dt.datetime(2014, 5, 31, 11, 54, 26, tzinfo=SHANGHAI)
        assert article.first_published_at == article.published_at
        assert article.source == "煤炭资讯网"
        assert article.section.slug == "lunwen"
        assert article.editor_name == "肖平"
        assert article.provenance == "legacy"
        assert not Reading.objects.exists()

    def test_one_byline_without_a_profile(self):
        [row] = Byline.objects.all()
        assert (row.role, row.unit_text, row.name) == (
            "author",
            "陕煤化蒲白实业白水矿社区",
            "苏有才",
        )
        assert row.correspondent is None
        assert row.organisation is None

    def test_four_paragraphs_and_exactly_66_marks(self):
        before = source_paragraphs()
        after = to_text(self.article.body).split("\n")
        assert self.article.body.count("<p>") == len(before) == len(after) == 4
        changes = [
            (old, new)
            for old_text, new_text in zip(before, after, strict=True)
            for old, new in zip(old_text, new_text, strict=True)
            if old != new
        ]
        assert len(changes) == 66
        assert set(changes) == {(",", "\uff0c"), (";", "\uff1b")}

    def test_wording_units_and_quotes_stay(self):
        text = to_text(self.article.body)
        for kept in ("34平方公里", "3000多㎡", "80m³", "正能量量", "建身广场", "“孝顺媳妇”“道德"):
            assert kept in text
        assert (text.count("\u201c"), text.count("\u201d")) == (13, 13)
        assert "\u00a0" not in text
        assert "\u3000" not in text

    def test_site_profile_and_masthead(self):
        site = SiteProfile.current()
        assert site.name == "煤炭资讯网"
        assert site.former_name == "中国煤炭新闻网"
        assert site.icp_number == "渝ICP备17008517号-1"
        assert site.police_number == "渝公网安备50010702502224号"
        assert site.police_url.endswith("code=50010702502224")
        assert site.telephones == "(023)68178780、13883284332"
        assert site.mailbox == "1017016419@qq.com"
        assert site.statement.startswith("本网站新闻版权归煤炭资讯网与作者共同所有，")
        assert site.statement.endswith("谢谢。")
        assert MastheadTerm.today() == [
            ("总编辑", "李光荣"),
            ("副总编", "韩一凡"),
            ("顾问", "王成祥、王金星"),
            ("主编", "欧阳宏"),
            ("编辑", "杨建华（网站监督）、黄永维、曹田升、陈茂春"),
        ]

    def test_a_second_run_changes_nothing(self, capsys):
        before = Article.objects.values().get()
        call_command("import_legacy", str(seed_page()))
        assert "新导入 0 篇，已有 1 篇" in capsys.readouterr().out
        assert Article.objects.values().get() == before
        assert MastheadTerm.objects.count() == 9
        assert Byline.objects.count() == 1

    def test_what_the_desk_has_entered_is_not_overwritten(self):
        SiteProfile.objects.update(telephones="(010)1", mailbox="")
        call_command("import_legacy", str(seed_page()))
        site = SiteProfile.current()
        assert (site.telephones, site.mailbox) == ("(010)1", "1017016419@qq.com")

    def test_readers_see_it(self):
        page = Client().get(self.article.get_absolute_url()).content.decode()
        assert "苏有才：" + TITLE in page
        assert "论文、言论" in page
        assert 'datetime="2014-05-31T11:54:26+08:00"' in page
        assert page.count("否则本网将保留追究其相关法律责任的权利") == 1
        assert "欧阳宏" in page
        assert TITLE in Client().get("/lunwen/").content.decode()
        assert TITLE in Client().get("/archive/2014/05/31/").content.decode()
        assert "/tongxunyuan/" not in page.split('class="sign"')[1].split("</p>")[0]


@pytest.mark.django_db
class TestOtherPages:
    def page(self, **changes) -> str:
        parts = {
            "title": "南山矿一季度增产",
            "info": "煤炭资讯网 2019/7/2 9:02:12  局矿快报",
            "body": "近日\u002c南山矿增产。",
            "end": "作者\u003a南山矿 李四  编辑\u003a王五",
        } | changes
        return "\n".join(
            ["首页 总揽", "", parts["title"], "", parts["info"], parts["body"], "", parts["end"]]
        )

    def test_the_later_date_style_and_a_byline_with_a_space(self):
        page = parse(self.page())
        assert page.published_at == dt.datetime(2019, 7, 2, 9, 2, 12, tzinfo=SHANGHAI)
        assert (page.unit, page.author, page.editor) == ("南山矿", "李四", "王五")
        assert page.paragraphs == ["近日，南山矿增产。"]

    def test_html_in_gb18030_with_the_old_number(self, tmp_path):
        html = (
            "<html><body>"
            + "".join(f"<p>{line}</p>" for line in self.page().splitlines())
            + "<script>var x='首页';</script></body></html>"
        )
        path = tmp_path / "886123.shtml"
        path.write_bytes(html.encode("gb18030"))
        call_command("import_legacy", str(path))
        article = Article.objects.get()
        assert article.legacy_id == 886123
        for old in ("/newshtml/2019-7-2/886123.shtml", "/ShowNews.aspx?newId=886123"):
            answer = Client().get(old)
            assert (answer.status_code, answer.headers["Location"]) == (
                301,
                article.get_absolute_url(),
            )
        for wrong in (
            "/ShowNews.aspx?newId=1",
            "/ShowNews.aspx?newId=x",
            "/ShowNews.aspx",
            "/ShowNews.aspx?newId=99999999999999",
        ):
            assert Client().get(wrong).status_code == 404

    def test_the_old_number_of_what_readers_may_not_see_leads_nowhere(self):
        article = f.published("旧站的一篇", legacy_id=886123)
        olds = ("/newshtml/2019-7-2/886123.shtml", "/ShowNews.aspx?newId=886123")
        rows = Article.objects.filter(pk=article.pk)
        for state in ("first_reading", "signed", "discarded"):
            rows.update(state=state, published_at=None)
            for old in olds:
                answer = Client().get(old)
                assert (answer.status_code, answer.headers.get("Location")) == (404, None), state
        rows.update(state="withdrawn")
        for old in olds:
            assert Client().get(old).headers["Location"] == article.get_absolute_url()
            assert "该稿件已撤回" in Client().get(old, follow=True).content.decode()

    def test_the_old_number_wins_over_a_changed_text(self, tmp_path):
        path = tmp_path / "886123.txt"
        path.write_text(self.page(), encoding="utf-8")
        call_command("import_legacy", str(path))
        path.write_text(self.page(body="改过的正文。"), encoding="utf-8")
        call_command("import_legacy", str(path))
        assert Article.objects.count() == 1

    def test_an_old_label_is_an_alias(self, tmp_path):
        SectionAlias.objects.create(section=Section.objects.get(slug="jukuang"), label="矿区速递")
        path = tmp_path / "a.txt"
        path.write_text(self.page(info="煤炭资讯网 2019-7-2 9:02:12  矿区速递"), encoding="utf-8")
        call_command("import_legacy", str(path))
        assert Article.objects.get().section.slug == "jukuang"

    def test_unreadable_files_are_listed_and_the_rest_goes_on(self, tmp_path, capsys):
        files = {
            "empty.txt": b"",
            "binary.txt": b"\x00\x01\x02" * 50,
            "encoding.txt": b"\xff\xfe\x00\x81\x81\xff",
            "noinfo.txt": "只有一行字".encode(),
            "nodate.txt": self.page(info="煤炭资讯网 2019-13-40 9:02:12  局矿快报").encode(),
            "nobody.txt": self.page(body="").encode(),
            "section.txt": self.page(
                title="另一篇", info="煤炭资讯网 2019-7-2 9:02:12  没有的栏目"
            ).encode(),
            "good.txt": self.page().encode(),
        }
        for name, data in files.items():
            (tmp_path / name).write_bytes(data)
        call_command("import_legacy", str(tmp_path), str(tmp_path / "missing.txt"))
        said = capsys.readouterr()
        assert "新导入 1 篇，已有 0 篇，读不了 8 个文件" in said.out
        for name, reason in {
            "empty.txt": "文件是空的",
            "binary.txt": "不是文本文件",
            "encoding.txt": "编码",
            "noinfo.txt": "来源 日期 时间 栏目",
            "nodate.txt": "日期不对",
            "nobody.txt": "没有找到正文",
            "section.txt": "栏目“没有的栏目”不认识",
            "missing.txt": "文件打不开",
        }.items():
            [line] = [line for line in said.err.splitlines() if name in line]
            assert reason in line

    def test_nothing_readable_is_an_error(self, tmp_path):
        (tmp_path / "a.txt").write_text("")
        with pytest.raises(CommandError, match="没有一个文件能够导入"):
            call_command("import_legacy", str(tmp_path))

    def test_a_prefix_that_is_not_the_author_stays_in_the_title(self):
        page = parse(self.page(title="南山矿\u003a一季度增产"))
        assert page.title == "南山矿\uff1a一季度增产"
        assert page.prefix == ""

    def test_a_name_with_a_pad_is_the_same_name(self):
        page = parse(
            self.page(title="杨 宁\u003a井口的灯", end="作者\u003a南山矿杨  宁  编 辑\u003a王五")
        )
        assert (page.title, page.unit, page.author) == ("井口的灯", "南山矿", "杨宁")

    def test_a_large_file_is_refused(self, tmp_path):
        path = tmp_path / "a.txt"
        path.write_bytes(b"a" * (5 * 1024 * 1024 + 1))
        with pytest.raises(UnreadablePage, match="5 MB"):
            read(path)
