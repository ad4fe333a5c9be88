"""Choosing pictures for a piece: what is chosen comes into what is being typed, and nothing is saved by it."""

from __future__ import annotations

import datetime as dt

import pytest
from lxml import html

from articles.models import (
    AccidentFacts,
    Article,
    ArticleImage,
    DeskAssignment,
    DeskDraft,
    LibraryPicture,
)
from correspondents.models import Upload
from tests import factories as f
from tests.articles.test_readings import save

pytestmark = [pytest.mark.django_db, pytest.mark.database]
BASE = "/admin/articles/article"
BODY = "<p>第一段。</p><p>第二段。</p><p>第三段。</p>"


@pytest.fixture
def desk():
    return f.editor()


@pytest.fixture
def piece(desk) -> Article:
    return f.article(by=desk, body=BODY)


def picture(
    desk, caption: str = "井口的早晨", name: str = "井口.jpg", **words: str
) -> LibraryPicture:
    upload = Upload.objects.accept(f.photo(name), owner=desk, make_now=True)
    words.setdefault("photographer", "周砚秋")
    return LibraryPicture.objects.create(upload=upload, caption=caption, **words)


def form_of(page: str) -> dict[str, str]:
    """What the form on a page would send, as a browser fills it in."""
    form = html.fromstring(page).get_element_by_id("article_form")
    sent = {name: value for name, value in form.form_values() if not name.startswith("_")}
    return {name: value.removeprefix("\n") for name, value in sent.items()}


def typed(client, piece: Article, **changes: str) -> dict[str, str]:
    return form_of(client.get(f"{BASE}/{piece.pk}/change/").content.decode()) | changes


def chosen(client, piece: Article, *keys: str, **more: str):
    sent = typed(client, piece) | {"xuan": list(keys), "do": "place", "duan": "1"} | more
    return client.post(f"{BASE}/{piece.pk}/pictures/", sent)


def test_it_stands_behind_the_paragraph_of_the_cursor_and_is_saved_with_the_form(desk, piece):
    client, one = f.signed_in(desk), picture(desk)
    more = {f"shuoming-l{one.pk}": "这一篇的说明", f"sheying-l{one.pk}": " 苏砚 "}
    answer = chosen(client, piece, f"l{one.pk}", title="还没有存的标题", **more)
    assert answer.headers["Location"] == f"{BASE}/{piece.pk}/change/?huifu=1&duan=1"
    piece.refresh_from_db()
    assert piece.body == BODY and not piece.images.exists()  # nobody has saved it

    page = client.get(f"{BASE}/{piece.pk}/change/?huifu=1").content.decode()
    sent = form_of(page)
    assert sent["title"] == "还没有存的标题"
    client.post(f"{BASE}/{piece.pk}/change/", sent | {"_save": "1"})
    piece.refresh_from_db()
    assert piece.title == "还没有存的标题"
    second, figure, third = (piece.body.index(one) for one in ("第二段", "<figure>", "第三段"))
    assert second < figure < third
    assert "这一篇的说明　苏砚 摄</figcaption>" in piece.body
    image = piece.images.get()
    assert (image.caption, image.photographer, image.upload) == ("这一篇的说明", "苏砚", one.upload)
    one.refresh_from_db()
    assert (one.caption, one.photographer) == ("井口的早晨", "周砚秋")
    assert not DeskDraft.objects.exclude(data={}).exists()


def test_several_stand_in_their_order_and_only_added_ones_stay_out_of_the_text(desk, piece):
    client = f.signed_in(desk)
    one, two = picture(desk), picture(desk, "井口的夜晚", "夜.jpg")
    chosen(client, piece, f"l{two.pk}", f"l{one.pk}")
    sent = form_of(client.get(f"{BASE}/{piece.pk}/change/?huifu=1").content.decode())
    assert sent["body"].index(two.upload.key) < sent["body"].index(one.upload.key)
    client.post(f"{BASE}/{piece.pk}/change/", sent | {"_save": "1"})
    assert [row.upload for row in piece.images.all()] == [two.upload, one.upload]

    other = f.article(by=desk, title="另一篇", body=BODY)
    answer = chosen(client, other, f"l{one.pk}", do="add")
    assert answer.headers["Location"].endswith("?huifu=1")
    sent = form_of(client.get(f"{BASE}/{other.pk}/change/?huifu=1").content.decode())
    client.post(f"{BASE}/{other.pk}/change/", sent | {"_save": "1"})
    other.refresh_from_db()
    assert other.body == BODY and other.images.get().upload == one.upload


