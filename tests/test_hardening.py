"""What an attacker of fresh eyes found once; each stays closed."""

from __future__ import annotations

import threading

import pytest
from auditlog.models import LogEntry
from django.core.management import call_command
from django.db import connections
from django.test import Client
from django.urls import reverse

from articles.content.tags import split
from articles.models import Article
from articles.workflow.revision import characters_changed
from correspondents.lifecycle import StepNotAllowed
from correspondents.models import Correspondent, Upload
from submissions.models import Manuscript
from tests import factories as f
from tests.articles.test_readings import change_form, save

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def readers():
    return [f.editor(), f.managing(), f.chief()]


@pytest.mark.django_db(transaction=True)
def test_two_clicks_on_an_existing_draft_send_it_once():
    li = f.correspondent()
    draft = f.manuscript(li)
    data = {"section": draft.section_id, "title": "改过的题", "text": "正文。", "action": "submit",
            "pictures-TOTAL_FORMS": 0, "pictures-INITIAL_FORMS": 0}  # fmt: skip
    clients, answers, barrier = [f.signed_in(li.user) for _ in range(4)], [], threading.Barrier(4)

    def send(client):
        barrier.wait()
        answers.append(client.post(reverse("submissions:edit", args=[draft.pk]), data).status_code)
        connections.close_all()

    threads = [threading.Thread(target=send, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    draft.refresh_from_db()
    assert (draft.state, draft.round_number, draft.rounds.count()) == ("submitted", 1, 1)
    assert set(answers) <= {302, 404}


def test_a_save_that_comes_late_writes_over_no_step():
    li, wang = f.correspondent(), f.editor()
    draft = f.manuscript(li)
    stale = Manuscript.objects.get(pk=draft.pk)
    draft.submit(by=li.user)
    draft.accept(by=wang)
    from submissions.forms import ManuscriptForm

    form = ManuscriptForm(
        {"section": f.section().pk, "title": "晚到", "text": "文"}, instance=stale
    )
    assert form.is_valid()
    form.store()
    draft.refresh_from_db()
    assert (draft.state, draft.article_id is not None) == ("accepted", True)


def test_many_small_corrections_do_not_add_up_to_a_rewrite(readers):
    article = f.article_in("signed", readers)
    title = article.title
    save(article, readers[0], title=title[:-5] + "甲乙丙丁戊", proof_correction="on")
    assert article.state == "signed"
    page = save(article, readers[0], title="子丑寅卯辰" + article.title[5:], proof_correction="on",
                subtitle="又添三字")  # fmt: skip
    assert "校对性修改只限" in page.content.decode()
    assert article.title.startswith(title[:5])


def test_who_wrote_a_piece_does_not_edit_it_at_the_desk(readers):
    zhao = readers[1]
    own = Correspondent.objects.create(name="赵主编", user=zhao, state="engaged")
    article = f.article_in("second_reading", [*readers[:1], f.managing("m2"), readers[2]])
    data = change_form(article, readers[2])
    article.bylines.update(correspondent=own)
    address = reverse("admin:articles_article_change", args=[article.pk])
    assert f.signed_in(zhao).post(address, data).status_code == 403
    assert article.bylines.get().correspondent == own


def test_a_new_round_is_accepted_only_onto_an_article_that_waits(readers):
    li, wang = f.correspondent(), readers[0]
    sent = f.manuscript_in("accepted", li, wang)
    sent.recall(by=wang, note="请核实")
    article = Article.objects.get()
    for reader in readers:
        article.sign(by=reader)
    article.publish(by=wang)
    sent.submit(by=li.user)
    step = reverse("admin:submissions_manuscript_step", args=[sent.pk])
    page = (
        f.signed_in(wang)
        .post(step, {"_seen": f.seen(step), "_step": "accept"}, follow=True)
        .content.decode()
    )
    assert "请先把文章退回初审" in page
    article.refresh_from_db()
    assert article.is_public


def test_only_who_manages_accounts_links_one_to_a_correspondent():
    li, zhao = f.correspondent(), f.managing()
    f.signed_in(zhao).post(
        reverse("admin:correspondents_correspondent_change", args=[li.pk]),
        {"name": "李通讯", "user": zhao.pk, "organisation": li.organisation_id},
    )
    li.refresh_from_db()
    assert li.user.username == "li"


def test_the_desk_sees_what_was_sent_not_what_is_being_revised():
    li, wang = f.correspondent(), f.editor()
    sent = f.manuscript_in("returned", li, wang)
    Manuscript.objects.filter(pk=sent.pk).update(body="<p>还没写完的修改</p>")
    page = f.signed_in(wang).get(reverse("admin:submissions_manuscript_change", args=[sent.pk]))
    assert "还没写完的修改" not in page.content.decode()
    assert "三号皮带完成检修" in page.content.decode()


def test_a_drafts_title_is_not_in_the_audit_log():
    f.manuscript(f.correspondent(), title="私下的草稿题目")
    for entry in LogEntry.objects.all():
        assert "私下的草稿题目" not in str(vars(entry))


def test_comparing_long_texts_is_bounded():
    before, after = {"body": "一" * 200_000}, {"body": "二" * 200_000}
    assert characters_changed(before, after, ["body"]) == 200_000
    after = {"body": "一" * 100_000 + "二" + "一" * 99_999}
    assert characters_changed(before, after, ["body"]) == 1


def test_control_characters_do_not_break_the_feeds():
    f.published("标\x08题", body="<p>正\x0b文</p>")
    assert "标题" in Client().get("/feeds/rss.xml").content.decode()


def test_a_tag_with_a_stroke_is_one_part_of_an_address():
    assert split("A/B") == ["A\uff0fB"]


@pytest.mark.parametrize("size", [(108, 20_000), (100, 66_000)])
def test_a_long_screenshot_gets_its_sizes_or_a_sentence(size):
    upload = Upload.objects.accept(f.photo(size=size, format="PNG"), owner=None, make_now=True)
    assert upload.state in ("ready", "failed")
    assert upload.renditions or "已损坏" in upload.failure
    assert all(made["height"] <= 16_001 for made in upload.renditions)


def test_an_expired_article_can_be_withdrawn_and_a_public_one_is_not_rescheduled(readers):
    article = f.published()
    Article.objects.update(expires_at=article.published_at)
    article.refresh_from_db()
    article.withdraw(by=readers[2], note="到期")
    due = f.article_in("signed", [f.editor("a"), f.managing("b"), f.chief("c")])
    Article.objects.filter(pk=due.pk).update(published_at=article.published_at)
    due.refresh_from_db()
    with pytest.raises(StepNotAllowed, match="已经公开"):
        due.schedule(by=readers[0], at=article.published_at.replace(year=2199))


def test_one_odd_file_never_stops_the_import(tmp_path, capsys):
    (tmp_path / "a.html").write_text("<html><![foo[</html>", encoding="utf-8")
    good = "题目\n煤炭资讯网 2019-7-2 9:02:12  局矿快报\n近日，增产。\n作者\u003a李四"
    (tmp_path / "b.txt").write_text(good, encoding="utf-8")
    call_command("import_legacy", str(tmp_path))
    assert "新导入 1 篇" in capsys.readouterr().out


@pytest.mark.parametrize(
    "address",
    ["/xianshi/?next=foo", "/xianshi/?next=0", "/archive/1/1/1/", "/tags/" + "x" * 51_000 + "/",
     "/ShowNews.aspx?newId=" + "9" * 5_000],
)  # fmt: skip
def test_odd_addresses_of_strangers(address):
    answer = Client().get(address)
    assert answer.status_code == 404 or answer.headers["Location"] == "/"


def test_a_login_of_a_hundred_thousand_characters():
    page = Client().post("/zhanghu/login/", {"login": "x" * 100_000, "password": "y"})
    assert "254" in page.content.decode()
