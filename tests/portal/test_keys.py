"""Single keys can be switched off (WCAG 2.2, 2.1.4); Ctrl+Enter goes on working."""

from __future__ import annotations

import pytest

from correspondents import keys
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


def test_single_keys_are_given_other_letters_in_this_browser() -> None:
    client = f.signed_in(f.editor())
    letters = {f"key-{key}": key for key in keys.CHANGEABLE}
    page = client.post("/admin/keys/", {"keys": "letters", **letters, "key-E": "w"}, follow=True)
    assert "记下了" in page.content.decode()
    assert client.cookies[keys.LETTERS_COOKIE].value == "E-W"
    shown = client.get("/admin/keys/").content.decode()
    assert 'name="key-E" value="W"' in shown and "都用原来的键" in shown
    client.post("/admin/keys/", {"keys": "usual"})
    assert 'name="key-E" value="E"' in client.get("/admin/keys/").content.decode()


@pytest.mark.parametrize(
    ("typed", "told"), [("J", "J 填了两处"), ("", "填一个英文字母"), ("键", "填一个英文字母")]
)
def test_letters_that_will_not_do_are_told_and_kept_as_typed(typed: str, told: str) -> None:
    client = f.signed_in(f.editor())
    letters = {f"key-{key}": key for key in keys.CHANGEABLE}
    page = client.post("/admin/keys/", {"keys": "letters", **letters, "key-E": typed})
    assert (
        told in page.content.decode() and f'name="key-E" value="{typed}"' in page.content.decode()
    )
    assert keys.LETTERS_COOKIE not in client.cookies


@pytest.mark.parametrize("cookie", ["E-J", "E-WW", "E", "-.--.", "E-1"])
def test_a_cookie_that_makes_no_sense_counts_for_nothing(cookie: str) -> None:
    client = f.signed_in(f.editor())
    client.cookies[keys.LETTERS_COOKIE] = cookie
    assert 'name="key-E" value="E"' in client.get("/admin/keys/").content.decode()
