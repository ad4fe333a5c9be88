"""Every address of the site by every role: who is shown a page, held against a table.

Generated from the resolver, so that no address is forgotten; ``tests/routes.toml`` says who may
see what. ``E M C N A``: editor, managing editor, chief, monitor, administrator; ``W``: a
correspondent who has nothing to do with it; ``O``: the author; ``-``: a stranger; ``*``: all. ``POST``: no page, a form that is
taken from them.
"""

from __future__ import annotations

import gettext
import re
import tomllib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone
from lxml import html

from articles.models import Article, ArticleImage, BylineClaim, ErrorReport, Placement, Section
from correspondents.models import Correspondent, Letter, LetterText, RegistryImport, Upload
from portal import roles
from portal.models import Page, Redirect, SiteProfile
from submissions.models import AuthorRequest
from tests import factories as f
from tests.correspondents.test_registry_file import book, row
from tests.newspaper import every_kind_of_page
from tests.test_architecture import PEOPLE, names

pytestmark = pytest.mark.django_db
LOGIN = "/zhanghu/login/"
TABLE = Path(__file__).with_name("routes.toml")
ROLES = "EMCNAWO-"
# Addresses that no argument of ours leads to, and why.
WITHOUT = {
    "(?P<url>.*)$": "the admin's answer to everything else",
    "admin:view_on_site": "redirects to the page itself",
    "correspondents:claim": "opened by a secret, see test_registration.py",
    "correspondents:confirm_mail": "opened by a secret",
    "account_reset_password_from_key": "opened by a secret",
    "articles:legacy_static": "redirects",
    "articles:legacy_dynamic": "redirects",
}


def one_of_everything() -> dict[str, Any]:
    """A newspaper with a row of every kind that the desk can open."""
    every_kind_of_page()
    li = Correspondent.objects.filter(user__isnull=False).first()
    desk = f.editor("desk", "组稿编辑")
    sent, draft = f.manuscript_in("submitted", li, desk), f.manuscript(li)
    scan = Upload.objects.accept(f.photo("scan.jpg"), owner=li.user, document=True)
    type(sent).objects.filter(pk=sent.pk).update(approval=scan)
    drawn = Upload.objects.accept(f.photo("mine.jpg"), owner=li.user, make_now=True)
    draft.pictures.create(upload=drawn, caption="井口")
    public = Article.objects.get(title="皮带检修完成")
    written = f.article(by=desk)
    BylineClaim.objects.create(byline=public.bylines.first(), correspondent=li)
    ErrorReport.objects.create(article=public, kind="fact", text="应为八小时。")
    Placement.objects.create(kind=Placement.Kind.values[0], article=public)
    Letter.objects.create(key="approved", mailbox="a@b.cn", subject="信", body="信")
    LetterText.objects.get_or_create(key="approved", defaults={"subject": "信", "body": "信"})
    Redirect.objects.create(path="/old/", target="/")
    SiteProfile.objects.first() or SiteProfile(name="站").save()
    RegistryImport.take(book([row(姓名="甲", 单位="没有的矿")]), "名册.xlsx", desk).look()
    day, section = timezone.localdate(), public.section
    rows: list[tuple[str, dict[str, Any]]] = [
        ("articles.ChecklistRule", {"item": "author", "weight": "warn"}),
        ("articles.DeskAssignment", {"user": desk, "section": section}),
        ("articles.DeskPerson", {"user": desk, "signing_name": "砚边"}),
        ("articles.HotWord", {"text": "检修"}),
        ("articles.PromotedResult", {"words": "检修", "title": "检修", "address": "/zonglan/"}),
        ("articles.LibraryPicture", {"upload": drawn, "caption": "井口"}),
        ("articles.RelatedArticle", {"article": public, "other": written}),
        ("correspondents.Liaison", {"correspondent": li, "organisation": li.organisation}),
        ("portal.MastheadTerm", {"post": "editor", "name": "周砚秋"}),
        ("portal.MissingPage", {"path": "/nix/"}),
        ("portal.ScheduledJob", {"name": "backup", "due_at": timezone.now()}),
        (
            "submissions.AuthorRequest",
            {"manuscript": sent, "kind": AuthorRequest.Kind.values[0], "body": "请撤"},
        ),
        ("submissions.CallForPapers", {"title": "征文", "closes_on": day}),
    ]
    for label, fields in rows:
        model = apps.get_model(label)
        if not model._default_manager.exists():
            model._default_manager.create(**fields)
    return {"li": li, "sent": sent, "draft": draft, "scan": scan, "drawn": drawn,
            "public": public, "written": written}  # fmt: skip


