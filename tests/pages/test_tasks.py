"""Real tasks, each with a bound on interactions: every click and every field that is typed into counts as one."""

from collections.abc import Iterator
from typing import NamedTuple

import pytest
from browsing import Visit
from hand import Hand
from invited import invite_owner
from playwright.sync_api import Browser, BrowserContext, expect

from kit.shop import Shop
from kit.stamps import issue, make_card


class LaidOut(NamedTuple):
    """What is made while no browser occupies the thread. invitations: paths, a test each. session: of an owner."""

    invitations: Iterator[str]
    session: str


@pytest.fixture(scope="module")
def laid_out(shop: Shop) -> LaidOut:
    owner = shop.open_account(name="Coffee corner")
    card = make_card(shop, by=owner, cardNm="Coffee card", maxStamps=10)
    for name, last_day in (("Kim Min-ji", "2026-03-05"), ("Brown Smith", "2026-12-31"), ("Lee Jun", "2026-12-31")):
        issue(shop, card, marks=2, by=owner, userNm=name, endYmd=last_day)
    invitations = iter([invite_owner(shop, f"Task {number}") for number in range(2)])
    return LaidOut(invitations, shop.dashboard(owner).cookies["stampwell"])


@pytest.fixture(scope="module")
def browser(laid_out: LaidOut, browser: Browser) -> Browser:
    """After everything that is laid out."""
    assert laid_out
    return browser


def _signed_in(context: BrowserContext, shop: Shop, session: str) -> Visit:
    context.add_cookies([{"name": "stampwell", "value": session, "url": shop.server.base}])
    return Visit(context.new_page(), shop.server.base)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_from_an_invitation_to_the_first_stamp(browser: Browser, shop: Shop, laid_out: LaidOut, *, scripts: bool) -> None:
    context = browser.new_context(java_script_enabled=scripts)
    page = context.new_page()
    hand = Hand(page)
    page.goto(shop.server.base + next(laid_out.invitations))
    hand.fill("Your name", "Alice Brown")
    hand.fill("Password", "correct horse battery")
    hand.click("button", "Join")
    hand.click("link", "Design a card")
    hand.fill("Name", "Tea card")
    hand.fill("Reward optional", "A free pot of tea")
    hand.click("button", "Save")
    hand.click("link", "Issue a card")
    hand.click("button", "Issue")
    hand.click("button", "Add stamp")
    expect(page.get_by_text("Stamp added: 1 of ")).to_be_visible()
    assert hand.interactions <= 10
    # The steps that Home has shown are done.
    page.goto(f"{shop.server.base}/dashboard")
    expect(page.get_by_text("Three steps to your first stamp")).to_have_count(0)
    context.close()


def test_changing_a_goal(browser: Browser, shop: Shop, laid_out: LaidOut) -> None:
    context = browser.new_context()
    page = _signed_in(context, shop, laid_out.session).open("/dashboard")
    hand = Hand(page)
    hand.go("Stamp Card")
    hand.click("link", "Coffee card")
    hand.click("link", "Edit")
    expect(page.get_by_text("3 existing cards keep their goal of 10.")).to_be_visible()
    hand.fill("Stamps to collect", "8")
    hand.click("button", "Save")
    expect(page.get_by_text("3 existing cards keep their goal of 10.")).to_be_visible()
    assert hand.interactions <= 5
    context.close()


def test_who_expires_this_week(browser: Browser, shop: Shop, laid_out: LaidOut) -> None:
    context = browser.new_context()
    page = _signed_in(context, shop, laid_out.session).open("/dashboard")
    hand = Hand(page)
    hand.click("link", "Expiring within 7 days")
    expect(page.get_by_role("main").get_by_text("Kim Min-ji")).to_be_visible()
    expect(page.get_by_role("main").get_by_text("Brown Smith")).to_have_count(0)
    assert hand.interactions <= 3
    context.close()
