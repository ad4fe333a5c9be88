"""The working copy: readers keep what they see until the copy has passed its readings."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import connection, connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles.models import Article, Byline, BylineClaim, DeskDraft, PublicEntry, Revision
from articles.workflow.publication import publish_due
from correspondents.lifecycle import StepNotAllowed
from tests import factories as f
from tests.articles.test_readings import change_form, save

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def readers():
    return [f.editor(), f.managing(), f.chief()]


@pytest.fixture
def live(readers):
    return f.article_in("published", readers)


def page(article: Article) -> str:
    return Client().get(f"/articles/{article.copy_of_id or article.pk}/").content.decode()


def address(name: str, *arguments) -> str:
    return reverse(f"admin:articles_article_{name}", args=arguments)


def opened(article: Article, user) -> Article:
    """Press the button that begins to change what readers see."""
    f.signed_in(user).post(address("copy", article.pk))
    return Article.objects.get(copy_of=article)


def step(user, article: Article, name: str, **data: str):
    return f.signed_in(user).post(
        address("step", article.pk),
        {"_seen": f.seen(address("step", article.pk)), "_step": name, **data},
        follow=True,
    )


class TestReadersKeepWhatTheySee:
    def test_a_public_page_changes_with_the_approval_and_not_before(self, live, readers):
        before = page(live)
        assert live.title in before

        def same() -> bool:
            found = [row.pk for row in Article.objects.published()]
            return (
                live.title in page(live) and "改后的标题" not in page(live) and found == [live.pk]
            )

        other = f.editor("qian", "钱编辑")
        copy = opened(live, other)
        assert same()
        save(copy, other, title="改后的标题", body="<p>改后的正文。</p>")
        assert copy.state == "first_reading"
        assert same()
        for reader, name in zip(readers, ("sign_first", "sign_second", "sign_final"), strict=True):
            step(reader, copy, name)
            assert same()
        answer = step(readers[0], copy, "publish")
        assert answer.redirect_chain[-1][0] == address("review", live.pk)
        again = step(readers[0], copy, "publish")
        assert "刚刚已经处理" in again.content.decode()
        live.refresh_from_db()
        assert "改后的标题" in page(live)
        assert "改后的正文" in page(live)
        assert (live.state, live.chain_broken()) == ("published", "")
        assert live.changed_at is not None
        assert live.first_published_at == live.published_at
        assert not Article.objects.filter(pk=copy.pk).exists()
        assert PublicEntry.objects.get(object_id=live.pk).title == "改后的标题"

    def test_signatures_that_still_hold_are_not_asked_for_again(self, live, readers):
        copy = opened(live, readers[2])
        assert copy.state == "signed"
        save(copy, readers[2], title="总编改的标题")
        assert copy.state == "final_reading"
        step(readers[2], copy, "sign_final")
        step(readers[0], copy, "publish")
        live.refresh_from_db()
        assert live.title == "总编改的标题"
        stages = live.readings.valid().order_by("stage").values_list("stage", "signed_by")
        assert dict(stages) == {
            "first_reading": readers[0].pk,
            "second_reading": readers[1].pk,
            "final_reading": readers[2].pk,
        }
        # The signature under the version before stays in the record.
        assert live.readings.filter(stage="final_reading", replaced_at__isnull=False).count() == 1
        assert live.readings.count() == 4

    def test_a_proof_correction_of_what_is_public_keeps_the_signatures(self, live, readers):
        copy = opened(live, readers[0])
        save(copy, readers[0], title=live.title + "了", proof_correction="on")
        assert copy.state == "signed"
        step(readers[0], copy, "publish")
        live.refresh_from_db()
        assert live.title.endswith("了")
        assert live.chain_broken() == ""
        assert live.readings.count() == 3

    def test_an_imported_piece_goes_through_all_readings(self, readers):
        old = f.published("旧站的文章")
        copy = opened(old, readers[0])
        assert copy.state == "first_reading"
        step(readers[0], copy, "publish")
        assert Article.objects.filter(pk=copy.pk, state="first_reading").exists()
        save(copy, readers[0], title="改过的旧文")
        for reader in readers:
            step(reader, copy, f"sign_{copy.state.removesuffix('_reading')}")
            copy.refresh_from_db()
        step(readers[0], copy, "publish")
        old.refresh_from_db()
        assert (old.title, old.chain_broken()) == ("改过的旧文", "")
        kinds = list(old.revisions.order_by("number").values_list("kind", flat=True))
        assert kinds == [Revision.Kind.BASE, Revision.Kind.SAVED]

    def test_a_replacement_at_a_time(self, live, readers):
        copy = opened(live, readers[2])
        save(copy, readers[2], title="定时换上的标题")
        step(readers[2], copy, "sign_final")
        soon = timezone.localtime() + dt.timedelta(hours=2)
        step(readers[0], copy, "schedule", _at=f"{soon:%Y-%m-%d %H:%M}")
        copy.refresh_from_db()
        assert publish_due.call() == 0
        assert live.title in page(live)
        Article.objects.filter(pk=copy.pk).update(
            published_at=timezone.now() - dt.timedelta(minutes=30)
        )
        assert live.title in page(live), "no clock makes a copy public by itself"
        assert publish_due.call() == 1
        assert "定时换上的标题" in page(live)
        assert publish_due.call() == 0
        live.refresh_from_db()
        assert live.revisions.filter(published_at__isnull=False).count() == 2

    def test_what_stands_beside_the_text_comes_along(self, live, readers):
        row = live.bylines.get()
        person = f.person("李通讯")
        claim = BylineClaim.objects.create(byline=row, correspondent=person)
        live.tags.add("旧词")
        copy = opened(live, readers[0])
        Byline.objects.create(article=copy, position=2, name="新来的", unit_text="白桦沟煤矿")
        data = {"tags": "新词", "source": "岚西矿山安全监管站", "corrections-0-text": ""}
        save(copy, readers[0], **data)
        for reader in readers:
            step(reader, copy, f"sign_{copy.state.removesuffix('_reading')}")
            copy.refresh_from_db()
        step(readers[0], copy, "publish")
        live.refresh_from_db()
        assert [one.name for one in live.bylines.all()] == ["李通讯", "新来的"]
        assert live.bylines.first().pk == row.pk
        assert BylineClaim.objects.filter(pk=claim.pk).exists()
        assert [list(live.tags.names()), live.source] == [["新词"], "岚西矿山安全监管站"]


class TestTheCopyItself:
    def test_there_is_one_and_it_is_in_nobodys_lists(self, live, readers):
        copy = opened(live, readers[0])
        assert opened(live, readers[1]) == copy
        assert Client().get(f"/articles/{copy.pk}/").status_code == 404
        live.refresh_from_db()
        shown = f.signed_in(readers[0]).get(address("change", live.pk)).content.decode()
        assert address("review", copy.pk) in shown
        assert "读者看到的仍是" in (
            f.signed_in(readers[0]).get(address("change", copy.pk)).content.decode()
        )

    def test_it_is_given_up_and_its_texts_stay(self, live, readers):
        copy = opened(live, readers[0])
        save(copy, readers[0], title="没有用上的标题")
        step(readers[0], copy, "give_up")
        assert not Article.objects.filter(copy_of=live).exists()
        assert live.title in page(live)
        live.refresh_from_db()
        dropped = live.revisions.get(kind=Revision.Kind.DROPPED)
        listed = f.signed_in(readers[0]).get(address("revisions", live.pk)).content.decode()
        assert "第 1 稿</a>　<span" in listed and listed.count("现在的</span>") == 1
        assert dropped.content["title"] == "没有用上的标题"
        assert live.chain_broken() == ""
        again = opened(live, readers[0])
        save(again, readers[0], title="第二次的标题")
        assert again.revision > dropped.number

    def test_of_a_withdrawn_piece_nothing_comes_back(self, live, readers):
        copy = opened(live, readers[2])
        live.withdraw(by=readers[2], note="内容有误")
        page_ = step(readers[0], copy, "publish").content.decode()
        assert "原文已经撤稿" in page_
        assert Client().get(live.get_absolute_url()).status_code == 410
        with pytest.raises(StepNotAllowed, match="先放弃修改稿"):
            live.reopen(by=readers[2])
        step(readers[2], copy, "give_up")
        live.refresh_from_db()
        live.reopen(by=readers[2])
        assert live.state == "first_reading"

    def test_who_may_not_change_it_may_not_open_one(self, live):
        monitor = f.account("jian", "网站监督", name="监督")
        f.signed_in(monitor).post(address("copy", live.pk))
        assert not Article.objects.filter(copy_of=live).exists()

    def test_a_draft_needs_none(self, readers):
        draft = f.article(by=readers[0])
        f.signed_in(readers[0]).post(address("copy", draft.pk))
        assert Article.objects.count() == 1


class TestRevisions:
    def test_every_save_is_kept_compared_and_restored(self, readers):
        article = f.article(by=readers[0], title="第一个标题", body="<p>今年产煤三百万吨。</p>")
        save(article, readers[0], title="第二个标题", body="<p>今年产煤五百万吨。</p>")
        client = f.signed_in(readers[1])
        listed = client.get(address("revisions", article.pk)).content.decode()
        assert "第 1 稿" in listed and "第 2 稿" in listed and "王编辑" in listed
        first, second = article.revisions.order_by("number")
        told = client.get(address("revision", article.pk, second.pk)).content.decode()
        assert "<del>三</del><ins>五</ins>" in told
        assert "第<del>一</del><ins>二</ins>个标题" in told
        client.post(address("revision", article.pk, first.pk), {"_seen": "2"})
        article.refresh_from_db()
        assert (article.title, article.revision) == ("第一个标题", 3)
        assert article.revisions.get(number=3).kind == Revision.Kind.RESTORED

    def test_who_is_named_on_it_restores_nothing(self, readers):
        article = f.article(by=readers[0], title="第一个标题")
        save(article, readers[0], title="第二个标题")
        article.bylines.update(correspondent=f.person("赵作者", user=readers[1]))
        first = article.revisions.get(number=1)
        answer = f.signed_in(readers[1]).post(
            address("revision", article.pk, first.pk), {"_seen": "2"}
        )
        article.refresh_from_db()
        assert answer.status_code == 403 and article.title == "第二个标题"

    def test_restoring_falls_back_like_any_edit(self, readers):
        article = f.article_in("second_reading", readers)
        save(article, readers[1], title="复审改的标题")
        article.sign(by=readers[1])
        first = article.revisions.get(number=1)
        other = f.editor("qian", "钱编辑")
        f.signed_in(other).post(address("revision", article.pk, first.pk), {"_seen": "2"})
        article.refresh_from_db()
        assert (article.title, article.state) == ("白桦沟煤矿皮带检修完成", "first_reading")

    def test_nobody_restores_what_he_may_not_edit(self, live, readers):
        copy = opened(live, readers[0])
        save(copy, readers[0], title="别的标题")
        first = live.revisions.get(number=1)
        f.signed_in(f.account("jian", "网站监督")).post(address("revision", copy.pk, first.pk))
        f.signed_in(readers[0]).post(address("revision", live.pk, first.pk))
        copy.refresh_from_db()
        live.refresh_from_db()
        assert (copy.title, live.title) == ("别的标题", "白桦沟煤矿皮带检修完成")


class TestWhileOthersType:
    def test_what_is_typed_is_kept_and_offered_again(self, readers):
        article = f.article(by=readers[0])
        client = f.signed_in(readers[0])
        data = {"opened_revision": article.revision, "title": "打了一半的标题",
                "body": "<p>半篇</p><script>alert(1)</script>"}  # fmt: skip
        answer = client.post(address("autosave", article.pk), data).json()
        assert answer["saved"]
        article.refresh_from_db()
        assert article.title == "白桦沟煤矿皮带检修完成"
        assert (
            "打了一半"
            not in client.get(address("change", article.pk))
            .context["adminform"]
            .form.initial["title"]
        )
        shown = client.get(address("change", article.pk)).content.decode()
        assert "?huifu=1" in shown
        form = client.get(address("change", article.pk), {"huifu": 1}).context["adminform"].form
        assert form.initial["title"] == "打了一半的标题"
        assert form.initial["body"] == "<p>半篇</p>"
        save(article, readers[0], title="保存了的标题")
        assert not DeskDraft.objects.exclude(data={}).exists()

    def test_a_new_piece_is_kept_too(self, readers):
        client = f.signed_in(readers[0])
        client.post(address("autosave_new"), {"title": "还没建的稿"})
        form = client.get(address("add"), {"huifu": 1}).context["adminform"].form
        assert form.initial["title"] == "还没建的稿"
        assert "还没建" not in f.signed_in(readers[1]).get(address("add")).content.decode()
        client.post(address("forget_new"))
        assert not DeskDraft.objects.exists()

    def test_colleagues_are_told_and_may_take_over(self, readers):
        article = f.article(by=readers[0])
        wang, zhao = f.signed_in(readers[0]), f.signed_in(readers[1])
        wang.get(address("change", article.pk))
        assert "王编辑也打开着" in zhao.get(address("change", article.pk)).content.decode()
        typed = {"opened_revision": article.revision, "title": "王编辑打的字"}
        assert wang.post(address("autosave", article.pk), typed).json()["others"] == [
            {"name": "赵主编", "typed": False}
        ]
        zhao.post(address("takeover", article.pk))
        kept = article.revisions.get(kind=Revision.Kind.ASIDE)
        assert (kept.content["title"], kept.created_by) == ("王编辑打的字", readers[0])
        assert wang.post(address("autosave", article.pk), typed).json() == {"taken": "赵主编"}
        shown = zhao.get(address("change", article.pk)).content.decode()
        assert "王编辑有还没有保存" not in shown

    def test_a_stale_save_is_refused_with_both_texts(self, readers):
        article = f.article(by=readers[0], body="<p>今年产煤三百万吨。</p>")
        mine = change_form(article, readers[0], title="王的标题", body="<p>今年产煤四百万吨。</p>")
        save(article, readers[1], title="赵的标题", body="<p>今年产煤五百万吨。</p>")
        client = f.signed_in(readers[0])
        shown = client.post(address("change", article.pk), mine).content.decode()
        assert "今年产煤<del>五</del>百万吨" in shown
        assert "今年产煤<ins>四</ins>百万吨" in shown
        assert "赵主编" in shown
        article.refresh_from_db()
        assert article.title == "赵的标题"
        kept = article.revisions.get(kind=Revision.Kind.ASIDE)
        assert (kept.content["title"], kept.created_by) == ("王的标题", readers[0])
        client.post(address("change", article.pk), mine | {"_over": str(article.revision)})
        article.refresh_from_db()
        assert article.title == "王的标题"
        assert "赵的标题" in {row.content["title"] for row in article.revisions.all()}

    def test_nobody_else_saves_takes_or_forgets(self, readers):
        article = f.article("shici", by=readers[0])
        article.bylines.update(correspondent=f.person("某", user=f.editor("xie", "谢")))
        for client in (
            Client(),
            f.signed_in(f.correspondent().user),
            f.signed_in(f.account("jian", "网站监督")),
        ):
            for name in ("autosave", "takeover", "forget"):
                client.post(address(name, article.pk), {"title": "x"})
        assert not DeskDraft.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_fifty_editors_save_one_article_at_once():
    """Every text is current or in history, and 49 of the 50 are told."""
    many = 50
    article = f.article(by=f.chief(), title="开始的标题")
    editors = [f.editor(f"bian{number}", f"编{number}") for number in range(many)]
    forms = [change_form(article, user, title=f"编{n}的标题") for n, user in enumerate(editors)]
    clients = [f.signed_in(user) for user in editors]
    answers: list[int] = []
    # Ten at once wait longer for SQLite's only lock on a busy machine than it lets them.
    gate = threading.Barrier(5)

    def press(number: int) -> None:
        gate.wait(60)
        try:
            answer = clients[number].post(address("change", article.pk), forms[number])
            answers.append(answer.status_code)
        finally:
            connections.close_all()

    for first in range(0, many, 5):
        threads = [
            threading.Thread(target=press, args=(number,)) for number in range(first, first + 5)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
    article.refresh_from_db()
    assert sorted(answers) == [200] * (many - 1) + [302]
    texts = {row.content["title"] for row in article.revisions.all()}
    assert texts >= {f"编{number}的标题" for number in range(many)}
    assert article.revisions.filter(kind=Revision.Kind.ASIDE).count() == many - 1
    connection.close()
