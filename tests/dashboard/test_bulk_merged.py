"""Many stamps at once, some of which were merged or are of a reversed sale."""

import pytest

from kit.dashboard_client import DashboardClient, DashboardPage
from kit.people import Person
from kit.shop import Shop
from kit.stamps import do, issue, make_card, merge

PATH = "/dashboard/stamps/bulk"


@pytest.fixture
def owner(shop: Shop) -> Person:
    return shop.open_account(name="Tea & Co")


@pytest.fixture
def dashboard(shop: Shop, owner: Person) -> DashboardClient:
    return shop.dashboard(owner)


@pytest.fixture
def merged(shop: Shop, owner: Person) -> tuple[int, int, int]:
    """One that was merged, the one that took its place, and a third."""
    card = make_card(shop, by=owner)
    source, target, third = (issue(shop, card, by=owner) for _ in range(3))
    merge(shop, source, target, by=owner)
    return source, target, third


def carry_out(dashboard: DashboardClient, act: str, *, count: int, **filters: str) -> str:
    page = dashboard.get(PATH, act=act, **filters)
    last = DashboardPage(page.path, page.status, page.headers, page.html[page.html.rindex("<form") :].encode())
    return dashboard.done(last, PATH, typed=str(count)).text


def left(shop: Shop, owner: Person) -> dict[int, bool]:
    """Whether the account's stamps are on, by number."""
    sql = "SELECT stamp_id, active FROM stamp WHERE account_id = :account ORDER BY stamp_id"
    return {row["stamp_id"]: bool(row["active"]) for row in shop.data.rows(sql, account=owner.account_id)}


def test_switching_off_leaves_merged_ones_alone(
    shop: Shop, dashboard: DashboardClient, owner: Person, merged: tuple[int, int, int]
) -> None:
    source, target, third = merged
    assert "Cards switched off: 2." in carry_out(dashboard, "switch-off", count=2)
    assert left(shop, owner) == {source: True, target: False, third: False}
    assert [row["kind"] for row in shop.data.ledger(source)] == ["issued", "merged"]


@pytest.mark.parametrize("state", ["active", ""])
def test_a_merged_one_is_deleted_after_the_one_that_took_its_place(
    shop: Shop, dashboard: DashboardClient, owner: Person, merged: tuple[int, int, int], state: str
) -> None:
    source, *_ = merged
    assert "Cards deleted: 2." in carry_out(dashboard, "delete", count=2, state=state)
    assert left(shop, owner) == {source: True}
    assert "Cards deleted: 1." in carry_out(dashboard, "delete", count=1)
    assert left(shop, owner) == {}


def test_what_was_merged_since_the_preview_is_left_alone(
    shop: Shop, dashboard: DashboardClient, owner: Person, merged: tuple[int, int, int]
) -> None:
    source, target, third = merged
    page = dashboard.get(PATH, act="delete", state="active")
    merge(shop, third, target, by=owner)
    last = DashboardPage(page.path, page.status, page.headers, page.html[page.html.rindex("<form") :].encode())
    assert "Cards deleted: 1." in dashboard.done(last, PATH, typed="2").text
    assert list(left(shop, owner)) == [source, third]


def test_reversals_go_with_their_stamps(shop: Shop, dashboard: DashboardClient, owner: Person) -> None:
    stamp = issue(shop, make_card(shop, by=owner), by=owner)
    do(shop, "add", stamp, by=owner, orderRef="S-1")
    assert shop.put("/api/stamp/v1/reverse", owner, orderRef="S-1").status == 200
    sql = "SELECT stamp_id FROM reversal WHERE account_id = :account ORDER BY stamp_id"
    assert [row["stamp_id"] for row in shop.data.rows(sql, account=owner.account_id)] == [0, stamp]
    carry_out(dashboard, "delete", count=1)
    # That the sale was reversed as a whole stays.
    assert [row["stamp_id"] for row in shop.data.rows(sql, account=owner.account_id)] == [0]
