"""A stamp's page: what is seen first, the link to the customer's page, and what is to be seen by whom."""

import pytest

from kit.dashboard_client import DashboardClient
from kit.shop import Shop
from kit.stamps import issue, make_card, shown, stamp_in, unchanged
from stampwell.features.people.model import Role
from stampwell.features.stamps.states import State


def at(stamp: int, part: str = "") -> str:
    return f"/dashboard/stamps/{stamp}" + (f"/{part}" if part else "")


@pytest.fixture
def dashboard(shop: Shop) -> DashboardClient:
    return shop.dashboard()


def test_shows_the_card_as_the_customer_sees_it_and_the_way_there(shop: Shop, dashboard: DashboardClient) -> None:
    stamp = issue(shop, make_card(shop, cardTtl="Ten coffees"), marks=1, userNm="Kim Min-ji")
    page = dashboard.get(at(stamp))
    assert "Ten coffees" in page.text
    assert page.html.count("face-mark face-filled") == 1
    assert f'href="{shown(shop, stamp)["stampUrl"]}"' in page.html
    assert "<title>Kim Min-ji" in page.html


def test_one_mark_of_one_reads_right(shop: Shop, dashboard: DashboardClient) -> None:
    stamp = issue(shop, make_card(shop, maxStamps=1), marks=1)
    assert "Stamps: 1 of 1" in dashboard.get(at(stamp)).text


@pytest.mark.parametrize(
    ("state", "forms"),
    [
        (State.USABLE, {"add"}),
        (State.FULL, {"add", "redeem"}),
        (State.EXPIRED, {"add"}),
        (State.INACTIVE, {"add"}),
        (State.REDEEMED, set()),
    ],
)
def test_offers_what_the_state_allows(shop: Shop, dashboard: DashboardClient, state: State, forms: set[str]) -> None:
    stamp = stamp_in(shop, state, make_card(shop))
    html = dashboard.get(at(stamp)).html
    assert {name for name in ("add", "redeem") if f'action="{at(stamp, name)}"' in html} == forms
    # The button that adds is there only where marks can be added.
    assert ("</svg>Add stamp</button>" in html) == (state is State.USABLE)


def test_hostile_text_stays_text(shop: Shop, dashboard: DashboardClient) -> None:
    evil = "<script>alert(1)</script>{{ 7*7 }}\"'&amp;"
    stamp = issue(shop, make_card(shop, cardNm=evil, cardTtl=evil), userNm=evil, memo=evil, userEtc1=evil)
    for part in ("", "edit", "extend", "switch", "pin", "move", "delete"):
        page = dashboard.get(at(stamp, part))
        assert page.status == 200
        assert "<script>alert" not in page.html
        assert "{{ 7*7 }}" in page.html


def test_redeeming_takes_a_reason_into_the_history(shop: Shop) -> None:
    stamp, staff = stamp_in(shop, State.FULL, make_card(shop)), shop.dashboard(role=Role.STAFF, name="Bob")
    page = staff.done(staff.get(at(stamp)), at(stamp, "redeem"), note="Birthday")
    assert "Reward redeemed 3 Bob, in the dashboard Birthday" in page.text
    assert "/undo/" not in page.html


def test_redeeming_twice_hands_out_once(shop: Shop, dashboard: DashboardClient) -> None:
    stamp = stamp_in(shop, State.FULL, make_card(shop))
    page = dashboard.get(at(stamp))
    assert [dashboard.submit(page, at(stamp, "redeem")).status for _ in range(3)] == [303] * 3
    assert [row["kind"] for row in shop.data.ledger(stamp)].count("redeemed") == 1


def test_a_reason_that_is_too_long_is_told_beside_the_form_that_was_sent(shop: Shop, dashboard: DashboardClient) -> None:
    stamp = stamp_in(shop, State.FULL, make_card(shop))
    with unchanged(shop):
        page = dashboard.submit(dashboard.get(at(stamp)), at(stamp, "redeem"), note="a" * 1001)
    assert page.status == 400
    assert 'id="redeem-note-error"' in page.html
    assert 'id="mark-note-error"' not in page.html


def test_a_redeemed_stamp_leads_to_the_next(shop: Shop, dashboard: DashboardClient) -> None:
    stamp = stamp_in(shop, State.REDEEMED, make_card(shop, renewYn="Y"))
    following = shop.data.stamp(stamp)["renewed_stamp_id"]
    assert f'href="{at(following)}"' in dashboard.get(at(stamp)).html
