"""One table says what an article consists of; every list of its fields is made from it."""

from __future__ import annotations

import re

import pytest
from django.db import models
from django.test import Client
from django.urls import reverse
from taggit.models import Tag

from articles.content.keyword import FormerKeyword
from articles.content.snapshot import (
    BOOKKEEPING,
    CONTENT,
    Mark,
    fingerprint_of,
    is_of,
    said,
)
from articles.models import (
    AccidentFacts,
    Article,
    ArticleImage,
    Byline,
    Correction,
    InterviewInfo,
    LikenessConfirmation,
    Reading,
    VendorInfo,
    code_of,
    hints_of,
)
from articles.workflow import working_copy
from articles.workflow.check_code import _first
from tests import factories as f
from tests.articles.test_readings import save

pytestmark = pytest.mark.django_db

# Every text carries every mark; these do not, and why.
WITHOUT = {
    "kicker": Mark.SHOWN,  # it stands above the title
    "subtitle": Mark.SHOWN,  # it stands below the title
    "title": Mark.COMPARED | Mark.SEARCHED | Mark.SHOWN,  # it has a place of its own in each
    "body": Mark.COMPARED | Mark.SEARCHED | Mark.SHOWN,
    # It repeats the text, which is searched and printed.
    "summary": Mark.SEARCHED | Mark.PRINTED | Mark.SHOWN,
    # Names and addresses, which no rule of language mends.
    "source": Mark.WORDS | Mark.SHOWN,  # it stands where the newspaper's name stands
    "source_url": Mark.WORDS | Mark.SEARCHED | Mark.PRINTED | Mark.SHOWN,
    "original_title": Mark.WORDS | Mark.SEARCHED | Mark.PRINTED,  # of another text
    "original_author": Mark.WORDS | Mark.PRINTED,
    "ai_note": Mark.SEARCHED | Mark.SHOWN,  # it stands at the end of the page
    "byline_text": Mark.WORDS | Mark.SHOWN,  # bylines have rules of their own, and their line
    "editor_name": Mark.WORDS | Mark.SEARCHED | Mark.PRINTED | Mark.SHOWN,  # of the desk's
}
TEXTS = [
    part
    for part in CONTENT
    if isinstance(part.field, models.CharField | models.TextField) and not part.field.choices
]
WRONG, RIGHT = "建身", "健身"  # of the shipped list of words


def with_mark(mark: Mark) -> list[str]:
    return [part.name for part in TEXTS if mark in part.marks]


def valued(name: str, words: str) -> str:
    """The words as a value of that field."""
    if name == "body":
        return f"<p>{words}</p>"
    return f"https://example.com/{len(words)}" if name == "source_url" else words


def test_every_field_is_in_the_table_or_noted_by_the_site_itself():
    there = {field.name for field in Article._meta.concrete_fields}
    assert there == {part.name for part in CONTENT} | BOOKKEEPING
    assert not {part.name for part in CONTENT} & BOOKKEEPING


@pytest.mark.parametrize("part", TEXTS, ids=lambda part: part.name)
def test_a_text_carries_every_mark_that_is_not_refused_with_a_reason(part):
    everything = Mark(0)
    for mark in Mark:
        everything |= mark
    assert part.marks == everything & ~WITHOUT.get(part.name, Mark(0))


@pytest.mark.parametrize(
    ("model", "carried", "own"),
    [
        (Byline, working_copy.BYLINE, {"id", "article_id"}),
        (ArticleImage, working_copy.IMAGE, {"id", "article_id"}),
        (Reading, working_copy.READING, {"id", "article_id", "revoked_at", "replaced_at", "copied_from_id"}),
        (LikenessConfirmation, working_copy.LOOKED, {"id", "article_id"}),
        (Correction, ("text", "shown_at"), {"id", "article_id", "copied_from_id"}),
        *((one, one.VALUES, {"id", "article_id"}) for one in (AccidentFacts, VendorInfo, InterviewInfo)),
    ],
)  # fmt: skip
def test_rows_beside_it_lose_nothing_on_the_working_copy(model, carried, own):
    fields = {model._meta.get_field(name).attname for name in carried}
    assert {field.attname for field in model._meta.concrete_fields} == fields | own


