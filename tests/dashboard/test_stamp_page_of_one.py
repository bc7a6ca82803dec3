"""A stamp's page: what is seen first, the link to the customer's page, and what is to be seen by whom."""

import pytest

from kit.desk import Desk
from kit.shop import Shop
from kit.stamps import issue, make_card, shown, stamp_in, unchanged
from stampwell.features.people.model import Role
from stampwell.features.stamps.states import State


def at(stamp: int, part: str = "") -> str:
    return f"/dashboard/stamps/{stamp}" + (f"/{part}" if part else "")


@pytest.fixture
def desk(shop: Shop) -> Desk:
    return shop.desk()


def test_shows_the_card_as_the_customer_sees_it_and_the_way_there(shop: Shop, desk: Desk) -> None:
    stamp = issue(shop, make_card(shop, cardTtl="Ten coffees"), marks=1, userNm="Kim Min-ji")
    page = desk.get(at(stamp))
    assert "Ten coffees" in page.text
    assert page.html.count("face-mark face-filled") == 1
    assert f'href="{shown(shop, stamp)["stampUrl"]}"' in page.html
    assert "<title>Kim Min-ji" in page.html


def test_one_mark_of_one_reads_right(shop: Shop, desk: Desk) -> None:
    stamp = issue(shop, make_card(shop, maxStamps=1), marks=1)
    assert "Marks: 1 of 1" in desk.get(at(stamp)).text


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
def test_offers_what_the_state_allows(shop: Shop, desk: Desk, state: State, forms: set[str]) -> None:
    stamp = stamp_in(shop, state, make_card(shop))
    html = desk.get(at(stamp)).html
    assert {name for name in ("add", "redeem") if f'action="{at(stamp, name)}"' in html} == forms
    # The button that adds is there only where marks can be added.
    assert ("</svg>Add</button>" in html) == (state is State.USABLE)


def test_hostile_text_stays_text(shop: Shop, desk: Desk) -> None:
    evil = "<script>alert(1)</script>{{ 7*7 }}\"'&amp;"
    stamp = issue(shop, make_card(shop, cardNm=evil, cardTtl=evil), userNm=evil, memo=evil, userEtc1=evil)
    for part in ("", "edit", "extend", "switch", "pin", "move", "delete"):
        page = desk.get(at(stamp, part))
        assert page.status == 200
        assert "<script>alert" not in page.html
        assert "{{ 7*7 }}" in page.html


def test_redeeming_takes_a_reason_into_the_history(shop: Shop) -> None:
    stamp, staff = stamp_in(shop, State.FULL, make_card(shop)), shop.desk(role=Role.STAFF, name="Bob")
    page = staff.done(staff.get(at(stamp)), at(stamp, "redeem"), note="Birthday")
    assert "Reward handed out 3 Bob, in the dashboard Birthday" in page.text
    assert "/undo/" not in page.html


def test_redeeming_twice_hands_out_once(shop: Shop, desk: Desk) -> None:
    stamp = stamp_in(shop, State.FULL, make_card(shop))
    page = desk.get(at(stamp))
    assert [desk.submit(page, at(stamp, "redeem")).status for _ in range(3)] == [303] * 3
    assert [row["kind"] for row in shop.data.ledger(stamp)].count("redeemed") == 1


def test_a_reason_that_is_too_long_is_told_beside_the_form_that_was_sent(shop: Shop, desk: Desk) -> None:
    stamp = stamp_in(shop, State.FULL, make_card(shop))
    with unchanged(shop):
        page = desk.submit(desk.get(at(stamp)), at(stamp, "redeem"), note="a" * 1001)
    assert page.status == 400
    assert 'id="redeem-note-error"' in page.html
    assert 'id="mark-note-error"' not in page.html


def test_a_redeemed_stamp_leads_to_the_next(shop: Shop, desk: Desk) -> None:
    stamp = stamp_in(shop, State.REDEEMED, make_card(shop, renewYn="Y"))
    following = shop.data.stamp(stamp)["renewed_stamp_id"]
    assert f'href="{at(following)}"' in desk.get(at(stamp)).html
