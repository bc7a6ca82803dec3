"""Cards that are open on phones: marks appear by themselves."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from kit import stamps
from kit.shop import Shop

# A look at the database a second, and the way there.
WITHIN_MS = 2000
TROUBLES: dict[str, Callable[[Route], None]] = {
    "no line": lambda route: route.abort(),
    "busy": lambda route: route.fulfill(status=503, body="busy"),
    "too many": lambda route: route.fulfill(status=429, body="slow down"),
}


@pytest.fixture(scope="module")
def stamps_of(shop: Shop) -> dict[str, int]:
    """By a test's name, made while no browser occupies the thread."""
    card = stamps.make_card(shop, maxStamps=5, rewardTtl="a tea")
    return {
        name: stamps.issue(shop, card, marks=2)
        for name in ("mark", "two", "full", "poll", "gone", "back", "from", "into", *TROUBLES)
    }


@pytest.fixture(scope="module")
def paths(shop: Shop, stamps_of: dict[str, int]) -> dict[str, str]:
    found = {name: shop.get("/api/stamp/v1/get", shop.alice, stampIdx=number).result for name, number in stamps_of.items()}
    return {name: f"/stamp/{stamp['code']}" for name, stamp in found.items()}


@pytest.fixture(scope="module")
def browser(paths: object, browser: Browser) -> Browser:
    assert paths
    return browser


@pytest.fixture
def phone(browser: Browser, shop: Shop) -> Iterator[Page]:
    context = browser.new_context(base_url=shop.server.base, viewport={"width": 390, "height": 844}, locale="en")
    yield context.new_page()
    context.close()


def opened(page: Page, path: str) -> Page:
    """The page once it listens."""
    with page.expect_request(lambda request: request.url.split("?")[0].endswith("/events")):
        page.goto(path)
    return page


def test_a_mark_appears_by_itself_pressed_in_and_said_aloud(
    shop: Shop, phone: Page, stamps_of: dict[str, int], paths: dict[str, str]
) -> None:
    opened(phone, paths["mark"])
    phone.evaluate("window.sameDocument = true")
    expect(phone.locator(".face-filled")).to_have_count(2)
    stamps.do(shop, "add", stamps_of["mark"])
    expect(phone.locator(".face-filled")).to_have_count(3, timeout=WITHIN_MS)
    expect(phone.locator(".face-fresh")).to_have_count(1)
    expect(phone.locator("[data-news]")).to_have_text("3 of 5 stamps. 2 more for a tea")
    assert phone.evaluate("window.sameDocument")


def test_two_phones_show_the_same_stamp(
    shop: Shop, phone: Page, browser: Browser, stamps_of: dict[str, int], paths: dict[str, str]
) -> None:
    other = browser.new_context(base_url=shop.server.base, locale="de").new_page()
    for page in (phone, other):
        opened(page, paths["two"])
    stamps.do(shop, "add", stamps_of["two"], count=2)
    for page in (phone, other):
        expect(page.locator(".face-filled")).to_have_count(4, timeout=WITHIN_MS)
    other.context.close()


def test_the_last_mark_says_that_the_reward_is_ready(
    shop: Shop, phone: Page, stamps_of: dict[str, int], paths: dict[str, str]
) -> None:
    opened(phone, paths["full"])
    stamps.do(shop, "add", stamps_of["full"], count=3)
    expect(phone.get_by_text("Your reward is ready.")).to_be_visible(timeout=WITHIN_MS)
    stamps.do(shop, "redeem", stamps_of["full"])
    expect(phone.locator(".face-postmark")).to_be_visible(timeout=WITHIN_MS)


def test_where_events_do_not_get_through_the_page_asks(
    shop: Shop, phone: Page, stamps_of: dict[str, int], paths: dict[str, str]
) -> None:
    phone.route("**/events*", lambda route: route.abort())
    phone.goto(paths["poll"])
    stamps.do(shop, "add", stamps_of["poll"])
    expect(phone.locator(".face-filled")).to_have_count(3, timeout=2 * WITHIN_MS)


@pytest.mark.parametrize("trouble", TROUBLES)
def test_what_could_not_be_fetched_is_fetched_again(
    shop: Shop, browser: Browser, stamps_of: dict[str, int], paths: dict[str, str], trouble: str
) -> None:
    """The news came, over the stream that stays open, and the card itself did not."""
    context = browser.new_context(base_url=shop.server.base, service_workers="block")
    phone = opened(context.new_page(), paths[trouble])
    phone.evaluate("window.sameDocument = true")
    phone.route(f"**{paths[trouble]}", TROUBLES[trouble], times=1)
    with phone.expect_request(f"**{paths[trouble]}"):
        stamps.do(shop, "add", stamps_of[trouble])
    expect(phone.locator(".face-filled")).to_have_count(3, timeout=3 * WITHIN_MS)
    assert phone.evaluate("window.sameDocument")
    context.close()


def test_a_stamp_that_is_deleted_goes_away(shop: Shop, phone: Page, stamps_of: dict[str, int], paths: dict[str, str]) -> None:
    opened(phone, paths["gone"])
    stamps.do(shop, "delete", stamps_of["gone"])
    expect(phone.get_by_role("alert")).to_contain_text("There's no card at this address", timeout=2 * WITHIN_MS)


def test_a_page_that_comes_back_to_life_is_up_to_date(
    shop: Shop, phone: Page, stamps_of: dict[str, int], paths: dict[str, str]
) -> None:
    opened(phone, paths["back"])
    phone.context.set_offline(True)
    stamps.do(shop, "add", stamps_of["back"])
    phone.context.set_offline(False)
    expect(phone.locator(".face-filled")).to_have_count(3, timeout=3 * WITHIN_MS)


def test_a_merged_card_leads_to_the_one_that_took_its_place(
    shop: Shop, phone: Page, stamps_of: dict[str, int], paths: dict[str, str]
) -> None:
    opened(phone, paths["from"])
    stamps.merge(shop, stamps_of["from"], stamps_of["into"])
    expect(phone).to_have_url(f"{shop.server.base}{paths['into']}", timeout=2 * WITHIN_MS)
    expect(phone.locator(".face-filled")).to_have_count(4)
    # And it goes on from there.
    stamps.do(shop, "add", stamps_of["into"])
    expect(phone.locator(".face-filled")).to_have_count(5, timeout=2 * WITHIN_MS)
    # So does the old link.
    phone.goto(paths["from"])
    expect(phone).to_have_url(f"{shop.server.base}{paths['into']}")
