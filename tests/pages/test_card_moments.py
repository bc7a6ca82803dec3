"""What a moment is for, in a real browser: the code, a stamp in two taps, an end in words, a PIN, a home screen."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import walked_through
from playwright.sync_api import Browser, BrowserContext, Page, expect

from kit import stamps
from kit.shop import Shop
from kit.stamps import code_of
from stampwell.core.days import day_of, find_zone
from stampwell.features.people.model import Role
from stampwell.features.stamps.states import State

PASSWORD = "latte77"
INVITATION = "Keep this card on your home screen"


@pytest.fixture(scope="module")
def paths(shop: Shop) -> dict[str, str]:
    """By state; laid out while no browser occupies the thread."""
    zone = find_zone("Asia/Seoul")
    assert zone is not None
    today = day_of(shop.clock.now_us(), zone)
    card = stamps.make_card(shop, maxStamps=10, rewardTtl="a coffee", onsiteYn="Y", onsitePwd=PASSWORD, renewYn="Y")
    found = {
        name: stamps.issue(shop, card, marks=4) for name in ("some", "live", "tapped", "pin", "home", "till", "as customer")
    }
    for days in (0, 1, 4, 7, 8):
        found[f"in {days}"] = stamps.issue(shop, card, marks=4, endYmd=str(today + timedelta(days=days)))
    for state in (State.EXPIRED, State.INACTIVE):
        found[state.value] = stamps.stamp_in(shop, state, card)
    found["redeemed"] = stamps.issue(shop, card, marks=10)
    stamps.do(shop, "redeem", found["redeemed"], onsitePwd=PASSWORD)
    return {name: f"/stamp/{code_of(shop, number)}" for name, number in found.items()}


@pytest.fixture(scope="module")
def session(shop: Shop) -> str:
    return shop.dashboard(role=Role.STAFF, name="Mina").cookies["stampwell"]


@pytest.fixture(scope="module")
def browser(paths: object, session: str, browser: Browser) -> Browser:
    assert paths
    assert session
    return browser


@pytest.fixture
def context(browser: Browser, shop: Shop) -> Iterator[BrowserContext]:
    opened = browser.new_context(base_url=shop.server.base, viewport={"width": 390, "height": 844}, locale="en")
    yield opened
    opened.close()


@pytest.fixture
def phone(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture
def till(context: BrowserContext, shop: Shop, session: str) -> Page:
    """Of somebody who is signed in."""
    context.add_cookies([{"name": "stampwell", "value": session, "url": shop.server.base}])
    return context.new_page()


def test_the_code_is_one_tap_away_and_large(phone: Page, paths: dict[str, str]) -> None:
    phone.goto(paths["some"])
    first = phone.locator("main .button:visible").first
    expect(first).to_have_text("Show code")
    first.click()
    code = phone.get_by_role("img", name="QR code of this card")
    expect(code).to_be_in_viewport(ratio=1)
    code.evaluate("(image) => image.decode()")
    box = code.bounding_box()
    assert box is not None
    assert box["width"] >= 280
    # For a scanner that fails: what people can read out.
    spelled = paths["some"].rsplit("/", 1)[1]
    expect(phone.get_by_text(" ".join(spelled[at : at + 4] for at in range(0, 16, 4)))).to_be_visible()
    phone.get_by_role("button", name="Close").click()
    expect(code).to_be_hidden()


def test_a_stamp_that_arrives_puts_the_code_away(shop: Shop, phone: Page, paths: dict[str, str]) -> None:
    phone.goto(paths["live"])
    phone.get_by_role("link", name="Show code").click()
    code = phone.get_by_role("img", name="QR code of this card")
    expect(code).to_be_visible()
    stamps.do(shop, "add", paths["live"].rsplit("/", 1)[1])
    expect(phone.locator(".face-filled")).to_have_count(5)
    expect(code).to_be_hidden()


def test_staff_is_a_quiet_link_at_the_foot(phone: Page, paths: dict[str, str]) -> None:
    phone.goto(paths["some"])
    staff = phone.get_by_role("link", name="For staff")
    assert staff.evaluate("one => one.getBoundingClientRect().top") > phone.get_by_role("link", name="Show code").evaluate(
        "one => one.getBoundingClientRect().bottom"
    )
    assert not staff.evaluate("one => one.matches('.button')")


def test_signed_in_staff_add_a_stamp_by_a_scanned_link_in_two_taps(till: Page, paths: dict[str, str]) -> None:
    # The first tap is on the link.
    till.goto(paths["tapped"])
    add = till.get_by_role("button", name="Add a stamp")
    expect(add).to_be_in_viewport(ratio=1)
    box = add.bounding_box()
    assert box is not None
    assert box["height"] >= 64
    assert Axe().run(till).violations_count == 0
    assert walked_through(till) == ([], [])
    add.click()
    expect(till.get_by_text("Stamp added: 5 of 10.")).to_be_visible()
    till.get_by_role("button", name="Undo").click()
    expect(till.get_by_text("Stamp removed: 4 of 10.")).to_be_visible()
    kept = till.evaluate("caches.keys().then((names) => names.length)")
    assert kept == 0


def test_who_looks_at_it_as_the_customer_goes_on_to(shop: Shop, till: Page, paths: dict[str, str]) -> None:
    till.goto(f"{paths['as customer']}?view=customer")
    expect(till.get_by_role("link", name="Show code")).to_be_visible()
    stamps.do(shop, "add", paths["as customer"].rsplit("/", 1)[1])
    expect(till.locator(".face-filled")).to_have_count(5)
    expect(till.get_by_role("link", name="Show code")).to_be_visible()
    expect(till.get_by_role("button", name="Add a stamp")).to_have_count(0)


@pytest.mark.parametrize(
    ("days", "said"), [(0, "Last day"), (1, "1 day left"), (4, "4 days left"), (7, "7 days left"), (8, "")]
)
def test_a_card_that_ends_soon_says_so(phone: Page, paths: dict[str, str], days: int, said: str) -> None:
    phone.goto(paths[f"in {days}"])
    expect(phone.locator(".soon")).to_have_text([said] if said else [])


@pytest.mark.parametrize(
    ("state", "said", "not_said"),
    [
        (State.EXPIRED, ["Expired on", "Ask us for a new one."], ["more for", "Valid until", "For staff"]),
        (State.INACTIVE, ["switched off", "ask us"], ["more for", "Valid until", "For staff", "Show code"]),
        (State.REDEEMED, ["Redeemed: a coffee", "Open your next card"], ["more for", "Valid until", "For staff"]),
    ],
)
def test_an_end_is_said_once(phone: Page, paths: dict[str, str], state: State, said: list[str], not_said: list[str]) -> None:
    phone.goto(paths[state.value])
    text = phone.locator("main").inner_text()
    assert [one for one in said if one not in text] == []
    assert [one for one in not_said if one in text] == []
    # Only for screen readers it stands beside the card as well.
    assert phone.locator("main :text('Expired on'):visible:not(.unseen)").count() == (1 if state is State.EXPIRED else 0)
    assert not phone.evaluate(r"/\d{4}-\d\d-\d\d/.test(document.body.innerText)")


def test_a_pin_is_typed_twice_and_shown_on_wish(phone: Page, paths: dict[str, str]) -> None:
    phone.goto(paths["pin"])
    phone.get_by_role("link", name="Protect with a PIN").click()
    first, again = phone.get_by_label("New PIN"), phone.get_by_label("Repeat the PIN")
    first.fill("4071")
    again.fill("4072")
    assert [field.get_attribute("type") for field in (first, again)] == ["password", "password"]
    phone.get_by_role("button", name="Show").click()
    assert [field.get_attribute("type") for field in (first, again)] == ["text", "text"]
    phone.get_by_role("button", name="Hide").click()
    assert first.get_attribute("type") == "password"
    phone.get_by_role("button", name="Save PIN").click()
    expect(phone.get_by_text("The two PINs don't match.")).to_be_visible()
    first.fill("4071")
    again.fill("4071")
    phone.get_by_role("button", name="Save PIN").click()
    expect(phone.get_by_text("Your PIN is set.")).to_be_visible()
    phone.context.clear_cookies()
    phone.goto(paths["pin"])
    expect(phone.get_by_text("Forgotten? Ask the shop to remove the PIN.")).to_be_visible()


def test_a_staff_password_is_shown_on_wish_also_after_a_stamp_has_arrived(
    shop: Shop, phone: Page, paths: dict[str, str]
) -> None:
    phone.goto(paths["till"])
    stamps.do(shop, "add", paths["till"].rsplit("/", 1)[1])
    expect(phone.locator(".face-filled")).to_have_count(5)
    phone.get_by_role("link", name="For staff").click()
    field = phone.get_by_label("Staff password")
    security = "field => getComputedStyle(field).webkitTextSecurity"
    assert field.evaluate(security) == "disc"
    phone.get_by_role("button", name="Show").click()
    assert field.evaluate(security) == "none"


def test_the_second_visit_invites_to_the_home_screen_until_it_is_declined(
    context: BrowserContext, paths: dict[str, str]
) -> None:
    asked = "{ prompt() { window.asked = true } }"
    asks = f"dispatchEvent(Object.assign(new Event('beforeinstallprompt', {{ cancelable: true }}), {asked}))"

    def visit() -> Page:
        page = context.new_page()
        page.goto(paths["home"])
        page.wait_for_load_state("load")
        page.evaluate(asks)
        return page

    first = visit()
    first.reload()
    first.evaluate(asks)
    expect(first.get_by_text(INVITATION)).to_have_count(2)
    assert [one.is_visible() for one in first.get_by_text(INVITATION).all()] == [False, False]
    second = visit()
    expect(second.get_by_text(f"{INVITATION}.", exact=True)).to_be_visible()
    second.get_by_role("button", name="Add", exact=True).click()
    assert second.evaluate("window.asked")
    third = visit()
    third.get_by_role("button", name="Not now").click()
    expect(third.get_by_text(f"{INVITATION}.", exact=True)).to_be_hidden()
    expect(visit().get_by_text(f"{INVITATION}.", exact=True)).to_be_hidden()


def test_a_phone_that_cannot_be_asked_is_told_how(context: BrowserContext, paths: dict[str, str]) -> None:
    context.add_init_script("Object.defineProperty(navigator, 'standalone', { value: false })")
    for visible in (False, True):
        page = context.new_page()
        page.goto(paths["home"])
        expect(page.get_by_text("tap Share")).to_be_visible(visible=visible)
