"""Refunding a sale at the dashboard: found by its number, shown before anything moves, done once."""

from itertools import count as numbers

import pytest

from kit.dashboard_client import DashboardClient, DashboardPage, FormSeen
from kit.shop import Shop
from kit.stamps import count, do, issue, latest, make_card, merge, unchanged
from stampwell.features.people.model import Role

REFUND = "/dashboard/stamps/refund"
REWARDS = [{"stamps": 1, "rewardTtl": "a cookie"}]
_sales = numbers(1)


@pytest.fixture
def dashboard(shop: Shop) -> DashboardClient:
    return shop.dashboard(role=Role.MANAGER, name="Mia")


@pytest.fixture
def sale() -> str:
    return f"R/{next(_sales)} & <b>"


def form_of(page: DashboardPage) -> FormSeen:
    """The one that refunds."""
    (form,) = [form for form in page.forms if form.method == "post" and form.action == REFUND]
    return form


def sent(dashboard: DashboardClient, page: DashboardPage, **fields: str) -> DashboardPage:
    values = [pair for pair in form_of(page).values if pair[0] not in fields]
    return dashboard.post(REFUND, [*values, *fields.items()])


def done(dashboard: DashboardClient, page: DashboardPage, **fields: str) -> DashboardPage:
    return dashboard.follow(sent(dashboard, page, **fields))


def test_a_redeemed_cards_page_leads_there(shop: Shop, dashboard: DashboardClient) -> None:
    stamp = issue(shop, make_card(shop, maxStamps=1), marks=1)
    do(shop, "redeem", stamp)
    assert f'href="{REFUND}"' in dashboard.get(f"/dashboard/stamps/{stamp}").html


def test_shows_what_would_move_and_moves_it_once(shop: Shop, dashboard: DashboardClient, sale: str) -> None:
    stamp = issue(shop, make_card(shop, maxStamps=10), userNm="Kim Min-ji")
    do(shop, "add", stamp, count=3, orderRef=sale)
    do(shop, "add", stamp, count=2)
    with unchanged(shop):
        page = dashboard.get(REFUND, sale=sale)
    assert "<b>" not in page.html
    assert "Kim Min-ji Coffee 5 of 10 Stamps added: 3 Stamps removed: 3 (5 → 2)" in page.text
    after = done(dashboard, page, note="Wrong order")
    assert f"Sale {sale} is refunded. Stamps removed: 3." in after.text
    assert "No longer there" not in after.text
    row = latest(shop, stamp)
    assert (row["kind"], row["stamps_after"], row["order_ref"], row["note"]) == ("reversed", 2, sale, "Wrong order")
    assert (
        "Sale refunded Stamps removed: 3 5 → 2 Mia, in the dashboard Wrong order"
        in dashboard.get(f"/dashboard/stamps/{stamp}").text
    )
    audit = dashboard.get("/dashboard/account/audit").text
    assert f"Refunded a sale on the card {shop.data.stamp(stamp)['code']}" in audit
    with unchanged(shop):
        sent(dashboard, page, note="Wrong order")
        again = dashboard.get(REFUND, sale=sale)
    assert "This sale has already been refunded." in again.text
    assert "Already refunded. Stamps removed: 3" in again.text
    assert [form for form in again.forms if form.method == "post" and form.action == REFUND] == []


def test_says_what_is_short(shop: Shop, dashboard: DashboardClient, sale: str) -> None:
    stamp = issue(shop, make_card(shop))
    do(shop, "add", stamp, count=3, orderRef=sale)
    do(shop, "remove", stamp, count=2)
    page = dashboard.get(REFUND, sale=sale)
    assert "Stamps removed: 1 (1 → 0) 2 stamps of the sale are no longer there and can't be taken back." in page.text
    assert "Stamps removed: 1. No longer there: 2." in done(dashboard, page).text
    assert count(shop, stamp) == 0


