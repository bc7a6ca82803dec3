"""The search in a real browser: by `/` from any page, while typing, by arrows, on a phone by one tap, and without scripts."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import Visit
from playwright.sync_api import Browser, expect

from kit.projection import project
from kit.shop import Shop
from kit.stamps import code_of, issue, make_card
from stampwell.features.people.model import Role

PHONE, TABLET, DESKTOP = (390, 844), (820, 1180), (1280, 800)


@pytest.fixture(scope="module")
def sessions(shop: Shop) -> dict[str, str]:
    """Of an owner and of staff, made while no browser occupies the thread."""
    return {role: shop.dashboard(role=role).cookies["stampwell"] for role in (Role.OWNER, Role.STAFF)}


@pytest.fixture(scope="module")
def card(shop: Shop) -> tuple[int, str]:
    """Number and code of Wilhelmina's; there is a Wilma too."""
    design = make_card(shop, maxStamps=10)
    stamp, _ = issue(shop, design, userNm="Wilhelmina Tell"), issue(shop, design, userNm="Wilma Stone")
    project(shop.data)
    return stamp, code_of(shop, stamp)


@pytest.fixture(scope="module")
def browser(sessions: dict[str, str], card: tuple[int, str], browser: Browser) -> Browser:
    """After everything that is laid out."""
    assert sessions
    assert card
    return browser


@pytest.fixture
def visit(shop: Shop, sessions: dict[str, str], browser: Browser, request: pytest.FixtureRequest) -> Iterator[Visit]:
    given = {"role": Role.OWNER, "size": DESKTOP, **getattr(request, "param", {})}
    width, height = given["size"]
    context = browser.new_context(
        base_url=shop.server.base,
        viewport={"width": width, "height": height},
        color_scheme=given.get("theme", "light"),
        java_script_enabled=given.get("scripts", True),
    )
    context.add_cookies([{"name": "stampwell", "value": sessions[given["role"]], "url": shop.server.base}])
    visit = Visit(context.new_page(), shop.server.base)
    yield visit
    # What is asked while typing is given up when the page is left.
    given_up = f"failed: {shop.server.base}/dashboard/search?"
    assert [said for said in visit.complaints if not said.startswith(given_up)] == []
    assert visit.strangers == []
    context.close()


def test_a_slash_and_some_letters_find_what_arrows_then_reach(visit: Visit, card: tuple[int, str]) -> None:
    page = visit.open("/dashboard/cards")
    page.keyboard.press("/")
    page.keyboard.type("wil")
    found = page.locator("#rail-found")
    expect(found.get_by_role("link", name="Wilhelmina Tell")).to_be_visible()
    expect(found.get_by_role("link", name="Wilma Stone")).to_be_visible()
    assert Axe().run(page).response["violations"] == []
    page.keyboard.press("Escape")
    expect(found).to_be_empty()
    page.keyboard.type("wilh")
    expect(found.get_by_role("link")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/dashboard/stamps/{card[0]}")


def test_a_scanner_types_the_link_and_enter(visit: Visit, card: tuple[int, str]) -> None:
    page = visit.open("/dashboard")
    page.keyboard.press("/")
    page.keyboard.type(f"https://vvd.bz/stamp/{card[1]}")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/dashboard/stamps/{card[0]}")


def test_a_slash_in_a_field_stays_one(visit: Visit) -> None:
    page = visit.open("/dashboard/stamps/new")
    name = page.get_by_label("Name optional", exact=True)
    name.focus()
    page.keyboard.type("a/b")
    expect(name).to_have_value("a/b")


@pytest.mark.parametrize(
    "visit", [{"size": size, "theme": theme} for size in (PHONE, TABLET) for theme in ("light", "dark")], indirect=True, ids=str
)
def test_where_there_is_no_room_one_tap_leads_to_it(visit: Visit) -> None:
    page = visit.open("/dashboard/cards")
    page.get_by_role("link", name="Search", exact=True).click()
    field = page.get_by_role("searchbox")
    expect(field).to_be_focused()
    page.keyboard.type("wil")
    expect(page.locator("#found").get_by_role("link", name="Wilhelmina Tell")).to_be_visible()
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("visit", [{"role": Role.STAFF}], indirect=True, ids=str)
def test_staff_begin_with_it(visit: Visit, card: tuple[int, str]) -> None:
    page = visit.open("/dashboard")
    expect(page.locator("main").get_by_role("searchbox")).to_be_focused()
    page.keyboard.type(card[1][-4:])
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/dashboard/stamps/{card[0]}")


@pytest.mark.parametrize("visit", [{"scripts": False}], indirect=True, ids=str)
def test_without_scripts_its_form_is_sent(visit: Visit) -> None:
    page = visit.open("/dashboard/cards")
    page.get_by_label("Search customers, cards, codes and links").fill("wil")
    page.keyboard.press("Enter")
    expect(page.locator("#found").get_by_role("link", name="Wilma Stone")).to_be_visible()