def test_a_picture_of_the_piece_keeps_its_row_and_gets_its_words(desk, piece):
    client = f.signed_in(desk)
    upload = Upload.objects.accept(f.photo("来稿.jpg"), owner=desk, make_now=True)
    row = piece.images.create(upload=upload, caption="", photographer="")
    page = client.get(f"{BASE}/{piece.pk}/pictures/").content.decode()
    assert "这篇稿子带来的" in page and f'value="i{row.pk}"' in page
    more = {f"shuoming-i{row.pk}": "补上的说明", f"sheying-i{row.pk}": "苏砚"}
    chosen(client, piece, f"i{row.pk}", **more)
    sent = form_of(client.get(f"{BASE}/{piece.pk}/change/?huifu=1").content.decode())
    client.post(f"{BASE}/{piece.pk}/change/", sent | {"_save": "1"})
    row.refresh_from_db()
    assert ArticleImage.objects.get() == row
    assert (row.caption, row.photographer) == ("补上的说明", "苏砚")


def test_what_is_looked_for_is_found_and_what_is_ticked_stays(desk, piece):
    client = f.signed_in(desk)
    unit = f.unit("望舒选煤厂")
    one = picture(desk, organisation=unit, people="梁守信")
    other = picture(desk, "雪后的铁路", "雪.jpg", photographer="苏砚")
    where = f"{BASE}/{piece.pk}/pictures/"

    def shown(**asked: object) -> str:
        sent = {"do": "find", "ri": ""} | asked
        return client.post(where, sent).content.decode()

    for asked in ({"zhao": "早晨"}, {"ren": "守信"}, {"danwei": str(unit.pk)}, {"zhao": "望舒 周砚"},
                  {"sheyingzhe": "周砚秋"}):  # fmt: skip
        page = shown(**asked)
        assert f'value="l{one.pk}"' in page and f'value="l{other.pk}"' not in page, asked
    f.article(by=desk).images.create(upload=one.upload)
    assert f'value="l{one.pk}"' not in shown(meiyong="on")
    kept = shown(zhao="雪后", xuan=[f"l{one.pk}"], **{f"shuoming-l{one.pk}": "打了一半的说明"})
    assert f'data-key="l{one.pk}"' in kept and "打了一半的说明" in kept
    assert "没有找到" in shown(zhao="没有这样的图")


def test_without_a_choice_and_with_a_bad_file_one_is_told_and_keeps_what_was_typed(desk, piece):
    client = f.signed_in(desk)
    sent = typed(client, piece, title="打好的标题") | {"do": "place"}
    page = client.post(f"{BASE}/{piece.pk}/pictures/", sent).content.decode()
    assert "还没有选图片" in page
    assert DeskDraft.objects.get().data["title"] == "打好的标题"
    bad = f.SimpleUploadedFile("假.jpg", b"not a picture", "image/jpeg")
    page = client.post(f"{BASE}/{piece.pk}/pictures/", {"do": "upload", "files": bad})
    assert "假.jpg" in page.content.decode() and not LibraryPicture.objects.exists()


def test_a_new_picture_is_uploaded_and_ticked(desk, piece):
    client = f.signed_in(desk)
    where = f"{BASE}/{piece.pk}/pictures/"
    page = client.post(where, {"do": "upload", "files": f.photo("新的.jpg")}).content.decode()
    made = LibraryPicture.objects.get()
    assert f'data-key="l{made.pk}"' in page
    asked = {"do": "upload", "files": f.photo("又一张.jpg")}
    told = client.post(where, asked, headers={"accept": "application/json"}).json()
    assert len(told["chosen"]) == 1
    assert client.get(f"{where}?zhunbei={told['chosen'][0]}").json() == {"ready": False}
    f.work()
    assert client.get(f"{where}?zhunbei={told['chosen'][0]}").json() == {"ready": True}


