"""The upload core: what is refused and why, and what becomes of what is accepted."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from articles.models import ArticleImage
from correspondents.models import Upload
from correspondents.uploads import BadUpload, inspect
from submissions.models import Manuscript, ManuscriptPicture
from tests import factories as f

pytestmark = pytest.mark.django_db


def work() -> None:
    f.work()


def bomb() -> SimpleUploadedFile:
    """A PNG of a few bytes that says it has 60,000 × 60,000 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 99))
    return SimpleUploadedFile("bomb.png", data + chunk(b"IEND", b""), "image/png")


def broken() -> SimpleUploadedFile:
    """A JPEG cut off in the middle: the header is right, the pixels are not there."""
    data = f.photo().read()
    return SimpleUploadedFile("broken.jpg", data[: len(data) // 3], "image/jpeg")


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (lambda: SimpleUploadedFile("a.jpg", b""), "“a.jpg”是空文件"),
        (lambda: SimpleUploadedFile("a.jpg", b"<html>" * 9), "“a.jpg”不是可用的图片"),
        (lambda: SimpleUploadedFile("a.svg", b"<svg onload='alert(1)'/>"), "不是可用的图片"),
        (lambda: SimpleUploadedFile("a.png", b"\x89PNG\r\n\x1a\n" + b"x" * 50), "已损坏"),
        (lambda: SimpleUploadedFile("a.pdf", b"%PDF-1.7" + b"x" * 50), "不是可用的图片"),
        (bomb, "像素太多，超过 11000 万像素"),
    ],
)
def test_a_refused_file_gets_one_chinese_sentence(file, sentence):
    with pytest.raises(BadUpload, match=sentence):
        inspect(file())


def test_the_limit_of_bytes(settings):
    settings.PICTURE_MAX_BYTES = 1000
    with pytest.raises(BadUpload, match="MB 的上限"):
        inspect(f.photo())


def test_type_goes_by_content_not_by_name():
    file = f.photo("picture.txt", format="PNG")
    assert inspect(file).content_type == "image/png"


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "GIF"])
def test_every_format_becomes_jpeg_and_webp_in_several_widths(format):
    upload = Upload.objects.accept(
        f.photo(size=(1600, 1000), format=format), owner=None, make_now=True
    )
    assert upload.is_ready
    assert (upload.width, upload.height) == (1600, 1000)
    sizes = {(size["width"], size["format"]) for size in upload.renditions}
    assert sizes == {(w, x) for w in (240, 336, 480, 768, 1040, 1368) for x in ("jpg", "webp")} | {
        (w, "avif") for w in (480, 768, 1368)
    }
    for size in upload.renditions:
        with upload.original.storage.open(size["path"]) as file, Image.open(file) as image:
            assert image.size == (size["width"], size["height"])


def test_heic_from_phones():
    import pillow_heif

    pillow_heif.register_heif_opener()
    buffer = io.BytesIO()
    Image.new("RGB", (640, 480), "navy").save(buffer, "HEIF")
    file = SimpleUploadedFile("IMG_1.HEIC", buffer.getvalue())
    upload = Upload.objects.accept(file, owner=None, make_now=True)
    assert upload.is_ready
    assert upload.content_type == "image/heic"


def test_a_small_picture_is_not_enlarged_and_not_refused():
    upload = Upload.objects.accept(f.photo(size=(600, 400)), owner=None, make_now=True)
    assert max(size["width"] for size in upload.renditions) == 600
    assert upload.is_small


def test_position_data_is_gone_and_the_picture_upright_and_the_original_kept():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif.get_ifd(0x8825)[2] = (29.0, 33.0, 11.0)
    file = f.photo(size=(1600, 1000), exif=exif.tobytes(), comment=b"serial 12345")
    sent = file.read()
    file.seek(0)
    upload = Upload.objects.accept(file, owner=None, make_now=True)
    assert (upload.width, upload.height) == (1000, 1600)
    for size in upload.renditions:
        with upload.original.storage.open(size["path"]) as made:
            data = made.read()
        assert b"12345" not in data
        with Image.open(io.BytesIO(data)) as image:
            assert not image.getexif()
    with upload.original.open() as original:
        assert original.read() == sent


