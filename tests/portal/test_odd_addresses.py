"""Addresses as they come out of letters and chats, and as somebody tries a closed one."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import resolve, reverse

from articles.models import Article
from portal.models import Redirect
from tests import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def article() -> Article:
    made = f.published("皮带检修")
    made.tags.add("检修")
    return made


AFTER = ["\u3002", "\uff0c", "\u3001", "\uff09", "\u300d", "\u201d", "\u2026\u2026", "\uff01", ".", ",", ")", ";", ")\u3002",
         "\u3002\u6b22\u8fce\u8f6c\u8f7d", "\uff08\u8f6c\uff09", "\u3000", "'", '"', ">"]  # fmt: skip


@pytest.mark.parametrize("mark", AFTER)
@pytest.mark.parametrize("slash", ["/", ""])
def test_what_stands_behind_an_address_in_a_sentence_is_no_part_of_it(article, mark, slash):
    address = article.get_absolute_url()
    for asked in (address + mark + slash, address.rstrip("/") + mark + slash):
        answer = Client().get(asked)
        assert answer.status_code == 301, asked
        assert answer.headers["Location"] in (address, address.rstrip("/"))


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/zonglan/",
        "/tags/检修/",
        "/archive/",
        "/tongxunyuan/",
        "/jukuang/",
        "/feeds/rss.xml",
    ],
)
def test_so_it_is_with_every_page(article, address):
    answer = Client().get(f"{address}\u3002")
    assert answer.status_code == 301
    assert Client().get(answer.headers["Location"]).status_code in (200, 301)


def test_an_address_of_the_old_site_in_a_sentence(article):
    Article.objects.filter(pk=article.pk).update(legacy_id=4711)
    answer = Client().get("/ShowNews.aspx?newId=4711%E3%80%82")
    assert answer.headers["Location"] == "/ShowNews.aspx?newId=4711"
    assert (
        Client().get(answer.headers["Location"]).headers["Location"] == article.get_absolute_url()
    )


@pytest.mark.parametrize(
    ("asked", "leads_to"),
    [
        ("/tags/C%23%E3%80%82", "/tags/C%23"),
        ("/tags/50%25/%E3%80%82", "/tags/50%25"),
        ("/search/?q=a%26b%E3%80%82", None),
        ("/articles/1.?from=x", "/articles/1?from=x"),
    ],
)
def test_escapes_stay_escapes(asked, leads_to):
    answer = Client().get(asked)
    if leads_to is None:  # a question may end in any mark
        assert answer.status_code == 200
    else:
        assert answer.headers["Location"].replace("/?", "?").rstrip("/") == leads_to


def test_what_leads_nowhere_stays_nowhere(article):
    for address in (
        "/articles/99999/",
        "/nix/da\u3002",
        "/tags/二\u3007二六/",
        "/articles/x\u3002",
    ):
        assert Client().get(address).status_code == 404


def test_a_flood_of_marks_is_not_gone_through(article):
    """Each of them is looked at: what is longer than any address of ours is simply not there."""
    address = article.get_absolute_url()
    assert Client().get(address + "\u3002" * 200).status_code == 301
    assert Client().get(address + "\u3002" * 400).status_code == 404
    assert Client().get("/ShowNews.aspx?newId=1" + "%E3%80%82" * 100).status_code == 404


def test_a_redirect_of_the_chief_comes_first(article):
    Redirect.objects.create(path="/articles/17/\u3002", target="/zonglan/")
    assert Client().get("/articles/17/\u3002").headers["Location"] == "/zonglan/"


class TestClosed:
    @pytest.mark.parametrize(
        ("closed", "tried"),
        [
            ("/articles/{pk}/", "/articles/0{pk}/"),
            ("/articles/{pk}/", "/articles/000{pk}/"),
            ("/archive/2026/05/01/", "/archive/2026/5/1/"),
            ("/archive/2026/05/01/", "/archive/02026/05/1/"),
            ("/tags/ABC/", "/tags/abc/"),
            ("/tongxunyuan/{pk}/", "/tongxunyuan/0{pk}/"),
            ("/articles/{pk}/", "/articles/{pk}/?utm_source=x"),
        ],
    )
    def test_a_closed_address_opens_by_no_other_way_of_writing_it(self, article, closed, tried):
        article.tags.add("ABC")
        Redirect.objects.create(path=closed.format(pk=article.pk), target="")
        answer = Client().get(tried.format(pk=article.pk))
        assert answer.status_code == 410
        assert "皮带检修" not in answer.content.decode()

    def test_a_keyword_is_closed_by_its_name_and_its_slug(self, article):
        article.tags.add("\u201c十五五\u201d规划")
        slug = article.tags.get(name__startswith="\u201c").slug
        for closed, other in (("\u201c十五五\u201d规划", slug), (slug, "\u201c十五五\u201d规划")):
            Redirect.objects.all().delete()
            Redirect.objects.create(path=f"/tags/{closed}/", target="")
            assert Client().get(reverse("articles:by_tag", args=[other])).status_code == 410

    def test_an_address_that_was_closed_without_its_last_slash_is_closed(self, article):
        Redirect.objects.create(path=article.get_absolute_url().rstrip("/"), target="")
        assert Client().get(article.get_absolute_url()).status_code == 410

    def test_a_question_is_no_page_to_close(self):
        page = f.signed_in(f.chief()).post(
            reverse("admin:portal_redirect_add"), {"path": "/jukuang/?nian=2020", "target": ""}
        )
        assert "请去掉问号和后面的部分" in page.content.decode()
        assert not Redirect.objects.exists()

    def test_its_neighbours_are_open(self, article):
        Redirect.objects.create(path="/articles/99999/", target="")
        assert "皮带检修" in Client().get(article.get_absolute_url()).content.decode()


def test_a_feed_tells_nothing_of_what_is_not_out():
    made = f.article(by=f.editor())
    made.tags.add("并购传闻")
    for name in ("portal:tag_feed", "portal:tag_atom", "articles:by_tag"):
        known = Client().get(reverse(name, args=["并购传闻"]))
        unknown = Client().get(reverse(name, args=["没有这个词"]))
        assert known.status_code == unknown.status_code == 404


@pytest.mark.parametrize(
    ("path", "asked", "kept"),
    [
        ("/articles/17/", "utm_source=wx&page=2&nian=2020&bang=x", ""),
        ("/", "page=2", ""),
        ("/zonglan/", "page=2&utm_medium=a&lanmu=jukuang", "lanmu=jukuang&page=2"),
        ("/paihang/", "page=3&bang=zhou", "bang=zhou"),
        ("/feeds/rss.xml", "page=3", ""),
        ("/danwei/3/", "ticai=1&date=x", "ticai=1"),
        ("/jukuang/", "nian=2020&from=singlemessage", "nian=2020"),
        # Everybody writes something else: such a page is made for him.
        ("/jukuang/", "nian=2020&danwei=x", None),
        ("/tongxunyuan/", "q=x", None),
        ("/heyan/", "bianhao=5", None),
        ("/zonglan/", "page=older-1-1", None),
    ],
)
def test_parameters_that_a_page_does_not_read_make_no_page_of_their_own(path, asked, kept):
    assert resolve(path).func.public_page.query_of(asked) == kept
