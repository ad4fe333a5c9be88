"""axe-core over every kind of public page: no violation in light, dark and elder mode.

``axe/axe.min.js`` is axe-core 4.14.1 by Deque Systems (MPL 2.0), for tests alone.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.newspaper import every_kind_of_page

pytestmark = pytest.mark.django_db(transaction=True)
AXE = (Path(__file__).parent / "axe" / "axe.min.js").read_text(encoding="utf-8")
# The page itself allows no script but its own; the test's is put in beside it.
RUN = """() => axe.run(document, {resultTypes: ['violations']}).then(found => found.violations
  .map(one => [one.id, one.nodes.map(node => node.html.slice(0, 120))]))"""


@pytest.fixture
def addresses():
    return every_kind_of_page()


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("mode", ["light", "dark", "elder"])
def test_no_page_has_a_violation(browser, live_server, addresses, width, mode):
    context = browser.new_context(
        base_url=live_server.url,
        viewport={"width": width, "height": 900},
        color_scheme="dark" if mode == "dark" else "light",
        bypass_csp=True,
    )
    found = []
    try:
        page = context.new_page()
        if mode == "elder":
            page.goto("/xianshi/?mode=elder&next=/zonglan/")
        for address in addresses:
            page.goto(address)
            page.evaluate(AXE)
            for rule, nodes in page.evaluate(RUN):
                found += [(address, rule, node) for node in nodes]
    finally:
        context.close()
    assert found == []
