"""Word files as people send them, and as attackers do, made for the tests."""

from __future__ import annotations

import io
import os
import zipfile
from typing import Any

import docx as word
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from PIL import Image

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TYPES = """<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"""
RELS = """<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>"""
NAMES = (
    f"{W} "
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram" '
    'xmlns:w99="urn:of-a-later-word"'
)


def picture(color: str = "red", size: tuple[int, int] = (300, 200)) -> io.BytesIO:
    """A small picture of one colour."""
    buffer = io.BytesIO()
    Image.new("RGB", size, color).save(buffer, "JPEG")
    buffer.seek(0)
    return buffer


def noise(size: int) -> io.BytesIO:
    """A picture that no zip makes smaller, of about so many bytes."""
    side = int((size / 3) ** 0.5)
    buffer = io.BytesIO()
    Image.frombytes("RGB", (side, side), os.urandom(side * side * 3)).save(
        buffer, "PNG", compress_level=0
    )
    buffer.seek(0)
    return buffer


def saved(document: Any) -> io.BytesIO:
    """The file of a document."""
    buffer = io.BytesIO()
    document.save(buffer)
    buffer.seek(0)
    return buffer


def ordinary(*, megabytes: int = 0) -> io.BytesIO:
    """Title, subtitle, byline, headings, bold, lists, a table, two pictures with words."""
    document = word.Document()
    levels = "".join(
        f'<w:lvl w:ilvl="{level}"><w:numFmt w:val="bullet"/></w:lvl>' for level in range(3)
    )
    numbering = document.part.numbering_part.element
    numbering.append(parse_xml(f'<w:abstractNum {W} w:abstractNumId="90">{levels}</w:abstractNum>'))
    numbering.append(parse_xml(f'<w:num {W} w:numId="91"><w:abstractNumId w:val="90"/></w:num>'))
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.add_run("白桦沟煤矿三号皮带检修完成").bold = True
    document.add_paragraph("——提前八小时恢复运行")
    document.add_paragraph("霁川煤业公司　林亦舟　杨 宁")
    document.add_paragraph("　　近日，白桦沟煤矿三号皮带完成检修。").add_run(
        "提前八小时"
    ).bold = True
    document.add_heading("一、准备", 1)
    for text, level in (("备件", 0), ("托辊", 1), ("人员", 0)):
        item = document.add_paragraph(text)
        number = f'<w:numPr {W}><w:ilvl w:val="{level}"/><w:numId w:val="91"/></w:numPr>'
        item._p.get_or_add_pPr().append(parse_xml(number))
    document.add_picture(picture("red"))
    caption = document.add_paragraph("图为检修现场。")
    caption.alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.add_heading("（一）数据", 2)
    table = document.add_table(2, 2)
    table.cell(0, 0).text, table.cell(1, 1).text = "项目", "1250 万吨"
    document.add_picture(picture("blue"))
    for _ in range(megabytes):
        document.add_picture(noise(1024 * 1024))
    document.add_paragraph("检修历时两天。")
    return saved(document)


BASE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def with_parts(body: str, relations: str = "", **parts: str) -> io.BytesIO:
    """A file with this document.xml and with other parts by the kind of their relation.

    ``styles="<w:style .../>"`` makes word/styles.xml with a root around it; ``part`` of a name
    that ends in a number (``header1``) is of the kind without it.
    """
    roots = {"comments": "comments", "footnotes": "footnotes", "endnotes": "endnotes"}
    members = {}
    for name, inner in parts.items():
        kind = name.rstrip("0123456789")
        root = {"header": "hdr", "footer": "ftr"}.get(kind, roots.get(kind, kind))
        members[f"word/{name}.xml"] = f"<w:{root} {NAMES}>{inner}</w:{root}>".encode()
        relations += f'<Relationship Id="part-{name}" Type="{BASE}/{kind}" Target="{name}.xml"/>'
    return raw(body, members=members, relations=relations)