def row_of(name: str, there: dict[str, Any]) -> Any:
    """The row that an address of the desk is asked for."""
    for model in admin.site._registry if hasattr(admin.site, "_registry") else []:
        if name.startswith(f"admin:{model._meta.app_label}_{model._meta.model_name}_"):
            if model._meta.model_name == "manuscript":
                return there["sent"]
            return there["written"] if model is Article else model._default_manager.first()
    return None


def arguments_of(name: str, keys: list[str], there: dict[str, Any]) -> dict[str, Any]:
    """Arguments that lead somewhere, for one address."""
    if name.startswith("admin:"):
        row = row_of(name, there)
        key: Any = row.pk if row is not None else 1
    elif name.startswith(("articles:", "portal:")):
        people = ("by_correspondent", "person", "portrait")
        units = ("by_organisation", "unit")
        where = name.partition(":")[2]
        key = there["public"].pk
        if where.startswith(people):
            key = there["li"].pk
        if where.startswith(units):
            key = there["li"].organisation_id
    else:
        key = there["draft"].pk
    day = timezone.localdate()
    slug = (
        "zt"
        if "topic" in name
        else "ljk"
        if "series" in name
        else "wuzhangai"
        if name == "portal:page"
        else "jukuang"
    )
    picture = (
        there["drawn"] if name.startswith("submissions:") else ArticleImage.objects.first().upload
    )
    known: dict[str, Any] = {
        "pk": key, "object_id": key, "id": key, "kind": 1, "number": 1, "width": 480, "format": "jpg",
        "app_label": "articles", "slug": slug, "person": there["li"].pk, "tag": "检修", "version": 1,
        "year": day.year, "month": day.month, "day": day.day, "name": "unit", "key": picture.key,
        "other": there["public"].pk,
    }  # fmt: skip
    special: dict[str, dict[str, Any]] = {
        "admin:articles_article_revision": {"number": there["written"].revisions.first().pk},
        "articles:retract_claim": {"pk": BylineClaim.objects.get().pk},
        "admin:articles_article_wechat": {"pk": there["public"].pk},
        "admin:articles_article_wechat_post": {"pk": there["public"].pk},
        "correspondents:consent": {"kind": "profile"}, "correspondents:export": {"format": "json"},
        "submissions:file": {"key": there["scan"].key}, "portal:sitemap_part": {"name": "pages"},
        "submissions:unit": {"pk": there["li"].organisation_id},
        "submissions:unit_read": {"pk": there["sent"].pk},
        "submissions:unit_published": {"pk": there["li"].organisation_id},
        "admin:submissions_manuscript_alike": {"kind": 1, "number": there["public"].pk},
        "admin:articles_article_alike": {"kind": 1, "number": there["public"].pk},
    }  # fmt: skip
    known |= special.get(name, {})
    return {key: known[key] for key in keys}


def seen() -> dict[str, str]:
    """Who is shown what, by the name of its address: the roles that get a page. Where nobody gets
    one by asking, those whose empty form is taken: ``POST EMC``.
    """
    there = one_of_everything()
    people = {
        letter: f.account(f"role-{letter}", role, staff=letter != "W")
        for letter, role in PEOPLE.items()
    } | {"O": there["li"].user}
    clients = {letter: f.signed_in(user) for letter, user in people.items()} | {"-": Client()}
    found = {}
    for name, pattern, outer in names(get_resolver().url_patterns):
        if name in WITHOUT or "<" in name:  # and the admin's unnamed address before "change/"
            continue
        own = pattern.pattern.converters or re.compile(str(pattern.pattern)).groupindex
        address = reverse(name, kwargs=arguments_of(name, [*outer, *own], there))
        shown = ""
        for letter in ROLES:
            answer = clients[letter].get(address)
            assert answer.status_code < 500, (name, letter)
            shown += letter if answer.status_code == 200 else ""
            if answer.streaming:
                list(answer.streaming_content)
        found[name] = "*" if shown == ROLES else shown
        if not shown and (taken := "".join(filter(partial(_takes, people, address), ROLES))):
            found[name] = "POST *" if taken == ROLES else f"POST {taken}"
    return found


