"""Bylines as they are written in a text: units, names, what they did."""

from __future__ import annotations

import regex

from correspondents.names import DOT, HAN, squeeze

_UNIT = regex.compile(
    r".{2,}(?:公司|集团|煤矿|矿|厂|局|部|科|处|室|中心|队|院|校|社区|煤业|矿业|能源|工会|团委|电厂|站|办)"
)
_NAME = regex.compile(rf"{HAN}{{2,4}}|{HAN}{{1,8}}(?:{DOT}{HAN}{{1,8}})+")
_ROLE = (
    r"(?:本网|本报)?(?:特约通讯员|特约记者|通讯员|实习记者|记者|作者单位|作者|文\s*/\s*图|图\s*/\s*文|文图|图文"
    r"|供稿单位|供稿|撰稿|撰文|摄影|文|图)"
)
_LABELLED = regex.compile(rf"(?P<label>{_ROLE}\s*[:\uff1a\s])\s*(?P<who>.+)")
_INNER = regex.compile(rf"(?:^|(?<=\s)){_ROLE}\s*[:\uff1a]?\s*")
_PADDED = regex.compile(rf"(?<!{HAN})({HAN})[ \u3000]+({HAN})(?!{HAN})")
# The first character of most family names; without one, words beside a unit are no name.
SURNAMES = set(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏"
    "钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜"
    "倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜路詹关苗凌费纪靳盛童欧甄项曲成"
    "游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫来嵺苟全"
    "褚廉简娄盖符奚木穆党燕郎邸冀谈姬屠连郜晏栾郁商蒙计喻揭窦迟宇敖糜鄢冷卓花仇艾蓝都巩稽井练仲乐虞卞封竺冼原官衣"
    "楚佟栗匡宗应台巫鞠僧桑荆谌银扬明沙薄伏岑习胥保和蔺闫肖佘麦束戈区母昝逄亓佴相笪年爱商牧暴尚晁雍洛令那丽古阿买"
    "欧上司诸东夏皇尉公赫澹淳太申轩令鲜闾慕濮宗呼南端百"
)
_BETWEEN = regex.compile(r"[\s\u3000\u3001\uff0c,;\uff1b]+")
_CLAUSE = regex.compile(r"[\uff0c,;\uff1b]")
_EDGES = " \t\n\u3000\u00a0"


def _bare(text: str) -> str:
    return text.strip(_EDGES).strip("()\uff08\uff09").strip(_EDGES)


def label_of(text: str) -> str:
    """Return what says what the people of a byline did: ``作者：``; empty where nothing does."""
    text = _bare(text)
    labelled = _LABELLED.fullmatch(text)
    first = labelled["label"].strip() if labelled else ""
    rest = labelled["who"] if labelled else text
    return "".join([first, *(found.strip() for found in _INNER.findall(rest))])


def names_in(text: str) -> tuple[tuple[str, str], ...]:
    """Return pairs of unit and name from a byline; empty when the line is none.

    A unit stands before its people; a unit alone is a pair without a name.
    """
    text = _bare(text)
    labelled = _LABELLED.fullmatch(text)
    text = labelled["who"] if labelled else text
    text = _INNER.sub(" ", _PADDED.sub(r"\1\2", text))
    pairs: list[tuple[str, str]] = []
    unit, used = "", True
    for token in _BETWEEN.split(text):
        if not token:
            continue
        if _NAME.fullmatch(token) and not _UNIT.fullmatch(token):
            pairs.append((unit, squeeze(token)))
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
    if labelled:
        return tuple(pairs)
    # Without a word that says what they did, only units with people who have a family name.
    plain = all(
        unit and (not name or name[0] in SURNAMES or "\u00b7" in name or ord(name[0]) > 0xFFFF)
        for unit, name in pairs
    )
    return tuple(pairs) if plain and not _CLAUSE.search(text) else ()


def said_in(bylines: tuple[tuple[str, str], ...]) -> str:
    """The words of bylines as they stand in a text: a unit once for all its people."""
    units = ["", *(unit for unit, _ in bylines)]
    return "".join(
        (unit if unit != before else "") + name
        for before, (unit, name) in zip(units, bylines, strict=False)
    )
