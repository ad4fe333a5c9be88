"""What nobody types by accident: every answer is a page of ours, never a failure."""

from __future__ import annotations

import io
from urllib.parse import quote

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from django.urls import reverse

from articles.models import Article, LibraryPicture
from correspondents.models import Upload
from portal.models import KeptList
from portal.wsgi import application
from submissions.models import Manuscript
from tests import factories as f

pytestmark = [pytest.mark.django_db, pytest.mark.database]
HUGE = "9" * 40
NUL = "a\x00b"
ODD = [
    "\x00",
    NUL,
    "😀",
    "%",
    "'",
    '"',
    "..",
    "\\",
    "\u202e",
    "x" * 3000,
    "\udcff".encode("utf-8", "surrogateescape").decode("latin1"),
]


@pytest.mark.parametrize(
    "address",
    [
        f"/articles/{HUGE}/", f"/tongxunyuan/{HUGE}/", f"/danwei/{HUGE}/",
        f"/newshtml/2014-5-31/{HUGE}.shtml", f"/ShowNews.aspx?newId={HUGE}",
        "/ShowNews.aspx?newId=%00", f"/archive/{HUGE}/1/1/", "/archive/?date=%00",
        f"/pictures/{NUL}/480.jpg", f"/pictures/x/{HUGE}.jpg", "/tags/%00/", "/tags/a%00b/",
        "/%00/", "/a%00b/", "/feeds/%00/", "/yemian/%00/", "/search/?q=%00&page=%00",
        "/search/?q=%ff%fe", "/jukuang/?page=older-%00-1", "/sitemap-articles-2026-13.xml", "/sitemap-articles-2026-01-999.xml",
        "/sitemap-%00.xml", "/sitemap-nothing.xml", "/sitemap-tags-999999.xml", "/%00.txt", "/tags/%00/feed/", "/xianshi/?next=%00&mode=%00",
        f"/tougao/{HUGE}/", f"/tougao/{HUGE}/xiugai/", "/tougao/tupian/%00/480.jpg",
        "/zhanghu/login/?next=%00", "/zhanghu/password/reset/key/x-%00/", "/admin/%00/",
        *(f"/tags/{quote(word)}/" for word in ODD[2:6]),
    ],
)  # fmt: skip
def test_odd_addresses(address):
    f.published()
    for client in (Client(), f.signed_in(f.correspondent().user), f.signed_in(f.chief())):
        answer = client.get(address)
        assert answer.status_code in (200, 301, 302, 400, 404), address
        if answer.headers.get("Content-Type", "").startswith("text/html") and answer.content:
            assert "煤炭资讯网" in answer.content.decode() or "<h1>" in answer.content.decode()


@pytest.mark.parametrize("word", ODD)
def test_odd_words_in_the_correspondents_form_lose_nothing(word):
    li = f.correspondent()
    data = {"section": f.section().pk, "title": "题" + word, "text": "近日。" + word, "kept": word,
            "caption": word, "photographer": word, "form_key": word, "action": "submit"}  # fmt: skip
    page = f.signed_in(li.user).post(reverse("submissions:new"), data, follow=True)
    text = page.content.decode()
    assert "近日。" in text
    assert Manuscript.objects.exists() or "没有提交成功" in text


def test_a_form_that_comes_without_its_rows_leaves_them_alone():
    li = f.correspondent()
    draft = f.manuscript(li)
    upload = Upload.objects.accept(f.photo(), owner=li.user)
    draft.pictures.create(upload=upload, caption="井口")
    f.signed_in(li.user).post(
        reverse("submissions:edit", args=[draft.pk]),
        {"section": f.section().pk, "title": "改过的题", "text": "改过的正文"},
    )
    draft.refresh_from_db()
    assert (draft.title, draft.body) == ("改过的题", "<p>改过的正文</p>")
    assert draft.pictures.get().caption == "井口"
    assert [row.name for row in draft.bylines.all()] == ["李通讯"]
    assert draft.is_declared