class Undo(Exception):
    """Rolls one try back."""


def _takes(people: dict[str, User], address: str, letter: str) -> bool:
    """Is an empty form of this person looked at, and not turned away?"""
    try:
        with transaction.atomic():
            client = f.signed_in(people[letter]) if letter in people else Client()
            answer = client.post(address)  # a browser of its own: some forms end the session
            raise Undo
    except Undo:
        pass
    assert answer.status_code < 500, (address, letter)
    to_sign_in = answer.headers.get("Location", "").startswith((LOGIN, "/admin/login/"))
    return answer.status_code not in (401, 403, 404, 405) and not to_sign_in


def test_who_is_shown_which_page():
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    found = seen()
    assert found.keys() == table.keys()
    wrong = {name: (found[name], table[name]) for name in found if found[name] != table[name]}
    assert wrong == {}


# What the README says of each: the address that shows it, and the one that changes it.
DUTIES = {
    "来稿": ("admin:submissions_manuscript_changelist", "admin:submissions_manuscript_add"),
    "文章": ("admin:articles_article_changelist", "admin:articles_article_add"),
    "图片库": ("admin:articles_librarypicture_changelist", "admin:articles_librarypicture_add"),
    "首页编排、专题": ("admin:articles_placement_changelist", "admin:articles_placement_add"),
    "校对词表": ("admin:articles_wordrule_changelist", "admin:articles_wordrule_add"),
    "通讯员和单位": (
        "admin:correspondents_correspondent_changelist", "admin:correspondents_correspondent_add",
    ),
    "档案导入导出": (
        "admin:correspondents_registryimport_changelist", "admin:correspondents_registryimport_add",
    ),
    "来稿移交": ("", "admin:submissions_manuscript_handover"),
    "信件": ("admin:correspondents_letter_changelist", ""),
    "栏目、菜单": ("admin:portal_menuitem_changelist", "admin:portal_menuitem_add"),
    "网站信息、转向和关闭": ("admin:portal_redirect_changelist", "admin:portal_redirect_add"),
    "签发前检查": ("admin:articles_checklistrule_changelist", "admin:articles_checklistrule_add"),
    "编辑工作量": ("admin:workload", ""),
    "审计日志": ("admin:auditlog_logentry_changelist", ""),
    "账号": ("admin:auth_user_changelist", "admin:auth_user_add"),
}  # fmt: skip
HEADS = {"E": "编辑", "M": "主编", "C": "总编辑、副总编", "N": "网站监督", "A": "管理员"}


def table_of_roles() -> str:
    """The README's table, from the table of addresses."""
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    lines = [f"| | {' | '.join(HEADS.values())} |", "|---" * (1 + len(HEADS)) + "|"]
    for duty, (shown, changed) in DUTIES.items():
        cells = [
            "办"
            if letter in table.get(changed, "")
            else "看"
            if letter in table.get(shown, "")
            else "—"
            for letter in HEADS
        ]
        lines.append(f"| {duty} | {' | '.join(cells)} |")
    return "\n".join(lines)


def test_the_readme_says_the_same():
    readme = (TABLE.parent.parent / "README.md").read_text(encoding="utf-8")
    assert table_of_roles() in readme


