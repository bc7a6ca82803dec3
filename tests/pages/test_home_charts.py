"""The charts of Home in a browser: the value of a day by pointer, by touch and by keyboard, and the same as a table."""

import pytest
from browsing import Visit
from playwright.sync_api import Browser, Locator, expect

from kit.people import Person
from kit.projection import project
from kit.shop import Shop
from kit.stamps import do, issue


@pytest.fixture(scope="module")
def session(shop: Shop) -> str:
    """Of an owner whose shop added 4 marks today, made while no browser occupies the thread."""
    owner: Person = shop.open_account(name="Charted")
    stamp = issue(shop, owner.card_id, by=owner)
    do(shop, "add", stamp, by=owner, count=4)
    project(shop.data)
    return shop.dashboard(owner).cookies["stampwell"]


@pytest.fixture(scope="module")
def browser(session: str, browser: Browser) -> Browser:
    """After everything that is laid out."""
    assert session
    return browser


def _chart(visit: Visit, shop: Shop, session: str) -> Locator:
    visit.page.context.add_cookies([{"name": "stampwell", "value": session, "url": shop.server.base}])
    return visit.open("/dashboard").locator("[data-chart]").first


def test_the_arrow_keys_go_from_day_to_day(visit: Visit, shop: Shop, session: str) -> None:
    chart = _chart(visit, shop, session)
    value = visit.page.locator("[data-chart-value]").first
    expect(value).to_be_hidden()
    chart.focus()
    expect(value).to_have_text("Mon 2 Mar: 4")
    chart.press("ArrowLeft")
    expect(value).to_have_text("Sun 1 Mar: 0")
    expect(chart).to_have_attribute("aria-valuetext", "Sun 1 Mar: 0")
    chart.press("Home")
    expect(value).to_have_text("Tue 3 Feb: 0")
    chart.press("End")
    chart.press("ArrowRight")
    expect(value).to_have_text("Mon 2 Mar: 4")
    visit.page.keyboard.press("Tab")
    expect(value).to_be_hidden()
    assert (visit.complaints, visit.page.evaluate("violations")) == ([], [])


def test_the_pointer_says_the_day_that_it_is_on(visit: Visit, shop: Shop, session: str) -> None:
    chart = _chart(visit, shop, session)
    value = visit.page.locator("[data-chart-value]").first
    box = chart.bounding_box()
    assert box is not None
    visit.page.mouse.move(box["x"] + box["width"] - 3, box["y"] + 50)
    expect(value).to_have_text("Mon 2 Mar: 4")
    visit.page.mouse.move(box["x"] + 3, box["y"] + 50)
    expect(value).to_have_text("Tue 3 Feb: 0")
    visit.page.mouse.move(1, 1)
    expect(value).to_be_hidden()


def test_a_touch_does(browser: Browser, shop: Shop, session: str) -> None:
    context = browser.new_context(has_touch=True, is_mobile=True, viewport={"width": 390, "height": 844})
    visit = Visit(context.new_page(), shop.server.base)
    chart = _chart(visit, shop, session)
    box = chart.bounding_box()
    assert box is not None
    chart.tap(position={"x": box["width"] - 3, "y": 50})
    expect(visit.page.locator("[data-chart-value]").first).to_have_text("Mon 2 Mar: 4")
    context.close()


def test_without_scripts_the_table_has_the_values(visit_without_scripts: Visit, shop: Shop, session: str) -> None:
    chart = _chart(visit_without_scripts, shop, session)
    expect(chart).not_to_have_attribute("role", "slider")
    page = visit_without_scripts.page
    page.get_by_text("View as table").click()
    expect(page.get_by_role("row", name="Mon 2 Mar 4 1 0")).to_be_visible()
