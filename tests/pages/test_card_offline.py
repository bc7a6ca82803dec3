"""A card on a phone that has lost its line: shown as it was, marked as such, and up to date again by itself."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from kit import stamps
from kit.shop import Shop
from kit.stamps import code_of

# The page is kept before what it is made of.
PARTS_KEPT = """Promise.all([...document.querySelectorAll('link[rel="stylesheet"], script[src], main img')].map(
  (part) => caches.match(part.src || part.href))).then((parts) => parts.every(Boolean))"""
KEPT = "caches.open('stampwell-cards-1').then((cache) => cache.keys()).then((keys) => keys.length)"


@pytest.fixture(scope="module")
def stamps_of(shop: Shop) -> dict[str, int]:
    """Made while no browser occupies the thread."""
    card = stamps.make_card(shop, maxStamps=5)
    return {name: stamps.issue(shop, card, marks=2) for name in ("away", "link", "gone", "pin", "from", "into")}


@pytest.fixture(scope="module")
def paths(shop: Shop, stamps_of: dict[str, int]) -> dict[str, str]:
    return {name: f"/stamp/{code_of(shop, number)}" for name, number in stamps_of.items()}


@pytest.fixture(scope="module")
def browser(paths: object, browser: Browser) -> Browser:
    assert paths
    return browser


@pytest.fixture
def phone(browser: Browser, shop: Shop) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=shop.server.base, viewport={"width": 390, "height": 844}, locale="en")
    yield context
    context.close()


def wait_until(page: Page, expression: str) -> None:
    """The page's own policy forbids the browser to evaluate a text again and again by itself."""
    for _ in range(100):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(100)
    raise AssertionError(expression)


def kept(page: Page, path: str) -> None:
    """Opens the page and waits until the phone has kept it."""
    page.goto(path)
    wait_until(page, f"{KEPT}.then((kept) => kept > 0)")
    wait_until(page, PARTS_KEPT)


def kept_and_left(page: Page, path: str) -> None:
    """As `kept`, and then away: an open card would load itself anew and meet the test's own way back."""
    kept(page, path)
    page.goto("about:blank")


def test_the_last_state_is_shown_and_marked_and_comes_up_to_date(
    shop: Shop, phone: BrowserContext, stamps_of: dict[str, int], paths: dict[str, str]
) -> None:
    page = phone.new_page()
    kept(page, paths["away"])
    phone.set_offline(True)
    stamps.do(shop, "add", stamps_of["away"])
    page.goto(paths["away"])
    expect(page.get_by_text("You're offline. This is your card as of")).to_be_visible()
    expect(page.locator(".face-filled")).to_have_count(2)
    assert page.locator(".face-paper").evaluate("(paper) => getComputedStyle(paper).borderRadius") == "16px"
    assert page.locator(".asides").evaluate("(asides) => asides.inert")
    phone.set_offline(False)
    expect(page.locator(".face-filled")).to_have_count(3, timeout=10_000)
    expect(page.get_by_text("You're offline.")).to_be_hidden()


def test_a_link_that_a_messenger_spoilt_leads_to_the_card_on_a_phone_that_keeps_it(
    phone: BrowserContext, shop: Shop, paths: dict[str, str]
) -> None:
    page, path = phone.new_page(), paths["link"]
    kept_and_left(page, path)
    for spelled in (f"{path}/", f"{path}.", path.lower(), f"{path.lower()}%20"):
        page.goto(spelled)
        expect(page).to_have_url(f"{shop.server.base}{path}")
        expect(page.locator(".face-filled")).to_have_count(2)
        page.goto("about:blank")
    phone.set_offline(True)
    page.goto(f"{path}/")
    expect(page).to_have_url(f"{shop.server.base}{path}")
    expect(page.get_by_text("You're offline. This is your card as of")).to_be_visible()


def test_a_card_that_is_gone_is_forgotten(
    shop: Shop, phone: BrowserContext, stamps_of: dict[str, int], paths: dict[str, str]
) -> None:
    page = phone.new_page()
    kept_and_left(page, paths["gone"])
    stamps.do(shop, "delete", stamps_of["gone"])
    page.goto(paths["gone"])
    wait_until(page, f"{KEPT}.then((kept) => kept === 0)")


def test_a_card_that_asks_for_a_pin_by_now_is_forgotten(
    shop: Shop, phone: BrowserContext, browser: Browser, paths: dict[str, str]
) -> None:
    page = phone.new_page()
    kept_and_left(page, paths["pin"])
    other = browser.new_context(base_url=shop.server.base).new_page()
    other.goto(f"{paths['pin']}/pin/choose")
    other.get_by_label("New PIN").fill("4071")
    other.get_by_label("Repeat the PIN").fill("4071")
    other.get_by_role("button", name="Save PIN").click()
    expect(other.get_by_text("Your PIN is set.")).to_be_visible()
    other.context.close()
    page.goto(paths["pin"])
    expect(page.get_by_role("button", name="Open card")).to_be_visible()
    wait_until(page, f"{KEPT}.then((kept) => kept === 0)")


def test_the_link_of_a_merged_card_shows_the_other_without_a_line(
    shop: Shop, phone: BrowserContext, stamps_of: dict[str, int], paths: dict[str, str]
) -> None:
    page = phone.new_page()
    kept_and_left(page, paths["from"])
    stamps.merge(shop, stamps_of["from"], stamps_of["into"])
    page.goto(paths["from"])
    expect(page).to_have_url(f"{shop.server.base}{paths['into']}")
    old = f"caches.open('stampwell-cards-1').then((cache) => cache.match('{paths['from']}')).then((kept) => kept.text())"
    wait_until(page, f"{old}.then((text) => text.includes('4 of 5 stamps'))")
    page.goto("about:blank")
    phone.set_offline(True)
    page.goto(paths["from"])
    expect(page.get_by_text("You're offline. This is your card as of")).to_be_visible()
    expect(page.locator(".face-filled")).to_have_count(4)
