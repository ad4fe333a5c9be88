"""What an article prints of itself is kept until it changes, whatever is published beside it."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from taggit.models import Tag

from articles.content import edition
from articles.models import (
    AccidentFacts,
    Article,
    BylineClaim,
    Edition,
    Section,
    Series,
    new_edition,
)
from correspondents.models import Organisation, Upload
from portal.models import SiteProfile
from tests import factories as f
from tests.articles.test_desk_tools import release
from tests.articles.test_readings import save
from tests.articles.test_working_copy import opened

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]


@pytest.fixture
def article() -> Article:
    """Public, with everything that a change somewhere else may touch."""
    li = f.correspondent("li")
    article = f.published("第一个标题")
    article.bylines.create(
        name=li.name, unit_text="白桦沟煤矿", correspondent=li, organisation=li.organisation
    )
    article.tags.add("检修")
    owner = User.objects.get(pk=li.user_id)
    upload = Upload.objects.accept(f.photo(), owner=owner, make_now=True)
    article.images.create(upload=upload, alt="井架", caption="井架在雪里")
    new_edition()
    return article


def page(article: Article) -> str:
    """What a stranger reads, made by Django."""
    return Client().get(article.get_absolute_url()).content.decode()


def consent_withdrawn(article: Article) -> None:
    article.bylines.get().correspondent.withdraw_consent("profile")


def section_renamed(article: Article) -> None:
    Section.objects.get(pk=article.section_id).save()
    section = Section.objects.get(pk=article.section_id)
    section.full_name = "改过名的栏目"
    section.save()


def keyword_renamed(article: Article) -> None:
    tag = Tag.objects.get(name="检修")
    f.signed_in(f.managing()).post(
        f"/admin/taggit/tag/{tag.pk}/change/", {"name": "大修", "slug": tag.slug}
    )


def unit_renamed(article: Article) -> None:
    unit = Organisation.objects.get(pk=article.bylines.get().organisation_id)
    person = article.bylines.get().correspondent
    other = f.unit("另一座煤矿")
    person.settle_unit(other, by=f.chief(), since=timezone.localdate())
    assert unit != other


def newspaper_renamed(article: Article) -> None:
    profile = SiteProfile.current()
    profile.name = "改过名的报纸"
    profile.save()


def corrected(article: Article) -> None:
    readers = [f.editor("a", "甲"), f.managing("b", "乙"), f.chief("c", "丙")]
    copy = opened(article, readers[0])
    data = {
        "corrections-TOTAL_FORMS": "1", "corrections-0-id": "",
        "corrections-0-article": str(copy.pk), "corrections-0-text": "井架应为钻架。",
    }  # fmt: skip
    save(copy, readers[0], **data)
    release(copy, readers)


def picture_taken_out(article: Article) -> None:
    article.images.all().delete()
    article.save()
    new_edition(texts=False)


DEEDS = [
    (consent_withdrawn, 'class="author"', False),
    (section_renamed, "改过名的栏目", True),
    (keyword_renamed, "/tags/%E5%A4%A7%E4%BF%AE/", True),
    (unit_renamed, "另一座煤矿", True),
    (
        newspaper_renamed,
        '"publisher":{"@type":"NewsMediaOrganization","@id":"http://testserver/#publisher","name":"改过名的报纸"',
        True,
    ),
    (corrected, "井架应为钻架", True),
    (picture_taken_out, "井架在雪里", False),
]


@pytest.mark.parametrize(("deed", "words", "is_there"), DEEDS, ids=[d[0].__name__ for d in DEEDS])
def test_whatever_changes_what_it_says_is_seen_at_once(article, deed, words, is_there):
    before = page(article)
    assert page(article) == before and (words in before) is not is_there
    deed(article)
    assert (words in page(article)) is is_there


def test_a_claim_that_is_settled_links_the_name(article):
    row = article.bylines.create(name="无名氏", unit_text="白桦沟煤矿")
    person = f.person("无名氏", public=True)
    new_edition()
    assert f'href="{person.get_absolute_url()}"' not in page(article)
    BylineClaim.objects.create(byline=row, correspondent=person).settle(by=f.chief())
    assert f'href="{person.get_absolute_url()}"' in page(article)


def own_queries(article: Article) -> list[str]:
    """What a page asks of bylines, pictures and corrections."""
    with CaptureQueriesContext(connection) as asked:
        page(article)
    tables = r'FROM "articles_(?:byline|articleimage|correction)"'
    return [row["sql"] for row in asked if re.search(tables, row["sql"])]


def test_another_publication_makes_nobody_elses_text_anew(article):
    page(article)
    assert own_queries(article) == []
    other = f.published("又一篇")
    other.withdraw(by=f.chief("yu", "于总编"), note="撤稿")
    new_edition(texts=False)
    text = page(article)
    assert own_queries(article) == []
    assert "第一个标题" in text


def test_what_stands_around_it_is_always_of_the_present_edition(article):
    page(article)
    f.published("后来的一篇")
    new_edition(texts=False)
    assert "后来的一篇" in page(article)


def test_only_the_newest_of_a_whole_list_stands_large(article):
    address = article.section.get_absolute_url()
    year = f"{timezone.localtime(article.published_at):%Y}"
    assert 'class="feature"' in Client().get(address).content.decode()
    assert 'class="feature"' not in Client().get(f"{address}?nian={year}").content.decode()


def test_lists_keep_their_entries_and_show_what_changed(article):
    address = article.section.get_absolute_url()
    for number in range(3):
        f.published(f"别的{number}")
    new_edition()
    client = Client()
    assert "第一个标题" in client.get(address).content.decode()
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    assert not [row for row in asked if 'FROM "articles_byline"' in row["sql"]]
    article.title = "改了的标题"
    article.save()
    new_edition(texts=False)
    listed = client.get(address).content.decode()
    assert "改了的标题" in listed and "第一个标题" not in listed


def test_an_odd_way_to_write_the_number_leaves_no_trace(article):
    Client().get(f"/articles/000{article.pk}/")
    told = re.findall(
        r'(?:rel="canonical" href|property="og:url" content)="([^"]+)"', page(article)
    )
    assert len(told) == 2
    assert {address.removeprefix("http://testserver") for address in told} == {
        article.get_absolute_url()
    }


def texts() -> int:
    return Edition.objects.get(pk=1).texts


def test_publishing_with_a_picture_leaves_the_texts_of_others_good(article):
    readers = [f.editor("a", "甲"), f.managing("b", "乙"), f.chief("c", "丙")]
    made = f.article(by=readers[0])
    upload = Upload.objects.accept(f.photo(), owner=readers[0], make_now=True)
    made.images.create(upload=upload, alt="钻架", caption="钻架在雪里", photographer="周砚秋")
    for reader in readers:
        made.sign(by=reader)
    before = texts()
    made.publish(by=readers[0])
    assert texts() == before


def test_one_transaction_raises_the_edition_once(article):
    with CaptureQueriesContext(connection) as asked, transaction.atomic():
        for _ in range(5):
            new_edition()
            new_edition(texts=False)
    raised = [row for row in asked if row["sql"].startswith('UPDATE "articles_edition"')]
    assert len(raised) <= 2


def test_the_first_edition_counts_for_texts_too():
    Edition.objects.all().delete()
    new_edition()
    assert (Edition.objects.get().number, texts()) == (1, 1)


def test_a_consent_and_its_edition_are_there_together_or_not_at_all(article, monkeypatch):
    assert 'class="author"' in page(article)
    person = article.bylines.get().correspondent

    def fails(*names: str) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(Edition.objects, "rise", fails)
    edition._raiser.cache_clear()
    with pytest.raises(OperationalError):
        person.withdraw_consent("profile")
    monkeypatch.undo()
    edition._raiser.cache_clear()
    person.refresh_from_db()
    assert person.is_public and 'class="author"' in page(article)


def test_a_chapter_shows_the_one_that_came_after_it():
    serial = Series.objects.create(title="矿山长夜", slug="changye")
    first = f.published("开篇", "xiaoshuo", series=serial, chapter=1)
    new_edition()
    assert "共 2 章" not in page(first)
    f.published("续篇", "xiaoshuo", series=serial, chapter=2)
    new_edition(texts=False)
    assert "共 2 章" in page(first)


def test_a_report_shows_the_newer_one_of_its_accident():
    first = f.published("第一次通报", "shigu")
    AccidentFacts.objects.create(article=first, dead=1)
    new_edition()
    assert "第二次通报" not in page(first).split('<aside class="rail"')[0]
    second = f.published("第二次通报", "shigu")
    AccidentFacts.objects.create(article=second, dead=2, follows=first)
    new_edition(texts=False)
    assert "本起事故已有新的通报" in page(first)