class TestMarks:
    """What each mark does, tried on every text that carries it."""

    @pytest.mark.parametrize("name", with_mark(Mark.TYPED | Mark.SIGNED))
    def test_typed_it_is_on_the_form_kept_while_typed_and_signed(self, name):
        editor, managing = f.editor(), f.managing()
        article = f.article_in("second_reading", [editor, managing, f.chief()])
        words = valued(name, "改过的字")
        client = f.signed_in(editor)
        client.post(reverse("admin:articles_article_autosave", args=[article.pk]),
                    {name: words, "opened_revision": article.revision})  # fmt: skip
        assert article.drafts.get(user=editor).data[name] == words
        save(article, editor, **{name: words})
        article.refresh_from_db()
        assert getattr(article, name) == words
        assert article.state == "first_reading" and not article.readings.valid().exists()
        assert article.revisions.get(number=article.revision).content[name] == words

    @pytest.mark.parametrize("name", with_mark(Mark.COPIED))
    def test_copied_it_goes_to_the_working_copy_and_back(self, name):
        readers = [f.editor(), f.managing(), f.chief()]
        live = f.article(by=readers[0], provenance="manuscript", **{name: valued(name, "原来")})
        for reader in readers:
            live.sign(by=reader)
        live.publish(by=readers[0])
        copy = live.open_copy(by=readers[0])
        assert getattr(copy, name) == valued(name, "原来")
        save(copy, readers[0], **{name: valued(name, "换上的")})
        for reader in readers:
            copy.refresh_from_db()
            copy.sign(by=reader)
        copy.publish(by=readers[0])
        live.refresh_from_db()
        assert getattr(live, name) == valued(name, "换上的")

    @pytest.mark.parametrize("name", with_mark(Mark.COMPARED))
    def test_compared_it_has_a_line_of_its_own(self, name):
        editor = f.editor()
        article = f.article(by=editor)
        save(article, editor, **{name: valued(name, "另外的")})
        last = article.history().first()
        page = f.signed_in(editor).get(
            reverse("admin:articles_article_revision", args=[article.pk, last.pk])
        )
        label = Article._meta.get_field(name).verbose_name
        assert [one for one, _ in page.context["compared"]["lines"]] == [label]

    @pytest.mark.parametrize("name", with_mark(Mark.WORDS))
    def test_words_are_proofread_tidied_replaced_and_open_to_proof_corrections(self, name):
        editor = f.editor()
        article = f.article(by=editor, **{name: valued(name, f"检修{WRONG}完成\u002c安全")})
        assert name in {hint.where for hint in hints_of(article)}
        client = f.signed_in(editor)
        client.post(reverse("admin:articles_article_tidy", args=[article.pk]),
                    {"_seen": article.revision})  # fmt: skip
        article.refresh_from_db()
        assert getattr(article, name) == valued(name, f"检修{WRONG}完成\uff0c安全")
        client.post(reverse("admin:articles_article_replace", args=[article.pk]),
                    {"zhao": WRONG, "huan": RIGHT, "_seen": article.revision})  # fmt: skip
        article.refresh_from_db()
        assert getattr(article, name) == valued(name, f"检修{RIGHT}完成\uff0c安全")
        article.sign(by=editor)
        save(
            article,
            editor,
            proof_correction="on",
            **{name: valued(name, f"检修{RIGHT}已完成\uff0c安全")},
        )
        article.refresh_from_db()
        assert getattr(article, name) == valued(name, f"检修{RIGHT}已完成\uff0c安全")
        assert article.state == "second_reading"

    @pytest.mark.database
    @pytest.mark.parametrize("name", with_mark(Mark.SEARCHED))
    def test_searched_it_is_found(self, name):
        article = f.published("平平常常的一篇", **{name: "鹤立鸡群"})
        answer = Client().get("/search/", {"q": "鹤立鸡群"}).content.decode()
        assert article.get_absolute_url() in answer

    @pytest.mark.parametrize("name", with_mark(Mark.PRINTED))
    def test_printed_it_changes_the_check_code(self, name):
        article = f.published("平平常常的一篇")
        before = code_of(article)
        setattr(article, name, valued(name, "多出来的字"))
        assert code_of(article) != before

    @pytest.mark.parametrize("name", with_mark(Mark.SHOWN))
    def test_shown_it_stands_on_the_page_and_in_the_feed(self, name):
        article = f.published("平平常常的一篇", **{name: "鹤立鸡群"})
        told = f"{Article._meta.get_field(name).verbose_name}：鹤立鸡群"
        assert told in Client().get(article.get_absolute_url()).content.decode()
        assert told in Client().get("/feeds/rss.xml").content.decode()


