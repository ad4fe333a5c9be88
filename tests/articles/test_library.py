"""The picture library, as the desk works with it."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image, ImageDraw

from articles.models import Article, ArticleImage, DeskAssignment, LibraryPicture, Topic
from correspondents.models import Upload
from tests import factories as f

pytestmark = pytest.mark.django_db
LIST = "admin:articles_librarypicture_changelist"
ONE = "admin:articles_librarypicture_change"


def scene(seed: int, *, size: tuple[int, int] = (900, 600), quality: int = 90) -> io.BytesIO:
    """A picture with shapes of its own, saved as asked."""
    image = Image.new("RGB", (900, 600), "white")
    draw = ImageDraw.Draw(image)
    for number in range(12):
        x, y = (seed * 97 + number * 211) % 800, (seed * 53 + number * 137) % 500
        draw.rectangle((x, y, x + 130, y + 90), fill=(number * 20, (seed * 40) % 255, 90))
    buffer = io.BytesIO()
    image.resize(size).save(buffer, "JPEG", quality=quality)
    buffer.seek(0)
    buffer.name = f"photo-{seed}-{quality}.jpg"
    return buffer


def file_of(made: io.BytesIO) -> SimpleUploadedFile:
    return SimpleUploadedFile(made.name, made.getvalue(), "image/jpeg")


def shelved(seed: int = 1, **words) -> LibraryPicture:
    upload = Upload.objects.accept(file_of(scene(seed)), owner=None, make_now=True)
    return LibraryPicture.objects.create(upload=upload, **words)


def placed(article: Article, picture: LibraryPicture, **words) -> ArticleImage:
    return ArticleImage.objects.create(article=article, upload=picture.upload, **words)


def told(response) -> str:
    return "　".join(str(message) for message in response.context["messages"])


def listed(client: Client, **asked) -> str:
    return client.get(reverse(LIST), asked).content.decode()


class TestLibrary:
    def test_many_at_once_with_the_words_they_share(self):
        wang = f.signed_in(f.editor())
        files = [
            file_of(scene(1)),
            file_of(scene(2)),
            SimpleUploadedFile("a.jpg", b"no picture at all here", "image/jpeg"),
        ]
        data = {"files": files, "caption": "井口送清凉", "people": "周砚秋、陆长风"}
        answer = wang.post(reverse("admin:articles_librarypicture_add"), data, follow=True)
        assert "收下 2 张图片" in told(answer)
        assert "不是可用的图片" in told(answer)
        assert "井口送清凉" in answer.content.decode()  # what was typed is there for the next try
        made = LibraryPicture.objects.all()
        assert {picture.caption for picture in made} == {"井口送清凉"}

    def test_found_by_words_people_unit_and_day(self):
        unit = f.unit("云岭煤矿")
        one = shelved(
            1, caption="检修皮带", people="周砚秋", organisation=unit, day=dt.date(2026, 3, 5)
        )
        two = shelved(2, caption="矿区雪景", photographer="沈知白", day=dt.date(2025, 1, 2))
        wang = f.signed_in(f.editor())
        for words, found in (("皮带", one), ("周砚秋", one), ("云岭", one), ("沈知白", two)):
            html = listed(wang, q=words)
            other = two if found is one else one
            assert reverse(ONE, args=[found.pk]) in html
            assert reverse(ONE, args=[other.pk]) not in html
        html = listed(wang, nian=2025)
        assert reverse(ONE, args=[two.pk]) in html
        assert reverse(ONE, args=[one.pk]) not in html

    def test_publication_brings_a_picture_in_with_its_words(self):
        readers = [f.editor(), f.managing(), f.chief()]
        upload = Upload.objects.accept(f.photo(), owner=None, make_now=True)
        draft = f.article(by=readers[0])
        ArticleImage.objects.create(article=draft, upload=upload, caption="采煤机")
        assert not LibraryPicture.objects.exists()  # what an author sent is not everybody's yet
        draft.images.update(photographer="沈知白")
        for reader in readers:
            draft.sign(by=reader)
        draft.publish(by=readers[2])
        kept = LibraryPicture.objects.get()
        assert (kept.caption, kept.photographer, kept.alt) == ("采煤机", "沈知白", "")

    def test_an_article_takes_a_picture_with_its_words(self):
        picture = shelved(caption="皮带检修现场", photographer="沈知白", alt="三名工人")
        wang = f.editor()
        article = f.article(by=wang)
        client = f.signed_in(wang)
        address = reverse("admin:articles_article_change", args=[article.pk])
        form = client.get(address).context["adminform"].form
        data = {name: form[name].initial for name in form.fields}
        data = {name: "" if value is None else value for name, value in data.items()} | {"tags": ""}
        for formset in ("bylines", "images", "corrections", "readings"):
            data |= {f"{formset}-TOTAL_FORMS": 0, f"{formset}-INITIAL_FORMS": 0}
        data |= {"images-TOTAL_FORMS": 1, "images-0-from_library": picture.pk,
                 "images-0-position": 0, "images-0-caption": "", "images-0-alt": "改过的",
                 "images-0-id": "", "images-0-article": article.pk}  # fmt: skip
        client.post(address, data)
        image = article.images.get()
        assert image.upload == picture.upload
        assert (image.caption, image.photographer, image.alt) == (
            "皮带检修现场", "沈知白", "改过的",
        )  # fmt: skip

    def test_the_same_picture_is_warned_of_even_when_it_was_saved_anew(self):
        first = shelved(3, caption="第一次")
        other = shelved(4, caption="另一张")
        wang = f.signed_in(f.editor())
        again = {"files": [file_of(scene(3))]}
        answer = wang.post(reverse("admin:articles_librarypicture_add"), again, follow=True)
        assert "同一张" in told(answer)
        assert reverse(ONE, args=[first.pk]) in told(answer)
        upload = Upload.objects.accept(
            file_of(scene(3, size=(600, 400), quality=55)), owner=None, make_now=True
        )
        small = LibraryPicture.objects.create(upload=upload, caption="转发的")
        html = wang.get(reverse(ONE, args=[small.pk])).content.decode()
        assert reverse(ONE, args=[first.pk]) in html
        assert reverse(ONE, args=[other.pk]) not in html

    def test_the_focus_is_kept_in_sight_by_the_front_page(self):
        article = f.published("图片新闻一则", "tupian")
        picture = shelved(5)
        placed(article, picture, caption="说明")
        assert 'class="fx-' not in Client().get("/").content.decode()
        wang = f.signed_in(f.editor())
        words = {"caption": "", "day": "2026-01-01", "focus_x": 80, "focus_y": ""}
        refused = wang.post(reverse(ONE, args=[picture.pk]), words)
        assert "要么都不填" in refused.content.decode()
        wang.post(reverse(ONE, args=[picture.pk]), words | {"focus_y": 20})
        assert 'class="fx-8 fy-2"' in Client().get("/").content.decode()

    def test_a_crop_is_a_picture_of_its_own(self):
        picture = shelved(6, caption="井架")
        wang = f.signed_in(f.editor())
        address = reverse("admin:articles_librarypicture_cut", args=[picture.pk])
        wrong = {"left": 60, "top": 0, "right": 40, "bottom": 100}
        assert "裁剪的范围不对" in told(wang.post(address, wrong, follow=True))
        wang.post(address, {"left": 50, "top": 0, "right": 100, "bottom": 50})
        part = picture.crops.get()
        part.upload.make_sizes()
        part.upload.refresh_from_db()
        assert (part.upload.width, part.upload.height) == (450, 300)
        assert part.caption == "井架"
        whole = picture.upload.original.storage.open(picture.upload.path_of(768, "jpg"), "rb")
        mine = part.upload.original.storage.open(part.upload.path_of(450, "jpg"), "rb")
        quarter = Image.open(whole).crop((384, 0, 768, 256)).resize((45, 30))
        shown = Image.open(mine).resize((45, 30))
        apart = [abs(a - b) for a, b in zip(quarter.tobytes(), shown.tobytes(), strict=True)]
        assert sum(apart) / len(apart) < 8
        assert picture.alike() == []  # its own crop is no warning

    def test_who_may_see_what_stands_nowhere(self):
        picture = shelved(7)
        address = reverse("articles:picture", args=[picture.upload.key, 480, "jpg"])
        li = f.correspondent("li")
        for client in (Client(), f.signed_in(li.user)):
            assert client.get(address).status_code == 404
        seen = f.signed_in(f.editor()).get(address)
        assert seen["Cache-Control"] == "private, no-store"
        assert b"".join(seen.streaming_content)[:2] == b"\xff\xd8"


class TestReplacing:
    def test_public_articles_change_on_their_working_copies_alone(self):
        old, new = shelved(1, caption="旧"), shelved(2, caption="新")
        public = f.published("公开的")
        placed(public, old, caption="公开的说明")
        body = f'<figure><img src="/pictures/{old.upload.key}/768.jpg" alt="井架" width="768" height="512"></figure>'
        Article.objects.filter(pk=public.pk).update(body=public.body + body)
        zhao = f.managing()
        draft = f.article(by=zhao)
        placed(draft, old)
        topic = Topic.objects.create(title="专题", slug="zhuanti-yi", picture=old.upload)
        client = f.signed_in(zhao)
        before = Client().get(public.get_absolute_url()).content
        answer = client.post(
            reverse("admin:articles_librarypicture_replace", args=[old.pk]),
            {"other": new.pk}, follow=True,
        )  # fmt: skip
        assert Client().get(public.get_absolute_url()).content == before
        copy = public.copy
        assert copy.images.get().upload == new.upload
        assert copy.images.get().caption == "公开的说明"
        assert old.upload.key not in copy.body
        assert f"/pictures/{new.upload.key}/768.jpg" in copy.body
        assert draft.images.get().upload == new.upload
        assert draft.revisions.filter(note="图库替换图片").exists()
        topic.refresh_from_db()
        assert topic.picture == new.upload
        assert "1 篇没有公开" in told(answer)
        assert "1 篇已公开" in told(answer)

    def test_nothing_of_other_sections_and_the_reason_is_told(self):
        old, new = shelved(1), shelved(2)
        article = f.published("别的栏目", "shici")
        placed(article, old)
        zhao = f.managing()
        DeskAssignment.objects.create(user=zhao, section=f.section("jukuang"))
        answer = f.signed_in(zhao).post(
            reverse("admin:articles_librarypicture_replace", args=[old.pk]),
            {"other": new.pk}, follow=True,
        )  # fmt: skip
        assert article.copy is None
        assert "不负责" in told(answer)

    def test_drafts_of_other_sections_are_counted_and_not_named(self):
        old, new = shelved(1), shelved(2)
        zhao = f.managing()
        public = f.published("别的栏目已经公开的", "shici")
        placed(public, old)
        placed(public.open_copy(by=f.chief()), old)
        Article.objects.filter(copy_of=public).update(title="修改稿里的新题目")
        placed(f.article("shici", by=zhao, title="还没有公开的题目"), old)
        DeskAssignment.objects.create(user=zhao, section=f.section("jukuang"))
        answer = f.signed_in(zhao).post(
            reverse("admin:articles_librarypicture_replace", args=[old.pk]),
            {"other": new.pk}, follow=True,
        )  # fmt: skip
        assert "“别的栏目已经公开的”没有换" in told(answer)
        assert "另有 2 篇别的栏目的文章没有换。" in told(answer)
        for title in ("修改稿里的新题目", "还没有公开的题目"):
            assert title not in answer.content.decode()

    def test_cleaning_up_keeps_what_is_in_the_library(self):
        picture = shelved(1)
        assert Upload.objects.unattached(older_than=dt.timedelta(days=-1)) == []
        picture.delete()
        assert len(Upload.objects.unattached(older_than=dt.timedelta(days=-1))) == 1

    def test_what_stands_somewhere_is_not_deleted(self):
        used, free = shelved(1), shelved(2)
        placed(f.published("用着"), used)
        zhao = f.signed_in(f.managing())
        for picture in (used, free):
            address = reverse("admin:articles_librarypicture_delete", args=[picture.pk])
            zhao.post(address, {"post": "yes"})
        assert list(LibraryPicture.objects.all()) == [used]
        assert not Upload.objects.filter(pk=free.upload_id).exists()
