"""Staff on the customer's phone, in a real browser: rewards on the way, the location, and a card that starts the next one."""

from collections.abc import Iterator

import pytest
from browsing import walked_through
from playwright.sync_api import Browser, Page, expect

from kit import stamps
from kit.shop import Shop
from kit.stamps import code_of

PASSWORD = "latte77"
REWARDS = [{"stamps": 2, "rewardTtl": "a cookie"}, {"stamps": 3, "rewardTtl": "a cake"}]


@pytest.fixture(scope="module")
def paths(shop: Shop) -> dict[str, str]:
    """Laid out while no browser occupies the thread."""
    given = {"onsiteYn": "Y", "onsitePwd": PASSWORD, "maxStamps": 5, "rewardTtl": "a coffee", "rewards": REWARDS}
    card = stamps.make_card(shop, carryYn="Y", **given)
    places = [
        shop.request("POST", "/api/location/v1/create", by=shop.alice, body={"locationNm": name}).result
        for name in ("Harbour", "Airport")
    ]
    many = [{"stamps": place, "rewardTtl": f"a slice of cake, the {place}th"} for place in range(10, 20)]
    long = stamps.make_card(shop, **{**given, "maxStamps": 20, "rewards": many})
    limited = stamps.make_card(shop, locationIdxs=places, **given)
    numbers = {
        "owed": stamps.issue(shop, card, marks=2),
        "full": stamps.issue(shop, card, marks=5),
        "carry": stamps.issue(shop, card, marks=5),
        "many": stamps.issue(shop, long, marks=20),
        "limited": stamps.issue(shop, limited, marks=3),
    }
    return {name: f"/stamp/{code_of(shop, number)}" for name, number in numbers.items()}


@pytest.fixture(scope="module")
def browser(paths: object, browser: Browser) -> Browser:
    assert paths
    return browser


@pytest.fixture
def phone(browser: Browser, shop: Shop) -> Iterator[Page]:
    context = browser.new_context(base_url=shop.server.base, viewport={"width": 390, "height": 844}, locale="en")
    yield context.new_page()
    context.close()


def staff(page: Page, path: str) -> None:
    page.goto(path)
    page.get_by_role("link", name="For staff").click()


def test_a_reward_on_the_way_is_handed_out(phone: Page, paths: dict[str, str]) -> None:
    staff(phone, paths["owed"])
    # The sheet is open, and its field has the focus.
    phone.keyboard.type(PASSWORD)
    assert phone.get_by_role("button", name="Redeem: a cake").count() == 0
    phone.get_by_role("button", name="Redeem: a cookie").click()
    expect(phone.locator(".notice[role=status]").get_by_text("Redeemed: a cookie")).to_be_visible()
    expect(phone.locator(".reward-handed-out")).to_have_count(1)
    # Enter adds a mark: that is what is done most.
    staff(phone, paths["owed"])
    phone.keyboard.type(PASSWORD)
    phone.keyboard.press("Enter")
    expect(phone.get_by_text("Stamp added: 3 of 5.")).to_be_visible()


def test_a_sheet_with_many_rewards_stays_within_the_phone(phone: Page, paths: dict[str, str]) -> None:
    staff(phone, paths["many"])
    expect(phone.get_by_label("Staff password")).to_be_in_viewport(ratio=1)
    expect(phone.get_by_role("button", name="Redeem: a coffee")).to_be_in_viewport(ratio=1)
    last = phone.get_by_role("button", name="Redeem only: a slice of cake, the 19th")
    last.scroll_into_view_if_needed()
    expect(last).to_be_in_viewport(ratio=1)


def test_the_last_reward_takes_the_others_along(phone: Page, paths: dict[str, str]) -> None:
    staff(phone, paths["full"])
    last = phone.get_by_role("button", name="Redeem: a coffee")
    expect(last).to_have_accessible_description("Together with: a cookie, a cake")
    phone.keyboard.type(PASSWORD)
    phone.keyboard.press("Enter")
    expect(phone.get_by_text("Redeemed: a cookie, a cake, a coffee")).to_be_visible()


def test_a_full_card_starts_the_next_one_and_it_is_taken_back(phone: Page, paths: dict[str, str]) -> None:
    staff(phone, paths["carry"])
    phone.keyboard.type(PASSWORD)
    phone.get_by_role("button", name="Add a stamp to the next card").click()
    expect(phone.get_by_text("Stamp added to the next card.")).to_be_visible()
    following = phone.get_by_role("link", name="Open your next card")
    expect(following).to_be_visible()
    phone.get_by_role("button", name="Undo").click()
    expect(phone.get_by_text("The stamp on the next card is removed.")).to_be_visible()
    expect(following).to_have_count(0)


@pytest.mark.parametrize("scripts", [True, False])
def test_the_location_is_asked_once(browser: Browser, shop: Shop, paths: dict[str, str], scripts: bool) -> None:
    context = browser.new_context(base_url=shop.server.base, java_script_enabled=scripts, locale="en")
    page = context.new_page()
    staff(page, paths["limited"])
    reward = "a cookie" if scripts else "a cake"
    where = page.get_by_label("Location")
    expect(where).to_have_value("")
    page.get_by_label("Staff password").fill(PASSWORD)
    page.get_by_role("button", name=f"Redeem: {reward}").click()
    # The browser asks for it.
    expect(where).to_be_visible()
    where.select_option(label="Harbour")
    page.get_by_role("button", name=f"Redeem: {reward}").click()
    expect(page.get_by_text(f"Redeemed: {reward}", exact=True)).to_be_visible()
    page.get_by_role("link", name="For staff").click()
    assert where.evaluate("(select) => select.selectedOptions[0].label") == "Harbour"
    context.close()


@pytest.mark.parametrize("name", ["limited", "full", "owed", "carry"])
def test_the_sheet_is_for_everybody(phone: Page, paths: dict[str, str], name: str) -> None:
    phone.goto(f"{paths[name]}/staff")
    assert walked_through(phone) == ([], [])
    small = phone.evaluate(
        """[...document.querySelectorAll("button, select, input:not([type=hidden])")]
            .filter((one) => one.getBoundingClientRect().height < 44).map((one) => one.outerHTML)"""
    )
    assert small == []
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
