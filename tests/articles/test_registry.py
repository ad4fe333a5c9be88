"""Who wrote what, for which unit, on which day: profile, unit page and article page agree."""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.test import Client

from articles.models import Article, Byline
from correspondents.lifecycle import StepNotAllowed
from correspondents.models import Correspondent, Organisation
from tests import factories as f

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
YEAR = dt.datetime.now(SHANGHAI).year - 1  # all of it is past, on every day


def text(address: str, status: int = 200) -> str:
    """The words of a page, without markup."""
    answer = Client().get(address)
    assert answer.status_code == status, address
    body = answer.content.decode().split("<main", 1)[1].split("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def at(year: int, month: int, day: int, hour: int = 9) -> dt.datetime:
    return dt.datetime(year, month, day, hour, tzinfo=SHANGHAI)


def piece(title: str, when: dt.datetime, *people: Correspondent, unit_text: str = "", **fields):
    """A public article with a byline for each person, credited as the desk does it."""
    made = f.published(title, published_at=when, **fields)
    for position, person in enumerate(people):
        unit = person.unit_on(when.astimezone(SHANGHAI).date())
        row = Byline.objects.create(
            article=made,
            position=position,
            role="correspondent",
            name=person.name,
            unit_text=unit_text or (unit.name if unit else ""),
        )
        assert row.credit(person)
    return made


class TestAPersonWhoMovesInJune:
    @pytest.fixture
    def mover(self):
        person = f.person("杨宁", "枫桥沟煤矿", public=True)
        piece("五月的消息", at(2025, 5, 20), person)
        person.settle_unit(f.unit("望舒选煤厂"), by=None, since=dt.date(2025, 6, 1))
        piece("六月的消息", at(2025, 6, 1, 0), person)
        return person

    def test_both_units_keep_their_own_pieces_and_counts(self, mover):
        old, new = f.unit("枫桥沟煤矿"), f.unit("望舒选煤厂")
        before, after = text(old.get_absolute_url()), text(new.get_absolute_url())
        assert "五月的消息" in before
        assert "六月的消息" not in before
        assert "1 累计发表" in before
        assert "杨宁 曾在本单位 1 篇" in before
        assert "六月的消息" in after
        assert "五月的消息" not in after
        assert "1 累计发表" in after
        assert "杨宁 1 篇" in after

    def test_the_profile_has_both_and_says_for_which_unit_the_older_was(self, mover):
        page = text(mover.get_absolute_url())
        assert "2 累计发表" in page
        assert re.search(r"五月的消息 局矿快报 枫桥沟煤矿", page)
        assert re.search(r"六月的消息 局矿快报 06-01", page)
        assert "单位 望舒选煤厂" in page
        assert "枫桥沟煤矿 1 篇" in page

    def test_the_article_of_may_is_signed_for_the_old_unit(self, mover):
        old = Byline.objects.get(article__title="五月的消息")
        page = text(old.article.get_absolute_url())
        assert "本网通讯员： 枫桥沟煤矿" in page
        assert "本文署名单位：枫桥沟煤矿 现单位：望舒选煤厂" in page

    def test_a_move_before_the_present_unit_began_is_refused(self, mover):
        with pytest.raises(StepNotAllowed, match="2025-06-01"):
            mover.settle_unit(f.unit("枫桥沟煤矿"), by=None, since=dt.date(2025, 6, 1))
        mover.refresh_from_db()
        assert str(mover.organisation) == "望舒选煤厂"

    def test_a_move_of_next_month_is_not_yet_the_present_unit(self):
        person = f.person("杨宁", "枫桥沟煤矿")
        later = dt.date.today() + dt.timedelta(days=30)
        person.settle_unit(f.unit("望舒选煤厂"), by=None, since=later)
        person.refresh_from_db()
        assert str(person.organisation) == "枫桥沟煤矿"
        assert str(person.unit_on(later)) == "望舒选煤厂"

    def test_a_manuscript_of_may_is_signed_for_the_unit_of_may(self):
        """Accepted after the move: the day of sending decides."""
        li = f.correspondent(unit="枫桥沟煤矿")
        manuscript = f.manuscript(li)
        manuscript.submit(by=li.user)
        type(manuscript).objects.filter(pk=manuscript.pk).update(
            first_submitted_at=at(2025, 5, 31, 23)
        )
        li.settle_unit(f.unit("望舒选煤厂"), by=None, since=dt.date(2025, 6, 1))
        manuscript.refresh_from_db()
        article = manuscript.accept(by=f.editor())
        assert article.bylines.get().organisation.name == "枫桥沟煤矿"
        assert article.bylines.get().unit_text == "枫桥沟煤矿"


class TestTwoPeopleOfOneName:
    @pytest.fixture
    def two(self):
        one = f.person("杨宁", "枫桥沟煤矿", public=True, number="T-0101")
        other = f.person("杨宁", "望舒选煤厂", public=True, number="T-0102")
        piece("枫桥沟的消息", at(YEAR, 1, 5), one)
        piece("望舒的消息", at(YEAR, 1, 6), other)
        return one, other

    def test_each_has_his_own_page_with_his_own_pieces(self, two):
        for person, own, foreign in (
            (two[0], "枫桥沟的消息", "望舒的消息"),
            (two[1], "望舒的消息", "枫桥沟的消息"),
        ):
            page = text(person.get_absolute_url())
            assert own in page
            assert foreign not in page
            assert "1 累计发表" in page

    def test_the_directory_lists_both_with_their_units(self, two):
        page = text("/tongxunyuan/?q=杨宁")
        assert "找到 2 人" in page
        assert page.index("T-0101") and page.index("T-0102")
        assert "枫桥沟煤矿" in page
        assert "望舒选煤厂" in page

    def test_the_article_links_the_right_one(self, two):
        for person, title in zip(two, ("枫桥沟的消息", "望舒的消息"), strict=True):
            article = Byline.objects.get(article__title=title).article
            html = Client().get(article.get_absolute_url()).content.decode()
            assert person.get_absolute_url() in html
            other = two[1] if person == two[0] else two[0]
            assert other.get_absolute_url() not in html

    def test_the_unit_of_the_byline_decides_between_them(self, two):
        day = dt.date(YEAR, 1, 10)
        who = Correspondent.objects.who_signed
        assert who("杨 宁", "望舒选煤厂", day) == [two[1]]
        assert set(who("杨\u3000宁", "", day)) == set(two)
        assert who("杨宁", "鹿鸣塬煤矿", day) in ([], list(two))

    def test_the_group_above_the_unit_decides_too(self, two):
        group = f.unit("澄岚矿业集团")
        mine = two[0].organisation
        mine.parent = group
        mine.save()
        assert Correspondent.objects.who_signed("杨宁", "澄岚矿业集团", dt.date(YEAR, 1, 10)) == [
            two[0]
        ]


@pytest.mark.parametrize("pad", [" ", "\u3000", "\u00a0", "\u2003", "\u200b", "  "])
def test_a_padded_name_is_the_name(pad):
    person = f.person(f"杨{pad}宁", "枫桥沟煤矿", public=True)
    assert person.name == "杨宁"
    article = f.published("一篇消息", published_at=at(YEAR, 2, 1))
    row = Byline.objects.create(article=article, name=f"杨{pad}宁", unit_text="枫桥沟煤矿")
    assert list(Byline.objects.unclaimed().named("杨宁")) == [row]
    assert row.credit(person)
    for address in (person.get_absolute_url(), person.organisation.get_absolute_url()):
        assert "一篇消息" in text(address)
    assert "作者： 枫桥沟煤矿 杨宁" in text(article.get_absolute_url())
    assert "找到 1 人" in text(f"/tongxunyuan/?q=杨{pad}宁")


class TestBylinesTypedAtTheDesk:
    """A piece that came by mail is credited like any other."""

    def save(self, name, unit_text):
        wang = f.editor()
        made = f.article(by=wang)
        row = made.bylines.get()
        client = f.signed_in(wang)
        data = {
            "section": made.section_id, "title": made.title, "body": made.body,
            "origin": "original", "opened_revision": made.revision,
            "bylines-TOTAL_FORMS": 1, "bylines-INITIAL_FORMS": 1, "bylines-0-id": row.pk,
            "bylines-0-article": made.pk, "bylines-0-position": 0, "bylines-0-role": "author",
            "bylines-0-name": name, "bylines-0-unit_text": unit_text,
            "images-TOTAL_FORMS": 0, "images-INITIAL_FORMS": 0,
            "readings-TOTAL_FORMS": 0, "readings-INITIAL_FORMS": 0,
        }  # fmt: skip
        page = client.post(f"/admin/articles/article/{made.pk}/change/", data, follow=True)
        row.refresh_from_db()
        return row, page.content.decode()

    def test_name_and_unit_that_leave_no_doubt_are_linked(self):
        f.person("杨宁", "望舒选煤厂")
        person = f.person("杨宁", "枫桥沟煤矿")
        row, page = self.save("杨 宁", "枫桥沟煤矿")
        assert (row.correspondent, row.organisation) == (person, person.organisation)
        assert "已对应到通讯员档案" in page

    @pytest.mark.parametrize("unit_text", ["", "没听说过的矿"])
    def test_a_name_alone_is_only_a_hint(self, unit_text):
        f.person("杨宁", "枫桥沟煤矿")
        row, page = self.save("杨宁", unit_text)
        assert row.correspondent is None
        assert "可能是：杨宁（枫桥沟煤矿）" in page

    def test_one_of_another_unit_is_not_linked(self):
        f.person("杨宁", "枫桥沟煤矿")
        f.unit("望舒选煤厂")
        row, _ = self.save("杨宁", "望舒选煤厂")
        assert row.correspondent is None


class TestMergedUnits:
    @pytest.fixture
    def merged(self):
        old, kept = f.unit("白水矿务局", short_name="白水局"), f.unit("白水煤业有限公司")
        branch = Organisation.objects.create(name="白水局一矿", parent=old)
        one, two = f.person("苏一", "白水矿务局", public=True), f.person("苏二", "白水煤业有限公司")
        three = f.person("苏三", "白水局一矿", public=True)
        for number, person in enumerate((one, two, three)):
            piece(f"第{number}篇", at(YEAR, 1, 2 + number), person)
        cache.clear()
        boss = f.account("boss")
        old.merge_into(kept, by=boss)
        return old, kept, branch, one

    def test_every_article_and_every_count_is_kept(self, merged):
        _, kept, branch, one = merged
        page = text(kept.get_absolute_url())
        assert "3 累计发表" in page
        for number in range(3):
            assert f"第{number}篇" in page
        branch.refresh_from_db()
        assert branch.parent == kept
        assert "1 累计发表" in text(branch.get_absolute_url())
        assert "单位 白水煤业有限公司" in text(one.get_absolute_url())

    def test_the_printed_unit_stays_and_links_to_the_kept_one(self, merged):
        _, kept, _, _ = merged
        article = Byline.objects.get(article__title="第0篇").article
        html = Client().get(article.get_absolute_url()).content.decode()
        assert f'<a href="{kept.get_absolute_url()}">白水矿务局</a>' in html

    def test_the_old_address_leads_to_the_kept_unit(self, merged):
        old, kept, _, _ = merged
        answer = Client().get(old.get_absolute_url())
        assert (answer.status_code, answer.headers["Location"]) == (301, kept.get_absolute_url())

    @pytest.mark.parametrize("name", ["白水矿务局", "白水局", "白 水 局", "白水煤业有限公司"])
    def test_it_is_found_by_any_name_it_ever_had(self, merged, name):
        assert Organisation.objects.resolve(name) == merged[1]
        assert "找到 2 人" in text(f"/tongxunyuan/?q={name}")

    def test_the_site_counts_one_unit_less(self, merged):
        assert "2 供稿单位" in text("/tongxunyuan/")

    def test_a_unit_goes_not_into_one_beneath_it(self):
        group = f.unit("澄岚矿业集团")
        mine = f.unit("鹿鸣塬煤矿", parent=group)
        with pytest.raises(StepNotAllowed, match="反过来"):
            group.merge_into(mine, by=f.account("boss"))
        assert Organisation.objects.current().count() == 2


class TestMergedPersons:
    @pytest.fixture
    def merged(self):
        first = f.correspondent("yn1", "杨宁", "枫桥沟煤矿")
        second = f.correspondent("yn2", "杨 宁", "望舒选煤厂")
        article = piece("早先的消息", at(YEAR - 1, 3, 3), first)
        piece("后来的消息", at(YEAR, 1, 3), second)
        draft = f.manuscript(first, title="写了一半")
        cache.clear()
        first.merge_into(second, by=f.managing())
        return first, second, article, draft

    def test_one_profile_has_all_pieces(self, merged):
        page = text(merged[1].get_absolute_url())
        assert "2 累计发表" in page
        assert "早先的消息 局矿快报 枫桥沟煤矿" in page
        assert "找到 1 人" in text("/tongxunyuan/?q=杨宁")

    def test_the_old_address_leads_to_the_kept_profile(self, merged):
        answer = Client().get(merged[0].get_absolute_url())
        assert answer.headers["Location"] == merged[1].get_absolute_url()
        merged[1].withdraw_consent("profile")
        assert Client().get(merged[0].get_absolute_url()).status_code == 404

    def test_units_keep_their_pieces(self, merged):
        assert "早先的消息" in text(f.unit("枫桥沟煤矿").get_absolute_url())
        assert "后来的消息" not in text(f.unit("枫桥沟煤矿").get_absolute_url())

    def test_the_article_names_the_kept_one(self, merged):
        html = Client().get(merged[2].get_absolute_url()).content.decode()
        assert merged[1].get_absolute_url() in html
        assert f'"{merged[0].get_absolute_url()}"' not in html

    def test_drafts_go_along_and_the_other_account_is_closed(self, merged):
        second = merged[1]
        client = f.signed_in(second.user)
        assert "写了一半" in client.get("/tougao/wode/").content.decode()
        answer = Client().post("/zhanghu/login/", {"login": "yn1", "password": f.PASSWORD})
        assert answer.status_code == 200 or "inactive" in answer.headers["Location"]


def test_a_joint_byline_of_five():
    units = ["枫桥沟煤矿", "枫桥沟煤矿", "望舒选煤厂", "鹿鸣塬煤矿", "霁川煤业公司"]
    names = ["赵一", "钱二", "孙三", "李四", "周五"]
    people = [
        f.person(name, unit, public=name != "李四") for name, unit in zip(names, units, strict=True)
    ]
    article = piece("五人合写的通讯", at(YEAR, 1, 8), *people)
    page = text(article.get_absolute_url())
    printed = re.search(r"本网通讯员：.*?编辑|本网通讯员：.*?字号", page)[0]
    assert [printed.index(name) for name in names] == sorted(printed.index(name) for name in names)
    html = Client().get(article.get_absolute_url()).content.decode()
    for person in people:
        linked = f'href="{person.get_absolute_url()}"' in html
        assert linked == (person.name != "李四")
        assert "五人合写的通讯" in text(person.organisation.get_absolute_url())
        if person.name != "李四":
            assert "1 累计发表" in text(person.get_absolute_url())
    assert "1 累计发表" in text(f.unit("枫桥沟煤矿").get_absolute_url())
    assert "1 累计发表" in text("/tongxunyuan/")


class TestConsent:
    def test_withdrawn_it_takes_everything_away_at_once(self):
        person = f.person("杨宁", "枫桥沟煤矿", public=True)
        article = piece("一篇消息", at(YEAR, 1, 3), person)
        public = (person.get_absolute_url(), f"/tongxunyuan/{person.pk}/feed/")
        client = Client()
        sitemap = client.get("/sitemap-people-1.xml").content.decode()
        assert person.get_absolute_url() in sitemap
        assert all(client.get(address).status_code == 200 for address in public)
        person.withdraw_consent("profile")
        for address in public:
            assert client.get(address).status_code == 404
        gone = ["/tongxunyuan/", article.get_absolute_url(), "/sitemap-people-1.xml", "/",
                person.organisation.get_absolute_url()]  # fmt: skip
        for address in gone:
            assert person.get_absolute_url() not in client.get(address).content.decode(), address
        assert "杨宁" in text(article.get_absolute_url())
        assert "找到 0 人" in text("/tongxunyuan/?q=杨宁")

    def test_without_it_there_is_no_page(self):
        person = f.person("杨宁", "枫桥沟煤矿")
        piece("一篇消息", at(YEAR, 1, 3), person)
        text(person.get_absolute_url(), status=404)
        assert "1 在册通讯员" in text("/tongxunyuan/")

    @pytest.mark.parametrize("state", ["pending", "suspended", "dismissed", "closed"])
    def test_only_the_appointed_are_shown(self, state):
        person = f.person("杨宁", "枫桥沟煤矿", public=True, state=state)
        text(person.get_absolute_url(), status=404)

    def test_the_photo_needs_its_own(self):
        from correspondents.models import Upload

        upload = Upload.objects.accept(f.photo(), owner=None, make_now=True)
        person = f.person("杨宁", "枫桥沟煤矿", public=True, photo=upload)
        address = f"/tongxunyuan/{person.pk}/zhaopian-240.jpg"
        client = Client()
        assert client.get(address).status_code == 404
        assert address not in client.get(person.get_absolute_url()).content.decode()
        person.give_consent("photo")
        answer = client.get(address)
        assert answer.headers["Content-Type"] == "image/jpeg"
        assert answer.headers["Cache-Control"] == "no-cache"
        assert address in client.get(person.get_absolute_url()).content.decode()
        person.withdraw_consent("profile")
        assert client.get(address).status_code == 404


class TestDirectory:
    @pytest.fixture
    def people(self):
        f.unit("澄岚矿业集团", region="岚西")
        f.unit("枫桥沟煤矿", region="岚西", parent=f.unit("澄岚矿业集团"))
        f.unit("陕西煤业化工集团", region="陕西").aliases.create(text="陕煤化")
        chen = f.person("陈牧野", "枫桥沟煤矿", public=True, number="T-0003")
        zeng = f.person("曾小满", "陕西煤业化工集团", public=True, number="T-0007")
        hidden = f.person("郑以宁", "枫桥沟煤矿")
        piece("一篇", at(YEAR, 1, 3), chen)
        return chen, zeng, hidden

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("q=陈牧", {"陈牧野"}),
            ("q=t-0007", {"曾小满"}),
            ("q=陕煤化", {"曾小满"}),
            ("q=陕 煤 化", {"曾小满"}),
            ("q=澄岚", {"陈牧野"}),
            ("q=郑以宁", set()),
            ("diqu=陕西", {"曾小满"}),
            ("zimu=Z", {"曾小满"}),
            ("zimu=c", {"陈牧野"}),
            ("q=%00", {"陈牧野", "曾小满"}),
            ("dengji=999999999999", {"陈牧野", "曾小满"}),
        ],
    )
    def test_it_is_searched_and_filtered(self, people, query, found):
        page = text(f"/tongxunyuan/?{query}")
        assert {name for name in ("陈牧野", "曾小满", "郑以宁") if f" {name} " in page} == found

    def test_a_unit_stands_for_what_is_under_it(self, people):
        group = f.unit("澄岚矿业集团")
        page = text(f"/tongxunyuan/?danwei={group.pk}")
        assert "陈牧野" in page
        assert "曾小满" not in page

    def test_letters_without_anybody_are_no_links(self, people):
        html = Client().get("/tongxunyuan/").content.decode()
        assert 'href="?zimu=C"' in html
        assert 'href="?zimu=B"' not in html

    def test_a_page_past_the_end_is_not_there(self, people):
        assert Client().get("/tongxunyuan/?page=2").status_code == 404

    def test_the_order_is_by_pieces_then_by_name(self, people):
        page = text("/tongxunyuan/?paixu=total")
        assert page.index("陈牧野") < page.index("曾小满")
        f.person("艾青", "枫桥沟煤矿", public=True)
        page = text("/tongxunyuan/?paixu=name")
        assert page.index("艾青") < page.index("陈牧野") < page.index("曾小满")


