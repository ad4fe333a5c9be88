"""Accounts of words: what comes in is placed, told to the person, or was never to be seen.

Every reader of a format (a Word file, what is pasted, what the desk's editor sends) keeps both sides
itself. What they do not explain is told too, so that a kind nobody thought of is not lost in silence.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import regex

# Blanks, control and format characters; signs of private fonts are seen.
_UNSEEN = regex.compile(r"[[\p{Z}\p{C}]--\p{Co}]", flags=regex.V1)
LONGEST_QUOTE = 120
# What is left out, in the order in which it is told: a phrase with the number, and what to do.
KINDS: dict[str, tuple[str, str]] = {
    "deleted": ("修订中删除的文字 {} 处", ""),
    "hidden": ("隐藏的文字 {} 处", ""),
    "comment": ("批注 {} 条", ""),
    "margin": ("页眉页脚", ""),
    "closing": ("稿末的审核、联系方式 {} 行", "不会刊出"),
    "label": ("署名前的字", "已读成署名"),
    "byline": ("稿末的署名 {} 行", "已读成署名，请核对"),
    "logo": ("页眉页脚里的图片 {} 张", ""),
    "picture": ("图片 {} 张", "不支持的格式，请另存为 JPG，在“配图”里上传"),
    "pasted": ("图片 {} 张", "请在“配图”里上传"),
    "linked": ("只有链接的图片 {} 张", "请在“配图”里上传"),
    "link": ("不安全的链接 {} 处", "文字保留"),
    "formula": ("公式 {} 处", "请用文字或图片"),
    "chart": ("图表 {} 个", "请另存为图片上传"),
    "object": ("嵌入的对象 {} 个", "请把内容复制到正文"),
    "field": ("域 {} 处", "请改成普通文字"),
    "symbol": ("特殊符号 {} 个", "请改成普通文字"),
    "prompt": ("没有填写的提示文字 {} 处", ""),
    "ruby": ("注音 {} 处", ""),
    "control": ("按钮、输入框里的文字 {} 处", ""),
    "script": ("脚本 {} 段", ""),
    "frame": ("嵌入内容 {} 处", ""),
    "box": ("文本框 {} 个的边框", "文字已放进正文，请核对位置"),
    "deep": ("格式", "套得太深，只留下文字"),
}  # fmt: skip


def seen(text: str) -> str:
    """Return what somebody sees of a text: no blanks, nothing that has no shape."""
    text = "".join(text.split())
    return text if text.isprintable() else _UNSEEN.sub("", text)


@dataclass
class LeftOut:
    """What was left out, by kind and place, with its words where they had been visible."""

    items: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    def add(self, kind: str, place: str = "", words: str = "") -> None:
        """Note one of a kind (a key of ``KINDS``)."""
        self.items.setdefault(kind, []).append((place, " ".join(words.split())))

    @property
    def words(self) -> str:
        """All words that are told."""
        return "".join(words for rows in self.items.values() for _, words in rows)

    def phrases(self) -> list[str]:
        """One phrase for each kind: how many, where, which words, what to do."""
        found = []
        for kind, (label, hint) in KINDS.items():
            if rows := self.items.get(kind):
                places = list(dict.fromkeys(place for place, _ in rows if place))
                notes = [quoted("、".join(places), 60)] if places else []
                notes += [hint] if hint else []
                words = quoted("；".join(words for _, words in rows if words))
                phrase = label.format(len(rows)) + (f"“{words}”" if words else "")
                found.append(phrase + (f"（{'；'.join(notes)}）" if notes else ""))
        return found


def quoted(text: str, most: int = LONGEST_QUOTE) -> str:
    """Return the beginning of a text, with a sign where it goes on."""
    return text if len(text) <= most else f"{text[:most]}……"


@dataclass
class Accounts:
    """Both sides of one reading, as characters: ``given`` is all that was there, in its order."""

    given: str = ""
    unseen: Counter[str] = field(default_factory=Counter)  # hidden, deleted, codes
    made: Counter[str] = field(default_factory=Counter)  # ours: automatic numbers, marks of notes

    def differences(self, placed: str, told: str) -> list[str]:
        """Return phrases for characters that were lost, and for those that nobody wrote."""
        placed, told = seen(placed), seen(told)
        if placed == self.given and not told:
            return []
        given, here = Counter(self.given), Counter(placed) + Counter(told)
        found = []
        if lost := given - here - self.unseen:
            found.append(f"有 {lost.total()} 个字没有读出：“{_listed(lost)}”，请对照原文")
        if more := here - given - self.made:
            found.append(f"多出 {more.total()} 个字：“{_listed(more)}”，请对照原文")
        return found


def _listed(characters: Counter[str]) -> str:
    return quoted("".join(characters.elements()), 40)