# A text and what was computed of it by the first release, before schemes had numbers.
OLD = {
    "kicker": "", "title": "皮带检修完成", "subtitle": "三班连续作业", "summary": "",
    "body": "<p>近日，检修完成。</p>", "byline_text": "", "origin": "original", "source": "",
    "source_url": "", "layout": "", "original_title": "", "original_author": "",
    "editor_name": "肖平", "section_id": 2, "bylines": [["author", "周砚秋", "鹿鸣塬煤矿"]],
    "images": [["k1", "", "说明", "周砚秋"]], "tags": ["检修", "皮带"],
}  # fmt: skip
OLD_FINGERPRINT = "890df3e91cf4e5882582d32639d43d0af90869e66bafe4147076f7472bbd2671"
OLD_CODE = "G77T6-MXBS4"


class TestSchemes:
    def test_what_the_first_scheme_gave_is_checkable_for_ever(self):
        assert is_of(OLD_FINGERPRINT, OLD)
        assert not is_of(OLD_FINGERPRINT, OLD | {"title": "皮带检修未完成"})
        assert not is_of(f"9:{OLD_FINGERPRINT}", OLD) and not is_of(f"x:{OLD_FINGERPRINT}", OLD)
        assert _first(5120, OLD) == OLD_CODE

    def test_the_second_scheme_never_changes_either(self):
        new = OLD | {"series_id": None, "chapter": None, "corrections": [], "tag_keys": [7, 9]}
        assert (
            fingerprint_of(new)
            == "2:d5dae8ba06c155667fdb94a0e65d08f7c0825f4669d49137cb611d90792a257a"
        )
        # A field that came later, at its default; and a keyword under another name.
        assert fingerprint_of(new | {"later": "", "tags": ["检修", "皮带机"]}) == fingerprint_of(
            new
        )
        assert fingerprint_of(new | {"later": "有"}) != fingerprint_of(new)
        assert fingerprint_of(new | {"tag_keys": [7]}) != fingerprint_of(new)

    def test_texts_of_both_schemes_are_compared_as_what_they_say(self):
        tags = [Tag.objects.create(name=name) for name in ("检修", "皮带")]
        new = OLD | {"series_id": None, "tag_keys": [tag.pk for tag in tags]}
        assert said(OLD) == said(new)
        assert said(OLD | {"origin": "reprint"}) != said(new)


def rename(old: str, new: str, by) -> None:
    """As a chief does at the desk."""
    tag = Tag.objects.get(name=old)
    address = reverse("admin:taggit_tag_change", args=[tag.pk])
    f.signed_in(by).post(address, {"name": new, "slug": tag.slug or "tag"})
    assert Tag.objects.get(pk=tag.pk).name == new


