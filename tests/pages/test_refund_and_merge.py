"""Refunding a sale and merging two cards in a real browser: both are looked at before they are done."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import Visit, walked_through
from playwright.sync_api import Browser, expect

from kit.shop import Shop
from kit.stamps import do, issue, make_card

SIZES = ((390, 844), (1280, 800))
SALE = "S-2041"


@pytest.fixture(scope="module")
def session(shop: Shop) -> str:
    """The session of an owner, made while no browser occupies the thread."""
    return shop.dashboard().cookies["stampwell"]


@pytest.fixture(scope="module")
def stamps(shop: Shop) -> tuple[int, int]:
    """Two of one customer, the first with a sale."""
    card = make_card(shop, maxStamps=10, rewards=[{"stamps": 2, "rewardTtl": "a cookie"}])
    first, second = (issue(shop, card, userNm=name, userPhnno="010-7777-0001") for name in ("Kim Min-ji", "Min-ji Kim"))
    do(shop, "add", first, count=4, orderRef=SALE)
    do(shop, "redeem", first, reward=2, orderRef=SALE)
    do(shop, "add", first, count=2)
    do(shop, "add", second, count=3)
    return first, second


@pytest.fixture(scope="module")
def browser(session: str, stamps: tuple[int, int], browser: Browser) -> Browser:
    """After everything that is laid out."""
    assert session
    assert stamps
    return browser


@pytest.fixture
def visit(shop: Shop, session: str, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Visit]:
    context = browser.new_context(base_url=shop.server.base, **getattr(request, "param", {}))
    context.add_cookies([{"name": "stampwell", "value": session, "url": shop.server.base}])
    yield Visit(context.new_page(), shop.server.base)
    context.close()


@pytest.mark.parametrize(
    "visit",
    [
        {"viewport": {"width": width, "height": height}, "color_scheme": theme}
        for width, height in SIZES
        for theme in ("light", "dark")
    ],
    indirect=True,
    ids=str,
)
def test_axe_finds_nothing_and_everything_fits(visit: Visit, stamps: tuple[int, int]) -> None:
    first, second = stamps
    merge = f"/dashboard/stamps/{first}/merge"
    for path in ("/dashboard/stamps/refund", f"/dashboard/stamps/refund?sale={SALE}", merge, f"{merge}?into={second}"):
        page = visit.open(path)
        found = Axe().run(page).response["violations"]
        assert [(path, rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert (path, *walked_through(page)) == (path, [], [])
    assert (visit.complaints, visit.strangers, visit.page.evaluate("violations")) == ([], [], [])


def test_a_sale_is_refunded_and_then_the_cards_are_merged(visit: Visit) -> None:
    page = visit.open("/dashboard/stamps")
    page.get_by_role("link", name="Refund a sale").click()
    page.get_by_label("Number of the sale").fill(SALE)
    page.get_by_role("button", name="Find the sale").click()
    expect(page.get_by_text("Stamps removed: 4 (6 → 2)")).to_be_visible()
    expect(page.get_by_text("Owed again: a cookie")).to_be_visible()
    page.get_by_role("link", name="Kim Min-ji").click()
    page.get_by_role("link", name=f"Sale: {SALE}").first.click()
    page.get_by_role("button", name="Refund this sale").click()
    expect(page.get_by_text(f"Sale {SALE} is refunded. Stamps removed: 4. Rewards to collect again: 1.")).to_be_visible()
    page.goto("/dashboard/stamps?q=010-7777-0001")
    page.get_by_role("link", name="Kim Min-ji").click()
    expect(page.get_by_role("button", name="Redeem: a cookie")).to_be_visible()
    page.get_by_role("link", name="Merge into another card").click()
    page.get_by_role("link", name="Choose the card").click()
    expect(page.get_by_text("Stamps: 2 + 3 = 5 of 10")).to_be_visible()
    page.get_by_role("button", name="Merge the cards").click()
    expect(page.get_by_text("Cards merged. This one now has 5 of 10.")).to_be_visible()
    assert (visit.complaints, visit.strangers) == ([], [])