def test_signing_is_as_the_readme_says():
    for right, letters in (("first", "EM"), ("second", "MC"), ("final", "C")):
        holders = {
            role for role, rights in roles.ROLES.items() if f"articles.sign_{right}" in rights
        }
        assert holders == {PEOPLE[letter] for letter in letters}
    for role in (roles.MONITOR, roles.ADMINISTRATOR, roles.CORRESPONDENT):
        assert not any(
            re.search(r"\.(sign|publish|withdraw|override)_", right) for right in roles.ROLES[role]
        )


# --- words --------------------------------------------------------------------------------------

# What is read to people beside what they see.
READ = ("alt", "title", "aria-label", "aria-description", "placeholder", "label", "data-label")
WORD = re.compile(r"[A-Za-z][A-Za-z]+(?:[ \u2019'][A-Za-z]+)*")
# Names of formats, of keys and of settings; and what stands in the rows of this test.
TERMS = {
    "CSV", "Excel", "PDF", "JPG", "Esc", "Ctrl", "Enter", "Atom", "MB", "KB", "xlsx",
    "jpg", "png", "Alt", "Shift", "STAFF", "MFA", "REQUIRED", "ICP", "RSS", "Word", "docx", "anquanyue",
}  # fmt: skip
IN_ROWS = re.compile(
    r"https?://\S+|\b[A-Z]+(?:_[A-Z]+)+\b|/[a-z0-9/_-]+|[\w.*]+@[\w.]+|role-\w|<[^>]*>|\b(?:li|wang|desk|scan|mine|zt|ljk|nix|old|x|cn|com|testserver)\b"
    r"|[0-9a-f]{8}-[0-9a-f-]{27}"
)


def read_out(page: str) -> Iterator[str]:
    """Every text that somebody sees, or that is read to him."""
    tree = html.fromstring(page)
    for silent in tree.xpath("//script|//style|//template|//textarea|//pre|//comment()"):
        if silent.tail:
            yield silent.tail
        if silent.getparent() is not None:
            silent.getparent().remove(silent)
    yield from tree.xpath("//text()")
    for element in tree.iter():
        yield from (element.get(name) for name in READ if element.get(name))
        if element.tag == "input" and element.get("type") in ("submit", "button", "reset"):
            yield element.get("value") or ""


# What the others see the chief or the monitor sees too: they are looked at with what takes long.
@pytest.mark.parametrize(
    "letter", [*"CN", *(pytest.param(letter, marks=pytest.mark.slow) for letter in "EMA")]
)
def test_no_english_word_is_shown_or_read_at_the_desk(letter):
    there = one_of_everything()
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    client = f.signed_in(f.account(f"role-{letter}", PEOPLE[letter]))
    found: dict[str, set[str]] = {}
    slugs = set(Section.objects.values_list("slug", flat=True))
    slugs |= set(Page.objects.values_list("slug", flat=True))
    pages = 0
    for name, pattern, outer in names(get_resolver().url_patterns):
        shown = table.get(name, "").replace("*", ROLES)
        if not name.startswith("admin:") or shown.startswith("POST") or letter not in shown:
            continue
        own = pattern.pattern.converters or re.compile(str(pattern.pattern)).groupindex
        answer = client.get(reverse(name, kwargs=arguments_of(name, [*outer, *own], there)))
        if not answer.headers.get("Content-Type", "").startswith("text/html"):
            continue
        pages += 1
        for text in read_out(answer.content.decode()):
            for word in WORD.findall(IN_ROWS.sub(" ", text)):
                if word not in TERMS and word not in slugs:
                    found.setdefault(word, set()).add(name)
    assert pages > 40
    assert found == {}


def test_a_form_with_an_error_says_so_in_chinese():
    """The title of a page is read first."""
    client = f.signed_in(f.chief())
    page = client.post(reverse("admin:portal_menuitem_add"), {"menu": "main"}).content.decode()
    assert "<title>Error" not in page
    assert "有错误" in page


def test_every_text_that_is_translated_is_compiled():
    folder = Path(__file__).parent.parent / "portal/locale/zh_Hans/LC_MESSAGES"
    with (folder / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    pairs = re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"$', (folder / "django.po").read_text(), re.M)
    assert len(pairs) > 10
    assert [compiled.gettext(text) for text, _ in pairs] == [told for _, told in pairs]
