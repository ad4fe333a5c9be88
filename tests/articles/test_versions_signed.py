"""A signature means the text that was read: steps are bound to the version the person had before him."""

from __future__ import annotations

import pytest
from django.urls import reverse

from articles.models import Article
from correspondents.lifecycle import StepNotAllowed
from tests import factories as f
from tests.articles.test_readings import save

pytestmark = pytest.mark.django_db


@pytest.fixture
def readers():
    return [f.editor(), f.managing(), f.chief()]


def opened(user, article: Article) -> str:
    """What the reading page carries when it is opened."""
    page = f.signed_in(user).get(reverse("admin:articles_article_review", args=[article.pk]))
    return page.content.decode().split('name="_seen" value="')[1].split('"')[0]


def press(user, article: Article, step: str, seen: str, **more: str):
    address = reverse("admin:articles_article_step", args=[article.pk])
    return f.signed_in(user).post(address, {"_step": step, "_seen": seen} | more, follow=True)


def state_of(article: Article) -> str:
    return Article.objects.get(pk=article.pk).state


class TestNewerText:
    def test_nothing_is_signed_and_the_difference_is_shown(self, readers):
        wang, zhao, _ = readers
        article = f.article(by=f.editor("he", "何编辑"), body="<p>今年产煤三百万吨。</p>",
                            provenance="manuscript")  # fmt: skip
        seen = opened(wang, article)
        save(
            article,
            f.editor("shi", "石编辑"),
            title="整个换掉的标题",
            body="<p>今年产煤五百万吨。</p>",
        )
        answer = press(wang, article, "sign_first", seen, _note="我看过了")
        page = answer.content.decode()
        assert answer.status_code == 409
        assert state_of(article) == "first_reading" and not article.readings.exists()
        assert "<del>三</del><ins>五</ins>" in page and "石编辑" in page
        assert "看过改动，签这一稿" in page and ">我看过了</textarea>" in page
        # The button on that page takes the step on what it shows.
        now = page.split('name="_seen" value="')[1].split('"')[0]
        press(wang, article, "sign_first", now, _note="我看过了")
        assert article.readings.get().revision.content["title"] == "整个换掉的标题"
        assert zhao

    def test_it_holds_for_proof_corrections_with_two_pages_open(self, readers):
        """Ten characters a signature, unseen, were as many as there are signatures."""
        wang, zhao, sun = readers
        article = f.article_in("second_reading", readers)
        before_second, before_final = opened(zhao, article), opened(sun, article)
        save(article, wang, proof_correction="on", title="白桦沟煤矿机器检修完成")
        assert press(zhao, article, "sign_second", before_second).status_code == 409
        assert state_of(article) == "second_reading"
        article.refresh_from_db()
        article.sign(by=zhao)
        assert press(sun, article, "sign_final", before_final).status_code == 409
        assert state_of(article) == "final_reading"

    @pytest.mark.parametrize("seen", ["", "x", "99", "-1", "9" * 40])
    def test_a_version_that_nobody_knows_leads_to_the_text(self, readers, seen):
        article = f.article_in("first_reading", readers)
        answer = press(readers[0], article, "sign_first", seen)
        page = answer.content.decode()
        assert "请先打开看过现在的文字" in page and "签这一稿" not in page
        assert state_of(article) == "first_reading"

    @pytest.mark.parametrize(
        ("state", "step"),
        [("first_reading", "discard"), ("second_reading", "pass_back_second"),
         ("final_reading", "sign_final"), ("signed", "publish"), ("signed", "schedule"),
         ("signed", "unsign"), ("published", "withdraw")],
    )  # fmt: skip
    def test_every_step_is_bound(self, readers, state, step):
        article = f.article_in(state, readers)
        before = state_of(article)
        answer = press(readers[2] if step != "pass_back_second" else readers[1], article, step, "0",
                       _note="原因", _at="2199-01-01T08:00")  # fmt: skip
        assert answer.status_code == 409 and state_of(article) == before

    def test_the_verb_itself_is_bound_to_what_was_read(self, readers):
        article = f.article_in("first_reading", readers)
        read = Article.objects.get(pk=article.pk)
        save(article, f.editor("shi"), title="别的标题")
        with pytest.raises(StepNotAllowed, match="刚刚已经处理"):
            read.sign(by=readers[0])

    def test_saving_and_signing_in_one_click_signs_what_was_saved(self, readers):
        article = f.article_in("first_reading", readers)
        save(article, readers[0], title="边改边签", _step="sign_first")
        reading = article.readings.get()
        assert reading.revision.content["title"] == "边改边签"
        assert reading.revision.number == Article.objects.get(pk=article.pk).revision


