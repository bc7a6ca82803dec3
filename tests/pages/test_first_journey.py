"""A first-time owner, from the invitation to an issued stamp: every click, submitted form and filled field counts as one."""

from collections.abc import Iterator

import pytest
from hand import Hand
from invited import invite_owner
from playwright.sync_api import Browser, expect

from kit.shop import Shop

MOST = 19
USUAL = 10


@pytest.fixture(scope="module")
def invitations(shop: Shop) -> Iterator[str]:
    """Paths of invitations to be the owner of a shop in which there is nothing yet."""
    return iter([invite_owner(shop, f"Journey {number}") for number in range(2)])


@pytest.fixture(scope="module")
def browser(invitations: Iterator[str], browser: Browser) -> Browser:
    """After everything that is laid out."""
    assert invitations
    return browser


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_from_the_invitation_to_a_stamp_in_a_few_interactions(
    browser: Browser, shop: Shop, invitations: Iterator[str], *, scripts: bool
) -> None:
    context = browser.new_context(java_script_enabled=scripts)
    page = context.new_page()
    hand = Hand(page)
    page.goto(shop.server.base + next(invitations))
    hand.fill("Your name", "Alice Brown")
    hand.fill("Password", "correct horse battery")
    hand.click("button", "Join")
    hand.click("link", "Design a card")
    hand.fill("Name", "Tea card")
    hand.fill("Reward optional", "A free pot of tea")
    hand.click("button", "Save")
    hand.click("link", "Issue a card")
    hand.fill("Name optional", "Kim Min-ji")
    hand.click("button", "Issue")
    expect(page.get_by_role("heading", name="Kim Min-ji")).to_be_visible()
    expect(page.get_by_text("The card is issued.")).to_be_visible()
    assert hand.interactions == USUAL <= MOST
    context.close()
