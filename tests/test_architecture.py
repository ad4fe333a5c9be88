"""The house: what is written down about its structure is true of the code."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from articles.models import Article
from correspondents.models import Correspondent, Upload
from portal import roles
from submissions.models import Manuscript
from tests import factories as f

ROOT = Path(__file__).parent.parent
APPS = ("portal", "articles", "correspondents", "submissions")
CODE = [
    path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts
]


@pytest.mark.parametrize("noun", [Article, Manuscript, Correspondent])
def test_every_step_has_its_verb_its_states_and_a_known_permission(noun):
    rights = {right for rights in roles.ROLES.values() for right in rights}
    for row in noun.STEPS:
        assert row.automatic or callable(getattr(noun, row.name)), row.name
        assert row.sources <= set(noun.State.values)
        assert set(row.targets) <= set(noun.State.values)
        assert not row.permission or row.permission in rights


def test_the_state_is_assigned_by_the_lifecycle_alone():
    """``state`` is set in lifecycle.py; imports and uploads create rows with theirs."""
    allowed = {"lifecycle.py", "upload.py"}
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr == "state":
                assert not isinstance(node.ctx, ast.Store) or path.name in allowed, path


def test_unescaped_html_is_printed_by_one_template_only():
    marks = re.compile(r"\|\s*safe\b|autoescape off|safeseq")
    found = [path for path in (ROOT / "templates").rglob("*") if path.is_file()
             and marks.search(path.read_text(encoding="utf-8"))]  # fmt: skip
    assert [path.name for path in found] == ["body.html"]
    for path in CODE:
        text = path.read_text(encoding="utf-8")
        assert "mark_safe" not in text, path
        # The beacon of a read alone: it changes a counter, and looks at the origin instead.
        assert "csrf_exempt" not in text or path == ROOT / "articles/views/reads.py", path
        assert '__all__"' not in text.replace("__all__ = [", ""), path


def test_no_signal_of_the_orm_is_listened_to():
    for path in CODE:
        text = path.read_text(encoding="utf-8")
        # Not the admin's own response_post_save_change, which says where saving leads.
        for name in (r"\bpost_save", r"\bpre_save\.", r"\bm2m_changed", r"\bpost_delete"):
            assert not re.search(name, text), path


def test_the_public_rule_has_one_name():
    """Views, feeds and templates ask ``published()``; none of them spells the rule out."""
    for path in [*(ROOT / "articles/views").glob("*.py"), ROOT / "portal/feeds.py",
                 ROOT / "portal/sitemaps.py", ROOT / "portal/views/home.py"]:  # fmt: skip
        text = path.read_text(encoding="utf-8")
        assert "PUBLISHED" not in text
        assert "published_at__lte" not in text or "times." in text


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


# --- addresses × roles ------------------------------------------------------------------------

PUBLIC = {
    "portal:home", "portal:display", "portal:page", "portal:health", "portal:robots",
    "portal:favicon", "portal:manifest", "portal:key_file", "portal:feeds", "portal:atom",
    "portal:section_atom", "portal:tag_feed", "portal:tag_atom", "portal:topic_feed", "portal:topic_atom", "portal:series_feed", "portal:series_atom", "articles:topic", "articles:series", "articles:topic_picture", "articles:corrections",
    "articles:roll", "articles:detail", "articles:code", "articles:by_tag", "articles:archive",
    "articles:archive_day", "articles:archive_year", "articles:archive_month", "articles:read",
    "articles:ranking", "articles:report_error", "articles:check", "articles:topics", "articles:tags",
    "portal:masthead", "articles:search", "articles:suggest", "articles:opensearch", "articles:directory", "articles:by_correspondent",
    "articles:by_organisation", "articles:picture", "portal:feed", "portal:section_feed",
    "submissions:rules", "submissions:rules_version", "submissions:calls",
    "correspondents:claim", "correspondents:notice", "correspondents:notice_version",
    "portal:person_feed", "portal:unit_feed", "portal:person_atom", "portal:unit_atom", "articles:portrait",
    "portal:sitemap", "portal:sitemap_part", "portal:sitemap_news", "articles:legacy_static",
    "articles:legacy_dynamic", "articles:section", "submissions:new",
    "account_login", "account_logout", "account_signup", "account_inactive",
    "account_reset_password", "account_reset_password_done", "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "mfa_authenticate", "mfa_login_webauthn",
}  # fmt: skip


def names(patterns, prefix="", outer=()):
    """Every address: its name, its pattern, and the arguments its including paths take."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            space = f"{pattern.namespace}:" if pattern.namespace else ""
            within = (*outer, *getattr(pattern.pattern, "converters", ()))
            yield from names(pattern.url_patterns, prefix + space, within)
        else:
            yield prefix + pattern.name if pattern.name else str(pattern.pattern), pattern, outer


@pytest.fixture
def world():
    """One of everything, none of it public, each with its address."""
    li = f.correspondent(public=False)
    wang = f.editor("desk", "组稿编辑")
    draft, sent = f.manuscript(li), f.manuscript_in("submitted", li, wang)
    article = f.article(by=wang)
    upload = Upload.objects.accept(f.photo(), owner=li.user, make_now=True)
    scan = Upload.objects.accept(f.photo(), owner=li.user, document=True)
    type(sent).objects.filter(pk=sent.pk).update(approval=scan)
    return {
        "li": li,
        "draft": draft,
        "sent": sent,
        "article": article,
        "upload": upload,
        "scan": scan,
    }


@pytest.mark.django_db
def test_every_address_that_is_not_listed_as_public_refuses_the_stranger(world):
    stranger, seen = Client(), 0
    for name, pattern, outer in names(get_resolver().url_patterns):
        if name in PUBLIC:
            continue
        arguments = {}
        own = pattern.pattern.converters or re.compile(str(pattern.pattern)).groupindex
        for key in (*outer, *own):
            arguments[key] = {"key": world["upload"].key, "width": 480, "format": "jpg",
                              "name": "submit"}.get(key, world["draft"].pk)  # fmt: skip
        if name.startswith("admin:") and "app_list" in name:
            arguments = {"app_label": "articles"}
        if name == "admin:view_on_site":
            arguments = {"content_type_id": 1, "object_id": 1}
        if "<" in name or "(" in name:  # the admin's unnamed catch-alls
            continue
        address = reverse(name, kwargs=arguments)
        seen += 1
        for answer in (stranger.get(address), stranger.post(address)):
            refused = answer.status_code in (401, 403, 404, 405) or (
                answer.status_code == 302
                and answer.headers["Location"].startswith(("/zhanghu/login/", "/admin/login/"))
            )
            assert refused or name in ("admin:login", "admin:jsi18n", "admin:logout"), (
                name,
                answer.status_code,
            )
    assert seen > 80


PEOPLE = {
    "E": roles.EDITOR,
    "M": roles.MANAGING,
    "C": roles.CHIEF,
    "N": roles.MONITOR,
    "A": roles.ADMINISTRATOR,
    "W": roles.CORRESPONDENT,
}
