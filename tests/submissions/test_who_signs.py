"""Who wrote a manuscript or entered it signs no reading of it, whatever its bylines say."""

from __future__ import annotations

import pytest
from django.urls import reverse

from articles.models import Article
from correspondents.lifecycle import StepNotAllowed
from tests import factories as f

pytestmark = pytest.mark.django_db
REFUSED = "本稿由您撰写或代投，请由其他编辑审读"


@pytest.fixture
def chief():
    return f.chief("zhou", "周总编")


@pytest.fixture
def wang():
    """An editor who is a correspondent too."""
    return f.editor()


def article_of(author, chief, **fields) -> Article:
    """The article of a manuscript that names somebody else, as sent and as the desk has it."""
    manuscript = f.manuscript(author, **fields)
    manuscript.bylines.update(name="别人")
    manuscript.submit(by=manuscript.entered_by or author.user)
    manuscript.accept(by=chief)
    article = manuscript.article
    article.bylines.all().delete()
    article.bylines.create(name="别人", unit_text="白桦沟煤矿")
    return article


def press(user, article: Article, step: str = "sign_first") -> str:
    address = reverse("admin:articles_article_step", args=[article.pk])
    return (
        f.signed_in(user)
        .post(address, {"_seen": f.seen(address), "_step": step}, follow=True)
        .content.decode()
    )


def test_the_author_does_not_sign_under_another_name(wang, chief):
    article = article_of(f.person("王通讯", user=wang), chief)
    assert REFUSED in press(wang, article)
    article.refresh_from_db()
    assert (article.state, article.readings.count()) == ("first_reading", 0)
    press(f.editor("xu", "徐编辑"), article)
    article.refresh_from_db()
    assert article.state == "second_reading"


def test_a_co_author_taken_off_the_byline_does_not_sign(wang, chief):
    li = f.correspondent()
    manuscript = f.manuscript(li)
    f.person("王通讯", user=wang)
    manuscript.bylines.create(name="王通讯", unit_text="白桦沟煤矿", position=1)
    manuscript.submit(by=li.user)
    manuscript.accept(by=chief)
    manuscript.article.bylines.filter(name="王通讯").delete()
    assert REFUSED in press(wang, manuscript.article)
    assert not manuscript.article.readings.exists()


def test_who_entered_it_for_somebody_does_not_sign(wang, chief):
    qian = f.person("钱老师")
    article = article_of(qian, chief, entered_by=wang)
    assert REFUSED in press(wang, article)
    assert not article.readings.exists()


def test_it_holds_for_the_working_copy_too(wang, chief):
    author = f.person("王通讯", user=wang)
    article = article_of(author, chief)
    for reader, step in ((f.editor("xu", "徐编辑"), "sign_first"), (f.managing(), "sign_second"),
                         (chief, "sign_final"), (chief, "publish")):  # fmt: skip
        press(reader, article, step)
    article.refresh_from_db()
    assert article.state == "published"
    copy = article.open_copy(by=wang)
    before = copy.content()
    copy.title = "检修提前完成"
    copy.save()
    copy.settle_edit(by=wang, before=before)
    assert REFUSED in press(wang, copy)
    assert not copy.readings.valid().filter(signed_by=wang).exists()


def test_an_exception_is_no_way_round_it(chief):
    boss = f.account("boss", "总编辑/副总编")
    article = article_of(f.person("陈总", user=boss), chief)
    press(f.editor("xu", "徐编辑"), article)
    article.refresh_from_db()
    with pytest.raises(StepNotAllowed, match=REFUSED):
        article.sign(by=boss, note="人手不够", override=True)
    assert not article.readings.filter(signed_by=boss).exists()


def test_who_only_handled_it_signs(chief):
    article = article_of(f.correspondent(), chief)
    press(chief, article, "sign_first")
    xu = f.editor("xu", "徐编辑")
    press(xu, article)
    assert article.readings.get().signed_by == xu
