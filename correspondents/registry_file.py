"""The registry as an Excel workbook: reading rows that people typed, writing rows that run nothing.

Every cell is written as text, so that no spreadsheet takes one for a formula (OWASP ASVS 1.2.10).
"""

from __future__ import annotations

import datetime as dt
import io
import itertools
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from correspondents.typed import code, one_line

MOST_BYTES, MOST_ROWS, MOST_COLUMNS = 5 * 1024 * 1024, 5_000, 60
MOST_MEMBERS, MOST_UNPACKED = 2_000, 100 * 1024 * 1024
# Heading in the sheet: name in the program. The order is that of an export.
COLUMNS = {
    "档案号": "number",
    "姓名": "name",
    "常用署名": "usual_byline",
    "单位": "unit",
    "部门": "department",
    "职务": "post",
    "等级": "grade",
    "状态": "state",
    "手机": "mobile",
    "邮箱": "email",
    "擅长体裁": "strengths",
    "入册日期": "since",
    "聘期自": "term_from",
    "聘期至": "term_to",
    "聘书编号": "certificate_number",
    "调入日期": "moved_on",
}
# In an export for people to read; an import passes over it.
READ_ONLY = ("公开档案",)
# Above the headings there may be a title, a date, a unit.
NEEDED, HEAD_WITHIN = ("姓名", "单位"), 10
_NOT_OF_HEADING = re.compile(r"[*:]|\(.*?\)")
FORMULA = "单元格里是公式"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class BadWorkbook(Exception):
    """A file that is refused whole; the message is one Chinese sentence."""


@dataclass
class Line:
    """One row of a sheet: its number there, its values by name, and what is wrong with a cell."""

    number: int
    values: dict[str, str] = field(default_factory=dict)
    fault: str = ""


def read(data: bytes) -> tuple[list[Line], list[str]]:
    """Return the rows of the first sheet and the headings that were not understood.

    The headings stand in one of the first rows, below whatever title a sheet has. Raises
    :class:`BadWorkbook`. Takes as long as the sheet is large: the worker calls it.
    """
    inspect(data)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=False)
        most = MOST_ROWS + HEAD_WITHIN + 1
        rows = book.worksheets[0].iter_rows(max_col=MOST_COLUMNS, max_row=most)
        head = _head(rows)
        names = [COLUMNS.get(heading, "") for heading in head]
        lines = [line for row in rows if (line := _line(row, names)) is not None]
    except BadWorkbook:
        raise
    except Exception as error:  # hostile files raise anything
        raise BadWorkbook("这个文件读不了，请用 Excel 或 WPS 另存为 .xlsx 后再传。") from error
    if len(lines) > MOST_ROWS:
        raise BadWorkbook(f"一次最多导入 {MOST_ROWS} 行，请分成几个文件。")
    known = {*COLUMNS, *READ_ONLY, ""}
    return lines, [heading for heading in head if heading not in known]


def _head(rows: Iterator[Any]) -> list[str]:
    """Return the headings: people write 姓 名， break lines in a cell, mark what is needed."""
    for row in itertools.islice(rows, HEAD_WITHIN):
        head = [_heading(cell.value) for cell in row]
        if {*NEEDED} <= {*head}:
            return _once(head, [code(str(cell.value or "")) for cell in row])
    raise BadWorkbook(f"前 {HEAD_WITHIN} 行里没有同时写着“姓名”“单位”的一行列名，请用模板的列名。")


def _heading(value: Any) -> str:
    return _NOT_OF_HEADING.sub("", code(str(value or "")))


def _once(head: list[str], written: list[str]) -> list[str]:
    """Every heading once: of two that mean the same the one written plainly, else the first. The
    other is told as not understood: a spare number is no number.
    """
    chosen: dict[str, int] = {}
    for place, (heading, whole) in enumerate(zip(head, written, strict=True)):
        if heading not in chosen or (whole == heading != written[chosen[heading]]):
            chosen[heading] = place
    return [
        heading if chosen[heading] == place else whole
        for place, (heading, whole) in enumerate(zip(head, written, strict=True))
    ]


def inspect(data: bytes) -> None:
    """Refuse what is no workbook, or one that would cost too much to open."""
    if len(data) > MOST_BYTES:
        raise BadWorkbook("文件超过 5 MB，请分成几个文件。")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if len(members) > MOST_MEMBERS or sum(m.file_size for m in members) > MOST_UNPACKED:
                raise BadWorkbook("文件展开后太大，请只保留要导入的工作表。")
            for member in members:
                with archive.open(member) as part:
                    if re.search(rb"<!(DOCTYPE|ENTITY)", part.read(4096), re.IGNORECASE):
                        raise BadWorkbook("文件里有不该有的内容，请重新另存为 .xlsx 后再传。")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise BadWorkbook("请上传 .xlsx 文件；.xls 请先另存为 .xlsx。") from error


def _line(row: Any, names: list[str]) -> Line | None:
    line = Line(number=0)
    for cell, name in zip(row, names, strict=False):
        if cell.value is None or not name:
            continue
        line.number = cell.row
        if cell.data_type == "f":
            line.fault = FORMULA
        line.values[name] = _text(cell.value)
    return line if any(line.values.values()) else None


def _text(value: Any) -> str:
    if isinstance(value, dt.date):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return one_line(str(value))


def write(head: list[str], rows: Iterable[list[Any]], notes: Iterable[str] = ()) -> bytes:
    """Return a workbook of text cells; ``notes`` go to a second sheet."""
    book = Workbook()
    sheet = book.active
    sheet.title = "通讯员"
    for number, row in enumerate([head, *rows], start=1):
        for column, value in enumerate(row, start=1):
            _put(sheet, number, column, value)
    sheet.freeze_panes = "A2"
    if notes:
        more = book.create_sheet("说明")
        for number, note in enumerate(notes, start=1):
            _put(more, number, 1, note)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _put(sheet: Any, row: int, column: int, value: Any) -> None:
    if value in (None, ""):
        return
    cell = sheet.cell(row=row, column=column)
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", str(value))
    cell.data_type = "s"
    cell.quotePrefix = True
