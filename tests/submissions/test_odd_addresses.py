"""Odd input at every address of manuscripts, for the author and at the desk: a sentence, no fault."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from submissions.models import Manuscript
from tests import factories as f

pytestmark = pytest.mark.django_db
ODD = [
    "",
    "\x00",
    "-1",
    "9" * 30,
    "１２",
    "²",
    "<script>alert(1)</script>",
    "' OR 1=1 --",
    "\u202e\ufeff\u0007",
    "字" * 3000,
    "%s{0}{标题}",
]
AUTHORS = {
    "begin": ["title", "section", "genre", "call", "event_date", "form_key", "version", "text",
              "byline-order", "publication", "declared", "kept", "phone"],
    "autosave": ["title", "section", "event_date", "version", "form_key", "text", "text_format",
                 "byline-role", "byline-name", "byline-unit_text", "kept"],
    "paste": ["html"],
    "talk": ["body", "changed"],
    "ask": ["kind", "body"],
    "edit": ["action", "version", "title", "section"],
}  # fmt: skip
DESK = {
    "say": ["body", "quote"],
    "jot": ["body"],
    "plan": ["due_at", "priority"],
    "mark": ["message", "standing"],
    "answer": ["request", "standing", "body"],
}


def cases(table: dict[str, list[str]]) -> Iterator[tuple[str, str, str]]:
    return (
        (name, field, word) for name, fields in table.items() for field in fields for word in ODD
    )


def test_the_addresses_of_the_author():
    li = f.correspondent()
    draft, client = f.manuscript(li), f.signed_in(li.user)
    sent = f.manuscript_in("accepted", li, f.editor())
    for name, field, word in cases(AUTHORS):
        own = {"talk": sent, "ask": sent}.get(name, draft)
        address = reverse(
            f"submissions:{name}", args=[] if name in ("begin", "paste") else [own.pk]
        )
        data = f.typed(action="save") | ({"body": "话", "kind": "correction"} | {field: word})
        asked = [address, f"{address}?zhengwen={word[:40]}"] if name == "begin" else [address]
        for one in asked:  # the other addresses read nothing of a query
            assert client.post(one, data).status_code < 500, (name, field, word)
    assert client.get(reverse("submissions:names"), {"q": "\x00字" * 50}).status_code == 200
    for page in ("mine", "notices"):
        for word in ODD:
            answer = client.get(reverse(f"submissions:{page}"), {"ye": word, "zhuangtai": word})
            assert answer.status_code == 200, (page, word)


def test_words_are_shown_as_words_to_author_and_desk():
    li, wang = f.correspondent(), f.editor()
    bad = "<script>alert(1)</script>"
    draft, author, desk = f.manuscript(li), f.signed_in(li.user), f.signed_in(wang)
    data = f.typed(
        title=bad, subtitle=bad, to_desk=bad, approver=bad, version=draft.version,
        publication="before", published_where=bad, ai_use="parts", ai_note=bad, caption=bad,
        pictures=f.photo(f"{bad}.jpg"), action="submit",
    )  # fmt: skip
    author.post(reverse("submissions:edit", args=[draft.pk]), data)
    draft.refresh_from_db()
    assert (draft.state, draft.title) == ("submitted", bad)
    draft.add_message(bad, by=wang, quote=bad)
    draft.add_internal_note(bad, by=wang)
    draft.send_back(by=wang, note=bad)
    change = reverse("admin:submissions_manuscript_change", args=[draft.pk])
    pages = [
        (author, reverse("submissions:mine")),
        (author, reverse("submissions:notices")),
        *((author, reverse(f"submissions:{name}", args=[draft.pk]))
          for name in ("status", "edit", "preview", "state")),
        (desk, change),
        (desk, reverse("admin:submissions_manuscript_read", args=[draft.pk])),
        (desk, f"{reverse('admin:submissions_manuscript_changelist')}?zt=all"),
    ]  # fmt: skip
    for client, address in pages:
        text = client.get(address).content.decode()
        assert bad not in text, address
        assert "alert(1)" in text, address


def test_odd_files_get_a_sentence():
    li = f.correspondent()
    draft, client = f.manuscript(li), f.signed_in(li.user)
    address = reverse("submissions:upload", args=[draft.pk])
    for name in (
        "图.jpg",
        "稿.docx",
        "稿.doc",
        "稿.pdf",
        "../../etc/passwd",
        "\u202egpj.exe",
        "x" * 300,
    ):
        for data in (
            b"",
            b"\x00",
            b"PK\x03\x04",
            b"\xff\xd8\xff",
            b"%PDF-1.4",
            b"<svg/>",
            b"\xd0\xcf\x11\xe0",
        ):
            for kind in ("picture", "word", "approval", "", "\x00"):
                file = SimpleUploadedFile(name, io.BytesIO(data).read())
                answer = client.post(address, {"kind": kind, "file": file})
                assert answer.status_code in (200, 400), (name, data, kind)
                assert answer.json().get("problem") or answer.json().get("html"), (name, data)


def test_the_addresses_of_the_desk():
    li, wang = f.correspondent(), f.editor()
    client, chief = f.signed_in(wang), f.signed_in(f.chief())
    sent = f.manuscript_in("submitted", li, wang)
    desk = reverse("admin:submissions_manuscript_desk", args=[sent.pk])
    for what, field, word in cases(DESK):
        assert client.post(desk, {"_do": what, field: word}).status_code == 302, (what, field, word)
    queue = reverse("admin:submissions_manuscript_changelist")
    for word in ODD:
        assert client.post(desk, {"_do": word}).status_code in (302, 404)
        for filter_name in ("zt", "wait", "lm", "dw", "qt", "zw", "q", "p", "o"):
            answer = client.get(queue, {filter_name: word[:200]}, follow=True)
            assert answer.status_code == 200, (filter_name, word)
        for name in ("handover", "add"):
            address = reverse(f"admin:submissions_manuscript_{name}")
            data = {"absent": word, "to": word, "author": word, "q": word}
            assert chief.post(address, data).status_code in (200, 302), (name, word)
            assert chief.get(address, {"q": word[:200]}).status_code == 200, (name, word)
        for action in ("pass_on", "decline"):
            data = {"action": action, **f.ticked(sent), "_to": word, "_batch": "1"}
            assert client.post(queue, data).status_code in (200, 302), (action, word)
        step = reverse("admin:submissions_manuscript_step", args=[sent.pk])
        answer = client.post(
            step, {"_seen": f.seen(step), "_step": "pass_on", "_to": word, "_back": word[:400]}
        )
        assert answer.status_code == 302, word
        change = reverse("admin:submissions_manuscript_change", args=[sent.pk])
        assert client.get(change, {"gao": word[:200]}).status_code == 200, word
    sent.refresh_from_db()
    assert Manuscript.objects.filter(pk=sent.pk, state="submitted").exists()
