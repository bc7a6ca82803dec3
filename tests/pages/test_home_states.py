"""Home of a new shop at each of its first steps, and of staff: for everybody, at any width."""

from typing import NamedTuple

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import Visit
from playwright.sync_api import Browser

from kit.shop import Shop
from kit.stamps import issue, make_card
from stampwell.features.people.model import Role


class Seen(NamedTuple):
    """Sessions of people who see different homes."""

    nothing_done: str
    card_designed: str
    card_issued: str
    staff: str


@pytest.fixture(scope="module")
def seen(shop: Shop) -> Seen:
    """Made while no browser occupies the thread."""
    new, designed, issued, busy = (shop.open_account(name=name) for name in ("New", "Designed", "Issued", "Busy"))
    shop.data.run("DELETE FROM card WHERE account_id = :account_id", account_id=new.account_id)
    issue(shop, make_card(shop, by=issued), by=issued)
    issue(shop, make_card(shop, by=busy), marks=1, by=busy)
    sessions = [shop.dashboard(owner).cookies["stampwell"] for owner in (new, designed, issued)]
    return Seen(*sessions, shop.dashboard(busy, role=Role.STAFF).cookies["stampwell"])


@pytest.fixture(scope="module")
def browser(seen: Seen, browser: Browser) -> Browser:
    """After everything that is laid out."""
    assert seen
    return browser


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 820, 1280])
def test_axe_finds_nothing(browser: Browser, shop: Shop, seen: Seen, *, width: int, theme: str) -> None:
    for who, session in seen._asdict().items():
        context = browser.new_context(
            viewport={"width": width, "height": 800}, color_scheme="dark" if theme == "dark" else "light"
        )
        context.add_cookies([{"name": "stampwell", "value": session, "url": shop.server.base}])
        visit = Visit(context.new_page(), shop.server.base)
        page = visit.open("/dashboard")
        found = Axe().run(page).response["violations"]
        assert [(who, rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), who
        assert (visit.complaints, visit.strangers, page.evaluate("violations")) == ([], [], [])
        context.close()
