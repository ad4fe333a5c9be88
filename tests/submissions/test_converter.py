"""Old Word files, RTF and OpenDocument: made .docx in a sandbox, and read like any other."""

from __future__ import annotations

import io
import socket
import subprocess
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from submissions import converter
from submissions.models import Document, Manuscript
from submissions.word import BadDocument
from submissions.word.convert import convert
from tests import factories as f
from tests import word_files as w

SPACES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" '
    'xmlns:script="urn:oasis:names:tc:opendocument:xmlns:script:1.0" '
    'xmlns:xlink="http://www.w3.org/1999/xlink"'
)
WORDS = "近日，检修完成。"


pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def programs(settings):
    settings.CONVERT_WORD = True
    if not converter.is_available():
        pytest.skip("LibreOffice or bubblewrap is not installed")


def rtf(text: str) -> bytes:
    return (
        b"{\\rtf1\\ansi "
        + "".join(
            sign
            if ord(sign) < 128
            else f"\\u{ord(sign) - 65536 if ord(sign) > 32767 else ord(sign)}?"
            for sign in text
        ).encode()
        + b"}"
    )


def odt(
    body: str, *, before: str = "", members: dict[str, str] | None = None, raw: bytes = b""
) -> bytes:
    """An OpenDocument text by hand."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text", zipfile.ZIP_STORED)
        listed = "".join(
            f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="text/xml"/>'
            for name in ["content.xml", *(members or {})]
        )
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            '<manifest:file-entry manifest:full-path="/" '
            f'manifest:media-type="application/vnd.oasis.opendocument.text"/>{listed}</manifest:manifest>',
        )
        content = (
            f'<office:document-content {SPACES} office:version="1.2">{before}<office:body>'
            f"<office:text>{body}</office:text></office:body></office:document-content>"
        )
        archive.writestr("content.xml", raw or content)
        for name, text in (members or {}).items():
            archive.writestr(name, text)
    return buffer.getvalue()


def line(text: str) -> str:
    return f"<text:p>{text}</text:p>"


def read(data: bytes, ending: str, folder):
    made = folder / "made.docx"
    converter.to_docx(io.BytesIO(data), ending, made)
    with made.open("rb") as file:
        return convert(file)


@pytest.fixture(scope="module")
def old(tmp_path_factory):
    """A .doc as Word 97 wrote it, with a comment and a hidden run."""
    folder = tmp_path_factory.mktemp("old")
    comment = f'<w:comment w:id="1" w:author="甲">{w.paragraph("不要登")}</w:comment>'
    body = (
        w.paragraph("皮带检修完成")
        + '<w:p><w:commentRangeStart w:id="1"/><w:r><w:t>近日，</w:t></w:r><w:commentRangeEnd w:id="1"/>'
        '<w:r><w:commentReference w:id="1"/></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>秘密</w:t></w:r>'
        "<w:r><w:t>检修完成。</w:t></w:r></w:p>"
    )
    (folder / "a.docx").write_bytes(w.with_parts(body, comments=comment).getvalue())
    home = f"-env:UserInstallation=file://{folder}/profile"
    words = [
        "soffice",
        home,
        "--headless",
        "--convert-to",
        "doc",
        "--outdir",
        folder,
        folder / "a.docx",
    ]
    subprocess.run(words, check=True, capture_output=True, timeout=300)
    return (folder / "a.doc").read_bytes()


def test_an_old_file_is_read_with_all_that_must_stay_out_left_out(old, tmp_path):
    found = read(old, "doc", tmp_path)
    assert (found.title, found.text) == ("皮带检修完成", WORDS)
    told = "、".join(found.dropped)
    assert "批注 1 条" in told and "隐藏的文字 1 处" in told
    assert "不要登" not in found.html + told and "秘密" not in found.html + told


@pytest.mark.parametrize(
    ("data", "ending"), [(rtf(f"皮带检修完成\\par {WORDS}"), "rtf"), (odt(line("皮带检修完成") + line(WORDS)), "odt")]
)  # fmt: skip
def test_other_formats_too(data, ending, tmp_path):
    found = read(data, ending, tmp_path)
    assert (found.title, found.text, found.dropped) == ("皮带检修完成", WORDS, ())


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["稿.doc", "稿.wps"])
def test_on_the_form_it_goes_the_way_of_a_word_file(old, name):
    li = f.correspondent()
    made = Manuscript.objects.start(li)
    client = f.signed_in(li.user)
    client.post(
        f"/tougao/{made.pk}/fujian/", {"kind": "word", "file": SimpleUploadedFile(name, old)}
    )
    f.work()
    page = client.get(f"/tougao/{made.pk}/xiugai/").content.decode()
    assert "读出标题“皮带检修完成”" in page and "批注 1 条" in page
    assert Document.objects.get().standing == "ready"
    assert "支持 .docx、.doc、.wps" in page


@pytest.mark.django_db
def test_where_it_is_not_wanted_the_file_is_kept_with_a_sentence(old, settings):
    settings.CONVERT_WORD = False
    li = f.correspondent()
    made = Manuscript.objects.start(li)
    sent = {"kind": "word", "file": SimpleUploadedFile("稿.doc", old)}
    f.signed_in(li.user).post(f"/tougao/{made.pk}/fujian/", sent)
    document = Document.objects.get()
    assert document.standing == "kept" and "另存为 .docx" in document.sentence


class TestSandbox:
    def run(self, folder, words: str, **options):
        command = converter.sandboxed(folder, "bash", "-c", words)
        return subprocess.run(command, capture_output=True, text=True, check=False, **options)

    def test_nothing_of_the_machine_is_there_to_read_or_to_write(self, tmp_path, monkeypatch):
        monkeypatch.setenv("SECRET_KEY", "geheim")
        (tmp_path / "work").mkdir()
        (tmp_path / "secret.txt").write_text("机器上的秘密")
        words = (
            f"cat {tmp_path}/secret.txt /etc/passwd /root/* /home/*; env; ls /; touch /usr/x /etc/x"
        )
        done = self.run(tmp_path / "work", words)
        assert (
            "秘密" not in done.stdout and "root:" not in done.stdout and "geheim" not in done.stdout
        )
        assert {"work", "usr", "tmp"} <= set(done.stdout.split())
        assert not {"root", "home", "var", "srv", "data"} & set(done.stdout.split()) - {"var"}
        assert "touch: cannot touch '/usr/x'" in done.stderr

    def test_nobody_can_be_reached(self, tmp_path):
        with socket.create_server(("127.0.0.1", 0)) as server:
            words = f"exec 3<>/dev/tcp/127.0.0.1/{server.getsockname()[1]} && echo reached"
            outside = subprocess.run(
                ["bash", "-c", words], capture_output=True, text=True, check=False
            )
            assert "reached" in outside.stdout
            assert "reached" not in self.run(tmp_path, words).stdout


class TestHostile:
    def test_a_linked_local_file_is_not_there(self, tmp_path):
        secret = tmp_path / "secret.txt"
        secret.write_text("机器上的秘密")
        linked = (
            f'<text:section text:name="s"><text:section-source xlink:href="file://{secret}"/>{line("链接")}</text:section>'
            '<text:section text:name="t"><text:section-source xlink:href="file:///etc/passwd"/></text:section>'
        )
        found = read(odt(line("题目") + linked + line(WORDS)), "odt", tmp_path)
        assert "秘密" not in found.text and "root:" not in found.text and WORDS in found.text
        field = f'{{\\field{{\\*\\fldinst INCLUDETEXT "{secret}"}}{{\\fldrslt x}}}}'
        assert "秘密" not in read(rtf(f"题\\par {field}"), "rtf", tmp_path).text

    def test_a_linked_address_is_not_asked(self, tmp_path):
        with socket.create_server(("127.0.0.1", 0)) as server:
            address = f"http://127.0.0.1:{server.getsockname()[1]}/x.png"
            picture = (
                f'<text:p><draw:frame draw:name="f"><draw:image xlink:href="{address}"/></draw:frame>'
                "</text:p>"
            )
            section = f'<text:section text:name="s"><text:section-source xlink:href="{address}"/></text:section>'
            found = read(odt(line("题目") + picture + section + line(WORDS)), "odt", tmp_path)
            server.setblocking(False)
            with pytest.raises(BlockingIOError):
                server.accept()
        assert WORDS in found.text and found.pictures == ()

    def test_a_macro_does_not_run(self, tmp_path):
        basic = (
            '<script:module xmlns:script="http://openoffice.org/2000/script" script:name="M" script:language="StarBasic">'
            'Sub Run\nThisComponent.Text.String = "PWNED"\nEnd Sub</script:module>'
        )
        library = (
            '<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard" '
            'library:readonly="false" library:passwordprotected="false"><library:element library:name="M"/></library:library>'
        )
        libraries = (
            '<library:libraries xmlns:library="http://openoffice.org/2000/library" xmlns:xlink="http://www.w3.org/1999/xlink">'
            '<library:library library:name="Standard" library:link="false"/></library:libraries>'
        )
        before = (
            '<office:scripts><office:event-listeners><script:event-listener script:language="ooo:script" '
            'script:event-name="dom:load" xlink:href="vnd.sun.star.script:Standard.M.Run?language=Basic&amp;location=document" '
            'xlink:type="simple"/></office:event-listeners></office:scripts>'
        )
        members = {
            "Basic/script-lc.xml": libraries, "Basic/Standard/script-lb.xml": library, "Basic/Standard/M.xml": basic,
        }  # fmt: skip
        found = read(
            odt(line("题目") + line(WORDS), before=before, members=members), "odt", tmp_path
        )
        assert found.text == WORDS

    def test_a_bomb_gets_a_sentence_and_nothing_else_suffers(self, tmp_path, settings):
        settings.CONVERT_SECONDS, settings.CONVERT_MEGABYTES = 3, 2048
        with pytest.raises(BadDocument, match="太复杂"):
            read(odt("", raw=b"<a>" * 40_000_000), "odt", tmp_path)

    def test_what_is_no_document_gets_a_sentence(self, tmp_path):
        with pytest.raises(BadDocument):
            read(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 4096, "doc", tmp_path)
