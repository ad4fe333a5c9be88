"""What the engine of readers' pages prints of values."""

from __future__ import annotations

import pytest
from django.contrib.messages.storage.base import Message
from django.template import engines
from django.test import Client
from django.utils.functional import lazystr
from django.utils.html import format_html

from tests import factories as f

pytestmark = pytest.mark.django_db


def printed(source: str, **values: object) -> str:
    return engines["jinja2"].from_string(source).render(values)


def test_what_was_typed_is_escaped_and_what_is_html_is_not():
    assert printed("{{ text }}", text="<b>") == "&lt;b&gt;"
    assert printed("{{ text }}", text=format_html("<b>{}</b>", "<")) == "<b>&lt;</b>"


def test_a_text_that_is_translated_late_is_as_safe_as_what_it_becomes():
    assert printed("{{ text }}", text=lazystr("<b>")) == "&lt;b&gt;"
    assert printed("{{ text }}", text=lazystr(format_html("<b>{}</b>", "x"))) == "<b>x</b>"


def test_the_rules_for_a_password_are_a_list():
    page = f.signed_in(f.editor()).get("/zhanghu/password/change/").content.decode()
    assert "<ul><li>" in page and "&lt;li&gt;" not in page


def test_a_message_with_a_link_has_a_link():
    said = Message(20, format_html('<a href="{}">{}</a>', "/x/", "<b>"))
    source = '{% from "components/page.html" import flash_messages %}{{ flash_messages(said) }}'
    assert '<a href="/x/">&lt;b&gt;</a>' in printed(source, said=[said])
    plain = printed(source, said=[Message(40, "<script>")])
    assert "&lt;script&gt;" in plain and 'role="alert"' in plain


def test_only_the_rules_in_force_are_for_search_engines():
    page = Client().get("/tougao/xuzhi/").content.decode()
    assert 'name="robots"' not in page
