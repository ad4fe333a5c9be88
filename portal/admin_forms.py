"""What every list and form of the desk refuses, whatever an address or a request says."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from typing import Any

from django import forms
from django.contrib.admin import ModelAdmin, SimpleListFilter
from django.contrib.admin.options import BaseModelAdmin, InlineModelAdmin
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils import timezone

from correspondents.choosing import SearchedSelect
from correspondents.typed import MomentInput, day

# What is shown of time: the ends of Python's calendar are no days in every time zone.
SHOWN = dt.date(1990, 1, 1), dt.date(2199, 12, 1)
# How the filters of a list ask, by the end of the parameter, and what their values look like.
_NUMBER, _DAY = re.compile(r"[0-9]{1,2}"), re.compile(r"[12][0-9]{3}-[0-9 :+.T-]{1,40}")
LOOKUPS = {
    **dict.fromkeys(
        ["", "__exact", "__id__exact", "__isnull", "__isempty"],
        re.compile(r"(?!.*[\d_]{19}).{0,60}"),  # no number that the database cannot hold
    ),
    **dict.fromkeys(["__gte", "__lt"], _DAY),
    "__year": re.compile(r"[12][0-9]{3}"),
    "__month": _NUMBER,
    "__day": _NUMBER,
}


class DeclaredLookups(ModelAdmin):
    """A list is filtered by what its filters offer, and by nothing else that an address says.

    Django takes any lookup on the list's own fields: a regular expression of an hour's work, a
    year that no calendar has.
    """

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        if not super().lookup_allowed(lookup, value, request):
            return False
        own, declared = self._declared(request)
        if lookup in own:
            return True  # such a filter reads its value itself
        for name in declared:
            shape = LOOKUPS.get(lookup.removeprefix(name)) if lookup.startswith(name) else None
            if shape is not None and shape.fullmatch(str(value)):
                return True
        return False

    def _declared(self, request: Any) -> tuple[set[str], list[str]]:
        """Parameters of our own filters, and the fields that Django's filters are for."""
        rows = [row[0] if isinstance(row, tuple) else row for row in self.get_list_filter(request)]
        own = {
            row.parameter_name or ""
            for row in rows
            if isinstance(row, type) and issubclass(row, SimpleListFilter)
        }
        fields = [row for row in rows if isinstance(row, str)]
        return own, [*fields, self.date_hierarchy] if self.date_hierarchy else fields


class SteadyFields(BaseModelAdmin):
    """The fields of a form refuse what no database holds, whatever a request says."""

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if isinstance(db_field, models.DateTimeField):
            kwargs.setdefault("validators", [_is_shown])
            kwargs.setdefault("form_class", MomentInput)
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and field.label:
            _name(field.widget, str(field.label))
        return field

    def get_fieldsets(self, request: Any, obj: Any = None) -> Any:
        """Who only looks is shown what there is, not the boxes that others type into."""
        fieldsets = super().get_fieldsets(request, obj)
        if self.has_change_permission(request, obj):  # type: ignore[attr-defined]
            return fieldsets
        return [
            (title, facts | {"fields": list(filter(None, map(self._kept, facts["fields"])))})
            for title, facts in fieldsets
        ]

    def _kept(self, row: Any) -> Any:
        """A field, or a row of fields, without those that only a form has."""
        if isinstance(row, list | tuple):
            return tuple(filter(None, map(self._kept, row)))
        there = hasattr(self, row) or hasattr(self.model, row)
        return row if there or row in {field.name for field in self.opts.get_fields()} else None

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if "widget" not in kwargs and db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = SearchedSelect(db_field, self.admin_site, using=kwargs.get("using"))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


def _name(widget: Any, label: str) -> None:
    """Call a box as its field is called, where Django prints no label: in tables and beside a clock."""
    inner = getattr(widget, "widget", widget)
    if isinstance(inner, forms.RadioSelect):  # and ticks: each has a label of its own
        return
    parts = getattr(inner, "widgets", ())
    for part, of in zip(parts, ("日期", "时间"), strict=False):
        part.attrs.setdefault("aria-label", f"{label}：{of}")
    if not parts:
        inner.attrs.setdefault("aria-label", label)


class SteadyInline(SteadyFields, InlineModelAdmin):
    """Rows under a form, whose boxes for deleting are named too."""

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        named: Any = forms.CheckboxInput(attrs={"aria-label": "删除这一行"})
        formset.deletion_widget = named
        return formset


@cache
def _steady(inline: type[BaseModelAdmin]) -> type[BaseModelAdmin]:
    """The same inline with such fields."""
    return type(inline.__name__, (SteadyInline, inline), {"__module__": inline.__module__})


class SteadyForms(SteadyFields, ModelAdmin):
    """A form opens whatever its address says it is to be filled with.

    Django's search box asks the database for any text, its widget for a time takes none at all.
    """

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return [_steady(inline) for inline in super().get_inlines(request, obj)]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        initial: dict[str, Any] = super().get_changeform_initial_data(request)
        times = {
            field.name
            for field in self.opts.get_fields()
            if isinstance(field, models.DateTimeField) and isinstance(initial.get(field.name), str)
        }
        typed = {name: parse_datetime_or_none(initial.pop(name)) for name in times}
        return initial | {name: time for name, time in typed.items() if time is not None}


def parse_datetime_or_none(text: str) -> Any:
    """Return a time as it was typed, in the site's time zone; ``None`` for what is none.

    What lies beyond what is shown of time becomes its first or its last moment.
    """
    try:
        time = forms.DateTimeField(required=False).clean(text)
    except ValidationError:
        return None
    first, last = _ends()
    return time and min(max(time, first), last)


def _ends() -> list[dt.datetime]:
    """The first and the last moment of what is shown of time."""
    return [timezone.make_aware(dt.datetime.combine(day, dt.time())) for day in SHOWN]


def _is_shown(time: dt.datetime) -> None:
    """Refuse a time beyond them."""
    first, last = _ends()
    if not first <= time <= last:
        raise ValidationError(f"请填写 {first.year} 年到 {last.year} 年之间的时间。")


def parse_date_or_none(text: str) -> Any:
    """Return a day as it was typed; ``None`` for what is none.

    What lies beyond what is shown of time becomes its first or its last day.
    """
    try:
        asked = day(text, far=True)
    except ValueError:
        return None
    return asked and min(max(asked, SHOWN[0]), SHOWN[1])