def test_works_are_narrowed_by_year_section_and_genre():
    this = dt.datetime.now(SHANGHAI).year
    person = f.person("杨宁", "枫桥沟煤矿", public=True)
    prose = f.section("sanwen")
    piece("去年的消息", at(this - 1, 12, 31, 23), person, genre=f.section().genre)
    piece("今年的散文", at(this, 1, 1, 0), person, slug="sanwen", genre=prose.genre)
    address = person.get_absolute_url()
    for query, has, lacks in (
        (f"?nian={this}", "今年的散文", "去年的消息"),
        (f"?nian={this - 1}", "去年的消息", "今年的散文"),
        ("?lanmu=sanwen", "今年的散文", "去年的消息"),
        (f"?ticai={prose.genre.pk}", "今年的散文", "去年的消息"),
    ):
        page = text(address + query)
        assert has in page
        assert lacks not in page
    page = text(address)
    assert "1 今年发表" in page
    assert f"{this - 1} 年 1 篇，{this} 年 1 篇" in Client().get(address).content.decode()
    for odd in ("?nian=1999", "?lanmu=x", "?ticai=0", "?nian=²"):
        assert Client().get(address + odd).status_code == 404


def test_the_work_of_a_person_is_turned_by_numbered_pages():
    person = f.person("杨宁", "枫桥沟煤矿", public=True)
    for place in range(130):
        piece(f"第{place:03d}篇", at(YEAR - place // 40, 6, 1 + place % 28), person)
    address, seen = person.get_absolute_url(), []
    for number in (1, 2, 3):
        page = text(f"{address}?page={number}")
        seen += re.findall(r"第\d{3}篇", page)
    assert seen == [row.title for row in Article.objects.newest()]
    assert 'data-of="3">3</span>' in Client().get(f"{address}?page=3").content.decode()
    assert Client().get(f"{address}?page=4").status_code == 404
    assert len(re.findall(r"第\d{3}篇", text(f"{address}?nian={YEAR - 1}&page=1"))) == 40
    assert Client().get(f"{address}?nian={YEAR - 1}&page=2").status_code == 404
    # Narrowed to a section nothing is counted; one goes from page to page.
    by_section = Client().get(f"{address}?lanmu=jukuang").content.decode()
    assert "page=older-" in by_section


def test_fifty_or_five_thousand_people_cost_the_same_queries(django_assert_max_num_queries):
    def fill(people: int, units: int) -> None:
        there = Organisation.objects.count()
        for number in range(there, units):
            Organisation.objects.create(name=f"第{number}矿", region=f"地区{number % 9}")
        every = list(Organisation.objects.all())
        from correspondents.pinyin import initial, spell

        start = Correspondent.objects.count()
        made = []
        for number in range(start, people):
            name = f"{'赵钱孙李周吴郑王冯陈'[number % 10]}{number:05d}"
            unit = every[number % len(every)]
            made.append(
                Correspondent(
                    name=name, name_key=name, spelling=spell(name), initial=initial(name),
                    organisation=unit, number=f"N-{number}", state="engaged",
                    public_consent_at=at(2025, 1, 1), since=dt.date(2025, 1, 1),
                )
            )  # fmt: skip
        Correspondent.objects.bulk_create(made, batch_size=500)

    chief = f.signed_in(f.chief())
    addresses = [
        (Client(), "/tongxunyuan/"),
        (Client(), "/tongxunyuan/?q=第7矿"),
        (Client(), "/tongxunyuan/?zimu=Z&paixu=total"),
        (chief, "/admin/correspondents/correspondent/"),
        (chief, "/admin/correspondents/correspondent/?q=第7矿"),
        (chief, "/admin/correspondents/organisation/"),
    ]
    Client().get("/tongxunyuan/")  # header and footer are printed once
    chief.get("/admin/")  # the session's own "last seen" is written now and then
    seen = []
    for people, units in ((50, 10), (5000, 500)):
        fill(people, units)
        counts = []
        for client, address in addresses:
            cache.clear()
            with django_assert_max_num_queries(40) as captured:
                assert client.get(address).status_code == 200
            counts.append(len(captured))
        seen.append(counts)
    assert seen[0] == seen[1]
