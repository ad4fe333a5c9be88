"""Building the indexes while the site runs: nothing that happens meanwhile is lost or undone."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles import reindexing
from articles.indexes import near_duplicates, search_index
from articles.models import Article, DeskAssignment, DeskEntry, PublicEntry, matches_of
from articles.search.engines import engine
from articles.search.folding import fold
from articles.workflow.publication import take_out_expired
from portal.jobs import mend_clock
from tests import factories as f

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def told(words: str) -> tuple[str, list[str]]:
    """What the results page says of how many there are, and the facets of sections."""
    page = Client().get("/search/", {"q": words}).content.decode()
    number = re.search(r"共 (\d+)", page)
    return number[1] if number else "0", re.findall(r'lm=[^"]*"[^>]*>([^<]+)<', page)


@pytest.fixture(params=["first", "again"])
def build(request):
    """Both ways of building: from nothing, by two processes, and beside what is there."""

    def run() -> None:
        if request.param == "first":
            for model in (PublicEntry, DeskEntry):
                engine().empty(model._meta.db_table)
        reindexing.rebuild(lambda number: None)

    return run


def once_before_writing(monkeypatch, deed) -> None:
    """Let something happen between the reading of a batch and its writing."""
    real, done = reindexing._keep, []

    def keep(*args, **options):
        if not done:
            done.append(True)
            deed()
        real(*args, **options)

    monkeypatch.setattr(reindexing, "_keep", keep)


class TestMeanwhile:
    def test_what_is_withdrawn_published_or_deleted_stays_so(self, monkeypatch, build):
        gone = f.published("撤掉的那一篇", body="<p>机密的文字甲乙丙。</p>")
        chief = f.chief("other", "另一位总编")
        fresh = f.article_in("signed", [f.editor(), f.managing(), f.chief()])
        deleted = f.article(by=chief, title="要删的一篇")
        key = deleted.pk

        def happens():
            Article.objects.get(pk=gone.pk).withdraw(by=chief, note="撤")
            Article.objects.get(pk=fresh.pk).publish(by=chief)
            deleted.delete()

        once_before_writing(monkeypatch, happens)
        build()
        public = set(PublicEntry.objects.values_list("object_id", flat=True))
        assert public == {fresh.pk}
        assert set(DeskEntry.objects.values_list("object_id", flat=True)) == {gone.pk}
        assert key not in public
        assert told("机密的文字") == ("0", [])
        call_command("check_search")

    def test_what_is_published_after_its_turn_is_not_forgotten(self, monkeypatch, build):
        f.published("旧文")
        real, made = near_duplicates._put_in, []

        def put_in():
            real()
            if not made:
                made.append(f.published("途中发布的新文章"))

        monkeypatch.setattr(near_duplicates, "_put_in", put_in)
        build()
        assert told("途中发布")[0] == "1"
        call_command("check_search")


class TestMending:
    def test_a_full_text_part_that_was_lost(self):
        f.published("瓦斯抽采新工艺")
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute(
                    "INSERT INTO articles_publicentry_fts (articles_publicentry_fts)"
                    " VALUES ('delete-all')"
                )
            else:
                cursor.execute("UPDATE articles_publicentry SET grams = NULL")
        if connection.vendor == "sqlite":
            with pytest.raises(CommandError):
                call_command("check_search")
            call_command("rebuild_search")
        else:
            call_command("rebuild_search", "--anew")
        assert told("瓦斯抽采")[0] == "1"
        call_command("check_search")

    def test_fingerprints_that_were_lost(self, capsys):
        text = f.body()
        f.published("原文", body=text)
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM articles_piece")
        assert matches_of("另题", Article.objects.get().body) == []
        with pytest.raises(CommandError):
            call_command("check_search")
        assert "指纹不全" in capsys.readouterr().err
        call_command("rebuild_search")
        call_command("check_search")
        assert matches_of("另题", re.sub("<[^>]+>", "", text))[0].percent == 100


class TestExpiry:
    def test_what_has_expired_is_neither_found_nor_counted(self):
        article = f.published("到期的通知", body="<p>口令是芝麻开门。</p>")
        Article.objects.filter(pk=article.pk).update(expires_at=timezone.now())
        assert take_out_expired.call() == 1
        assert told("芝麻开门") == ("0", [])
        assert take_out_expired.call() == 0
        call_command("check_search")

    def test_what_no_task_has_done_is_made_good_every_day(self):
        article = f.published("到期的通知", body="<p>口令是芝麻开门。</p>")
        Article.objects.filter(pk=article.pk).update(
            expires_at=timezone.now() - dt.timedelta(days=3)
        )
        assert mend_clock() == 1
        assert not PublicEntry.objects.exists()

    @pytest.mark.django_db(transaction=True)
    def test_the_worker_takes_it_out_at_its_time(self):
        readers = [f.editor(), f.managing(), f.chief()]
        article = f.article_in("signed", readers)
        soon = timezone.now() + dt.timedelta(milliseconds=300)
        Article.objects.filter(pk=article.pk).update(expires_at=soon)
        article.refresh_from_db()
        article.publish(by=readers[0])
        assert PublicEntry.objects.exists()
        while timezone.now() <= soon:
            pass
        f.work()
        assert not PublicEntry.objects.exists()


class TestDeskLists:
    def test_own_hits_are_not_crowded_out_by_other_sections(self, monkeypatch):
        monkeypatch.setattr(search_index, "MOST", 5)
        wang = f.editor()
        DeskAssignment.objects.create(user=wang, section=f.section())
        f.published("掘进机旧文", published_at=timezone.now() - dt.timedelta(days=9))
        for number in range(7):
            f.published(f"掘进机新文{number}", "shici")
        page = f.signed_in(wang).get("/admin/articles/article/?q=掘进机").content.decode()
        assert "掘进机旧文" in page
        assert "掘进机新文" not in page

    @pytest.mark.django_db(transaction=True)
    def test_merged_people_and_renamed_units_and_tags_are_followed(self):
        li, kept, chief = f.correspondent(name="李旧名"), f.person("李新名"), f.chief()
        made = f.manuscript(li, title="合并的来稿")
        made.submit(by=li.user)
        article = f.published("有关键词的文章")
        article.bylines.create(name="某人", unit_text="旧矿", organisation=f.unit("旧名煤矿"))
        article.tags.add("旧标签")
        article.make_findable()
        li.merge_into(kept, by=chief)
        unit = f.unit("旧名煤矿")
        unit.name = "新名煤矿"
        unit.save()
        tag = article.tags.get()
        admin = f.account("root", "", staff=True)
        admin.is_superuser = True
        admin.save()
        f.signed_in(admin).post(
            reverse("admin:taggit_tag_change", args=[tag.pk]), {"name": "新标签", "slug": "x"}
        )
        f.work()
        assert told("新名煤矿")[0] == told("新标签")[0] == "1"
        meta = PublicEntry.objects.get().meta
        assert "旧名煤矿" not in meta and "旧标签" not in meta
        assert "李新名" in DeskEntry.objects.get(kind=2).meta
        call_command("check_search")


def test_folding_twice_changes_nothing():
    odd = [
        character
        for character in map(chr, range(0x323B0))
        if fold(fold(character)) != fold(character) or len(fold(character)) != 1
    ]
    assert odd == []