def test_names_are_ours():
    upload = Upload.objects.accept(f.photo("../../../etc/passwd.jpg"), owner=None, make_now=True)
    assert upload.key in upload.original.name
    assert "passwd" not in upload.original.name
    assert all(upload.key in size["path"] for size in upload.renditions)


def test_a_picture_whose_pixels_are_broken_fails_in_the_worker_with_a_sentence():
    upload = Upload.objects.accept(broken(), owner=None, make_now=True)
    assert upload.state == "failed"
    assert "已损坏" in upload.failure
    assert upload.original.storage.exists(upload.original.name)


def test_making_the_sizes_twice_changes_nothing():
    upload = Upload.objects.accept(f.photo(), owner=None, make_now=True)
    before = upload.renditions
    upload.make_sizes()
    assert upload.renditions == before


class TestWhoMaySee:
    @pytest.fixture
    def sent(self):
        li = f.correspondent()
        manuscript = f.manuscript(li)
        upload = Upload.objects.accept(f.photo(), owner=li.user, make_now=True)
        ManuscriptPicture.objects.create(manuscript=manuscript, upload=upload, caption="井口")
        return li, manuscript, upload

    def seen(self, client, upload, name="submissions:picture"):
        return client.get(reverse(name, args=[upload.key, 480, "jpg"])).status_code

    def test_a_drafts_picture_is_its_owners_alone(self, sent):
        li, _manuscript, upload = sent
        assert self.seen(f.signed_in(li.user), upload) == 200
        for other in (f.correspondent("qian", "钱通讯").user, f.editor(), f.chief()):
            assert self.seen(f.signed_in(other), upload) == 404
        assert self.seen(Client(), upload) == 302

    def test_after_sending_the_desk_of_the_section_sees_it(self, sent):
        li, manuscript, upload = sent
        manuscript.submit(by=li.user)
        assert self.seen(f.signed_in(f.editor()), upload) == 200
        elsewhere = f.editor("other", "旁人")
        elsewhere.desk_assignments.create(section=f.section("sanwen"))
        assert self.seen(f.signed_in(elsewhere), upload) == 404
        assert self.seen(f.signed_in(f.correspondent("qian", "钱").user), upload) == 404

    def test_an_unpublished_articles_picture_is_the_desks(self, sent):
        upload = sent[2]
        article = f.article(by=f.editor())
        ArticleImage.objects.create(article=article, upload=upload)
        name = "articles:picture"
        assert self.seen(Client(), upload, name) == 404
        assert self.seen(f.signed_in(f.correspondent("qian", "钱").user), upload, name) == 404
        assert self.seen(f.signed_in(sent[0].user), upload, name) == 200  # who sent it
        answer = f.signed_in(f.chief()).get(reverse(name, args=[upload.key, 480, "jpg"]))
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "private, no-store"

    def test_a_public_articles_picture_is_everybodys_and_cannot_run_anything(self, sent):
        upload = sent[2]
        ArticleImage.objects.create(article=f.published(), upload=upload)
        answer = Client().get(reverse("articles:picture", args=[upload.key, 480, "webp"]))
        assert answer.headers["Content-Type"] == "image/webp"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"].startswith("public")

    def test_there_is_no_way_to_the_original(self, sent):
        upload = sent[2]
        ArticleImage.objects.create(article=f.published(), upload=upload)
        for address in (
            f"/media/{upload.original.name}",
            f"/{upload.original.name}",
            f"/pictures/{upload.key}/1600.jpg",
            f"/pictures/{upload.key}/480.png",
            f"/pictures/../{upload.original.name}",
        ):
            assert Client().get(address).status_code == 404


