"""axe-core over each kind of page of the desk: nothing serious or critical, and no sideways scroll."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser

from articles.models import Article, LibraryPicture
from correspondents.models import Upload
from tests import factories as f
from tests.browser.test_axe import AXE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
GRAVE = """() => axe.run(document, {resultTypes: ['violations']}).then(found => found.violations
  .filter(one => one.impact === 'serious' || one.impact === 'critical')
  .map(one => [one.id, one.nodes.map(node => node.html.slice(0, 140))]))"""


# Boxes for words that are narrower than ten characters; days, times and numbers are short.
NARROW = """() => [...document.querySelectorAll('#content-main input, #content-main textarea')]
  .filter(box => box.offsetParent && (box.tagName === 'TEXTAREA' || /^(text|url|email)$/.test(box.type)))
  .filter(box => !/Date|Time/.test(box.className) && box.getBoundingClientRect().width < 160)
  .map(box => box.name)"""


@pytest.fixture
def desk() -> tuple[Any, list[str]]:
    """A chief, and a page of each kind that he is shown."""
    readers = [f.editor(), f.managing(), f.chief()]
    article = f.article(by=readers[0])
    upload = Upload.objects.accept(f.photo(), owner=readers[0], make_now=True)
    article.images.create(upload=upload, caption="职工检修皮带", photographer="周砚秋")
    LibraryPicture.objects.create(upload=upload, caption="职工检修皮带")
    Article.objects.filter(pk=article.pk).update(body="<p>修建了建身广场，此举皆在方便职工。</p>")
    public = f.article_in("published", readers)
    copy = public.open_copy(by=readers[0])
    li = f.correspondent()
    sent = f.manuscript_in("submitted", li, readers[0])
    base = f"/admin/articles/article/{article.pk}"
    pages = [
        "/admin/", "/admin/keys/", "/admin/workload/", "/admin/calendar/", "/admin/find/?q=皮带",
        "/admin/articles/article/", "/admin/articles/article/add/",
        *(f"{base}/{one}/" for one in (
            "change", "review", "pictures", f"beside/{public.pk}", "revisions", "sheet",
            "tidy", "replace", "widths", "history",
        )),
        f"/admin/articles/article/{public.pk}/wechat/",
        f"/admin/articles/article/{copy.pk}/review/",
        "/admin/articles/section/", f"/admin/articles/section/{article.section_id}/change/",
        "/admin/articles/topic/add/", "/admin/articles/placement/add/", "/admin/articles/librarypicture/",
        "/admin/submissions/manuscript/", f"/admin/submissions/manuscript/{sent.pk}/change/",
        "/admin/correspondents/correspondent/", f"/admin/correspondents/correspondent/{li.pk}/change/",
        f"/admin/correspondents/organisation/{li.organisation_id}/change/",
        "/admin/portal/menuitem/", "/admin/auditlog/logentry/",
    ]  # fmt: skip
    return readers[2], pages


WIDTHS_AND_THEMES = [
    (1280, "light"),
    *(pytest.param(*one, marks=pytest.mark.slow) for one in ((390, "dark"), (1280, "dark"), (390, "light"))),
]  # fmt: skip


@pytest.mark.parametrize(("width", "theme"), WIDTHS_AND_THEMES)
def test_no_page_of_the_desk_has_a_grave_violation(
    browser: Browser, live_server: Any, desk: tuple[Any, list[str]], width: int, theme: Any
) -> None:
    user, pages = desk
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": width, "height": 800}, color_scheme=theme,
        bypass_csp=True,
    )  # fmt: skip
    session = f.signed_in(user).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    found = []
    try:
        page = context.new_page()
        for address in pages:
            answer = page.goto(address)
            assert answer is not None and answer.status == 200, address
            if page.evaluate("document.documentElement.scrollWidth") > width:
                found.append((address, "scrolls sideways", ""))
            if width == 1280:
                found += [(address, "narrow", name) for name in page.evaluate(NARROW)]
            page.evaluate(AXE)
            for rule, nodes in page.evaluate(GRAVE):
                found += [(address, rule, node) for node in nodes]
    finally:
        context.close()
    assert not found, "\n".join(map(str, found))
