"""Rewards on the way in the card editor, in a real browser: rows come and go in place, and the preview follows."""

from collections.abc import Iterator

import pytest
from browsing import Visit
from playwright.sync_api import Browser, Page, expect

from kit.shop import Shop

EDIT = "/dashboard/cards/123/edit"
SIZES = ((390, 844), (1280, 800))


@pytest.fixture(scope="module")
def session(shop: Shop) -> str:
    """The session of an owner, made while no browser occupies the thread."""
    return shop.dashboard().cookies["stampwell"]


@pytest.fixture(scope="module")
def browser(session: str, browser: Browser) -> Browser:
    """After the session."""
    assert session
    return browser


@pytest.fixture
def visit(shop: Shop, session: str, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Visit]:
    context = browser.new_context(base_url=shop.server.base, **getattr(request, "param", {}))
    context.add_cookies([{"name": "stampwell", "value": session, "url": shop.server.base}])
    yield Visit(context.new_page(), shop.server.base)
    context.close()


def _rows(page: Page) -> list[tuple[str, str]]:
    fields = (page.locator(f"form input[name={name}]").all() for name in ("rewardAt", "rewardName"))
    return [(at.input_value(), title.input_value()) for at, title in zip(*fields, strict=True)]


def test_rows_come_and_go_in_place_and_the_preview_follows(visit: Visit) -> None:
    page = visit.open(EDIT)
    add = page.get_by_role("button", name="Add a reward on the way")
    for at, title in (("5", "a cookie"), ("8", "a cake")):
        add.click()
        expect(page.locator("form input[name=rewardAt]").last).to_be_focused()
        page.keyboard.type(at)
        page.keyboard.press("Tab")
        page.keyboard.type(title)
    assert _rows(page) == [("5", "a cookie"), ("8", "a cake")]
    expect(page.locator("[data-preview] .face-summary")).to_have_text("1 more for a cookie, 6 more for a coffee")
    expect(page.locator("[data-preview] .face-gift")).to_have_count(2)
    page.get_by_role("button", name="Remove").first.click()
    expect(page.locator("form input[name=rewardAt]")).to_be_focused()
    expect(page.locator("[data-preview] .face-gift")).to_have_count(1)
    page.get_by_role("button", name="Remove").click()
    expect(add).to_be_focused()
    expect(page.locator("[data-preview] .face-gift")).to_have_count(0)
    assert visit.complaints == []


def test_the_tenth_row_is_the_last(visit: Visit) -> None:
    page = visit.open(EDIT)
    add = page.get_by_role("button", name="Add a reward on the way")
    for _ in range(10):
        add.click()
    expect(add).to_be_hidden()
    ids = page.locator("form [data-reward] input").evaluate_all("(inputs) => inputs.map((input) => input.id)")
    assert len(set(ids)) == 20
    page.get_by_role("button", name="Remove").first.click()
    expect(add).to_be_visible()


@pytest.mark.parametrize("visit", [{"java_script_enabled": False}], indirect=True)
def test_without_scripts_buttons_add_and_remove_them(visit: Visit) -> None:
    page = visit.open(EDIT)
    for at, title in (("5", "a cookie"), ("8", "a cake")):
        page.get_by_role("button", name="Add a reward on the way").click()
        page.locator("form input[name=rewardAt]").last.fill(at)
        page.locator("form input[name=rewardName]").last.fill(title)
    page.get_by_role("button", name="Remove").first.click()
    assert _rows(page) == [("8", "a cake")]


@pytest.mark.parametrize("visit", [{"viewport": {"width": width, "height": height}} for width, height in SIZES], indirect=True)
def test_nothing_is_wider_than_the_window(visit: Visit) -> None:
    page = visit.open(EDIT)
    page.get_by_role("button", name="Add a reward on the way").click()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
