"""Lines under a text that are for the desk alone."""

from __future__ import annotations

import re

import regex

# What a publicity office writes under a text for the desk alone: who has looked at it, how to reach whom.
_LOOKED = (
    r"(?:审核|审核人|审稿|审稿人|审签|审签人|核稿|核稿人|签发人|初审|复审|终审|单位审核人|审核领导)"
)
_REACH = r"(?:联系人|联系人及电话|联系电话|联系方式|电话|手机|手机号|手机号码|电子邮箱|邮箱|e-?mail|qq|微信号?)"
_PAIR = rf"(?:{_LOOKED}|{_REACH})\s*(?:[:\uff1a]\s*[^\u3002\uff0c\uff1b:\uff1a]{{1,24}}?|[\s\u3000]+(?:[\d-]+|\p{{Han}}{{2,4}}))"
_FOR_THE_DESK = regex.compile(
    rf"[(\uff08\[]?\s*{_PAIR}(?:[\s\u3000\u3001\uff0c]+{_PAIR})*\s*[)\uff09\]]?", regex.IGNORECASE
)
_BY_WHOM = regex.compile(rf"^\W*{_LOOKED}|{_LOOKED}\s*[:\uff1a]|联系人")
_REACHED = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")


def is_for_the_desk(text: str) -> bool:
    """Does a line say nothing but who has looked at the text and how to reach whom?"""
    if _REACHED.fullmatch(text.strip("()\uff08\uff09 ")):
        return True
    known = _BY_WHOM.search(text) or _REACHED.search(text)
    return bool(known and _FOR_THE_DESK.fullmatch(text))