@pytest.mark.parametrize("word", ODD)
def test_odd_words_at_the_desk(word):
    li, wang, zhao = f.correspondent(), f.editor(), f.managing()
    sent = f.manuscript_in("submitted", li, wang)
    step = reverse("admin:submissions_manuscript_step", args=[sent.pk])
    f.signed_in(wang).post(
        step, {"_seen": f.seen(step), "_step": "send_back", "_note": "请改" + word}
    )
    sent.refresh_from_db()
    assert sent.state == "returned"
    assert sent.remark.startswith("请改")
    article = f.article_in("second_reading", [wang, zhao, f.chief()])
    step = reverse("admin:articles_article_step", args=[article.pk])
    for data in ({"_step": word}, {"_step": "schedule", "_at": word}, {}):
        page = f.signed_in(zhao).post(step, data | {"_seen": f.seen(step)}, follow=True)
        assert page.status_code == 200
    f.signed_in(zhao).post(
        step, {"_seen": f.seen(step), "_step": "pass_back_second", "_note": "请核实" + word}
    )
    article.refresh_from_db()
    assert article.state == "first_reading"


@pytest.mark.parametrize("word", ODD)
def test_odd_words_at_sign_in(word):
    answer = Client().post("/zhanghu/login/", {"login": word, "password": word, "next": word})
    assert answer.status_code == 200
    assert "登录" in answer.content.decode()


def test_list_actions_with_odd_selections():
    chief = f.signed_in(f.chief())
    for selected in (["x"], [HUGE], ["\x00"], []):
        page = chief.post(
            reverse("admin:articles_article_changelist"),
            {"action": "publish", "_selected_action": selected},
            follow=True,
        )
        assert page.status_code in (200, 400)
        assert not Article.objects.published().exists()


def test_a_kept_picture_that_is_already_attached_is_not_attached_twice():
    li = f.correspondent()
    upload = Upload.objects.accept(f.photo(), owner=li.user)
    data = {"section": f.section().pk, "title": "题", "text": "文", "kept": [upload.key] * 3}
    f.signed_in(li.user).post(reverse("submissions:new"), data)
    assert Manuscript.objects.get().pictures.count() == 1


