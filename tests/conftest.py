"""What every test starts from: a site with its sections, menus and roles; no network."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache, caches
from django.template.backends import jinja2
from django.test.signals import template_rendered
from django.utils import timezone

from articles.models import forget_edition
from articles.statistics import most_read
from articles.statistics.read_counter import counter
from tests import databases, environment

LONGEST_TEST = 120  # seconds, on a busy machine


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What commits, and so may meet other connections, depends on the kind of database."""
    for item in items:
        asked = item.get_closest_marker("django_db")
        if asked and asked.kwargs.get("transaction"):
            item.add_marker(pytest.mark.database)


def pytest_unconfigure() -> None:
    """The process that began the run ends last, and takes the templates away."""
    if environment.OWN_TEMPLATES:
        databases.forget()


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> Iterator[None]:
    """This worker's own database, a copy of the template; after tests that commit, ``flush`` of
    tests/management puts it back.
    """
    databases.create()
    yield
    with django_db_blocker.unblock():
        databases.drop()


@pytest.fixture(autouse=True)
def site(request: pytest.FixtureRequest, settings: Any, tmp_path: Any) -> Iterator[None]:
    """Own media folder, empty cache, nothing remembered."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.SEARCHES_A_MINUTE = 0  # tests ask faster than people
    if {"db", "transactional_db", "live_server"} & set(request.fixturenames) or (
        request.node.get_closest_marker("django_db")
    ):
        name = "transactional_db" if "live_server" in request.fixturenames else "db"
        request.getfixturevalue(name)
        cache.clear()
        caches["figures"].clear()
        caches["fragments"].clear()
        forget_edition()
        counter.forget()
        most_read.forget()
    yield
    shutil.rmtree(tmp_path / "media", ignore_errors=True)


@pytest.fixture(autouse=True, scope="session")
def contexts_of_jinja() -> None:
    """``response.context`` of Django's test client, for pages that Jinja prints too."""
    render = jinja2.Template.render

    def told(self: Any, context: Any = None, request: Any = None) -> str:
        template_rendered.send(sender=self, template=self, context=context or {})
        return render(self, context, request)

    jinja2.Template.render = told  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing in the product talks to another host."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> Any:
        if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a connection to {address} was tried")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """No test begins in one day and ends in the next: near midnight it waits for the new day."""
    now = timezone.localtime()
    midnight = timezone.make_aware(
        dt.datetime.combine(now.date() + dt.timedelta(days=1), dt.time())
    )
    left = (midnight - now).total_seconds()
    if left < LONGEST_TEST:
        time.sleep(left + 0.1)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: Any) -> Iterator[None]:
    """In CI nothing may be skipped: a skip is a failure that says its reason."""
    outcome = yield
    report = outcome.get_result()
    if report.skipped and os.environ.get("TEST_NO_SKIP") == "1" and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which TEST_NO_SKIP forbids: {report.longrepr}"