def raw(body: str, *, members: dict[str, bytes] | None = None, relations: str = "") -> io.BytesIO:
    """A file with this document.xml, written by hand."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", RELS)
        archive.writestr(
            "word/document.xml",
            f'<?xml version="1.0" encoding="UTF-8"?><w:document {NAMES}><w:body>{body}'
            "</w:body></w:document>",
        )
        if relations:
            archive.writestr(
                "word/_rels/document.xml.rels",
                '<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.'
                f'openxmlformats.org/package/2006/relationships">{relations}</Relationships>',
            )
        for name, data in (members or {}).items():
            archive.writestr(name, data)
    buffer.seek(0)
    return buffer


def paragraph(text: str, extra: str = "") -> str:
    """One paragraph of document.xml."""
    return f"<w:p>{extra}<w:r><w:t>{text}</w:t></w:r></w:p>"


def wps() -> io.BytesIO:
    """As WPS writes: headings by outline level alone, runs in pieces, full-width blanks, a table."""
    heading = '<w:pPr><w:outlineLvl w:val="0"/></w:pPr>'
    pieces = "".join(
        f'<w:r><w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr><w:t>{piece}</w:t></w:r>'
        for piece in ("　　近日，", "鹿鸣塬煤矿", "清仓机器人", "投用。")
    )
    cell = "<w:tc><w:tcPr/><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"
    table = f"<w:tbl><w:tr>{cell.format('班次')}{cell.format('早班')}</w:tr></w:tbl>"
    bookmark = '<w:bookmarkStart w:id="0" w:name="_GoBack"/><w:bookmarkEnd w:id="0"/>'
    return raw(
        paragraph("鹿鸣塬煤矿清仓机器人投用")
        + paragraph("作者：鹿鸣塬煤矿　周砚秋")
        + f"<w:p>{bookmark}{pieces}</w:p><w:p/>"
        + paragraph("一、投用", heading)
        + table
        + paragraph("两人一班，三天清完。")
    )


def tracked() -> io.BytesIO:
    """With changes that nobody has accepted yet."""
    return raw(
        paragraph("皮带检修完成")
        + '<w:p><w:r><w:t>检修历时</w:t></w:r><w:del w:id="1" w:author="甲"><w:r><w:delText>三天'
        '</w:delText></w:r></w:del><w:ins w:id="2" w:author="甲"><w:r><w:t>两天</w:t></w:r></w:ins>'
        "<w:r><w:t>。</w:t></w:r></w:p>"
    )


def text_boxes() -> io.BytesIO:
    """One box as Word 2010 writes it with its fallback, one of old."""
    inside = f"<w:txbxContent>{paragraph('新框里的话。')}</w:txbxContent>"
    new = (
        "<w:p><w:r><w:t>正文一段。</w:t></w:r><w:r><mc:AlternateContent><mc:Choice Requires='wps'>"
        f"<w:drawing><wp:anchor><a:graphic><a:graphicData><wps:wsp><wps:txbx>{inside}</wps:txbx>"
        "</wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice><mc:Fallback>"
        f"<w:pict><v:shape><v:textbox>{inside}</v:textbox></v:shape></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r></w:p>"
    )
    old = (
        "<w:p><w:r><w:pict><v:shape><v:textbox><w:txbxContent>"
        f"{paragraph('旧框里的话。')}</w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>"
    )
    return raw(paragraph("皮带检修完成") + new + old + paragraph("最后一段。"))


def scripts() -> io.BytesIO:
    """With links that run script, as a relation and as a field, and one that is harmless."""
    link = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
    relations = "".join(
        f'<Relationship Id="{key}" Type="{link}" Target="{target}" TargetMode="External"/>'
        for key, target in (("r1", "javascript:alert(1)"), ("r2", "https://example.com/"))
    )
    run = "<w:r><w:t>{}</w:t></w:r>"
    field = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> HYPERLINK '
        '"javascript:alert(2)" </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        f'{run.format("第二个")}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    return raw(
        paragraph("皮带检修完成")
        + f'<w:p><w:hyperlink r:id="r1">{run.format("第一个")}</w:hyperlink>{field}'
        f'<w:hyperlink r:id="r2">{run.format("第三个")}</w:hyperlink></w:p>'
        + paragraph("&lt;script&gt;alert(3)&lt;/script&gt;"),
        relations=relations,
    )


def outside() -> io.BytesIO:
    """With a picture that is a link to somewhere else, and a template from elsewhere."""
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relations = (
        f'<Relationship Id="r1" Type="{base}/image" Target="file:///etc/passwd" '
        'TargetMode="External"/>'
        f'<Relationship Id="r2" Type="{base}/attachedTemplate" Target="http://192.0.2.1/x.dotm" '
        'TargetMode="External"/>'
    )
    drawing = (
        "<w:p><w:r><w:drawing><wp:inline><a:graphic><a:graphicData><pic:pic><pic:blipFill>"
        '<a:blip r:link="r1"/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline>'
        "</w:drawing></w:r></w:p>"
    )
    return raw(paragraph("皮带检修完成") + drawing + paragraph("正文。"), relations=relations)


def entities() -> io.BytesIO:
    """A billion laughs."""
    lines = ['<!ENTITY a "哈哈哈哈哈哈哈哈哈哈">']
    for one, other in zip("bcdefgh", "abcdefg", strict=True):
        lines.append(f'<!ENTITY {one} "{f"&{other};" * 10}">')
    return _with_main(
        f'<?xml version="1.0"?><!DOCTYPE w:document [{"".join(lines)}]><w:document {W}><w:body>'
        "<w:p><w:r><w:t>&h;</w:t></w:r></w:p></w:body></w:document>"
    )


def _with_main(document: str | bytes) -> io.BytesIO:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", RELS)
        archive.writestr("word/document.xml", document)
    buffer.seek(0)
    return buffer


def bomb() -> io.BytesIO:
    """300 MB of blanks in a few hundred KB, said openly."""
    buffer = raw(paragraph("题"))
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        for number in range(3):
            archive.writestr(f"word/media/{number}.png", b" " * (100 * 1024 * 1024))
    buffer.seek(0)
    return buffer


def lying_bomb() -> io.BytesIO:
    """The main part unpacks to 40 MB, and the table of contents says 1,000 bytes."""
    size = 40 * 1024 * 1024
    data = _with_main(b" " * size).getvalue()
    return io.BytesIO(data.replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little")))


def heavy() -> io.BytesIO:
    """Within every limit of size, and far beyond every limit of work."""
    return _with_main(
        f"<w:document {W}><w:body>{'<w:p><w:r><w:t>a</w:t></w:r></w:p>' * 500_000}</w:body></w:document>"
    )


def many_members() -> io.BytesIO:
    """More members than any manuscript has."""
    return raw(paragraph("题"), members={f"word/media/{n}.xml": b"" for n in range(2_100)})


def truncated() -> io.BytesIO:
    """The upload broke off."""
    data = ordinary().getvalue()
    return io.BytesIO(data[: len(data) // 2])


def not_word() -> io.BytesIO:
    """A zip, but no document."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.txt", "甲")
    buffer.seek(0)
    return buffer


def old_doc() -> io.BytesIO:
    """The first bytes of a .doc, of a .wps, and of a locked .docx."""
    return io.BytesIO(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 4096)
