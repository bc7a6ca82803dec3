"""PIN and staff password on phones: who knows them goes on, who guesses is held up, a double tap is one."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from kit import stamps
from kit.shop import Shop
from kit.stamps import code_of

PASSWORD, PIN = "latte77", "4071"
PATIENCE_MS = 4000

Phone = Callable[[], Page]


@pytest.fixture(scope="module")
def stamps_of(shop: Shop) -> dict[str, int]:
    """By a test's name, made while no browser occupies the thread."""
    card = stamps.make_card(shop, maxStamps=5, onsiteYn="Y", onsitePwd=PASSWORD)
    other = stamps.make_card(shop, maxStamps=5, onsiteYn="Y", onsitePwd=PASSWORD)
    numbers = {name: stamps.issue(shop, card, marks=2) for name in ("pin", "reset", "taps", "reload", "two")}
    return numbers | {"staff": stamps.issue(shop, other, marks=2)}


@pytest.fixture(scope="module")
def paths(shop: Shop, stamps_of: dict[str, int]) -> dict[str, str]:
    return {name: f"/stamp/{code_of(shop, number)}" for name, number in stamps_of.items()}


@pytest.fixture(scope="module")
def browser(paths: object, browser: Browser) -> Browser:
    assert paths
    return browser


@pytest.fixture
def phone(browser: Browser, shop: Shop) -> Iterator[Phone]:
    """Makes phones that know nothing of each other."""
    contexts: list[BrowserContext] = []

    def take_up() -> Page:
        contexts.append(browser.new_context(base_url=shop.server.base, viewport={"width": 390, "height": 844}, locale="en"))
        return contexts[-1].new_page()

    yield take_up
    for context in contexts:
        context.close()


def choose_pin(page: Page, path: str, pin: str = PIN) -> None:
    page.goto(path)
    page.get_by_role("link", name="Protect with a PIN").click()
    page.get_by_label("New PIN").fill(pin)
    page.get_by_label("Repeat the PIN").fill(pin)
    page.get_by_role("button", name="Save PIN").click()
    expect(page.get_by_text("Your PIN is set.")).to_be_visible()


def tell_pin(page: Page, pin: str) -> None:
    page.get_by_label("PIN").fill(pin)
    page.get_by_role("button", name="Open card").click()


def tell_password(page: Page, password: str) -> None:
    page.get_by_label("Staff password").fill(password)
    page.get_by_role("button", name="Add a stamp").click()


def test_a_pin_that_is_guessed_locks_until_the_clock_has_moved_on(shop: Shop, phone: Phone, paths: dict[str, str]) -> None:
    own, stranger = phone(), phone()
    choose_pin(own, paths["pin"])
    stranger.goto(paths["pin"])
    for left in (4, 3, 2, 1, 0):
        tell_pin(stranger, "0000")
        expect(stranger.get_by_text(re.compile(rf"Wrong PIN\. {left} tr(y|ies) left\."))).to_be_visible()
    tell_pin(stranger, PIN)
    expect(stranger.get_by_text("Too many wrong PINs. Try again in 15 min")).to_be_visible()
    own.reload()
    expect(own.locator(".face-filled")).to_have_count(2)
    shop.clock.advance(seconds=15 * 60 + 1)
    tell_pin(stranger, PIN)
    expect(stranger.locator(".face-filled")).to_have_count(2)
    stranger.reload()
    expect(stranger.locator(".face-filled")).to_have_count(2)


def test_a_pin_that_the_shop_takes_away_is_chosen_anew(
    shop: Shop, phone: Phone, stamps_of: dict[str, int], paths: dict[str, str]
) -> None:
    own = phone()
    choose_pin(own, paths["reset"])
    own.goto("about:blank")
    stamps.do(shop, "update", stamps_of["reset"], resetPinYn="Y")
    own.goto(paths["reset"])
    expect(own.get_by_text("The shop removed your PIN.")).to_be_visible()
    choose_pin(own, paths["reset"], "998877")
    stranger = phone()
    stranger.goto(paths["reset"])
    tell_pin(stranger, PIN)
    expect(stranger.get_by_text("Wrong PIN.")).to_be_visible()
    tell_pin(stranger, "998877")
    expect(stranger.locator(".face-filled")).to_have_count(2)


def test_a_staff_password_that_is_guessed_locks(
    shop: Shop, phone: Phone, stamps_of: dict[str, int], paths: dict[str, str]
) -> None:
    page = phone()
    page.goto(paths["staff"])
    page.get_by_role("link", name="For staff").click()
    # Nobody reads it over a shoulder, and the customer's browser takes it for no password of its own.
    field = page.get_by_label("Staff password")
    assert field.evaluate("field => getComputedStyle(field).webkitTextSecurity") == "disc"
    expect(page.locator("input[type=password]")).to_have_count(0)
    for left in (4, 3, 2, 1, 0):
        tell_password(page, "wrong")
        expect(page.get_by_text(re.compile(rf"not the staff password\. {left} tr(y|ies) left\."))).to_be_visible()
    tell_password(page, PASSWORD)
    expect(page.get_by_text("Too many wrong passwords. Try again in 15 min.")).to_be_visible()
    assert stamps.shown(shop, stamps_of["staff"])["stamps"] == 2
    shop.clock.advance(seconds=15 * 60 + 1)
    tell_password(page, PASSWORD)
    expect(page.get_by_text("Stamp added: 3 of 5.")).to_be_visible()


def test_a_double_tap_is_one_mark(shop: Shop, phone: Phone, stamps_of: dict[str, int], paths: dict[str, str]) -> None:
    page = phone()
    page.goto(paths["taps"])
    page.get_by_role("link", name="For staff").click()
    page.get_by_label("Staff password").fill(PASSWORD)
    page.get_by_role("button", name="Add a stamp").dblclick(no_wait_after=True)
    expect(page.get_by_text("Stamp added: 3 of 5.")).to_be_visible()
    page.reload()
    expect(page.locator(".face-filled")).to_have_count(3)
    assert stamps.shown(shop, stamps_of["taps"])["stamps"] == 3


def test_a_reload_and_a_way_back_mark_nothing(
    shop: Shop, phone: Phone, stamps_of: dict[str, int], paths: dict[str, str]
) -> None:
    page = phone()
    page.goto(paths["reload"])
    page.get_by_role("link", name="For staff").click()
    tell_password(page, PASSWORD)
    expect(page.get_by_text("Stamp added: 3 of 5.")).to_be_visible()
    page.reload()
    page.go_back()
    page.go_forward()
    page.reload()
    expect(page.locator(".face-filled")).to_have_count(3)
    assert stamps.shown(shop, stamps_of["reload"])["stamps"] == 3


def test_what_staff_do_on_one_phone_is_seen_on_the_other(phone: Phone, paths: dict[str, str]) -> None:
    own, other = phone(), phone()
    with own.expect_request(lambda request: "/events" in request.url):
        own.goto(paths["two"])
    other.goto(paths["two"])
    other.get_by_role("link", name="For staff").click()
    tell_password(other, PASSWORD)
    expect(own.locator(".face-filled")).to_have_count(3, timeout=PATIENCE_MS)
    other.get_by_role("button", name="Undo").click()
    expect(other.get_by_text("Stamp removed: 2 of 5.")).to_be_visible()
    expect(own.locator(".face-filled")).to_have_count(2, timeout=PATIENCE_MS)