def test_of_a_piece_of_another_section_and_of_one_taken_over_nothing_is_written(desk, piece):
    boss = f.managing()
    one = picture(desk)
    client = f.signed_in(desk)
    sent = typed(client, piece, title="接手前打的字")
    client.post(f"{BASE}/{piece.pk}/autosave/", sent)
    f.signed_in(boss).post(f"{BASE}/{piece.pk}/takeover/")
    answer = client.post(
        f"{BASE}/{piece.pk}/pictures/", sent | {"xuan": f"l{one.pk}", "do": "place"}, follow=True
    )
    assert "已接手这篇文章" in answer.content.decode()
    assert DeskDraft.objects.get(user=desk).data == {}
    DeskAssignment.objects.create(user=desk, section=f.section("shici"))
    assert client.get(f"{BASE}/{piece.pk}/pictures/").status_code == 404
    reader = f.account("kan", "网站监督", name="监督员")
    assert "图库" not in f.signed_in(reader).get(f"{BASE}/{piece.pk}/pictures/").content.decode()


def test_for_a_piece_that_is_not_made_yet(desk):
    client, one = f.signed_in(desk), picture(desk)
    sent = form_of(client.get(f"{BASE}/add/").content.decode())
    sent |= {"title": "新写的一篇", "body": "<p>一段。</p>"}
    client.post(f"{BASE}/pictures/", sent | {"xuan": f"l{one.pk}", "do": "place"})
    back = form_of(client.get(f"{BASE}/add/?huifu=1").content.decode())
    assert back["title"] == "新写的一篇" and one.upload.key in back["body"]
    assert back["images-0-from_library"] == str(one.pk)


def test_everything_typed_comes_back_from_it(desk):
    piece = f.article("shigu", by=desk, body=BODY)
    AccidentFacts.objects.create(
        article=piece, source="应急管理部", as_of=dt.datetime(2026, 3, 1, 8, tzinfo=dt.UTC)
    )
    second = piece.bylines.create(name="要删的", position=5)
    client, one = f.signed_in(desk), picture(desk)
    page = client.get(f"{BASE}/{piece.pk}/change/").content.decode()
    sent = form_of(page) | {"expires_at_0": "2027-01-02", "expires_at_1": "03:04:00"}
    row = next(
        name for name, value in sent.items() if value == str(second.pk) and name.endswith("-id")
    )
    sent |= {row.replace("-id", "-DELETE"): "on", "proof_correction": "on"}
    client.post(f"{BASE}/{piece.pk}/pictures/", sent | {"xuan": f"l{one.pk}", "do": "add"})
    back = form_of(client.get(f"{BASE}/{piece.pk}/change/?huifu=1").content.decode())
    assert (back["expires_at_0"], back["expires_at_1"]) == ("2027/01/02", "03:04")
    assert back["accident-0-as_of_0"].endswith("03/01")
    assert DeskDraft.objects.get().data["proof_correction"] == "on"
    assert back[row.replace("-id", "-DELETE")] == "on"
    client.post(f"{BASE}/{piece.pk}/change/", back | {"_save": "1"})
    piece.refresh_from_db()
    assert piece.expires_at is not None and not piece.bylines.filter(pk=second.pk).exists()
    assert AccidentFacts.objects.get(article=piece).as_of is not None


def test_a_file_chosen_in_a_row_is_kept_on_the_way(desk, piece):
    client = f.signed_in(desk)
    sent = typed(client, piece)
    sent |= {"images-0-file": f.photo("现场.jpg"), "images-0-caption": "写好的说明"}
    client.post(f"{BASE}/{piece.pk}/pictures/", sent)
    back = form_of(client.get(f"{BASE}/{piece.pk}/change/?huifu=1").content.decode())
    client.post(f"{BASE}/{piece.pk}/change/", back | {"_save": "1"})
    assert piece.images.get().caption == "写好的说明"


