"""Values of one line as they are typed, copied and imported: names, numbers, codes, days.

A number copied from a contact carries marks of direction, a name from a chat zero-width blanks, a
code from a letter full-width letters and five kinds of dash. :func:`one_line` takes every value
that is not prose; the fields below call it on every way into the database, and so do their forms.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import Any

import regex
from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

# Nobody sees them (UAX 44: Default_Ignorable_Code_Point); beside them controls, and what is left
# of a picture in a copied line.
_UNSEEN = regex.compile(
    r"[[\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}\ufffc]--[\t\n\v\f\r\x85]]", flags=regex.V1
)
# In a sentence these join the letters of some scripts, and the parts of some signs.
_JOINERS = regex.compile(r"(?<=[\p{L}\p{M}\p{So}\p{Sk}])[\u200c\u200d\ufe0f](?=\S|$)")
_ACCENTED = regex.compile(r"[\p{Latin}\p{Greek}\p{Cyrillic}\p{Kana}\p{Hiragana}]\p{Mn}+")
_COMBINING = re.compile("[\u0300-\u036f\u3099\u309a]")
_BREAKS = regex.compile(r"\s*[\t\n\v\f\r\x85\u2028\u2029]\s*")
_BLANKS = regex.compile(r"[\s\u2800]+")  # U+2800: a letter of Braille without a point
_NARROW = {
    wide: wide - 0xFEE0
    for first, last in ("\uff10\uff19", "\uff21\uff3a", "\uff41\uff5a")
    for wide in range(ord(first), ord(last) + 1)
}
_HYPHENS = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2212\ufe63\uff0d"), "-")
_DASHES = dict.fromkeys(map(ord, "\u2013\u2014\u2015\u2e3a\u2e3b\ufe58"), "-")
# What a day is written between; a year before or after them is a slip of the hand.
FIRST, LAST = dt.date(1800, 1, 1), dt.date(2199, 12, 31)
_DAY = regex.compile(
    r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?|\u5e74(\d{1,2})\u6708(?:(\d{1,2})[\u65e5\u53f7])?|(\d\d)(\d\d))"
    r"(?:(?:[T\s]+|(?<=[\u65e5\u53f7]))\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?)?"
)
_HOST = regex.compile(
    r"([A-Za-z\uff21-\uff5a]+[:\uff1a][/\uff0f]{2}[^/\uff0f?\uff1f#\uff03]+[/\uff0f]?)"
)
_NOT_OF_FILE = regex.compile(r"[<>:\"/|?*]")
_TIME, _COLON = regex.compile(r"(\d{1,2}):(\d\d)(?::\d\d(?:\.\d+)?)?$"), {0xFF1A: ":"}
# Days since this one are what a spreadsheet keeps of a date (ECMA-376 part 1, 18.17.4.1).
_SERIAL_ZERO, _SERIAL = dt.date(1899, 12, 30), regex.compile(r"([1-9]\d{4})(?:\.\d+)?")
NO_DAY = "日期没有看懂，请写成 2026-11-25 的样子。"
FAR_DAY = "年份不对，请核对日期。"


def composed(text: str) -> str:
    """Return a text whose accents are one with their letters, as keyboards write them.

    Phones and PDF files part them (e and U+0301). Only those: NFC would change rare Chinese
    characters of names for others.
    """
    if not _COMBINING.search(text):
        return text
    return _ACCENTED.sub(lambda part: unicodedata.normalize("NFC", part[0]), text)


def one_line(text: str) -> str:
    """Return a value as it was meant: nothing unseen, plain letters, digits, hyphens and blanks."""
    text = _UNSEEN.sub("", composed(text)).translate(_NARROW).translate(_HYPHENS)
    return _BLANKS.sub(" ", text).strip()


def code(text: str) -> str:
    """Return a number, mailbox, user name or address: one line without blanks, all in plain signs."""
    text = unicodedata.normalize("NFKC", one_line(text).translate(_DASHES))
    return _BLANKS.sub("", _UNSEEN.sub("", text))


def address(text: str) -> str:
    """Return an address of the web: nothing unseen, plain signs in scheme and host alone.

    What follows the host is somebody else's, and may hold any sign.
    """
    text = _BREAKS.sub("", _UNSEEN.sub("", text)).strip()
    parts = _HOST.match(text)
    return code(parts[1]) + text[parts.end() :] if parts else text


def file_name(name: str, longest: int) -> str:
    """Return the name a file is sent under: one line, no folder, nothing that a system forbids.

    A name that is too long loses its middle, not its ending.
    """
    name = one_line(name.replace("\\", "/").rpartition("/")[2])
    name = _NOT_OF_FILE.sub("_", name).strip(". ")
    stem, dot, ending = name.rpartition(".")
    if len(name) <= longest or not dot or len(ending) > 10:
        return name[:longest]
    return f"{stem[: longest - len(ending) - 1]}.{ending}"


def sentence(text: str) -> str:
    """Return prose of one line: its blanks and signs stay, what nobody sees goes, and line breaks."""
    text = composed(text)
    joins = {match.start() for match in _JOINERS.finditer(text)}
    text = _UNSEEN.sub(lambda sign: sign[0] if sign.start() in joins else "", text)
    return _BREAKS.sub(" ", text).strip()


def day(
    text: str, *, last: bool = False, serial: bool = False, far: bool = False
) -> dt.date | None:
    """Read a day as people and spreadsheets write it; ``None`` for nothing typed.

    A month alone is its first day, with ``last`` its last. ``serial``: five digits are the days
    that a spreadsheet counts. Raises ``ValueError`` for anything else, and for years before 1800
    or after 2199, unless ``far``.
    """
    text = one_line(text).translate(_DASHES).translate(_COLON)
    if not text:
        return None
    if serial and (counted := _SERIAL.fullmatch(text)):
        return _SERIAL_ZERO + dt.timedelta(days=int(counted[1]))
    parts = _DAY.fullmatch(regex.sub(r"\s*([-/.\u5e74\u6708\u65e5\u53f7])\s*", r"\1", text))
    if parts is None:
        raise ValueError(NO_DAY)
    year, month = int(parts[1]), int(parts[2] or parts[4] or parts[6])
    number = parts[3] or parts[5] or parts[7]
    try:
        found = dt.date(year, month, int(number or 1))
    except ValueError as error:
        raise ValueError(NO_DAY) from error
    if not far and not FIRST <= found <= LAST:
        raise ValueError(FAR_DAY)
    if last and not number:
        found = (found + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
    return found


def moment(text: str) -> dt.datetime:
    """Read a day and a time, in the site's time zone; a day alone begins at midnight.

    Raises ``ValueError`` for what is none.
    """
    when, time = day(text), _TIME.search(one_line(text).translate(_COLON))
    if when is None or (time is None and ":" in text):
        raise ValueError(NO_DAY)
    hour, minute = (int(time[1]), int(time[2])) if time else (0, 0)
    return timezone.make_aware(dt.datetime.combine(when, dt.time(hour, minute)))


class _Cleaned:
    """Mix into a form field of text: what is typed is cleaned before anything is asked of it."""

    how: Any = staticmethod(one_line)

    def to_python(self, value: Any) -> Any:
        cleaned = self.how(value) if isinstance(value, str) else value
        return super().to_python(cleaned)  # type: ignore[misc]


class LineInput(_Cleaned, forms.CharField):
    """A name, or another value of one line."""


class SentenceInput(_Cleaned, forms.CharField):
    """A title, a caption: prose of one line."""

    how = staticmethod(sentence)


class CodeInput(_Cleaned, forms.CharField):
    """A number or a user name."""

    how = staticmethod(code)


class MailboxInput(_Cleaned, forms.EmailField):
    """A mailbox."""

    how = staticmethod(code)


class AddressInput(_Cleaned, forms.URLField):
    """An address of the web."""

    how = staticmethod(address)


class DayInput(forms.DateField):
    """A day, in any of the ways people write it; ``far``: in whatever year."""

    far = False

    def to_python(self, value: Any) -> dt.date | None:
        if isinstance(value, str):
            try:
                value = day(value, far=self.far)
            except ValueError as error:
                raise ValidationError(str(error), code="invalid") from error
        found: dt.date | None = super().to_python(value)
        return found


class TimeInput(_Cleaned, forms.TimeField):
    """A time of day."""

    how = staticmethod(code)


class MomentInput(forms.SplitDateTimeField):
    """A day and a time in two boxes, as the desk's forms have them."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.fields = (DayInput(required=False), TimeInput(required=False))
        self.fields[0].far = True  # its own validators say which years there are


