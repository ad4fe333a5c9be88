"""The editor's bundle as it is committed: small, whole, and talking to nobody."""

from __future__ import annotations

import gzip
import json
import re

from django.conf import settings

SCRIPT = settings.BASE_DIR / "static/js/editor.js"
STYLE = settings.BASE_DIR / "static/css/writing.css"
SOURCE = settings.BASE_DIR / "submissions/editor"


def test_it_stays_within_the_budget_of_the_form():
    size = sum(len(gzip.compress(path.read_bytes(), 9)) for path in (SCRIPT, STYLE))
    assert size < 120 * 1024


def test_it_asks_nobody_and_runs_no_text():
    script = SCRIPT.read_text(encoding="utf-8")
    assert not re.search(r"\beval\(|new Function\b|\bimport\(|\bimportScripts\b", script)
    assert not re.search(r"\bfetch\(|XMLHttpRequest|sendBeacon|WebSocket|EventSource", script)
    assert "sourceMappingURL" not in script
    # A schema alone (in a sentence or a field) and a page of a manual in an error message.
    hosts = set(re.findall(r"https?://([\w.-]+)", script))
    assert hosts <= {"prosemirror.net"}
    assert not re.search(r"url\(|@import", STYLE.read_text(encoding="utf-8"))


def test_every_package_in_it_has_its_licence_and_its_exact_version():
    package = json.loads((SOURCE / "package.json").read_text(encoding="utf-8"))
    licences = SCRIPT.with_suffix(".js.LICENSES.txt").read_text(encoding="utf-8")
    for name, version in package["dependencies"].items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)
        assert f"{name} {version} (MIT)" in licences
    locked = (SOURCE / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in locked