def test_one_picture_has_one_row(desk, piece):
    client, one = f.signed_in(desk), picture(desk)
    chosen(client, piece, f"l{one.pk}", do="add")
    back = form_of(client.get(f"{BASE}/{piece.pk}/change/?huifu=1").content.decode())
    again = back | {"xuan": f"l{one.pk}", "do": "place", "duan": "0"}
    client.post(f"{BASE}/{piece.pk}/pictures/", again)
    back = form_of(client.get(f"{BASE}/{piece.pk}/change/?huifu=1").content.decode())
    client.post(f"{BASE}/{piece.pk}/change/", back | {"_save": "1"})
    image = piece.images.get()
    chosen(client, piece, f"l{one.pk}", do="add")  # it stands there by now
    back = form_of(client.get(f"{BASE}/{piece.pk}/change/?huifu=1").content.decode())
    client.post(f"{BASE}/{piece.pk}/change/", back | {"_save": "1"})
    assert piece.images.get() == image


def test_what_another_window_typed_meanwhile_is_not_written_over(desk, piece):
    client, one = f.signed_in(desk), picture(desk)
    page = client.post(f"{BASE}/{piece.pk}/pictures/", typed(client, piece)).content.decode()
    seen = html.fromstring(page).xpath("//input[@name='gao']/@value")[0]
    client.post(f"{BASE}/{piece.pk}/autosave/", typed(client, piece, title="另一个窗口打的"))
    place = {"xuan": f"l{one.pk}", "do": "place", "gao": seen}
    told = client.post(f"{BASE}/{piece.pk}/pictures/", place).content.decode()
    assert "在别的窗口又改过" in told
    assert DeskDraft.objects.get().data["title"] == "另一个窗口打的"
    now = html.fromstring(told).xpath("//input[@name='gao']/@value")[0]
    client.post(f"{BASE}/{piece.pk}/pictures/", place | {"gao": now})
    assert one.upload.key in DeskDraft.objects.get().data["body"]


def test_after_a_colleague_has_saved_no_picture_goes_into_the_older_text(desk, piece):
    client, one = f.signed_in(desk), picture(desk)
    sent = typed(client, piece, title="打到一半")
    save(piece, f.managing(), title="同事存的标题")
    told = client.post(
        f"{BASE}/{piece.pk}/pictures/", sent | {"xuan": f"l{one.pk}", "do": "place"}
    ).content.decode()
    assert "您打开之后别人保存过" in told
    kept = DeskDraft.objects.get(user=desk).data
    assert kept["title"] == "打到一半" and one.upload.key not in kept["body"]
    back = client.get(f"{BASE}/{piece.pk}/change/?huifu=1").content.decode()
    assert "各行没有恢复" in back


def test_what_is_ticked_and_filtered_away_is_placed_all_the_same(desk, piece):
    client, one = f.signed_in(desk), picture(desk)
    page = client.post(
        f"{BASE}/{piece.pk}/pictures/", {"do": "find", "xuan": f"l{one.pk}", "zhao": "没有这样的图"}
    ).content.decode()
    form = html.fromstring(page).xpath("//form[contains(@class,'pk')]")[0]
    sent = [
        pair for pair in form.form_values() if pair[0] in ("xuan", "gao", f"shuoming-l{one.pk}")
    ]
    client.post(f"{BASE}/{piece.pk}/pictures/", {**dict(sent), "do": "place"})
    assert one.upload.key in DeskDraft.objects.get().data["body"]


def test_after_a_takeover_nothing_is_placed(desk, piece):
    client, one = f.signed_in(desk), picture(desk)
    client.post(f"{BASE}/{piece.pk}/autosave/", typed(client, piece, title="打到一半"))
    f.signed_in(f.managing()).post(f"{BASE}/{piece.pk}/takeover/")
    place = {"xuan": f"l{one.pk}", "do": "place", "gao": ""}
    told = client.post(f"{BASE}/{piece.pk}/pictures/", place).content.decode()
    assert "同事已接手" in told and DeskDraft.objects.get(user=desk).data == {}


def test_more_than_twenty_at_once_are_not_placed_in_silence(desk, piece):
    client, one = f.signed_in(desk), picture(desk)
    rows = [
        LibraryPicture(upload=Upload.objects.create(owner=desk, bytes=1), caption="多")
        for _ in range(20)
    ]
    keys = [f"l{row.pk}" for row in (one, *LibraryPicture.objects.bulk_create(rows))]
    told = client.post(f"{BASE}/{piece.pk}/pictures/", {"xuan": keys, "do": "place"})
    assert "一次最多放 20 张，这次选了 21 张" in told.content.decode()
    assert not DeskDraft.objects.exists()
