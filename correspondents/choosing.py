"""Choosing a row by its words: the admin's search box, for whatever an address or a form says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.admin.widgets import AutocompleteSelect

from correspondents.numbers import whole_number


class SearchedSelect(AutocompleteSelect):
    """The admin's search box; a value that is no number of a row shows nothing chosen.

    Django asks the database for whatever came with the request, and fails on words and on numbers
    that no column holds.
    """

    # What is chosen and known already, by its key: nothing is asked for it again.
    known: dict[str, str] = {}

    def optgroups(self, name: str, value: Sequence[str], attr: Any = None) -> Any:
        if value and all(str(one) in self.known for one in value):
            rows = [
                self.create_option(name, one, self.known[str(one)], True, place, attrs=attr)
                for place, one in enumerate(value)
            ]
            return [(None, rows, 0)]
        numbers = [one for one in value if not one or whole_number(str(one)) is not None]
        return super().optgroups(name, numbers, attr)
