"""Every page of a shop in which everything has a hostile name, in a real browser: nothing of it is carried out."""

import pytest
from browsing import Visit
from playwright.sync_api import Browser, Dialog

from kit.hostile import TEXTS
from kit.pages import Premises, actions, is_open, open_premises
from kit.shop import Shop

RUN = TEXTS[:5]


@pytest.fixture(scope="module")
def hostile(shop: Shop) -> list[Premises]:
    """Laid out while no browser occupies the thread."""
    return [open_premises(shop, text=text, file_name=f"{text}.csv") for text in RUN]


@pytest.fixture(scope="module")
def browser(hostile: list[Premises], browser: Browser) -> Browser:
    assert hostile
    return browser


@pytest.mark.parametrize("place", range(len(RUN)), ids=RUN)
def test_no_page_carries_out_what_a_name_says(browser: Browser, shop: Shop, hostile: list[Premises], place: int) -> None:
    premises, asked = hostile[place], []

    def asked_by_a_page(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    context = browser.new_context()
    context.add_cookies([{"name": "stampwell", "value": premises.dashboard.cookies["stampwell"], "url": shop.server.base}])
    visit = Visit(context.new_page(), shop.server.base)
    visit.page.on("dialog", asked_by_a_page)
    for page in actions(shop.app.pages, "GET"):
        if not is_open(page) and not page.path.endswith(".csv"):
            opened = visit.open(premises.path(page))
            assert opened.evaluate("violations") == [], page.path
            assert opened.evaluate("typeof alert(0)") == "undefined"
            assert asked == ["0"], page.path
            asked.clear()
    assert (visit.complaints, visit.strangers) == ([], [])
    context.close()