class TestTheForm:
    """Bad files keep what was typed, and lose nothing that was good."""

    def send(self, li, *files, **changes):
        data = {
            "section": f.section().pk,
            "title": "皮带检修完成",
            "text": "近日，检修完成。",
            "action": "submit",
            "pictures": list(files),
        } | changes
        return f.signed_in(li.user).post(reverse("submissions:new"), data, follow=True)

    @pytest.mark.parametrize(
        ("bad", "sentence"),
        [
            (bomb, "像素太多"),
            (lambda: SimpleUploadedFile("x.jpg", b"not a picture at all"), "不是可用的图片"),
            (lambda: SimpleUploadedFile("x.jpg", b""), "空文件"),
        ],
    )
    def test_a_bad_picture_beside_a_good_one(self, bad, sentence):
        li = f.correspondent()
        page = self.send(li, f.photo("good.jpg"), bad()).content.decode()
        assert sentence in page
        manuscript = Manuscript.objects.get()
        assert manuscript.state == "draft"
        assert manuscript.body == "<p>近日，检修完成。</p>"
        assert manuscript.pictures.get().upload.original_name == "good.jpg"
        assert "近日，检修完成。" in page

    def test_a_file_over_the_limit(self, settings):
        settings.PICTURE_MAX_BYTES = 10_000
        li = f.correspondent()
        page = self.send(li, f.photo("large.jpg", quality=95)).content.decode()
        assert "“large.jpg”有" in page
        assert "上限，请压缩后再传" in page
        assert Manuscript.objects.get().title == "皮带检修完成"

    def test_too_many_pictures(self, settings):
        settings.PICTURES_PER_MANUSCRIPT = 2
        li = f.correspondent()
        small = [f.photo(f"{number}.jpg", size=(60, 40)) for number in range(3)]
        page = self.send(li, *small).content.decode()
        assert "每篇稿件最多 2 张图片，“2.jpg”没有收下" in page
        assert ManuscriptPicture.objects.count() == 2

    @pytest.mark.django_db(transaction=True)
    def test_a_broken_picture_is_told_by_the_worker(self):
        li = f.correspondent()
        self.send(li, broken())
        work()
        page = f.signed_in(li.user).get(Manuscript.objects.get().get_absolute_url())
        assert "图片已损坏，无法读取" in page.content.decode()

    def test_a_wrong_section_keeps_text_and_picture(self):
        li = f.correspondent()
        answer = self.send(li, f.photo("good.jpg"), section=99999)
        page = answer.content.decode()
        assert "您选的栏目不存在或不接受投稿" in page
        assert "皮带检修完成" in page
        assert "近日，检修完成。" in page
        manuscript = Manuscript.objects.get()
        assert manuscript.state == "draft"
        assert manuscript.pictures.get().upload.original_name == "good.jpg"
        assert "good.jpg" in page

    def test_somebody_elses_kept_picture_is_not_attached(self):
        li, qian = f.correspondent(), f.correspondent("qian", "钱通讯")
        foreign = Upload.objects.accept(f.photo(), owner=qian.user)
        self.send(li, kept=foreign.key)
        assert not ManuscriptPicture.objects.exists()

    def test_the_desks_form_keeps_a_good_picture_beside_an_error(self):
        wang = f.editor()
        article = f.article(by=wang)
        from tests.articles.test_readings import change_form

        data = change_form(article, wang, title="") | {
            "images-TOTAL_FORMS": "2",
            "images-0-position": "0",
            "images-0-file": f.photo("good.jpg"),
            "images-1-position": "1",
            "images-1-file": bomb(),
        }
        client = f.signed_in(wang)
        address = reverse("admin:articles_article_change", args=[article.pk])
        page = client.post(address, data).content.decode()
        assert "像素太多" in page
        kept = Upload.objects.get()
        assert kept.original_name == "good.jpg"
        assert f'value="{kept.key}"' in page
        data = change_form(article, wang) | {
            "images-TOTAL_FORMS": "1",
            "images-0-position": "0",
            "images-0-kept": kept.key,
            "images-0-caption": "说明",
        }
        client.post(address, data)
        assert article.images.get().upload == kept
