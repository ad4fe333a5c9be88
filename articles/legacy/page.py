"""One saved page of the old site, taken apart.

The pages are plain: navigation, title, an info line ``来源 日期 时间 栏目``, paragraphs, a byline,
the statement (printed twice), the masthead and the records in the footer. A page may have been
saved as text or as HTML, in UTF-8 or in GB18030.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import ZoneInfo

from articles.text.typography import SPACE, full_width, strip_paragraph
from correspondents.names import squeeze

SHANGHAI = ZoneInfo("Asia/Shanghai")
LARGEST = 5 * 1024 * 1024
_COLON = "[:\uff1a]"
# 煤炭资讯网 2014-5-31 11:54:26    论文、言论   (later pages write 2019/7/2)
_INFO = re.compile(
    r"(?P<source>\S.*?)\s+(?P<date>\d{4}[-/]\d{1,2}[-/]\d{1,2})\s+(?P<time>\d{1,2}:\d{2}(?::\d{2})?)"
    r"\s+(?P<section>\S.*)"
)
_BYLINE = re.compile(
    rf"作\s*者\s*{_COLON}\s*(?P<author>.*?)(?:\s*编\s*辑\s*{_COLON}\s*(?P<editor>.*))?"
)
_EDITOR = re.compile(rf"编\s*辑\s*{_COLON}\s*(?P<editor>.*)")
_STATEMENT = re.compile(rf"声明{_COLON}\s*(?P<text>.*)", re.DOTALL)
_MAILBOX = re.compile(rf"邮箱(?:地址)?{_COLON}\s*(?P<mailbox>[\w.+-]+@[\w.-]+)")
_MASTHEAD = re.compile(
    rf"(?P<post>总编辑|副总编|顾问|主编|编辑){_COLON}\s*(?P<names>[^{_COLON[1:-1]}]+?)"
    rf"(?=\s+(?:总编辑|副总编|顾问|主编|编辑){_COLON}|$)"
)
_RECORDS = re.compile(rf"备案[序]?号{_COLON}\s*(?P<icp>[^|\s]+)(?:\s*\|\s*(?P<police>\S+))?")
_TELEPHONES = re.compile(rf"电话{_COLON}\s*(?P<numbers>.+)")
_FORMER = re.compile(r"(?P<name>\S+?)原(?P<former>\S+)")
_DUTY = re.compile("(?P<name>[^(\uff08]+)[(\uff08](?P<duty>[^)\uff09]+)[)\uff09]")
_LEGACY_ID = re.compile(r"(?:newId=|/newshtml/\d{4}-\d{1,2}-\d{1,2}/)(\d{4,9})", re.IGNORECASE)
POSTS = {
    "总编辑": "chief",
    "副总编": "deputy",
    "顾问": "adviser",
    "主编": "managing",
    "编辑": "editor",
}
# A personal name at the end of a unit that runs together with it: 白水矿社区苏有才.
_UNIT_END = "矿厂司队社区院校处部局段团会站室所中心公科班"


class UnreadablePage(Exception):
    """The file is no article page that could be read; the message says why, in Chinese."""


@dataclass
class SiteFacts:
    """What the page says about the site itself."""

    name: str = ""
    former_name: str = ""
    statement: str = ""
    mailbox: str = ""
    icp_number: str = ""
    police_number: str = ""
    telephones: str = ""
    masthead: list[tuple[str, str, str]] = field(default_factory=list)  # post, name, duty


@dataclass
class LegacyPage:
    """One article as the page has it."""

    title: str
    prefix: str
    published_at: dt.datetime
    source: str
    section_label: str
    unit: str
    author: str
    editor: str
    paragraphs: list[str]
    legacy_id: int | None
    site: SiteFacts


def read(path: Path) -> LegacyPage:
    """Read a saved page; raise :class:`UnreadablePage` with the reason."""
    try:
        if path.exists() and not path.is_file():
            raise UnreadablePage("不是普通文件")
        if path.stat().st_size > LARGEST:
            raise UnreadablePage("文件超过 5 MB，不像文章页")
        data = path.read_bytes()
    except OSError as error:
        raise UnreadablePage(f"文件打不开（{error.strerror or error}）") from error
    if not data.strip():
        raise UnreadablePage("文件是空的")
    named = re.fullmatch(r"\d{4,9}", path.stem)
    return parse(_decoded(data), legacy_id=int(named[0]) if named else None)


def parse(text: str, *, legacy_id: int | None = None) -> LegacyPage:
    """Take the text or HTML of a page apart; ``legacy_id`` wins over the one in the page."""
    found = _LEGACY_ID.search(text)
    if legacy_id is None and found:
        legacy_id = int(found[1])
    if re.search(r"<(?:html|body|p|div|br|td)\b", text, re.IGNORECASE):
        text = _as_lines(text)
    lines = [line.strip(SPACE) for line in text.splitlines()]
    info, match = _info_line(lines)
    end, author_text, editor = _byline(lines, info)
    title, prefix, unit, author = _title_and_author(_title(lines, info), author_text)
    paragraphs = [full_width(strip_paragraph(line)) for line in lines[info + 1 : end]]
    paragraphs = [paragraph for paragraph in paragraphs if paragraph]
    if not paragraphs:
        raise UnreadablePage("没有找到正文")
    return LegacyPage(
        title=full_width(title),
        prefix=prefix,
        published_at=_time(match),
        source=match["source"].strip(SPACE),
        section_label=match["section"].strip(SPACE),
        unit=unit,
        author=author,
        editor=squeeze(editor),
        paragraphs=paragraphs,
        legacy_id=legacy_id,
        site=_site(lines[end:]),
    )


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        return text
    raise UnreadablePage("不是文本文件，或编码既不是 UTF-8 也不是 GB18030")


class _Lines(HTMLParser):
    """HTML to lines: block elements end a line, scripts and styles say nothing."""

    BLOCKS = frozenset(
        [
            "p",
            "div",
            "br",
            "td",
            "tr",
            "table",
            "li",
            "h1",
            "h2",
            "h3",
            "h4",
            "title",
            "hr",
            "center",
        ]
    )

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style"):
            self.silent += 1
        elif tag in self.BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self.silent = max(0, self.silent - 1)
        elif tag in self.BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            # A line break in the source is only a space in HTML.
            self.parts.append(re.sub(r"[\r\n]+", " ", data))


def _as_lines(html: str) -> str:
    parser = _Lines()
    parser.feed(html)
    parser.close()
    return "".join(parser.parts)


def _info_line(lines: list[str]) -> tuple[int, re.Match[str]]:
    """The last info line: saved pages repeat title and info line above the navigation."""
    found = [(place, match) for place, line in enumerate(lines) if (match := _INFO.fullmatch(line))]
    if not found:
        raise UnreadablePage("没有找到“来源 日期 时间 栏目”这一行")
    return found[-1]


def _title(lines: list[str], info: int) -> str:
    for line in reversed(lines[:info]):
        if line:
            return line
    raise UnreadablePage("没有找到标题")


def _byline(lines: list[str], info: int) -> tuple[int, str, str]:
    """Return where the body ends, the author's line and the editor."""
    for place in range(len(lines) - 1, info, -1):
        if match := _BYLINE.fullmatch(lines[place]):
            return place, match["author"].strip(SPACE), (match["editor"] or "").strip(SPACE)
    for place in range(info + 1, len(lines)):
        if _STATEMENT.match(lines[place]):
            return place, "", ""
        if (match := _EDITOR.fullmatch(lines[place])) and "、" not in match["editor"]:
            return place, "", match["editor"].strip(SPACE)
    return len(lines), "", ""