class _Column:
    """Mix into a model field: whatever way a value comes, it is stored cleaned.

    The column is a plain one: how its values are cleaned is no matter of the database.
    """

    how: Any = staticmethod(one_line)
    form_field: Any = LineInput

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)  # type: ignore[misc]
        return self.how(value) if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)  # type: ignore[misc]
        return self.how(value) if isinstance(value, str) else value

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Clean on the instance too, so that it shows what was stored."""
        value = super().pre_save(model_instance, add)  # type: ignore[misc]
        if isinstance(value, str) and (cleaned := self.how(value)) != value:
            value = cleaned
            setattr(model_instance, self.attname, value)  # type: ignore[attr-defined]
        return value

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": self.form_field} | kwargs)  # type: ignore[misc]

    def deconstruct(self) -> Any:
        name, _, args, kwargs = super().deconstruct()  # type: ignore[misc]
        plain = next(cls for cls in type(self).__mro__ if cls.__module__.startswith("django."))
        return name, f"django.db.models.{plain.__name__}", args, kwargs


class LineField(_Column, models.CharField):
    """A name, or another value of one line."""


class SentenceField(_Column, models.CharField):
    """A title, a caption: prose of one line."""

    how, form_field = staticmethod(sentence), SentenceInput


class CodeField(_Column, models.CharField):
    """A number or another code."""

    how, form_field = staticmethod(code), CodeInput


class MailboxField(_Column, models.EmailField):
    """A mailbox."""

    how, form_field = staticmethod(code), MailboxInput


class AddressField(_Column, models.URLField):
    """An address of the web."""

    how, form_field = staticmethod(address), AddressInput


class DayField(models.DateField):
    """A day that a person types."""

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": DayInput} | kwargs)

    def deconstruct(self) -> Any:
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.DateField", args, kwargs
