"""Reading a Word file: title, bylines, clean text, pictures in order, and what was left out.

The file is taken apart by us, with limits (SECURITY: .docx; DECISIONS: limits), put in order, and
then read by mammoth; :func:`convert` belongs into a process apart. Nothing outside the file is
ever fetched.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from articles.richtext import clean, to_text
from correspondents.names import squeeze

MEMBERS = 2_000
UNPACKED = 100 * 1024 * 1024
MAIN_PART = 20 * 1024 * 1024
MAIN = "word/document.xml"
PICTURE_TYPES = {
    "image/jpeg": "jpg",
    "image/jpg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "image/webp": "webp",
}
LONGEST_TITLE = 60

NOT_WORD = "这个文件不是 Word 文档（.docx），请在 Word 或 WPS 里另存为 .docx 再上传。"
BROKEN = "Word 文件已损坏，无法读取，请在 Word 或 WPS 里重新另存为 .docx 再上传。"
LOCKED = "Word 文件设了密码，请取消密码后再上传。"
TOO_LARGE = "Word 文件解开后太大，请删去多余内容、压缩图片后再上传。"
SUSPECT = "Word 文件里有不该有的内容，没有读取；请把正文复制到新建的文档里再上传。"
TOO_COMPLEX = "Word 文件太复杂，没有读出来，请把正文粘贴到下面的框里。原文件已保留。"


class BadDocument(Exception):
    """A file that is not read; the message is one Chinese sentence for its author."""


@dataclass(frozen=True)
class Picture:
    """A picture of the file: a name of ours, its bytes, the words below it."""

    name: str
    data: bytes
    caption: str


@dataclass(frozen=True)
class Converted:
    """What was read.

    ``bylines`` are pairs of unit and name, ``html`` is cleaned, with a :func:`placeholder` for
    each of the ``pictures``; ``dropped`` tells in phrases what was left out.
    """

    title: str
    subtitle: str
    bylines: tuple[tuple[str, str], ...]
    html: str
    pictures: tuple[Picture, ...]
    dropped: tuple[str, ...]
    text: str


def placeholder(number: int) -> str:
    """Return what stands for the key of picture ``number`` until it is stored."""
    return f"docx-picture-{number:04d}"


def place(html: str, keys: list[str]) -> str:
    """Return the text with the keys of the stored pictures; an empty key takes its figure away."""

    def figure(match: re.Match[str]) -> str:
        found = re.search(r"docx-picture-([0-9]{4})", match[0])
        if found is None:
            return match[0]
        key = keys[int(found[1])] if int(found[1]) < len(keys) else ""
        return match[0].replace(found[0], key) if key else ""

    return re.sub(r"<figure>(?:(?!</figure>).)*</figure>", figure, html, flags=re.DOTALL)


def kind(head: bytes) -> str:
    """Tell by the first bytes: ``docx`` (a zip), ``ole`` (.doc, .wps, or locked), ``pdf``, or empty."""
    if head.startswith(b"PK\x03\x04"):
        return "docx"
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "ole"
    return "pdf" if head.startswith(b"%PDF-") else ""


def inspect(file: IO[bytes]) -> None:
    """Look at the table of contents alone, as a request may; raise :class:`BadDocument`."""
    with _opened(file) as archive:
        _checked(archive)


def _opened(file: IO[bytes]) -> zipfile.ZipFile:
    file.seek(0)
    try:
        return zipfile.ZipFile(file)
    except Exception as error:  # a hostile archive raises anything
        raise BadDocument(BROKEN) from error


def _checked(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    members = archive.infolist()
    names = {member.filename for member in members}
    if "[Content_Types].xml" not in names or MAIN not in names:
        raise BadDocument(NOT_WORD)
    if any(member.flag_bits & 1 for member in members):
        raise BadDocument(LOCKED)
    sizes = {member.filename: member.file_size for member in members}
    if len(members) > MEMBERS or sum(sizes.values()) > UNPACKED or sizes[MAIN] > MAIN_PART:
        raise BadDocument(TOO_LARGE)
    return members


# --- taking it apart ------------------------------------------------------------------------------

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_M = "http://schemas.openxmlformats.org/officeDocument/2006/math"
_CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_DIAGRAM = "http://schemas.openxmlformats.org/drawingml/2006/diagram"


def _parts(file: IO[bytes]) -> dict[str, bytes]:
    """Return the members that are needed; what they really unpack to is counted."""
    parts, left = {}, UNPACKED
    with _opened(file) as archive:
        for member in _checked(archive):
            name = member.filename
            if not name.endswith((".xml", ".rels")) and not name.startswith("word/media/"):
                continue
            most = min(left, MAIN_PART if name.endswith((".xml", ".rels")) else UNPACKED)
            try:
                with archive.open(member) as stream:
                    data = stream.read(most + 1)
            except MemoryError:
                raise
            except Exception as error:  # as above: a wrong checksum, a cut stream
                raise BadDocument(BROKEN) from error
            if len(data) > most:  # the table of contents lied
                raise BadDocument(TOO_LARGE)
            left -= len(data)
            parts[name] = data
    return parts


def _tree(data: bytes) -> Any:
    from lxml import etree  # noqa: PLC0415 -- in the process apart only

    if any("<!DOCTYPE".encode(code) in data[:8192] for code in ("utf-8", "utf-16-le", "utf-16-be")):
        raise BadDocument(SUSPECT)  # Word writes none; entities live there
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False
    )
    try:
        tree = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        if re.search("memory|unknown error", str(error), re.I):  # the limit, not the file
            raise MemoryError from error
        raise BadDocument(BROKEN) from error
    if tree.getroottree().docinfo.doctype:
        raise BadDocument(SUSPECT)
    return tree


class _Preparation:
    """Puts a document in order for the reader, and counts what it takes away."""

    def __init__(self, parts: dict[str, bytes]) -> None:
        self.parts = parts
        self.counts: Counter[str] = Counter()

    def run(self) -> bytes:
        from lxml import etree  # noqa: PLC0415 -- as above

        for name, data in list(self.parts.items()):
            if name.endswith((".xml", ".rels")):
                tree = _tree(data)
                if name.endswith(".rels"):
                    self._relations(tree)
                elif name == MAIN:
                    self._document(tree)
                elif re.fullmatch(r"word/(?:header|footer)\d*\.xml", name):
                    self.counts["margin"] += bool("".join(tree.itertext()).strip())
                elif name == "word/comments.xml":
                    self.counts["comment"] += len(tree)
                self.parts[name] = etree.tostring(tree, encoding="UTF-8", xml_declaration=True)
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
            for name, data in self.parts.items():
                archive.writestr(name, data)
        return buffer.getvalue()

    def _relations(self, tree: Any) -> None:
        for relation in list(tree):
            if relation.get("TargetMode") != "External":
                continue
            if relation.get("Type", "").endswith("/hyperlink"):
                if not re.match(r"(?:https?|mailto|tel):", relation.get("Target", ""), re.I):
                    self.counts["link"] += 1
                    relation.set("Target", "#")
            else:
                tree.remove(relation)

    def _document(self, tree: Any) -> None:
        w = _STRICT if tree.tag.startswith(f"{{{_STRICT}}}") else _W
        self.w = f"{{{w}}}"
        self.counts["deleted"] = len(list(tree.iter(f"{self.w}del"))) - len(
            tree.findall(f".//{self.w}rPr/{self.w}del")
        )
        self.counts["formula"] = len(list(tree.iter(f"{{{_M}}}oMath")))
        self.counts["chart"] = len(list(tree.iter(f"{{{_CHART}}}chart", f"{{{_DIAGRAM}}}relIds")))
        self._alternatives(tree)
        self._text_boxes(tree)
        self._linked_pictures(tree)
        self._outline(tree)

    def _alternatives(self, tree: Any) -> None:
        """Of two ways to write the same thing keep the one with the picture or the text."""
        for choice in list(tree.iter(f"{{{_MC}}}AlternateContent")):
            parent = choice.getparent()
            if parent is None:
                continue
            ways = [way for way in choice if way.tag in (f"{{{_MC}}}Choice", f"{{{_MC}}}Fallback")]
            best = next((way for way in ways if self._says(way)), None)
            place = parent.index(choice)
            for number, child in enumerate(list(best) if best is not None else []):
                parent.insert(place + number, child)
            parent.remove(choice)

    def _says(self, way: Any) -> bool:
        return any(True for _ in way.iter(f"{{{_A}}}blip", f"{self.w}txbxContent", f"{self.w}pict"))

    def _text_boxes(self, tree: Any) -> None:
        """Put the paragraphs of a text box behind the paragraph it hangs on."""
        for box in list(tree.iter(f"{self.w}txbxContent")):
            frame = box.getparent()
            anchor = frame
            while anchor is not None and anchor.tag != f"{self.w}p":
                anchor = anchor.getparent()
            if anchor is None or anchor.getparent() is None:
                continue
            home, place = anchor.getparent(), anchor.getparent().index(anchor)
            if "".join(box.itertext()).strip():
                self.counts["box"] += 1
            for number, child in enumerate(list(box), start=1):
                home.insert(place + number, child)
            frame.remove(box)

    def _linked_pictures(self, tree: Any) -> None:
        for blip in tree.iter(f"{{{_A}}}blip"):
            if blip.get(f"{{{_R}}}link") is not None and blip.get(f"{{{_R}}}embed") is None:
                self.counts["linked"] += 1
                del blip.attrib[f"{{{_R}}}link"]

    def _outline(self, tree: Any) -> None:
        """A paragraph that is a heading by its outline alone gets the style of one."""
        from lxml import etree  # noqa: PLC0415 -- as above

        for level in tree.iter(f"{self.w}outlineLvl"):
            properties = level.getparent()
            number = level.get(f"{self.w}val", "")
            styled = properties.find(f"{self.w}pStyle") is not None
            if properties.tag == f"{self.w}pPr" and not styled and number in ("0", "1", "2"):
                style = etree.Element(f"{self.w}pStyle")
                style.set(f"{self.w}val", f"Heading{int(number) + 1}")
                properties.insert(0, style)


# --- reading --------------------------------------------------------------------------------------

STYLES = "\n".join(
    [
        "p[style-name='Title'] => h1.title:fresh",
        "p[style-name='标题'] => h1.title:fresh",
        "p[style-name='Subtitle'] => p.subtitle:fresh",
        "p[style-name='副标题'] => p.subtitle:fresh",
        *(f"p[style-name='标题 {n}'] => h{n}:fresh" for n in range(1, 7)),
        *(f"p.Heading{n} => h{n}:fresh" for n in range(1, 7)),
        "p.newsroom-centred => p.centred:fresh",
        "r[style-name='Strong'] => strong",
        "r[style-name='Emphasis'] => em",
        "u => ",
        "comment-reference => ",
    ]
)


def convert(file: IO[bytes]) -> Converted:
    """Read a file; raise :class:`BadDocument` with a sentence. Needs limits around it."""
    import mammoth  # noqa: PLC0415 -- in the process apart only
    from mammoth import transforms  # noqa: PLC0415

    preparation = _Preparation(_parts(file))
    archive = preparation.run()
    counts = preparation.counts
    pictures: list[Picture] = []

    def take(image: Any) -> dict[str, str]:
        ending = PICTURE_TYPES.get(image.content_type or "")
        try:
            with image.open() as stream:
                data = stream.read()
        except Exception:  # a picture that is named and not there
            data = b""
        if not ending or not data:
            counts["picture"] += 1
            return {"src": ""}
        pictures.append(Picture(f"word-{len(pictures) + 1}.{ending}", data, ""))
        return {"src": f"/pictures/{placeholder(len(pictures) - 1)}/768.jpg"}

    def mark(paragraph: Any) -> Any:
        if paragraph.alignment == "center" and not paragraph.style_id and not paragraph.numbering:
            return paragraph.copy(style_id="newsroom-centred")
        return paragraph

    try:
        html = mammoth.convert_to_html(
            io.BytesIO(archive),
            style_map=STYLES,
            convert_image=mammoth.images.img_element(take),
            transform_document=transforms.paragraph(mark),
        ).value
    except (MemoryError, RecursionError):
        raise
    except Exception as error:  # whatever a hostile file provokes
        if "memory" in str(error).lower():  # as the parser below says it
            raise MemoryError from error
        raise BadDocument(BROKEN) from error
    return _Sheet(html, pictures, counts).converted()


# --- putting it in order --------------------------------------------------------------------------

_UNIT = re.compile(
    r".{2,}(?:公司|集团|煤矿|矿|厂|局|部|科|处|室|中心|队|院|校|社区|煤业|矿业|能源|工会|团委|电厂|站|办)"
)
_NAME = re.compile(r"[\u4e00-\u9fff]{2,4}|[\u4e00-\u9fff]{1,8}(?:\u00b7[\u4e00-\u9fff]{1,8})+")
_ROLE = (
    r"(?:本网|本报)?(?:特约通讯员|特约记者|通讯员|实习记者|记者|作者单位|作者|文\s*/\s*图|图\s*/\s*文|文图|图文"
    r"|供稿单位|供稿|撰稿|撰文|摄影|文|图)"
)
_LABELLED = re.compile(rf"{_ROLE}\s*[:\uff1a\s]\s*(?P<who>.+)")
_PADDED = re.compile(
    r"(?<![\u4e00-\u9fff])([\u4e00-\u9fff])[ \u3000]+([\u4e00-\u9fff])(?![\u4e00-\u9fff])"
)
_CAPTION = re.compile(r"(?:图为|图[:\uff1a]|图[一二三四五六七八九十0-9]+|\uff08图|\(图)")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_EDGES = " \t\n\u3000\u00a0"


def names_in(text: str) -> tuple[tuple[str, str], ...]:
    """Return pairs of unit and name from a byline; empty when the line is none.

    A unit stands before its people; a unit alone is a pair without a name.
    """
    text = text.strip(_EDGES).strip("()\uff08\uff09").strip(_EDGES)
    labelled = _LABELLED.fullmatch(text)
    text = labelled["who"] if labelled else text
    text = _PADDED.sub(r"\1\2", text)
    text = re.sub(rf"(?:^|(?<=\s)){_ROLE}\s*[:\uff1a]?\s*", " ", text)
    pairs: list[tuple[str, str]] = []
    unit, used = "", True
    for token in re.split(r"[\s\u3000\u3001\uff0c,;\uff1b]+", text):
        if not token:
            continue
        if _NAME.fullmatch(token) and not _UNIT.fullmatch(token):
            pairs.append((unit, token))
            used = True
        elif _UNIT.fullmatch(token) and len(token) <= 40:
            if unit and not used:
                unit += token  # 集团 and 矿 on one line
            else:
                unit = token
            used = False
        else:
            return ()
    if unit and not used and labelled and not pairs:
        pairs.append((unit, ""))
    return tuple(pairs) if labelled or any(unit for unit, _ in pairs) else ()


class _Sheet:
    """The HTML of the reader as blocks: title and bylines taken off, pictures set, the rest kept."""

    def __init__(self, html: str, pictures: list[Picture], counts: Counter[str]) -> None:
        from lxml import html as parser  # noqa: PLC0415 -- in the process apart only

        self.parser = parser
        self.root = parser.fragment_fromstring(html or "<p></p>", create_parent="div")
        self.pictures, self.counts = pictures, counts
        self.captions: dict[int, str] = {}

    def converted(self) -> Converted:
        self._tidy()
        blocks = [block for block in self.root if isinstance(block.tag, str)]
        title, subtitle, bylines = self._head(blocks)
        self._figures()
        html = clean(self._written())
        pictures = tuple(
            Picture(one.name, one.data, self.captions.get(number, ""))
            for number, one in enumerate(self.pictures)
        )
        return Converted(title, subtitle, bylines, html, pictures, self._dropped(), to_text(html))

    # the words ------------------------------------------------------------------------------

    def _tidy(self) -> None:
        for anchor in list(self.root.iter("a")):
            self._link(anchor)
        for image in list(self.root.iter("img")):
            if not image.get("src"):
                image.drop_tree()
        for block in list(self.root.iter("p", *_HEADINGS, "li", "td", "th")):
            if block.text:
                block.text = block.text.lstrip(_EDGES)
            if block.tag == "p" and not _text(block) and block.find(".//img") is None:
                block.drop_tree()
        for cell in list(self.root.iter("td", "th", "li")):
            inner = list(cell)
            if len(inner) == 1 and inner[0].tag == "p" and not (cell.text or "").strip():
                inner[0].drop_tag()

    def _link(self, anchor: Any) -> None:
        """Keep a link that leads somewhere harmless; of the others only the words."""
        target = anchor.get("href", "")
        if re.match(r"(?:https?|mailto|tel):", target, re.IGNORECASE):
            return
        self.counts["link"] += bool(target) and not target.startswith("#")
        if anchor.text_content() == "\u2191":  # the way back from a note
            anchor.text = None
        anchor.drop_tag()

    def _head(self, blocks: list[Any]) -> tuple[str, str, tuple[tuple[str, str], ...]]:
        """Take title, subtitle and bylines off the top; a byline off the end too."""
        words = [block for block in blocks if _text(block)]
        title = subtitle = ""
        bylines: tuple[tuple[str, str], ...] = ()
        if words and self._is_title(words[0], len(words)):
            title = squeeze(_text(words.pop(0), take=True))
        if title and words and self._is_subtitle(words[0]):
            subtitle = _text(words.pop(0), take=True).lstrip("\u2014-\u2500 ").strip(_EDGES)
        if words and len(_text(words[0])) <= 60 and words[0].tag == "p":
            bylines = names_in(_text(words[0]))
            if bylines:
                _text(words.pop(0), take=True)
        if words and words[-1].tag == "p" and len(_text(words[-1])) <= 60:
            closing = names_in(_text(words[-1]))
            if closing and (not bylines or set(closing) <= set(bylines)):
                bylines = bylines or closing
                _text(words.pop(), take=True)
        if "\u2014\u2014" in title and not subtitle and not title.startswith("\u2014"):
            title, _, subtitle = title.partition("\u2014\u2014")
        return title.strip()[:200], subtitle[:200], bylines

    def _is_title(self, block: Any, of: int) -> bool:
        text = _text(block)
        if len(text) > LONGEST_TITLE * 2 or block.tag not in ("p", "h1", "h2", "h3"):
            return False
        if block.tag != "p":
            return True
        if text[-1] in "\u3002\uff1b;" or names_in(text):
            return False
        centred = "centred" in (block.get("class") or "")
        bold = "".join(part.text_content() for part in block.iter("strong")).strip() == text
        return of > 1 and (centred or bold or len(text) <= 40)

    def _is_subtitle(self, block: Any) -> bool:
        text = _text(block)
        named = "subtitle" in (block.get("class") or "")
        return len(text) <= LONGEST_TITLE and (named or text.startswith(("\u2014", "--")))

    # the pictures ---------------------------------------------------------------------------

    def _figures(self) -> None:
        """Make a figure of each picture of a top block, with the words below it as its caption."""
        for block in list(self.root):
            if block.tag == "p" and block.find(".//img") is not None:
                self._set_apart(block)
        for figure in list(self.root.iter("figure")):
            following = figure.getnext()
            while following is not None and following.tag == "p" and not _text(following):
                following = following.getnext()
            if following is None or following.tag != "p" or not self._is_caption(following):
                continue
            words = _text(following)
            caption = self.parser.Element("figcaption")
            caption.text = words
            figure.append(caption)
            number = int(figure.find(".//img").get("src").split("-")[2].split("/")[0])
            self.captions[number] = words[:200]
            following.drop_tree()

    def _set_apart(self, block: Any) -> None:
        home, after = block.getparent(), block
        for image in list(block.iter("img")):
            figure = self.parser.Element("figure")
            copy = self.parser.Element("img")
            copy.set("src", image.get("src"))
            figure.append(copy)
            image.drop_tree()
            home.insert(home.index(after) + 1, figure)
            after = figure
        if not _text(block):
            block.drop_tree()

    def _is_caption(self, block: Any) -> bool:
        text = _text(block)
        centred = "centred" in (block.get("class") or "")
        return (
            bool(text)
            and len(text) <= 120
            and (bool(_CAPTION.match(text)) or (centred and len(text) <= 60))
        )

    # the rest -------------------------------------------------------------------------------

    def _written(self) -> str:
        """Return the blocks as HTML, with headings on the two levels that there are."""
        for block in list(self.root):
            if isinstance(block.tag, str) and re.fullmatch("h[1-6]", block.tag):
                block.tag = "h2" if block.tag in ("h1", "h2") else "h3"
        blocks = [self.parser.tostring(block, encoding="unicode") for block in self.root]
        return "\n".join(block.strip() for block in blocks)

    def _dropped(self) -> tuple[str, ...]:
        return tuple(_phrases(self.counts))


def _text(block: Any, *, take: bool = False) -> str:
    """Return the text of a block; with ``take`` the words go, and the pictures stay."""
    text = re.sub(r"\s+", " ", block.text_content()).strip(_EDGES)
    if take:
        pictures = [image.get("src") for image in block.iter("img")]
        for child in list(block):
            child.drop_tree()
        block.text, block.tag = None, "p"
        block.attrib.pop("class", None)
        for source in pictures:
            block.append(block.makeelement("img", {"src": source}))
        if not pictures:
            block.drop_tree()
    return text


def _phrases(counts: Counter[str]) -> Iterator[str]:
    for key, phrase in (
        ("deleted", "修订中删除的文字 {} 处"),
        ("comment", "批注 {} 条"),
        ("margin", "页眉页脚"),
        ("picture", "不支持的图片 {} 张（如矢量图，请另存为 JPG 在“配图”里上传）"),
        ("linked", "只有链接的图片 {} 张（请在“配图”里上传）"),
        ("link", "不安全的链接 {} 处（文字保留）"),
        ("formula", "公式 {} 处（请用文字或图片）"),
        ("chart", "图表 {} 个（请另存为图片上传）"),
    ):
        if counts[key]:
            yield phrase.format(counts[key])
    if counts["box"]:
        yield f"文本框 {counts['box']} 个的边框（文字已放进正文，请核对位置）"