def _title_and_author(title: str, author_text: str) -> tuple[str, str, str, str]:
    """Return (title, prefix, unit, name): the author's name leads the titles of some sections.

    The name is only taken off the title when it equals the end of the byline, inner spaces
    ignored; without it the byline is split at its last space, or kept whole as a name.
    """
    head = re.match(rf"(?P<name>[^:\uff1a]{{2,12}}){_COLON}(?P<rest>.+)", title)
    packed = re.sub(r"[\s\u3000\u00a0]+", "", author_text)
    if head:
        name = re.sub(r"[\s\u3000\u00a0]+", "", head["name"])
        if packed.endswith(name):
            return head["rest"].strip(SPACE), name, packed[: -len(name)], name
    parts = author_text.rsplit(maxsplit=1)
    if len(parts) == 2 and parts[0].rstrip(SPACE)[-1] in _UNIT_END:
        return title, "", squeeze(parts[0]), squeeze(parts[1])
    return title, "", "", squeeze(author_text)


def _time(match: re.Match[str]) -> dt.datetime:
    year, month, day = (int(part) for part in re.split("[-/]", match["date"]))
    hour, minute, second = [*(int(part) for part in match["time"].split(":")), 0][:3]
    try:
        return dt.datetime(year, month, day, hour, minute, second, tzinfo=SHANGHAI)
    except ValueError as error:
        raise UnreadablePage(f"日期不对：{match['date']} {match['time']}") from error


def _site(lines: list[str]) -> SiteFacts:
    """Read statement, masthead and records out of the lines after the body."""
    facts = SiteFacts()
    for place, line in enumerate(lines):
        if (match := _STATEMENT.match(line)) and not facts.statement:
            facts.statement, facts.mailbox = _statement(match["text"], lines[place + 1 :])
        for part in _MASTHEAD.finditer(line) if line.startswith("总编辑") else ():
            facts.masthead += _people(part["post"], part["names"])
        if match := _RECORDS.match(line):
            facts.icp_number, facts.police_number = match["icp"], match["police"] or ""
        if match := _TELEPHONES.match(line):
            facts.telephones = match["numbers"].strip(SPACE)
        if match := _FORMER.fullmatch(line):
            facts.name, facts.former_name = match["name"], match["former"]
    return facts


def _statement(text: str, following: list[str]) -> tuple[str, str]:
    """Return the statement and the mailbox at its end."""
    if not _MAILBOX.search(text) and following and _MAILBOX.search(following[0]):
        text += following[0]
    mailbox = _MAILBOX.search(text)
    whole = full_width(_MAILBOX.sub("", text).strip(SPACE))
    return whole, mailbox["mailbox"] if mailbox else ""


def _people(post: str, names: str) -> list[tuple[str, str, str]]:
    people = []
    for person in re.split("[、,\uff0c]", names.strip(SPACE)):
        duty = _DUTY.fullmatch(person.strip(SPACE))
        name, what = (duty["name"], duty["duty"]) if duty else (person, "")
        people.append((POSTS[post], squeeze(name), what))
    return people
