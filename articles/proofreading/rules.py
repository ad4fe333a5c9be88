"""The rules, one function each, in the numbers of the newsroom's paper (S1-S20).

Sources: GB/T 15834-2011 (punctuation), GB/T 15835-2011 (numbers), the trade's lists of confused
words. Marks are written as escapes: they are what the rules are about.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

import regex

from articles.proofreading.doubled import doubled
from articles.proofreading.found import NUMERAL, Finding, Level
from articles.proofreading.words import Kind, Word
from correspondents.names import HAN

_COMMA, _STOP, _PAUSE, _COLON = "\uff0c", "\u3002", "\u3001", "\uff1a"


def _any(words: str) -> str:
    """Return the pattern of one of these words."""
    return "(?:" + "|".join(words.split()) + ")"


class Lists:
    """The words of all kinds, ready for looking."""

    def __init__(self, words: Iterable[Word]) -> None:
        rows = list(words)
        self.by_text = {row.wrong: row for row in rows if row.kind in _REPLACED and row.wrong}
        longest = sorted(self.by_text, key=len, reverse=True)
        self.pattern = re.compile("|".join(map(re.escape, longest))) if longest else None
        self.pairs = [row for row in rows if row.kind == Kind.PAIR and row.wrong and row.right]
        orders = [row.wrong for row in rows if row.kind == Kind.ORDER]
        self.orders = [list(filter(None, re.split("[\u3001\uff0c\\s]+", one))) for one in orders]


_REPLACED = {Kind.CONFUSED: "S5", Kind.STYLE: "S12", Kind.FIXED: "S14", Kind.NAME: "S13",
             Kind.WATCH: "S20"}  # fmt: skip


def in_paragraph(
    text: str, lists: Lists, *, is_verse: bool = False, is_literary: bool = False
) -> list[Finding]:
    """Return what the rules find in one paragraph.

    Of verse only wrong words; prose and fiction write numbers and days as they like (GB/T
    15835-2011, 4.2), and so does whoever is quoted.
    """
    found = [*_words(text, lists), *_personal(text)]
    if is_verse:
        return found
    for rule in _RULES:
        found += rule(text)
    if not is_literary:
        said = [match.span() for match in _SAID.finditer(text)]
        for rule in _OF_NEWS:
            found += [
                one
                for one in rule(text)
                if not any(start <= one.start < end for start, end in said)
            ]
    return [*found, *_orders(text, lists)]


_SAID = re.compile("\u201c[^\u201c\u201d]*\u201d")


def _words(text: str, lists: Lists) -> Iterator[Finding]:
    if lists.pattern is None:
        return
    for match in lists.pattern.finditer(text):
        word = lists.by_text[match[0]]
        if _is_right(word, text, match):
            continue
        why = word.why or {
            Kind.CONFUSED: "易错词", Kind.STYLE: "本网用语", Kind.FIXED: "固定提法", Kind.NAME: "姓名、职务",
            Kind.WATCH: "请核实"}[word.kind]  # fmt: skip
        yield Finding(
            _REPLACED[word.kind],
            Level(word.level),
            *match.span(),
            _suggested(word, text, match),
            why,
        )


def _suggested(word: Word, text: str, match: re.Match[str]) -> str | None:
    """What to put in; not a second 党的 where one stands before already."""
    right = word.right
    if right.startswith("党的") and text[: match.start()].endswith("党的"):
        right = right.removeprefix("党的")
    return right or None


def _is_right(word: Word, text: str, match: re.Match[str]) -> bool:
    before, after = text[: match.start()], text[match.end() :]
    # The right word may hold the wrong one: 党的十八大精神.
    if word.right and word.wrong in word.right:
        offset = word.right.index(word.wrong)
        if text[max(0, match.start() - offset) :].startswith(word.right):
            return True
    for rule in word.unless.split():
        if rule.startswith("~") and after.startswith(rule[1:]):
            return True
        if rule.endswith("~") and before.endswith(rule[:-1]):
            return True
    return False


# --- S1, S2: quotation marks and brackets -----------------------------------------------------

_STRAIGHT = re.compile(r'"([^"\n]{1,200})"')
_PAIRS = {"\u201c": "\u201d", "\u2018": "\u2019", "\uff08": "\uff09", "\u300a": "\u300b"}


def straight_quotes(text: str) -> Iterator[Finding]:
    for match in _STRAIGHT.finditer(text):
        if regex.search(f"[{HAN}]", match[1]):
            why = "直引号改为弯引号"
            yield Finding("S1", Level.ADVICE, *match.span(), f"\u201c{match[1]}\u201d", why)


def unbalanced(text: str) -> Iterator[Finding]:
    closing = {close: begin for begin, close in _PAIRS.items()}
    waiting: list[tuple[str, int]] = []
    for place, mark in enumerate(text):
        if mark in _PAIRS:
            waiting.append((mark, place))
        elif mark in closing:
            if waiting and waiting[-1][0] == closing[mark]:
                waiting.pop()
            elif mark != "\u2019":  # an apostrophe closes nothing
                yield Finding("S2", Level.ERROR, place, place + 1, None, "没有与它成对的前一半")
    for _, place in waiting:
        yield Finding("S2", Level.ERROR, place, place + 1, None, "没有与它成对的后一半")


# --- S3: marks between quoted items (GB/T 15834-2011, 4.5.3.5) ---------------------------------

_QUOTED = "\u201c[^\u201c\u201d\n]{1,30}\u201d"
_TITLED = "\u300a[^\u300a\u300b\n]{1,40}\u300b"
_SERIES = re.compile(f"(?:{_QUOTED}{_PAUSE}?){{2,}}|(?:{_TITLED}{_PAUSE}?){{2,}}")


def pauses_between_quotes(text: str) -> Iterator[Finding]:
    for match in _SERIES.finditer(text):
        series = match[0].rstrip(_PAUSE)
        parted = re.findall(f"(?<=[\u201d\u300b]){_PAUSE}(?=[\u201c\u300a])", series)
        if not parted:
            continue
        items = len(re.findall("[\u201d\u300b]", series))
        mixed = len(parted) < items - 1
        why = (
            "并列的引号、书名号之间，顿号用得不一致"
            if mixed
            else "并列的引号、书名号之间通常不用顿号"
        )
        plain = re.sub(f"(?<=[\u201d\u300b]){_PAUSE}(?=[\u201c\u300a])", "", series)
        yield Finding("S3", Level.ADVICE, match.start(), match.start() + len(series), plain, why)


# --- S6: 的, 地, 得 -----------------------------------------------------------------------------

_AS_NOUN = _any(
    "帮助 支持 指导 服务 解决 发展 提高 改善 变化 进步 关心 关注 重视 配合 保障 管理 调整 处理 宣传 贡献"
    " 影响 推动 提升 落实 安排 部署 检查"
)
_GIVE = _any("给予 给以 进行 作出 做出 提供 得到 获得 取得 予以 实现")
# Words that end in 地 themselves: 实地检查、当地服务。
_PLACES = "实当各基工场土产本外内异驻矿园原境陆阵余属要林耕绿湿草荒腹战大旧某此该两营种田山坡洼盆"
_LY = "地"
_LIGHT = re.compile(
    f"{_GIVE}了{{0,1}}[^\uff0c\u3002\uff1b\uff1a\uff01\uff1f]{{1,12}}?(?<![{_PLACES}])({_LY}){_AS_NOUN}"
    f"(?=[\uff0c\u3002\uff1b\uff01\uff1f\u3001]|$)"
)
_HOW = _any(
    "认真 积极 主动 扎实 及时 深入 不断 严格 有力 有效 全面 耐心 细致 仔细 热情 高兴 顺利 成功 稳步 迅速"
)
_DOES = _any(
    "开展 进行 学习 落实 推进 完成 解决 处理 宣传 检查 排查 参与 投入 贯彻 执行 组织 介绍 讲解 回答"
)
# 认真的学习态度 is a noun.
_NOUN = _any("态度 精神 风气 氛围 方法 方式 作用 效果 结果 过程 能力 机制 经验 成果 工作 领导 力度")
_OF = "的"
_ADVERB = re.compile(f"{_HOW}({_OF}){_DOES}(?!{_NOUN})")


def of_and_ly(text: str) -> Iterator[Finding]:
    for match in _LIGHT.finditer(text):
        yield Finding("S6", Level.ERROR, *match.span(1), "的", "后面是名词用法，“地”应为“的”")
    for match in _ADVERB.finditer(text):
        yield Finding("S6", Level.ADVICE, *match.span(1), "地", "修饰动词，“的”应为“地”")


# --- S7: a comma that is missing ---------------------------------------------------------------

_OPENERS = _any("不仅如此 与此同时 除此之外 由此可见 总而言之 据悉 据了解 另据了解")
_OPENING = regex.compile(f"(?:^|(?<=[\u3002\uff1b\uff01\uff1f\n]))({_OPENERS})(?=[{HAN}\u201c])")
_NEXT = _any("冒着 冒雨 带领 深入 主动 积极 奋战 义务 坚守 冲锋")
_ROLE = "作用"
_EFFECT = re.compile(f"{_any('发挥 起到')}[^\uff0c\u3002\uff1b]{{2,20}}?({_ROLE})(?={_NEXT})")


def missing_commas(text: str) -> Iterator[Finding]:
    for match in _OPENING.finditer(text):
        yield Finding(
            "S7", Level.ERROR, match.start(1), match.end(1), match[1] + _COMMA, "后面缺逗号"
        )
    for match in _EFFECT.finditer(text):
        yield Finding(
            "S7", Level.ERROR, *match.span(1), match[1] + _COMMA, "后面另起一个分句，缺逗号"
        )


# --- S8, S9: numbers, units, days (GB/T 15835-2011) ---------------------------------------------

_UNITS = {
    "\u33a1": "平方米", "m\u00b2": "平方米", "\u33a5": "立方米", "m\u00b3": "立方米",
    "\u339e": "公里", "\u338f": "公斤", "km\u00b2": "平方公里",
}  # fmt: skip
# Not the m² of cm².
_UNIT = re.compile(
    "(?<![A-Za-z])(?:" + "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True)) + ")"
)
_MEASURE = "元|吨|米|公里|平方米|立方米|公斤|千克|亩|千瓦|千瓦时"
_IN_WORDS = re.compile(
    # Two characters at least: 千米钻机 has no number in it; nor have 数十万, 几百.
    f"(?<![{NUMERAL}\\d几数上成好若])"
    f"(?=[{NUMERAL}]{{2}})([{NUMERAL}]*[十百千万亿][{NUMERAL}]*)([余多]{{0,1}})(?={_MEASURE})"
)
_LATE_REST = re.compile(f"(\\d[\\d.]*)([万亿])余(?={_MEASURE})")
# 12户36人 is right.
_HOUSEHOLD = re.compile(f"(?<![\\d{NUMERAL}])户\\d+[余多]{{0,1}}人")
_MONTH_NAME = _any("十一 十二 一 二 三 四 五 六 七 八 九 十")
_DAY_NAME = "[一二三]{0,1}十[一二三四五六七八九]{0,1}|[一二三四五六七八九]"
# Not 农历八月，八月十五，月饼，月季，月嫂，月子。
_MONTH = re.compile(
    f"(?<![农历闰])(?:(?<=[年，。；、在于今去明])|^)({_MONTH_NAME})月(?:({_DAY_NAME})日){{0,1}}"
    "(?![饼季嫂子初十廿])"
)
_DIGITS = {name: number for number, name in enumerate("零一二三四五六七八九十")}
# What day it was may stand behind it, in brackets.
_RELATIVE = re.compile(
    "(?:昨日|昨天|昨晚|前天|明天|今天上午|今天下午|今日上午|今日下午)"
    r"(?!(?:上午|下午|晚上|早上|中午|凌晨|傍晚|清晨|晚)?\s*[\uff08(][^\uff09)\n]{0,8}\d{1,2}[月日号])"
)
_DATE = re.compile(r"(?<![\d.])(?:(\d{4})年)?(\d{1,2})月(\d{1,2})[日号](?!\d)")
_NO_SUCH_DAY = "没有这一天"
_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10_000, "亿": 100_000_000}


def units_and_numbers(text: str) -> Iterator[Finding]:
    for match in _UNIT.finditer(text):
        yield Finding("S8", Level.ADVICE, *match.span(), _UNITS[match[0]], "正文里单位写汉字")
    for match in _IN_WORDS.finditer(text):
        if suggest := _in_digits(match[1], match[2]):
            yield Finding("S8", Level.ADVICE, *match.span(), suggest, "带单位的数字用阿拉伯数字")
    for match in _LATE_REST.finditer(text):
        suggest = f"{match[1]}余{match[2]}"
        yield Finding("S8", Level.ADVICE, *match.span(), suggest, "“余”在万、亿之前")
    for match in _HOUSEHOLD.finditer(text):
        yield Finding("S8", Level.ERROR, match.start(), match.end(), None, "“户”与“人”不符")


def _in_digits(words: str, rest: str) -> str:
    """Return 10万余 for 十万余 and 1500 for 一千五百 — empty where the words are no exact number."""
    last = words[-1]
    head, tail = (words[:-1], last) if last in _LARGE else (words, "")
    if any(letter in _LARGE for letter in head) or not head or "两" in head[1:]:
        return ""
    if len(head) > 1 and head[-1] in _DIGITS and head[-2] in "百千":
        return ""  # 一千五: fifteen hundred, as people say it
    number = value = 0
    for letter in head:
        if letter in _SMALL:
            number += (value or 1) * _SMALL[letter]
            value = 0
        elif letter == "零":
            value = 0
        elif value:  # 三五百: about so many
            return ""
        else:
            value = 2 if letter == "两" else _DIGITS[letter]
    number += value
    return f"{number}{tail}{rest}" if number else ""


def days(text: str) -> Iterator[Finding]:
    for match in _MONTH.finditer(text):
        month = _in_digits(match[1], "") or str(_DIGITS[match[1]])
        day = ""
        if match[2]:
            day = f"{_in_digits(match[2], '')}日"
        yield Finding("S9", Level.ADVICE, *match.span(), f"{month}月{day}", "公历月日用阿拉伯数字")
    for match in _RELATIVE.finditer(text):
        yield Finding("S9", Level.QUERY, *match.span(), None, "相对日期，请写明是哪一天")
    for match in _DATE.finditer(text):
        try:
            dt.date(int(match[1] or 2000), int(match[2]), int(match[3]))
        except ValueError:
            yield Finding("S9", Level.ERROR, *match.span(), None, _NO_SUCH_DAY)


# --- S10: short forms ---------------------------------------------------------------------------

_OWN = _any("我矿 我县 我市 我省 我公司 我集团 我社区 本矿 本公司 本集团 本社区")
# Not 我矿井，本矿区，我市场，成本公司。
_OURS = re.compile(f"(?<![基成根资日样版自]){_OWN}(?![井区业场])")


def our_own(text: str) -> Iterator[Finding]:
    for match in _OURS.finditer(text):
        yield Finding("S10", Level.ADVICE, *match.span(), None, "用第三人称，写全称")


# --- S18: personal data -------------------------------------------------------------------------

_MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_IDENTITY = re.compile(
    r"(?<!\d)\d{6}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dXx](?!\d)"
)


def _personal(text: str) -> Iterator[Finding]:
    for match in _IDENTITY.finditer(text):
        yield Finding("S18", Level.ERROR, *match.span(), None, "像身份证号，不应公开")
    for match in _MOBILE.finditer(text):
        yield Finding("S18", Level.QUERY, *match.span(), None, "像手机号，请确认可以公开")


_RULES: tuple[Callable[[str], Iterable[Finding]], ...] = (
    straight_quotes, unbalanced, pauses_between_quotes, doubled, of_and_ly, missing_commas,
)  # fmt: skip
# What holds for news and papers.
_OF_NEWS: tuple[Callable[[str], Iterable[Finding]], ...] = (units_and_numbers, days, our_own)


# --- lists that look at more than one place -----------------------------------------------------


def _orders(text: str, lists: Lists) -> Iterator[Finding]:
    for names in lists.orders:
        pattern = re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True))))
        for part in re.finditer(f"[^{_STOP}\uff1b]+", text):
            met = [(match, names.index(match[0])) for match in pattern.finditer(part[0])]
            for (_, one), (match, other) in itertools.pairwise(met):
                if other < one:
                    start = part.start() + match.start()
                    end = part.start() + match.end()
                    yield Finding("S13", Level.QUERY, start, end, None, "排名次序与名单不一致")


def across(texts: list[str], lists: Lists) -> list[tuple[int, Finding]]:
    """S11: one body called by two near names, as 社区党支部 and 社区党总支 — the rarer is asked about."""
    found: list[tuple[int, Finding]] = []
    for row in lists.pairs:
        either = regex.compile(f"([{HAN}]{{2}})({re.escape(row.wrong)}|{re.escape(row.right)})")
        met = [
            (place, match) for place, text in enumerate(texts) for match in either.finditer(text)
        ]
        count = Counter((match[1], match[2]) for _, match in met)
        for place, match in met:
            other = row.right if match[2] == row.wrong else row.wrong
            own, theirs = count[match[1], match[2]], count[match[1], other]
            if theirs and (own < theirs or (own == theirs and match[2] == row.wrong)):
                why = f"文中又称“{match[1]}{other}”，请核实"
                start, end = match.start(), match.end()
                found.append(
                    (place, Finding("S11", Level.QUERY, start, end, match[1] + other, why))
                )
    return found


# --- bylines ------------------------------------------------------------------------------------

_UNIT_END = "矿|厂|司|区|院|校|处|部|局|段|团|会|站|室|所|队|科|班|集团|公司|中心"
_RUN_TOGETHER = regex.compile(
    f"(?:^|[{_COLON}\\s])([{HAN}]{{2,}}(?:{_UNIT_END}))([{HAN}]{{2,3}})(?=$|[\\s\uff0c{_PAUSE}])"
)
_PADDED = re.compile("[编作记通摄责][ \u3000\u00a0]+[辑者影](?=\\s*[:\uff1a])")


def in_byline(text: str) -> Iterator[Finding]:
    """A9 and S17: pads as in 编 辑 and a unit that runs together with a name."""
    for match in _PADDED.finditer(text):
        plain = re.sub("\\s", "", match[0])
        yield Finding("A9", Level.ERROR, *match.span(), plain, "去掉字间的空格")
    for match in _RUN_TOGETHER.finditer(text):
        if len(match[1]) >= 3:
            start, end = match.span(1)[0], match.span(2)[1]
            suggest = f"{match[1]}\u3000{match[2]}"
            yield Finding("S17", Level.ERROR, start, end, suggest, "单位与姓名连写")
