"""Questions of every day, each with a bound on interactions: why only six, one more from a scanned code, who expires soon."""

from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

import pytest
from browsing import Visit
from hand import Hand
from playwright.sync_api import Browser, Page, expect

from kit.clock import START
from kit.load import wait_for
from kit.shop import Shop
from kit.stamps import code_of, issue, make_card, refused

CUSTOMER = "Kim Min-ji"


class LaidOut(NamedTuple):
    """What is made while no browser occupies the thread. session: of an owner."""

    session: str
    card: str


@pytest.fixture(scope="module")
def laid_out(shop: Shop) -> LaidOut:
    """Min-ji has six stamps and was refused a seventh today; Jun's card ends in three days, hers in months."""
    card = make_card(shop, cardNm="Coffee card", maxStamps=10, dailyMax=1)
    minji = issue(shop, card, marks=5, userNm=CUSTOMER)
    shop.put("/api/stamp/v1/add", shop.alice, stampIdx=minji)
    assert refused(shop, "add", minji)[0] == 409
    wait_for(lambda: shop.data.rows("SELECT tries FROM refused_try WHERE stamp_id = :stamp", stamp=minji) != [])
    issue(shop, card, userNm="Park Jun", endYmd=f"{START + timedelta(days=3):%Y-%m-%d}")
    other = issue(shop, make_card(shop, cardNm="Tea card", maxStamps=10), marks=6, userNm="Lee Ha-na")
    return LaidOut(shop.dashboard().cookies["stampwell"], f"/stamp/{code_of(shop, other)}")


@pytest.fixture(scope="module")
def browser(laid_out: LaidOut, browser: Browser) -> Browser:
    """After everything that is laid out."""
    assert laid_out
    return browser


@pytest.fixture
def phone(browser: Browser, shop: Shop, laid_out: LaidOut) -> Iterator[Page]:
    """Of an owner who is signed in."""
    context = browser.new_context(base_url=shop.server.base, viewport={"width": 390, "height": 844}, locale="en")
    context.add_cookies([{"name": "stampwell", "value": laid_out.session, "url": shop.server.base}])
    yield context.new_page()
    context.close()


def test_why_only_six(browser: Browser, shop: Shop, laid_out: LaidOut) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en")
    context.add_cookies([{"name": "stampwell", "value": laid_out.session, "url": shop.server.base}])
    page = Visit(context.new_page(), shop.server.base).open("/dashboard")
    # A key, a name, a click.
    page.keyboard.press("/")
    page.keyboard.type("min-ji")
    page.get_by_role("link", name=CUSTOMER).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(CUSTOMER)
    refusal = page.get_by_role("row", name="No stamp: daily limit reached")
    expect(refusal).to_be_visible()
    expect(refusal.locator("time")).to_contain_text("today")
    context.close()


def test_a_stamp_by_a_scanned_link(phone: Page, laid_out: LaidOut) -> None:
    hand = Hand(phone)
    # The camera opens the link.
    phone.goto(laid_out.card)
    hand.click("button", "Add a stamp")
    expect(phone.locator(".notice[role=status]")).to_contain_text("7 of 10")
    assert hand.interactions <= 2


def test_who_expires_this_week(phone: Page) -> None:
    phone.goto("/dashboard")
    hand = Hand(phone)
    hand.click("link", "Expiring within 7 days")
    assert hand.interactions <= 3
    expect(phone.get_by_role("link", name="Park Jun")).to_be_visible()
    expect(phone.get_by_role("link", name=CUSTOMER)).to_have_count(0)
