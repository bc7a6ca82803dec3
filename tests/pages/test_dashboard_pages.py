"""The dashboard in a real browser: for everybody, from nowhere else, without scripts too."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import Visit, walked_through
from playwright.sync_api import Browser, BrowserContext, expect

from kit.shop import Shop
from kit.stamps import issue
from stampwell.core.actors import OPERATOR
from stampwell.features.people import access_links
from stampwell.features.people.model import Role

PASSWORD = "correct horse battery"
PAGES = (
    "/dashboard",
    "/dashboard/stamps",
    "/dashboard/stamps?q=nobody",
    "/dashboard/stamps?order=customer-up&togo=2",
    "/dashboard/stamps/bulk?act=switch-off",
    "/dashboard/stamps/new",
    "/dashboard/stamps/bulk",
    "/dashboard/stamps/export",
    "/dashboard/imports",
    "/dashboard/imports/new",
    "/dashboard/cards",
    "/dashboard/cards/new",
    "/dashboard/cards/123",
    "/dashboard/cards/123/edit",
    "/dashboard/domains",
    "/dashboard/developer",
    "/dashboard/developer/keys/new",
    "/dashboard/developer/requests",
    "/dashboard/webhooks",
    "/dashboard/webhooks/new",
    "/dashboard/account",
    "/dashboard/account/audit",
    "/dashboard/people",
    "/dashboard/people/new",
    "/dashboard/profile",
)
ONE_STAMP = ("", "/edit", "/extend", "/switch", "/pin", "/move", "/delete")
SIZES = ((390, 844), (700, 1000), (1280, 800))


def invitation(shop: Shop, email: str) -> str:
    link = shop.data.write(
        access_links.invite, shop.alice.account_id, email=email, role=Role.OWNER, actor=OPERATOR, now_us=shop.clock.now_us()
    )
    return f"/dashboard/join/{link.token}"


@pytest.fixture(scope="module")
def session(shop: Shop) -> str:
    """The session of an owner, made while no browser occupies the thread."""
    return shop.dashboard().cookies["stampwell"]


@pytest.fixture(scope="module")
def stamp(shop: Shop) -> int:
    return issue(shop, shop.alice.card_id, marks=6, userNm="Brown Smith", userPhnno="+1 123-4567-8900")


@pytest.fixture(scope="module")
def invitations(shop: Shop) -> Iterator[str]:
    """Paths of invitations, for a test each."""
    return iter([invitation(shop, f"owner{number}@beans.example") for number in range(3)])


@pytest.fixture(scope="module")
def laid_out(session: str, stamp: int, invitations: Iterator[str]) -> tuple[str, int, Iterator[str]]:
    return session, stamp, invitations


@pytest.fixture(scope="module")
def browser(laid_out: object, browser: Browser) -> Browser:
    """After everything that is laid out."""
    assert laid_out
    return browser


def signed_in(context: BrowserContext, shop: Shop, session: str) -> Visit:
    context.add_cookies([{"name": "stampwell", "value": session, "url": shop.server.base}])
    return Visit(context.new_page(), shop.server.base)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES, ids=["phone", "tablet", "desktop"])
def test_axe_finds_nothing_and_nothing_comes_from_elsewhere(
    browser: Browser, shop: Shop, session: str, stamp: int, *, size: tuple[int, int], theme: str
) -> None:
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme="dark" if theme == "dark" else "light"
    )
    visit = signed_in(context, shop, session)
    for path in (*PAGES, *(f"/dashboard/stamps/{stamp}{page}" for page in ONE_STAMP)):
        page = visit.open(path)
        found = Axe().run(page).response["violations"]
        assert [(path, rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    assert (visit.complaints, visit.strangers, visit.page.evaluate("violations")) == ([], [], [])
    context.close()


class TestFromInvitationToMark:
    @pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
    def test_in_a_few_steps(self, browser: Browser, shop: Shop, invitations: Iterator[str], *, scripts: bool) -> None:
        context = browser.new_context(java_script_enabled=scripts)
        page = context.new_page()
        page.goto(shop.server.base + next(invitations))
        page.get_by_label("Your name").fill("Alice Brown")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Join").click()
        page.get_by_role("link", name="Customer cards").first.click()
        page.get_by_role("link", name="Issue a card").click()
        page.get_by_label("Name").fill("Kim Min-ji")
        page.get_by_role("button", name="Issue", exact=True).click()
        expect(page.get_by_role("heading", name="Kim Min-ji")).to_be_visible()
        page.get_by_role("button", name="Add stamp").click()
        expect(page.get_by_text("Stamp added: 1 of 10.")).to_be_visible()
        page.get_by_role("button", name="Undo").click()
        expect(page.get_by_text("Undone: 0 stamps again.")).to_be_visible()
        context.close()


def test_a_mark_by_keyboard_alone(browser: Browser, shop: Shop, session: str, stamp: int) -> None:
    context = browser.new_context()
    visit = signed_in(context, shop, session)
    page = visit.open("/dashboard")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    visit.open(f"/dashboard/stamps/{stamp}")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Add stamp":
            break
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page.get_by_text("Stamp added: 7 of 10.")).to_be_visible()
    context.close()


def test_every_page_is_walked_through_by_keyboard(browser: Browser, shop: Shop, session: str, stamp: int) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    visit = signed_in(context, shop, session)
    for path in (*PAGES, *(f"/dashboard/stamps/{stamp}{page}" for page in ONE_STAMP)):
        page = visit.open(path)
        assert (path, *walked_through(page)) == (path, [], [])
    context.close()
