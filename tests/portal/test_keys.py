"""Single keys can be switched off (WCAG 2.2, 2.1.4); Ctrl+Enter goes on working."""

from __future__ import annotations

import pytest

from tests import factories as f

pytestmark = pytest.mark.django_db


def test_single_keys_are_switched_off_and_on_in_this_browser() -> None:
    desk = f.editor()
    made = f.manuscript_in("submitted", f.correspondent(), desk)
    client = f.signed_in(desk)
    address = f"/admin/submissions/manuscript/{made.pk}/change/"
    assert 'data-key="A"' in client.get(address).content.decode()

    page = client.post("/admin/keys/", {"keys": "off"}, follow=True).content.decode()
    assert "单键已关掉" in page
    shown = client.get(address).content.decode()
    assert 'data-key="' not in shown and "keys-off" in shown
    assert 'value="accept"' in shown

    client.post("/admin/keys/", {"keys": "on"})
    shown = client.get(address).content.decode()
    assert 'data-key="A"' in shown and "keys-off" not in shown


def test_ticks_keep_the_names_of_what_they_stand_for() -> None:
    admin = f.account("guan", "管理员", name="管理员甲")
    page = f.signed_in(admin).get(f"/admin/auth/user/{f.editor().pk}/change/").content.decode()
    assert 'name="groups"' in page and 'aria-label="角色"' not in page


def test_a_browser_of_somebody_else_keeps_its_keys() -> None:
    client = f.signed_in(f.editor())
    client.post("/admin/keys/", {"keys": "off"})
    other = f.signed_in(f.chief()).get("/admin/keys/").content.decode()
    assert "关掉单键" in other and "单键已关掉" not in other