def test_a_reward_is_owed_again_and_the_empty_next_card_goes(shop: Shop, dashboard: DashboardClient, sale: str) -> None:
    stamp = issue(shop, make_card(shop, rewards=REWARDS, rewardTtl="a coffee", renewYn="Y"), marks=3)
    do(shop, "redeem", stamp, orderRef=sale)
    following = shop.data.stamp(stamp)["renewed_stamp_id"]
    page = dashboard.get(REFUND, sale=sale)
    given = "a cookie, a coffee"
    assert f"Redeemed: {given} Can be collected again: {given} The next card, which is still empty, is deleted." in page.text
    assert "Rewards to collect again: 2." in done(dashboard, page).text
    assert shop.data.stamp(stamp)["redeemed_at"] is None
    assert shop.data.rows("SELECT * FROM stamp WHERE stamp_id = :stamp", stamp=following) == []


def test_marks_are_taken_from_where_they_are_now(shop: Shop, dashboard: DashboardClient, sale: str) -> None:
    card = make_card(shop, maxStamps=10)
    source, target = issue(shop, card), issue(shop, card, marks=4)
    do(shop, "add", source, count=3, orderRef=sale)
    merge(shop, source, target)
    page = dashboard.get(REFUND, sale=sale)
    code = shop.data.stamp(target)["code"]
    assert f"Stamps removed from card {code}, where they are now: 3 (7 → 4)" in page.text
    done(dashboard, page)
    assert count(shop, target) == 4


def test_every_card_of_the_sale_has_its_row(shop: Shop, dashboard: DashboardClient, sale: str) -> None:
    stamp = issue(shop, make_card(shop, carryYn="Y"), marks=2)
    do(shop, "add", stamp, count=3, orderRef=sale)
    page = dashboard.get(REFUND, sale=sale)
    assert "Stamps removed: 1 (3 → 2)" in page.text
    assert "Stamps removed: 2 (2 → 0)" in page.text
    assert "Stamps removed: 3." in done(dashboard, page).text


@pytest.mark.one_database
def test_a_number_that_no_sale_has(dashboard: DashboardClient, sale: str) -> None:
    page = dashboard.get(REFUND, sale=sale)
    assert "No card has this sale" in page.text
    blank = dashboard.get(REFUND)
    assert "You see what will change first" in blank.text


@pytest.mark.one_database
def test_another_shops_sale_is_not_found(shop: Shop, sale: str) -> None:
    stamp = issue(shop, make_card(shop))
    do(shop, "add", stamp, orderRef=sale)
    assert "No card has this sale" in shop.dashboard(shop.charlie).get(REFUND, sale=sale).text


@pytest.mark.one_database
@pytest.mark.parametrize(("wrong", "status"), [("nothing", 404), ("", 400), ("a" * 101, 400), ("a\x07", 400)])
def test_a_form_that_names_no_sale_moves_nothing(
    shop: Shop, dashboard: DashboardClient, sale: str, wrong: str, status: int
) -> None:
    do(shop, "add", issue(shop, make_card(shop)), orderRef=sale)
    page = dashboard.get(REFUND, sale=sale)
    with unchanged(shop):
        answer = sent(dashboard, page, sale=wrong)
    assert answer.status == status
    assert 'class="problem"' in answer.html


@pytest.mark.one_database
def test_a_reason_that_cannot_be_kept_is_told_beside_its_field(shop: Shop, dashboard: DashboardClient, sale: str) -> None:
    do(shop, "add", issue(shop, make_card(shop)), orderRef=sale)
    page = dashboard.get(REFUND, sale=sale)
    with unchanged(shop):
        answer = sent(dashboard, page, note="a" * 1001)
    assert (answer.status, 'id="note-error"' in answer.html) == (400, True)


@pytest.mark.one_database
def test_staff_find_no_way_there(shop: Shop, sale: str) -> None:
    stamp = issue(shop, make_card(shop))
    do(shop, "add", stamp, orderRef=sale)
    staff = shop.dashboard(role=Role.STAFF)
    for path in ("/dashboard/stamps", f"/dashboard/stamps/{stamp}"):
        assert REFUND not in staff.get(path).html
    assert staff.get(REFUND).status == 403
