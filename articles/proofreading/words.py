"""Lists of words: what the site ships with, and what kinds the desk may keep.

No list of people, of their posts or of their order is shipped: it would be out of date the day
it is printed. The desk keeps its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a row of a list means."""

    CONFUSED = "confused"  # a wrong character: 皆在 for 旨在
    STYLE = "style"  # a word the house does not use
    FIXED = "fixed"  # a fixed wording, written wrongly
    PAIR = "pair"  # two words of which one text should use one
    NAME = "name"  # a name or a post, written wrongly
    ORDER = "order"  # names in the order they are to be given in
    WATCH = "watch"  # a word to be asked about


@dataclass(frozen=True)
class Word:
    """One row: what is found, what should stand there (may be empty), and how sure it is.

    ``wrong`` is plain text. ``unless``: what may follow or precede, parted by blanks, so that the
    word is right after all: ``~内`` follows, ``人人~`` precedes.
    """

    kind: Kind
    wrong: str
    right: str = ""
    level: str = "advice"
    why: str = ""
    unless: str = ""


_CONFUSED = """
皆在>旨在|||人人~ 个个~ 家家~ 处处~ ~场 ~内 ~其中 ~此
建身>健身|error
座落>坐落|error
按装>安装|error||~车 ~卸 ~载 ~药 ~机
做为>作为|||叫~ 所~ 敢~ ~难
既使>即使|error
幅射>辐射|error
竟赛>竞赛|error
再接再励>再接再厉|error
希翼>希冀|error
温暧>温暖|error
暮然>蓦然|error
渡过春节>度过春节|error
渡过了春节>度过了春节|error
渡过假期>度过假期|error
综彩>综采|error
顶版>顶板|error
掘近>掘进|error
瓦丝>瓦斯|error
液压支驾>液压支架|error
皮带运输基>皮带运输机|error
通凤>通风|error
突显>凸显|advice|统一用“凸显”
树立文明警示牌>竖立文明警示牌|advice|“树立”用于抽象事物
树立警示牌>竖立警示牌|advice|“树立”用于抽象事物
一如继往>一如既往|error
迫不急待>迫不及待|error
默守成规>墨守成规|error
一股作气>一鼓作气|error
不径而走>不胫而走|error
穿流不息>川流不息|error
谈笑风声>谈笑风生|error
走头无路>走投无路|error
鼎立相助>鼎力相助|error
脉博>脉搏|error
松驰>松弛|error
精萃>精粹|error
粗旷>粗犷|error
针贬>针砭|error
重迭>重叠|error
兰球>篮球|error
凑和>凑合|error
必需要>必须要|error||~素 ~件
急燥>急躁|error
烦燥>烦躁|error
震憾>震撼|error
坚韧不拨>坚韧不拔|error
沉缅>沉湎|error
贯撤>贯彻|error
辩别>辨别|error
"""
_STYLE = """
弱势群体>困难群众|advice|新闻常用语
下属于>隶属于|advice|动词不当
隆重召开>召开|advice|限用于重要会议
亲自>|advice|一般不用
老板>|query|国有企业负责人不称“老板”
残废人>残疾人|error|
"""
_FIXED = """
民众生活会>民主生活会|error|固定提法
十八大会议精神>党的十八大精神|error|“大”即大会，固定提法
十九大会议精神>党的十九大精神|error|“大”即大会，固定提法
二十大会议精神>党的二十大精神|error|“大”即大会，固定提法
模范带头作用>先锋模范作用|advice|对党员的固定提法
"""
_PAIR = """
党支部>党总支
"""


def _rows(kind: Kind, text: str, level: str) -> list[Word]:
    found = []
    for line in text.strip().splitlines():
        words, _, rest = line.partition("|")
        wrong, _, right = words.partition(">")
        more = [*rest.split("|"), "", "", ""]
        if wrong != right:
            found.append(Word(kind, wrong, right, more[0] or level, more[1], more[2]))
    return found


def shipped() -> list[Word]:
    """Return the lists a new site starts with."""
    return [
        *_rows(Kind.CONFUSED, _CONFUSED, "advice"),
        *_rows(Kind.STYLE, _STYLE, "advice"),
        *_rows(Kind.FIXED, _FIXED, "error"),
        *_rows(Kind.PAIR, _PAIR, "query"),
    ]