class TestMany:
    def publish(self, user, *rows, seen):
        data = {"action": "publish", "_selected_action": [row.pk for row in rows], "_seen": seen}
        where = reverse("admin:articles_article_changelist")
        return f.signed_in(user).post(where, data, follow=True).content.decode()

    def test_a_list_carries_what_it_has_shown_and_refuses_what_changed_since(self, readers):
        chief = f.editor("lin")
        one = f.article_in("signed", readers)
        two = f.article(by=readers[0], provenance="manuscript", title="白桦沟煤矿皮带检修完成的第二天",
                        body="<p>春风又绿江南岸，明月何时照我还。</p>")  # fmt: skip
        for reader in readers:
            two.sign(by=reader)
        where = reverse("admin:articles_article_changelist")
        page = f.signed_in(chief).get(where).content.decode()
        assert f'name="_seen" value="{one.pk}:{one.revision}"' in page
        seen = f.ticked(one, two)["_seen"]
        save(two, readers[2], proof_correction="on", title="白桦沟煤矿皮带检修完成第二天")
        told = self.publish(chief, one, two, seen=seen)
        assert "立即发布：1 篇已完成" in told and "您打开列表之后它改过" in told
        assert (state_of(one), state_of(two)) == ("published", "signed")

    def test_what_the_page_has_not_shown_is_not_touched(self, readers):
        one = f.article_in("signed", readers)
        assert "它不在您打开的那一页列表上" in self.publish(f.editor("lin"), one, seen=[])
        assert state_of(one) == "signed"

    def test_nothing_is_signed_in_a_list(self, readers):
        article = f.article_in("first_reading", readers)
        where = reverse("admin:articles_article_changelist")
        client = f.signed_in(readers[0])
        assert "sign_first" not in client.get(where).content.decode()
        client.post(where, {"action": "sign_first", **f.ticked(article)})
        assert state_of(article) == "first_reading"


class TestNext:
    def test_after_a_signature_the_next_one_opens_to_be_read(self, readers):
        wang, zhao, _ = readers
        first, second = (f.article_in("second_reading", readers) for _ in range(2))
        # The one between is his own: it waits for somebody else.
        own = f.article(by=zhao)
        own.sign(by=zhao)
        address = reverse("admin:articles_article_step", args=[first.pk])
        answer = f.signed_in(zhao).post(address, {"_step": "sign_second", "_seen": f.seen(address)})
        assert answer["Location"] == reverse("admin:articles_article_review", args=[second.pk])
        f.signed_in(zhao).get(answer["Location"])
        assert not second.drafts.exists() and wang

    def test_with_nothing_more_to_sign_the_signed_one_stays(self, readers):
        article = f.article_in("second_reading", readers)
        address = reverse("admin:articles_article_step", args=[article.pk])
        answer = f.signed_in(readers[1]).post(
            address, {"_step": "sign_second", "_seen": f.seen(address)}
        )
        assert answer["Location"] == reverse("admin:articles_article_review", args=[article.pk])


class TestBudget:
    def test_proof_corrections_have_one_budget_from_the_first_signature_on(self, readers):
        wang, zhao, sun = readers
        article = f.article_in("second_reading", readers)
        save(article, zhao, proof_correction="on", title="白桦沟煤矿皮带检修完成了好")  # 2
        article.refresh_from_db()
        article.sign(by=zhao)
        save(
            article, sun, proof_correction="on", title="白桦沟煤矿皮带检修完成了好一二三四五六"
        )  # 8
        article.refresh_from_db()
        assert article.title.endswith("五六")
        article.sign(by=sun)
        page = save(
            article, wang, proof_correction="on", title=article.title + "七八九"
        ).content.decode()
        assert "合计 10 个字以内" in page
        article.refresh_from_db()
        assert article.title.endswith("五六") and article.chain_broken() == ""

    def test_a_character_put_there_and_back_costs_two(self, readers):
        article = f.article_in("second_reading", readers)
        title = article.title
        for _ in range(5):
            save(article, readers[1], proof_correction="on", title=title + "了")
            save(article, readers[1], proof_correction="on", title=title)
        page = save(article, readers[1], proof_correction="on", title=title + "了").content.decode()
        assert "合计 10 个字以内" in page

    def test_later_readers_see_them_marked(self, readers):
        article = f.article_in("second_reading", readers)
        save(article, readers[0], proof_correction="on", title="白桦沟煤矿皮带检修完结")
        page = (
            f.signed_in(readers[1])
            .get(reverse("admin:articles_article_review", args=[article.pk]))
            .content.decode()
        )
        section = page.split("签字后的校对性修改")[1].split("</section>")[0]
        assert (
            "<del>成</del><ins>结</ins>" in section and "王编辑" in section and "1 / 10" in section
        )


class TestOtherNouns:
    def test_a_manuscript_is_decided_as_it_was_read(self):
        li, wang = f.correspondent(), f.editor()
        sent = f.manuscript_in("submitted", li, wang)
        address = reverse("admin:submissions_manuscript_step", args=[sent.pk])
        sent.send_back(by=wang, note="请补充数据")
        sent.title = "补充过的标题"
        sent.save()
        sent.submit(by=li.user)
        answer = f.signed_in(wang).post(
            address, {"_step": "decline", "_seen": "1", "_note": "不用"}
        )
        page = answer.content.decode()
        assert answer.status_code == 409 and "<ins>补充过的标题" in page.replace("</del>", "")
        sent.refresh_from_db()
        assert sent.state == "submitted"
        f.signed_in(wang).post(address, {"_step": "accept_and_sign", "_seen": "1"})
        sent.refresh_from_db()
        assert sent.state == "submitted"

    def test_a_registration_is_decided_as_it_was_read(self):
        person = f.person("新人", "", state="pending", since=None, recommender="高科长")
        address = reverse("admin:correspondents_correspondent_step", args=[person.pk])
        chief = f.signed_in(f.chief())
        seen = f.seen(address)
        person.recommender = "本人"
        person.save()
        answer = chief.post(address, {"_step": "refuse", "_note": "不符", "_seen": seen})
        assert answer.status_code == 409 and "本人" in answer.content.decode()
        person.refresh_from_db()
        assert person.state == "pending"
