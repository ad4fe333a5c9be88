"""What the writing screen asks and shows; how it looks is tried in Chromium."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml import html

from articles.models import DeskAssignment, DeskDraft, LibraryPicture
from correspondents.models import Upload
from tests import factories as f
from tests.articles.test_readings import change_form, save

pytestmark = pytest.mark.django_db
BASE = "/admin/articles/article"


def test_choosing_a_person_tells_name_grade_and_the_unit_of_the_day() -> None:
    desk = f.editor()
    li = f.person("苏砚", "枫桥沟煤矿")
    li.settle_unit(f.unit("望舒选煤厂"), by=None, since=dt.date(2025, 8, 1))
    old = f.published(published_at=dt.datetime(2025, 5, 1, 4, tzinfo=dt.UTC))
    client = f.signed_in(desk)
    then = client.get(f"{BASE}/{old.pk}/person/{li.pk}/").json()
    assert (then["name"], then["unit"]) == ("苏砚", "枫桥沟煤矿")
    assert then["told"] == "选了苏砚，单位按5月1日填好。"
    now = client.get(f"{BASE}/person/{li.pk}/").json()
    assert now["unit"] == "望舒选煤厂"
    assert now["organisation"] == [li.organisation_id, "望舒选煤厂"]


def test_a_person_without_a_unit_that_day_is_told_so() -> None:
    li = f.person("苏砚", "")
    told = f.signed_in(f.editor()).get(f"{BASE}/person/{li.pk}/").json()
    assert (told["unit"], told["organisation"]) == ("", None)
    assert "没有单位，请填写" in told["told"]


def test_who_writes_no_articles_and_other_sections_are_told_nothing() -> None:
    li = f.person("苏砚", "枫桥沟煤矿")
    monitor = f.account("kan", "网站监督", name="监督员")
    assert f.signed_in(monitor).get(f"{BASE}/person/{li.pk}/").status_code == 403
    writer = f.account("xie", name="只写文章")
    writer.user_permissions.add(Permission.objects.get(codename="change_article"))
    assert f.signed_in(writer).get(f"{BASE}/person/{li.pk}/").status_code == 403
    piece, other = f.article(by=f.chief()), f.editor()
    DeskAssignment.objects.create(user=other, section=f.section("shici"))
    answer = f.signed_in(other).get(f"{BASE}/{piece.pk}/person/{li.pk}/")
    assert answer.status_code == 404 and "枫桥沟" not in answer.content.decode()


def test_who_only_looks_reads_the_text_and_not_its_tags() -> None:
    public = f.published(body="<p>近日，检修完成。</p>")
    page = f.signed_in(f.chief()).get(f"{BASE}/{public.pk}/change/").content.decode()
    assert "<p>近日，检修完成。</p>" in page and "&lt;p&gt;" not in page


def test_an_article_with_many_rows_is_opened_by_as_many_questions_as_one_with_few() -> None:
    desk = f.editor()
    client, piece, counted = f.signed_in(desk), f.article(by=desk), []
    client.get(f"{BASE}/{piece.pk}/change/")
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(f"{BASE}/{piece.pk}/change/").status_code == 200
        counted.append(len(asked))
        for number in range(5):
            piece.bylines.create(name=f"作者{number}", unit_text="白桦沟煤矿")
    assert counted[0] == counted[1]


def test_the_writing_screen_asks_the_database_at_most_twenty_five_times() -> None:
    desk = f.editor()
    client, piece = f.signed_in(desk), f.article(by=desk)
    for number in range(2):
        person = f.person(f"作者{number}", f"第{number}煤矿")
        row = piece.bylines.create(name=person.name, correspondent=person)
        row.credit(person)
        upload = Upload.objects.accept(f.photo(f"{number}.jpg"), owner=desk, make_now=True)
        piece.images.create(upload=upload, caption="说明")
    client.get(f"{BASE}/{piece.pk}/change/")
    with CaptureQueriesContext(connection) as asked:
        page = client.get(f"{BASE}/{piece.pk}/change/").content.decode()
    assert "作者1（第1煤矿）" in page and "说明" in page
    assert len(asked) <= 25, "\n".join(one["sql"][:120] for one in asked)


def test_who_photographed_is_filled_in_for_all_that_say_nothing() -> None:
    desk = f.editor()
    piece = f.article(by=desk)
    for number, name in enumerate(("", "苏砚", "")):
        upload = Upload.objects.accept(f.photo(f"{number}.jpg"), owner=desk, make_now=True)
        piece.images.create(upload=upload, caption="说明", photographer=name, position=number)
    save(piece, desk, _photographer=" 周砚秋 ")
    assert [row.photographer for row in piece.images.all()] == ["周砚秋", "苏砚", "周砚秋"]
    assert piece.revisions.get(number=piece.revision).content["images"][0][3] == "周砚秋"


def test_a_new_row_of_the_byline_comes_last_and_an_empty_one_is_no_row() -> None:
    desk = f.editor()
    piece = f.article(by=desk)
    first = piece.bylines.get()
    sent = change_form(piece, desk)
    blank = int(sent["bylines-TOTAL_FORMS"]) - 1
    f.signed_in(desk).post(f"{BASE}/{piece.pk}/change/", sent)
    assert piece.bylines.get() == first
    sent = change_form(piece, desk) | {f"bylines-{blank}-name": "后来的"}
    f.signed_in(desk).post(f"{BASE}/{piece.pk}/change/", sent)
    assert [row.name for row in piece.bylines.all()] == [first.name, "后来的"]


def test_a_paste_is_cleaned_and_what_stays_out_is_told() -> None:
    client = f.signed_in(f.editor())
    told = client.post(
        f"{BASE}/paste/", {"html": "<p onclick='x'>甲</p><script>乙</script>"}
    ).json()
    assert told["html"] == "<p>甲</p>" and any("脚本" in one for one in told["dropped"])
    long = client.post(f"{BASE}/paste/", {"html": "<p>" + "x" * 1_000_100})
    assert "太多" in long.json()["problem"]
    assert client.get(f"{BASE}/token/").json()["person"] == f.User.objects.get(username="wang").pk


def test_two_pieces_are_read_side_by_side() -> None:
    desk = f.editor()
    one, two = f.article(by=desk, title="左边的一篇"), f.article(by=desk, title="右边的一篇")
    client = f.signed_in(desk)
    sent = {"action": "beside", "_selected_action": [str(one.pk), str(two.pk)]}
    page = client.post(f"{BASE}/", sent, follow=True).content.decode()
    assert "左边的一篇" in page and "右边的一篇" in page and "两篇并排看" in page
    alone = client.post(f"{BASE}/", sent | {"_selected_action": [str(one.pk)]}, follow=True)
    assert "请正好勾选两篇" in alone.content.decode()
    DeskAssignment.objects.create(user=desk, section=f.section("shici"))
    assert client.get(f"{BASE}/{one.pk}/beside/{two.pk}/").status_code == 404


def test_the_text_is_compared_with_the_one_it_began_with() -> None:
    desk = f.editor()
    piece = f.article(by=desk, body="<p>用时三天。</p>")
    client = f.signed_in(desk)
    save(piece, desk, body="<p>用时三天。</p><p>先存一次。</p>")
    save(piece, desk, body="<p>用时两天。</p><p>先存一次。</p>")
    page = client.get(f"{BASE}/{piece.pk}/review/?bi").content.decode()
    assert "<del>三</del>" in page and "<ins>两</ins>" in page


def test_the_text_is_compared_with_the_last_one_that_this_person_saved_or_signed() -> None:
    desk, boss = f.editor(), f.managing()
    piece = f.article(by=desk, body="<p>用时三天。</p>")
    client = f.signed_in(desk)
    tab = "您经手以后的改动"
    save(piece, desk, body="<p>用时三天。</p><p>先存一次。</p>")
    assert tab not in client.get(f"{BASE}/{piece.pk}/review/").content.decode()
    save(piece, boss, body="<p>用时两天。</p><p>先存一次。</p>")
    assert tab in client.get(f"{BASE}/{piece.pk}/review/").content.decode()
    page = client.get(f"{BASE}/{piece.pk}/review/?jingshou").content.decode()
    assert "<del>三</del>" in page and "<ins>先存一次" not in page
    piece.refresh_from_db()
    piece.sign(by=desk)
    assert tab not in client.get(f"{BASE}/{piece.pk}/review/?jingshou").content.decode()
    save(piece, boss, title="签后又改的标题")
    page = client.get(f"{BASE}/{piece.pk}/review/?jingshou").content.decode()
    assert tab in page and "<del>三</del>" not in page


def test_crop_and_focus_are_those_of_the_library() -> None:
    desk = f.editor()
    piece = f.article(by=desk)
    upload = Upload.objects.accept(f.photo(), owner=desk, make_now=True)
    piece.images.create(upload=upload, caption="说明")
    client = f.signed_in(desk)
    assert client.get(f"{BASE}/picture/{upload.key}/").status_code == 403
    nobody = f.signed_in(f.account("xin", name="没有角色"))
    assert nobody.post(f"{BASE}/picture/{upload.key}/").status_code == 403
    assert not LibraryPicture.objects.exists()
    answer = client.post(f"{BASE}/picture/{upload.key}/")
    made = LibraryPicture.objects.get()
    assert answer.headers["Location"] == f"/admin/articles/librarypicture/{made.pk}/change/"
    assert made.caption == "说明"
    assert client.post(f"{BASE}/picture/AAAAAAAAAAAAAAAAAAAAAA/").status_code == 404


def test_what_arrives_after_a_takeover_or_after_the_piece_went_on_is_kept_in_its_history() -> None:
    desk, boss = f.editor(), f.managing()
    piece = f.article(by=f.editor("qian", "钱编辑"))
    client = f.signed_in(desk)
    where = f"{BASE}/{piece.pk}/autosave/"
    client.get(f"{BASE}/{piece.pk}/change/")
    f.signed_in(boss).post(f"{BASE}/{piece.pk}/takeover/")
    late = change_form(piece, boss, title="断网时打的标题", tags="断网")
    assert client.post(where, late).json()["taken"] == "赵主编"
    kept = piece.revisions.get(kind="aside")
    assert kept.content["title"] == "断网时打的标题" and kept.content["tags"] == ["断网"]

    other = f.article(by=f.editor("zhou", "周编辑"))
    client.get(f"{BASE}/{other.pk}/change/")
    typed = change_form(other, desk, title="发布之后才送到的标题")
    for reader in (f.editor("wu", "吴编辑"), boss, f.chief()):
        other.sign(by=reader)
    other.publish(by=boss)
    told = client.post(f"{BASE}/{other.pk}/autosave/", typed).json()
    assert "现在不能修改" in told["closed"]
    assert other.revisions.get(kind="aside").content["title"] == "发布之后才送到的标题"
    assert client.post(f"{BASE}/{other.pk}/autosave/", typed).status_code == 403


def test_who_only_looks_takes_his_steps_from_there_too() -> None:
    readers = [f.editor(), f.managing(), f.chief()]
    public = f.article_in("published", readers)
    page = html.fromstring(
        f.signed_in(readers[2]).get(f"{BASE}/{public.pk}/change/").content.decode()
    )
    step = f"{BASE}/{public.pk}/step/"
    buttons = page.xpath("//button[@name='_step']")
    assert buttons and {one.get("formaction") for one in buttons} == {step}


def test_decisions_about_hints_survive_a_refused_save() -> None:
    desk = f.editor()
    piece = f.article(by=desk, body="<p>建身广场。</p>")
    sent = change_form(piece, desk, title="", _hint="ignore:abc accept:def")
    page = f.signed_in(desk).post(f"{BASE}/{piece.pk}/change/", sent).content.decode()
    assert 'name="_hint" value="ignore:abc"' in page and 'value="accept:def"' in page


def test_a_save_says_that_the_words_have_arrived() -> None:
    desk = f.editor()
    piece, client = f.article(by=desk), f.signed_in(desk)
    refused = client.post(f"{BASE}/{piece.pk}/change/", change_form(piece, desk, title=""))
    assert "desk-saved" not in refused.cookies
    done = client.post(f"{BASE}/{piece.pk}/change/", change_form(piece, desk, title="存下的"))
    assert done.cookies["desk-saved"].value == f"{piece.pk}."


def test_of_two_windows_of_one_person_neither_writes_over_the_other() -> None:
    desk = f.editor()
    piece, client = f.article(by=desk), f.signed_in(desk)
    where = f"{BASE}/{piece.pk}/autosave/"
    one = change_form(piece, desk, title="第一个窗口打的", window="one")
    two = change_form(piece, desk, title="第二个窗口打的", window="two")
    client.post(where, one)
    client.post(where, one | {"title": "第一个窗口接着打的"})
    assert not piece.revisions.filter(kind="aside").exists()
    client.post(where, two)
    assert piece.revisions.get(kind="aside").content["title"] == "第一个窗口接着打的"
    client.post(f"{BASE}/{piece.pk}/change/", one)
    assert DeskDraft.objects.get().data["title"] == "第二个窗口打的"  # it waits for its own saving
    back = client.get(f"{BASE}/{piece.pk}/change/?huifu=1").content.decode()
    assert 'name="window" value="two"' in back
    client.post(f"{BASE}/{piece.pk}/change/", two | {"_over": str(piece.revision + 1)})
    assert not DeskDraft.objects.exists()


def test_two_windows_with_new_pieces_keep_what_the_first_has_typed() -> None:
    client = f.signed_in(f.editor())
    first = {"title": "第一篇新的", "window": "one", "opened_revision": "0"}
    client.post(f"{BASE}/autosave/", first)
    told = client.post(f"{BASE}/autosave/", first | {"title": "第二篇新的", "window": "two"}).json()
    assert "在另一个窗口也在写新文章" in told["failed"] and "saved" not in told
    assert DeskDraft.objects.get().data["title"] == "第一篇新的"


def pictured(desk: f.User, caption: str = "") -> tuple[f.Article, str]:
    upload = Upload.objects.accept(f.photo(), owner=desk, make_now=True)
    under = f"<figcaption>{caption}</figcaption>" if caption else ""
    figure = f'<figure><img src="/pictures/{upload.key}/768.jpg" alt="">{under}</figure>'
    piece = f.article(by=desk, body=f"<p>开头。</p>{figure}<p>结尾。</p>")
    piece.images.create(upload=upload, caption=caption)
    return piece, figure


@pytest.mark.parametrize("before", ["", "原来的说明"])
def test_a_caption_written_in_the_card_is_printed_under_the_picture_in_the_text(
    before: str,
) -> None:
    desk = f.editor()
    piece, _ = pictured(desk, before)
    row = {"images-0-caption": "卡里写的说明", "images-0-photographer": "周砚秋"}
    save(piece, desk, **row)
    assert "<figcaption>卡里写的说明　周砚秋 摄</figcaption>" in piece.body
    assert piece.body.count("<figcaption>") == 1
    assert piece.revisions.get(number=piece.revision).content["body"] == piece.body


def test_a_caption_written_in_the_text_is_that_of_the_card() -> None:
    desk = f.editor()
    piece, _ = pictured(desk, "原来的说明")
    save(piece, desk, body=piece.body.replace("原来的说明", "正文里改的　苏砚 摄"))
    image = piece.images.get()
    assert (image.caption, image.photographer) == ("正文里改的", "苏砚")
    assert "正文里改的　苏砚 摄" in piece.body


def test_captions_that_nobody_touched_stay_as_they_are() -> None:
    desk = f.editor()
    piece, _ = pictured(desk, "正文里的")
    piece.images.update(caption="卡里另有说法")
    save(piece, desk, title="只改了标题")
    assert "正文里的</figcaption>" in piece.body
    assert piece.images.get().caption == "卡里另有说法"


def test_the_page_of_reading_tells_of_own_unsaved_words_and_why_a_piece_came_back() -> None:
    readers = [f.editor(), f.managing(), f.chief()]
    piece = f.article_in("second_reading", readers)
    piece.pass_back_second(by=readers[1], note="请核对产量数字")
    client = f.signed_in(readers[0])
    page = client.get(f"{BASE}/{piece.pk}/review/").content.decode()
    assert "退回：请核对产量数字" in page and "打的字还没有保存" not in page
    client.post(f"{BASE}/{piece.pk}/autosave/", change_form(piece, readers[0], title="没存的"))
    page = client.get(f"{BASE}/{piece.pk}/review/").content.decode()
    assert "打的字还没有保存" in page
    piece.sign(by=readers[0])
    assert "退回：" not in client.get(f"{BASE}/{piece.pk}/review/").content.decode()


@pytest.mark.parametrize("typed", ["林亦", "linyizhou", "lin yi", "LYZ", "lyz"])
def test_a_person_is_found_by_name_and_by_pinyin(typed: str) -> None:
    f.person("林亦舟", "霁川煤业公司")
    f.person("苏砚", "枫桥沟煤矿")
    asked = {"app_label": "articles", "model_name": "byline", "field_name": "correspondent"}
    found = f.signed_in(f.editor()).get("/admin/autocomplete/", asked | {"term": typed}).json()
    assert [one["text"] for one in found["results"]] == ["林亦舟（霁川煤业公司）"]


def test_a_proof_correction_of_a_caption_keeps_the_readings_and_its_row() -> None:
    desk = f.editor()
    piece, _ = pictured(desk, "职工在广场上建身")
    piece.sign(by=desk)
    save(piece, desk, body=piece.body.replace("建身", "健身"), proof_correction="on")
    assert piece.state == "second_reading" and "健身</figcaption>" in piece.body
    assert piece.images.get().caption == "职工在广场上建身"
    save(piece, desk, title=f"{piece.title}了", proof_correction="on", _photographer="周砚秋")
    assert piece.images.get().photographer == "周砚秋"
    assert piece.state == "first_reading"  # the pictures are no proof correction: read again
