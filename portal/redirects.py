"""Addresses that have moved, that are closed, and that nobody finds."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from threading import Lock
from urllib.parse import quote, unquote

from django.conf import settings
from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils import timezone
from taggit.models import Tag

from articles.models import once_an_edition
from correspondents.spreadsheets import csv_line
from portal.models import MissingPage, Redirect, SiteProfile

LONGEST = 300
# Addresses that were not found wait in the memory of the process, so that a robot that tries
# thousands of them does not write thousands of rows.
AT_ONCE, AT_LEAST_EVERY = 50, 30.0
MOST_ROWS = 5_000
FORGOTTEN_AFTER = dt.timedelta(days=90)
HEADS = ("旧地址", "新地址", "说明")
Page = tuple[str, tuple[tuple[str, str], ...]]
# A keyword is opened by its name and by its slug.
BY_TAG = ("by_tag", "tag_feed", "tag_atom")


def _resolved(path: str) -> ResolverMatch | None:
    with suppress(Resolver404):
        return resolve(path)
    return None


def page_at(path: str) -> Page:
    """Return which page an address leads to: one page has many, with zeros, in large letters, and
    without the last slash.
    """
    found = _resolved(path) or _resolved(f"{path}/")
    if found is None:
        return path, ()
    facts = {name: str(value).casefold() for name, value in found.kwargs.items()}
    if found.url_name in BY_TAG:
        named = Tag.objects.filter(Q(name__iexact=facts["tag"]) | Q(slug=facts["tag"]))
        facts["tag"] = ",".join(str(key) for key in sorted(named.values_list("pk", flat=True)))
    return found.view_name, tuple(sorted(facts.items()))


@once_an_edition
def closed_pages() -> frozenset[Page]:
    """Return the pages that the chief has closed."""
    closed = Redirect.objects.filter(target="").values_list("path", flat=True)
    return frozenset(page_at(path) for path in closed)


# Marks that no address of ours has: the sentence goes on behind the address.
_SENTENCE = re.compile(
    r"[\u2010-\u2027\u2030-\u205e\u3000-\u3004\u3008-\u3020\uff00-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65].*",
    re.DOTALL,
)
_MARKS = ".,;:!?'\")]}>|* \t\r\n"


def before_the_sentence(path: str, query: str) -> str | None:
    """Return the address that stands before the marks of a sentence; ``None`` where there are none,
    and for what is longer than any address of ours: it is looked at sign by sign.
    """
    if len(path) + len(query) > LONGEST:
        return None
    asked = unquote(query)
    kept = len(_SENTENCE.sub("", asked).rstrip(_MARKS))
    while query and len(unquote(query)) > kept:  # cut as it was sent, escapes and all
        query = query[:-1]
    cut = _SENTENCE.sub("", path.rstrip("/")).rstrip(_MARKS)
    if cut in (path, path.rstrip("/")) and len(asked) == kept:
        return None
    for way in (cut, f"{cut.rstrip('/')}/"):
        if _resolved(way):
            return quote(way) + (f"?{query}" if query else "")
    return None


@once_an_edition
def switches() -> tuple[bool, bool]:
    """Return (is the site read-only, is it grey)."""
    profile = SiteProfile.current()
    return profile.is_read_only, profile.is_grey


class Switches:
    """Closed pages answer 410; while the site is read-only nothing is sent to it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if (closed := closed_pages()) and page_at(request.path) in closed:
            return render(request, "portal/closed.html", status=410)
        if request.method not in ("GET", "HEAD", "OPTIONS") and self._is_shut(request):
            return render(request, "portal/read_only.html", status=503)
        return self.get_response(request)

    @staticmethod
    def _is_shut(request: HttpRequest) -> bool:
        """Who may switch it off again still works; everybody may sign in and out."""
        if not switches()[0] or request.path.startswith(settings.LOGIN_PATHS):
            return False
        return not request.user.has_perm("portal.change_siteprofile")


class Moved:
    """What is not found may have moved; the rest is counted for the desk."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._seen: Counter[str] = Counter()
        self._lock = Lock()
        self._since = time.monotonic()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 404 or request.method != "GET":
            return response
        # What was asked for; a page that is kept is made without what no view reads.
        query = request.META.get("newsroom.query", request.META.get("QUERY_STRING", ""))
        if "\x00" in request.path + query:  # leads nowhere, and no database takes it
            return response
        found = Redirect.objects.for_address(request.path, query)
        if found is not None:
            return HttpResponsePermanentRedirect(found.target)
        if target := before_the_sentence(request.path, query):
            return HttpResponsePermanentRedirect(target)
        if not request.path.startswith("/admin/") and len(request.path) <= LONGEST:
            self.count(request.path)
        return response

    def count(self, path: str) -> None:
        """Remember one miss; now and then write all of them down."""
        with self._lock:
            self._seen[path] += 1
            due = time.monotonic() - self._since >= AT_LEAST_EVERY
            if len(self._seen) < AT_ONCE and not due:
                return
            seen, self._seen, self._since = self._seen, Counter(), time.monotonic()
        write_down(seen)


def write_down(seen: Counter[str]) -> None:
    """Add to the list of addresses that were not found; it has a bounded number of rows.

    A full list lets go of a tenth: of what nobody asked for in months, and of those that were
    asked for least, the oldest first. An address that readers really ask for gets in and stays,
    whatever robots try.
    """
    now = timezone.now()
    room = MOST_ROWS - MissingPage.objects.count()
    for path, number in seen.items():
        there = MissingPage.objects.filter(path=path)
        if there.update(number=F("number") + number, last_at=now):
            continue
        if room <= 0:
            room += _let_go(max(1, MOST_ROWS // 10) - room, now)
        MissingPage.objects.get_or_create(path=path, defaults={"number": number})
        room -= 1


def _let_go(number: int, now: dt.datetime) -> int:
    """Delete at least so many rows; return how many."""
    rows = MissingPage.objects
    gone, _ = rows.filter(last_at__lt=now - FORGOTTEN_AFTER).delete()
    if gone < number:
        least = rows.order_by("number", "last_at", "pk").values_list("pk", flat=True)
        gone += rows.filter(pk__in=list(least[: number - gone])).delete()[0]
    return gone


def export() -> str:
    """Return all redirects as CSV with a byte-order mark, as Excel wants it."""
    rows = Redirect.objects.order_by("path").values_list("path", "target", "note")
    return "\ufeff" + "".join(map(csv_line, [HEADS, *rows]))


def decoded(data: bytes) -> str:
    """Return the text of a file, in UTF-8 or as Chinese Excel writes it; empty where it is none."""
    for encoding in ("utf-8", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return "" if "\x00" in text else text
    return ""


def read_in(text: str) -> tuple[int, list[tuple[int, str]]]:
    """Take redirects from CSV; return how many are new or changed, and (line, why not)."""
    done, refused = 0, []
    for number, row in enumerate(csv.reader(io.StringIO(text.lstrip("\ufeff"))), start=1):
        cells = [cell.strip().removeprefix("'") for cell in row]
        if not any(cells) or (number == 1 and cells[:1] == [HEADS[0]]):
            continue
        path, target, note = (*cells, "", "", "")[:3]
        try:
            Redirect.objects.bring_in(path, target, note)
            done += 1
        except ValueError as problem:
            refused.append((number, str(problem)))
    return done, refused
