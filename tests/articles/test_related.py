"""Related articles: by the rarest words, the desk's choice first, never the same piece."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles.models import DeskAssignment, RelatedArticle, relate
from tests import factories as f

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def under(article) -> list[str]:
    """The titles that the page of an article shows as related."""
    html = Client().get(article.get_absolute_url()).content.decode()
    block = html.split("相关阅读", 1)[-1].split("</section>", 1)[0] if "相关阅读" in html else ""
    rows = RelatedArticle.objects.filter(article=article).select_related("other")
    return [row.other.title for row in rows if row.other.title in block]


def test_by_the_words_that_say_something():
    for number in range(12):
        f.published(f"某矿召开第{number}次工作例会")
    one = f.published("瓦斯抽采利用项目并网发电")
    two = f.published("低浓度瓦斯发电机组检修")
    f.published("职工书画展开幕")
    new = f.published("瓦斯发电年发电量创新高")
    assert relate(new) == 2
    assert set(under(new)) == {one.title, two.title}
    # The older ones name the newer one too.
    assert new.title in under(one)


def test_neither_the_same_piece_nor_a_series():
    text = f.body()
    f.published("瓦斯治理经验之一", body=text)
    f.published("瓦斯治理的办法（一）")
    f.published("瓦斯治理的办法（二）")
    f.published("瓦斯治理的办法（三）")
    for number in range(6):
        f.published(f"别的事情甲{number}乙")
    new = f.published("又谈瓦斯治理", body=text)
    relate(new)
    assert len(under(new)) == 1
    assert under(new)[0].startswith("瓦斯治理的办法")


def test_the_desk_chooses_and_its_choice_stays():
    other, found = f.published("编辑想放的"), f.published("皮带机保护装置改造")
    f.published("皮带机托辊更换")
    for number in range(6):
        f.published(f"别的事情甲{number}乙")
    article = f.published("皮带机防撕裂保护")
    desk = f.signed_in(f.editor())
    add = "/admin/articles/relatedarticle/add/"
    assert f'value="{article.pk}" selected' in desk.get(f"{add}?wz={article.pk}").content.decode()
    desk.post(add, {"article": article.pk, "other": other.pk, "position": 0})
    refused = desk.post(add, {"article": article.pk, "other": article.pk, "position": 0})
    assert "不能选文章自己" in refused.content.decode()
    relate(article)
    relate(article)
    assert under(article)[0] == "编辑想放的"
    assert found.title in under(article)
    listed = desk.get(f"/admin/articles/relatedarticle/?wz={article.pk}").content.decode()
    assert "编辑想放的" in listed


def test_the_desk_keeps_and_bars_what_was_found_by_itself():
    one = f.published("皮带机保护装置改造")
    f.published("皮带机托辊更换")
    for number in range(6):
        f.published(f"别的事情甲{number}乙")
    article = f.published("皮带机防撕裂保护")
    relate(article)
    row = RelatedArticle.objects.get(article=article, other=one)
    desk = f.signed_in(f.editor())
    data = {"article": article.pk, "other": one.pk, "position": 0}
    desk.post(reverse("admin:articles_relatedarticle_add"), data)
    row = RelatedArticle.objects.get(article=article, other=one)
    assert row.is_chosen
    page = desk.post(reverse("admin:articles_relatedarticle_add"), data).content.decode()
    assert "这一篇已经选过" in page
    instead = f.published("编辑换上的文章")
    change = reverse("admin:articles_relatedarticle_change", args=[row.pk])
    desk.post(change, data | {"other": instead.pk})
    relate(article)
    assert RelatedArticle.objects.get(article=article, other=instead).is_chosen
    RelatedArticle.objects.filter(article=article, other=one).update(is_barred=True)
    relate(article)
    assert one.title not in Client().get(article.get_absolute_url()).content.decode()


def test_nobody_writes_under_other_sections_or_names_what_is_not_public():
    wang = f.editor()
    DeskAssignment.objects.create(user=wang, section=f.section())
    foreign = f.published("别栏目的公开文章", "shici")
    draft = f.article("shici", by=f.chief(), title="别栏目的保密标题")
    mine = f.published("我栏目的文章")
    desk = f.signed_in(wang)
    address = reverse("admin:articles_relatedarticle_add")
    page = desk.post(address, {"article": mine.pk, "other": draft.pk, "position": 0}, follow=True)
    assert "别栏目的保密标题" not in page.content.decode()
    desk.post(address, {"article": foreign.pk, "other": mine.pk, "position": 0})
    assert not RelatedArticle.objects.exists()
    asked = {"app_label": "articles", "model_name": "relatedarticle", "field_name": "other"}
    offered = desk.get("/admin/autocomplete/", {**asked, "term": "别栏目"}).json()["results"]
    assert [row["text"] for row in offered] == ["别栏目的公开文章"]
    desk.post(address, {"article": mine.pk, "other": foreign.pk, "position": 0})
    assert RelatedArticle.objects.get().other == foreign


def test_what_is_no_longer_public_is_not_shown():
    other = f.published("皮带机保护装置改造")
    article = f.published("皮带机防撕裂保护")
    RelatedArticle.objects.create(article=article, other=other)
    assert under(article) == [other.title]
    other.withdraw(by=f.chief(), note="撤")
    assert under(article) == []


@pytest.mark.django_db(transaction=True)
def test_the_worker_finds_them_when_an_article_is_published():
    f.published("主通风机切换演练用时缩短")
    f.published("主通风机性能测试")
    wang, zhao, sun = f.editor(), f.managing(), f.chief()
    made = f.manuscript_in("submitted", f.correspondent(), wang)
    type(made).objects.filter(pk=made.pk).update(title="主通风机远程监控上线")
    made.refresh_from_db()
    article = made.accept(by=wang)
    for reader in (wang, zhao, sun):
        article.sign(by=reader)
    article.publish(by=wang)
    f.work()
    assert set(under(article)) == {"主通风机切换演练用时缩短", "主通风机性能测试"}


def test_the_archive_is_filled_by_a_command(capsys):
    old = timezone.now() - dt.timedelta(days=300)
    first = f.published("矿灯房改造", published_at=old)
    f.published("矿灯充电架更新")
    call_command("relate_articles")
    assert "为 2 篇文章" in capsys.readouterr().out
    assert under(first) == ["矿灯充电架更新"]


def test_what_is_gone_hides_nothing_behind_it():
    article = f.published("还有相关的")
    for place in range(14):
        other = f.published(f"第{place}篇相关", "jianxun")
        RelatedArticle.objects.create(article=article, other=other, position=place)
        if place < 12:
            type(other).objects.filter(pk=other.pk).update(state="withdrawn")
    assert under(article) == ["第12篇相关", "第13篇相关"]