class TestKeywords:
    """The desk renames, merges and deletes them for all articles: no signature is touched."""

    @pytest.fixture
    def scheduled(self):
        readers = [f.editor(), f.managing(), f.chief()]
        article = f.article(by=readers[0], provenance="manuscript")
        article.tags.set(["检修", "皮带"])
        article.settle_edit(by=readers[0], before={})
        for reader in readers:
            article.sign(by=reader)
        return article

    def test_renamed(self, scheduled):
        chief = f.chief("lin")
        tag = Tag.objects.get(name="检修")
        f.signed_in(chief).post(
            reverse("admin:taggit_tag_change", args=[tag.pk]),
            {"name": "设备检修", "slug": "jianxiu"},
        )
        assert set(scheduled.tags.names()) == {"设备检修", "皮带"}
        assert scheduled.chain_broken() == ""
        scheduled.publish(by=chief)

    @pytest.mark.parametrize("kept", ["检修", "机电"])
    def test_merged_into_one_it_has_or_has_not(self, scheduled, kept):
        Tag.objects.get_or_create(name="机电")
        tags = Tag.objects.filter(name__in=[kept, "皮带"])
        data = {"action": "merge_selected", "_selected_action": [tag.pk for tag in tags],
                "_kept": Tag.objects.get(name=kept).pk, "_batch": "1"}  # fmt: skip
        answer = f.signed_in(f.chief("lin")).post(
            reverse("admin:taggit_tag_changelist"), data, follow=True
        )
        assert f"已把 1 个关键词并入“{kept}”" in answer.content.decode()
        assert set(scheduled.tags.names()) == {"检修", kept}
        assert not Tag.objects.filter(name="皮带").exists()
        assert scheduled.chain_broken() == ""

    def test_merged_asks_which_one_stays(self, scheduled):
        tags = Tag.objects.filter(name__in=["检修", "皮带"])
        data = {"action": "merge_selected", "_selected_action": [tag.pk for tag in tags]}
        client, where = f.signed_in(f.chief("lin")), reverse("admin:taggit_tag_changelist")
        assert "保留哪一个" in client.post(where, data).content.decode()
        assert (
            "请选择保留哪一个关键词" in client.post(where, data | {"_batch": "1"}).content.decode()
        )
        assert Tag.objects.filter(name__in=["检修", "皮带"]).count() == 2
        editor = f.signed_in(f.editor("shi"))
        editor.post(where, data | {"_batch": "1", "_kept": tags[0].pk})
        assert Tag.objects.filter(name__in=["检修", "皮带"]).count() == 2

    def test_deleted_after_being_merged_and_renamed(self, scheduled):
        where = reverse("admin:taggit_tag_changelist")
        client = f.signed_in(f.chief("gao"))
        self.test_merged_into_one_it_has_or_has_not(scheduled, "检修")
        tag = Tag.objects.get(name="检修")
        rename("检修", "大修", f.chief("hu"))
        assert scheduled.chain_broken() == ""
        client.post(
            where, {"action": "delete_selected", "_selected_action": [tag.pk], "post": "yes"}
        )
        assert not scheduled.tags.exists() and not Tag.objects.filter(pk=tag.pk).exists()
        assert scheduled.chain_broken() == ""
        assert FormerKeyword.objects.filter(tag=None).exists()

    def test_another_keyword_put_on_it_alone_is_a_change(self, scheduled):
        scheduled.tags.add("没人审过的词")
        assert scheduled.chain_broken() == "终审之后正文有改动，不能发布。"

    def test_old_revisions_are_restored_under_todays_names(self, scheduled):
        first = scheduled.history().order_by("number").last()
        scheduled.unsign(by=f.chief("lin"), note="再看")
        rename("检修", "设备检修", f.chief("hu"))
        editor = f.editor("shi")
        save(scheduled, editor, title="改过的标题", tags="别的")
        assert set(scheduled.tags.names()) == {"别的"}
        scheduled.refresh_from_db()
        scheduled.restore_revision(first, by=editor)
        assert set(scheduled.tags.names()) == {"设备检修", "皮带"}


def test_the_form_shows_the_table_under_its_headings():
    editor = f.editor()
    page = f.signed_in(editor).get(reverse("admin:articles_article_add")).content.decode()
    for part in CONTENT:
        assert (f'name="{part.name}' in page) is (Mark.TYPED in part.marks), part.name
    assert len(re.findall(r'name="title"', page)) == 1