@pytest.fixture
def connections_stay():
    """The entry point of the servers closes its connections around a request; a test has one."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("connections_stay")
@pytest.mark.parametrize("charset", ["hex", "rot13", "idna", "undefined", "utf-7", "gb18030"])
def test_a_body_in_another_encoding_is_refused_and_a_page_is_shown_all_the_same(charset):
    """Through the entry point of the servers: Django fails while it builds the request."""
    form = b'--x\r\nContent-Disposition: form-data; name="title"\r\n\r\n\xe9\xa2\x98\r\n--x--\r\n'

    def ask(method, address, kind, cookie=""):
        path, _, query = address.partition("?")
        environ = {
            "REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query,
            "SERVER_NAME": "testserver", "SERVER_PORT": "80", "wsgi.input": io.BytesIO(form),
            "wsgi.url_scheme": "http", "wsgi.errors": io.StringIO(), "CONTENT_TYPE": kind,
            "CONTENT_LENGTH": str(len(form)) if method == "POST" else "", "HTTP_COOKIE": cookie,
        }  # fmt: skip
        told = []
        answer = application(environ, lambda status, headers: told.append(status))
        return told[0][:3], b"".join(answer).decode()

    kind = f"multipart/form-data; boundary=x; charset={charset}"
    for address in ("/tougao/", "/zhanghu/login/", "/tougao/baocun/?a=1"):
        assert ask("POST", address, kind) == ("400", "请用 UTF-8 编码提交。")
    status, page = ask("GET", "/search/?q=%E7%85%A4", f"text/html; charset={charset}")
    assert (status, 'value="煤"' in page) == ("200", True)
    plain = "multipart/form-data; boundary=x; charset=UTF-8"
    assert ask("POST", "/tougao/", plain)[0] == "403"  # read, and without the token of a form


def test_nul_is_dropped_wherever_it_is_typed():
    li, wang = f.correspondent(), f.editor()
    author, desk = f.signed_in(li.user), f.signed_in(wang)
    draft = f.manuscript(li)
    sent = {"kind": "picture", "file": f.photo(), "caption": "井\x00口", "photographer": "李\x00某"}
    author.post(reverse("submissions:upload", args=[draft.pk]), sent)
    picture = draft.pictures.get()
    assert (picture.caption, picture.photographer) == ("井口", "李某")
    draft.submit(by=li.user)
    say = {"_do": "say", "body": "改\x00改", "quote": "引\x00文"}
    desk.post(reverse("admin:submissions_manuscript_desk", args=[draft.pk]), say)
    message = draft.messages.get()
    assert (message.body, message.quote) == ("改改", "引文")
    found = author.get(reverse("submissions:names"), {"q": "李\x00通讯"}).json()["people"]
    assert [one["name"] for one in found] == ["李通讯"]
    queue = desk.get(reverse("admin:submissions_manuscript_changelist"), {"q": "白桦\x00沟"})
    assert draft.sent_title in queue.content.decode()


def test_lists_of_the_desk_are_filtered_by_what_they_offer_alone():
    f.published("甲篇"), f.published("乙篇", "anquan")
    f.manuscript_in("submitted", f.correspondent(), f.editor())
    chief = f.signed_in(f.chief())
    articles = reverse("admin:articles_article_changelist")
    requests = reverse("admin:submissions_authorrequest_changelist")
    letters = reverse("admin:correspondents_letter_changelist")
    refused = [
        (articles, {"title__regex": "(a+)+$"}),
        (articles, {"title": "甲篇"}),
        (articles, {"state__regex": "("}),
        (articles, {"pk__regex": "("}),
        (articles, {"section__manuscript__to_desk__contains": "密"}),
        (requests, {"asked_at__year": "900000000000000000"}),
        (requests, {"asked_at__year": "9999"}),
        (requests, {"asked_at__gte": "0001-01-01"}),
        (letters, {"created_at__gte": "0001-01-01 00:00:00+14:00"}),
        (letters, {"created_at__second__exact": "1"}),
    ]
    for address, query in refused:
        assert chief.get(address, query).status_code == 400, query
    jukuang = f.section().pk
    page = chief.get(articles, {"section__id__exact": jukuang, "state__exact": "published"})
    assert "甲篇" in page.content.decode()
    assert "乙篇" not in page.content.decode()
    for query in (
        {"asked_at__year": "2026", "asked_at__month": "2"},
        {"kind__exact": "correction"},
    ):
        assert "作者申请" in chief.get(requests, query).content.decode()
    since = {"created_at__gte": "2026-11-01 00:00:00+08:00", "standing__exact": "sent"}
    assert chief.get(letters, since).status_code == 200


LONG = "9" * 30
LIBRARY, WORKLOAD = "/admin/articles/librarypicture/", "/admin/workload/"
PLACEMENT, ARTICLES = "/admin/articles/placement/add/", "/admin/articles/article/"


def shelved() -> LibraryPicture:
    upload = Upload.objects.accept(f.photo(), owner=None)
    return LibraryPicture.objects.create(upload=upload, caption="井口的图片")


@pytest.mark.parametrize(
    ("address", "shows"),
    [
        *((f"{LIBRARY}?nian={year}", "井口的图片") for year in (0, 99999, LONG, "%D9%A2%D9%A0")),
        *((f"{LIBRARY}add/?organisation={unit}", "上传图片") for unit in ("abc", LONG, "-1", "1_0")),
        ("/admin/front/?shi=0001-01-01", "<main"), ("/admin/front/?shi=9999-12-31", "<main"),
        ("/admin/front/?shi=0001-01-01T00:00%2B14:00", "<main"),
        (f"{WORKLOAD}?cong=0001-01-01", 'value="1990-01-01"'),
        (f"{WORKLOAD}?dao=9999-12-31", 'value="2199-12-01"'),
        ("/admin/calendar/?yue=0001-01", "1990"),
        *((f"{PLACEMENT}?article={number}", 'name="article"') for number in ("abc", LONG, "%00")),
        (f"{PLACEMENT}?since=9999", 'name="since_0"'),
        (f"{PLACEMENT}?until=0001-01-01", 'value="1990/01/01"'),
        (f"{PLACEMENT}?since=2026-05-01+08:30", 'value="08:30"'),
        ("/admin/articles/topic/add/?since=9999", 'name="since_0"'),
        ("/admin/articles/topicblock/add/?tag=abc", 'name="tag"'),
        (f"/admin/articles/deskassignment/add/?user={LONG}", 'name="user"'),
        ("/admin/correspondents/liaison/add/?organisation=abc", 'name="organisation"'),
        (f"/admin/correspondents/organisation/add/?parent={LONG}", 'name="parent"'),
    ],
)  # fmt: skip
def test_a_page_of_the_desk_opens_whatever_its_address_asks_for(address, shows):
    shelved()
    answer = f.signed_in(f.chief()).get(address)
    assert (answer.status_code, shows in answer.content.decode()) == (200, True)


@pytest.mark.parametrize("number", [LONG, "-" + LONG, "9_" * 15 + "9"])
def test_a_list_is_not_asked_for_numbers_that_no_column_holds(number):
    chief = f.signed_in(f.chief())
    for lookup in ("section", "section__exact", "section__id__exact"):
        answer = chief.get(ARTICLES, {lookup: number})
        assert (answer.status_code, "请求无法处理" in answer.content.decode()) == (400, True)


@pytest.mark.parametrize("number", ["abc", LONG, "-" + LONG, "٣"])
def test_a_choice_that_nobody_offers_is_refused_on_the_form(number):
    picture, public = shelved(), f.published()
    chief = f.signed_in(f.chief())
    placement = {"kind": "headline", "article": number, "position": 0,
                 "since_0": "2026-01-01", "since_1": "08:00"}  # fmt: skip
    byline = {f"bylines-0-{name}": number for name in ("correspondent", "organisation")}
    byline |= {"bylines-0-role": "correspondent", "bylines-0-name": "李通讯", "title": "改"}
    for formset in ("bylines", "images", "corrections", "readings"):
        byline |= {f"{formset}-TOTAL_FORMS": 0, f"{formset}-INITIAL_FORMS": 0}
    draft = f.article(by=f.editor())
    unit, one = f.unit(), f.person()
    forms = [
        (f"{LIBRARY}add/", {"organisation": number}),
        (f"{LIBRARY}{picture.pk}/change/", {"organisation": number, "day": "2026-01-01"}),
        (PLACEMENT, placement),
        (reverse("admin:articles_article_change", args=[draft.pk]),
         byline | {"bylines-TOTAL_FORMS": 1}),
        (f"/admin/correspondents/organisation/{unit.pk}/merge/", {"kept": number}),
        (f"/admin/correspondents/correspondent/{one.pk}/unit/", {"organisation": number}),
    ]  # fmt: skip
    for address, data in forms:
        page = chief.post(address, data)
        assert "选择一个有效的选项" in page.content.decode(), address
    picture.refresh_from_db()
    assert picture.organisation is None and public.placements.count() == 0


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_time_that_no_calendar_of_ours_has_is_refused_on_the_form(day):
    public = f.published()
    placement = {"kind": "headline", "article": public.pk, "position": 0, "since_0": day,
                 "since_1": "00:00"}  # fmt: skip
    page = f.signed_in(f.chief()).post(PLACEMENT, placement)
    assert "请填写 1990 年到 2199 年之间的时间。" in page.content.decode()
    assert not public.placements.exists()


def test_a_kept_list_that_nobody_has_is_not_dropped():
    chief = f.chief()
    own = KeptList.objects.create(user=chief, name="我的", path=ARTICLES, query="state=published")
    for number in ("9" * 5000, LONG, "abc", "٣", str(own.pk + 1)):
        assert f.signed_in(chief).post("/admin/kept-lists/", {"drop": number}).status_code == 404
    page = f.signed_in(chief).get(ARTICLES)
    assert "我的" in page.content.decode()
    f.signed_in(chief).post("/admin/kept-lists/", {"drop": str(own.pk)})
    assert not KeptList.objects.exists()
