"""A card that is full, but whose last reward was handed out before: it moved from a card that had it on the way."""

import pytest

from kit.dashboard_client import DashboardClient
from kit.shop import Shop
from kit.stamps import code_of, do, issue, make_card, refused, unchanged
from stampwell.features.people.model import Role

PASSWORD = "latte77"
STAFF = {"onsiteYn": "Y", "onsitePwd": PASSWORD}
COOKIE = {"stamps": 1, "rewardTtl": "a cookie"}


def moved(shop: Shop, **fields: object) -> int:
    """A stamp with two of two marks, whose reward for two was handed out on the card before."""
    stamp = issue(shop, make_card(shop, maxStamps=5, rewards=[{"stamps": 2, "rewardTtl": "a cake"}], **STAFF), marks=2)
    do(shop, "redeem", stamp, reward=2, onsitePwd=PASSWORD)
    do(shop, "update", stamp, cardIdx=make_card(shop, maxStamps=2, rewardTtl="a tart", **STAFF, **fields))
    return stamp


@pytest.fixture
def phone(shop: Shop) -> DashboardClient:
    return shop.stranger()


def test_its_page_promises_nothing_and_says_what_to_do(shop: Shop, phone: DashboardClient) -> None:
    page = phone.get(f"/stamp/{code_of(shop, moved(shop))}")
    assert "2 of 2 stamps. Redeemed: a tart" in page.text
    assert "The last reward was redeemed before. Ask us for a new card." in page.text
    assert "eady" not in page.text
    assert 'data-opens="staff"' not in page.html


def test_what_is_owed_is_still_handed_out(shop: Shop, phone: DashboardClient) -> None:
    path = f"/stamp/{code_of(shop, moved(shop, rewards=[COOKIE]))}"
    page = phone.get(path)
    assert "A reward is ready. Show your code in the shop." in page.text
    assert ("Redeem: a cookie" in page.text, "Redeem: a tart" in page.text) == (True, False)
    values = {**dict(page.form(f"{path}/mark").values), "onsitePwd": PASSWORD}
    after = phone.follow(phone.post(f"{path}/reward/1", values.items()))
    assert "Redeemed: a cookie" in after.text
    assert 'data-opens="staff"' not in after.html


def test_a_mark_more_starts_the_next_card(shop: Shop, phone: DashboardClient) -> None:
    path = f"/stamp/{code_of(shop, moved(shop, carryYn='Y'))}"
    page = phone.get(path)
    assert ("Add a stamp to the next card" in page.text, "Redeem:" in page.text) == (True, False)
    assert "Stamp added to the next card." in phone.done(page, f"{path}/mark", onsitePwd=PASSWORD).text


def test_the_dashboard_offers_no_reward_that_is_refused(shop: Shop) -> None:
    stamp, staff = moved(shop), shop.dashboard(role=Role.STAFF)
    page = staff.get(f"/dashboard/stamps/{stamp}")
    assert "Reward redeemed" in page.text
    assert "Its last reward was redeemed before" in page.text
    assert (">Redeem<" in page.html, "reward ready" in page.text) == (False, False)
    with unchanged(shop):
        assert refused(shop, "redeem", stamp, onsitePwd=PASSWORD)[1]["code"] == 40912
