"""Bulk actions on what was ticked or filtered in the list: extended, switched on, switched off."""

import pytest

from kit.dashboard_client import DashboardClient, DashboardPage
from kit.people import Person
from kit.shop import Shop
from kit.stamps import do, issue, make_card

_PATH = "/dashboard/stamps/bulk"


@pytest.fixture
def owner(shop: Shop) -> Person:
    return shop.open_account(name="Tea & Co")


@pytest.fixture
def dashboard(shop: Shop, owner: Person) -> DashboardClient:
    return shop.dashboard(owner)


@pytest.fixture
def card(shop: Shop, owner: Person) -> int:
    return make_card(shop, by=owner, maxStamps=10)


def _look(dashboard: DashboardClient, act: str, **filters: object) -> DashboardPage:
    page = dashboard.get(_PATH, act=act, looked="Y", **filters)
    assert page.status == 200
    return page


def _confirm(dashboard: DashboardClient, page: DashboardPage, typed: str, **fields: str) -> DashboardPage:
    """The page has two forms to the same path; the one that is posted is the last."""
    content = page.html[page.html.rindex("<form") :].encode()
    return dashboard.submit(DashboardPage(page.path, page.status, page.headers, content), _PATH, typed=typed, **fields)


def _ends(shop: Shop, owner: Person) -> dict[int, str]:
    sql = "SELECT stamp_id, ends_on FROM stamp WHERE account_id = :account"
    return {row["stamp_id"]: row["ends_on"] for row in shop.data.rows(sql, account=owner.account_id)}


def _on(shop: Shop, owner: Person) -> set[int]:
    sql = "SELECT stamp_id, active FROM stamp WHERE account_id = :account"
    return {row["stamp_id"] for row in shop.data.rows(sql, account=owner.account_id) if row["active"]}


def test_extending_is_in_ledger_log_and_outbox(shop: Shop, dashboard: DashboardClient, owner: Person, card: int) -> None:
    soon, expired, off, later = (
        issue(shop, card, by=owner, **given)
        for given in (
            {"endYmd": "2026-03-05"},
            {"endYmd": "2026-03-01"},
            {"endYmd": "2026-03-05", "activeYn": "N"},
            {"endYmd": "2027-06-30"},
        )
    )
    redeemed = issue(shop, card, by=owner, marks=10, endYmd="2026-03-05")
    do(shop, "redeem", redeemed, by=owner)
    page = _look(dashboard, "extend", to="2027-01-31")
    assert "Cards to extend: 3" in page.text
    assert "Cards extended: 3." in dashboard.follow(_confirm(dashboard, page, "3", note="We were closed")).text
    assert _ends(shop, owner) == {
        **dict.fromkeys((soon, expired, off), "2027-01-31"),
        later: "2027-06-30",
        redeemed: "2026-03-05",
    }
    row = shop.data.ledger(soon)[-1]
    assert (row["kind"], row["note"], row["changes"]) == (
        "updated",
        "We were closed",
        '{"endYmd": ["2026-03-05", "2027-01-31"]}',
    )
    assert [told["kind"] for told in shop.data.told(soon)] == ["stamp.issued", "stamp.updated"]
    sql = "SELECT action, changes FROM audit WHERE account_id = :account AND action LIKE 'stamps.%'"
    assert [(row["action"], row["changes"]) for row in shop.data.rows(sql, account=owner.account_id)] == [
        ("stamps.extended", '{"count": [null, 3]}')
    ]
    assert "Extended cards in bulk" in dashboard.get("/dashboard/account/audit").text


@pytest.mark.parametrize("day", ["", "2026-03-02", "2026-02-30", "tomorrow", "2031-03-03", "9999-12-31"])
def test_a_day_that_extends_nothing_is_asked_for_again(
    shop: Shop, dashboard: DashboardClient, owner: Person, card: int, day: str
) -> None:
    issue(shop, card, by=owner)
    page = _look(dashboard, "extend", to=day)
    assert ("Choose a day after today, at most 5 years ahead." in page.text, "Cards to extend" in page.text) == (True, False)


@pytest.mark.parametrize("asked", ["expiring=30&day=9999-12-31", "unseen=90&day=0001-01-01", "day=2026-03-05"])
def test_a_preview_of_a_day_that_is_far_is_none(dashboard: DashboardClient, asked: str) -> None:
    assert dashboard.get(f"{_PATH}?act=delete&{asked}").status == 404


def test_switching_on(shop: Shop, dashboard: DashboardClient, owner: Person, card: int) -> None:
    off = [issue(shop, card, by=owner, activeYn="N") for _ in range(2)]
    on = issue(shop, card, by=owner)
    page = _look(dashboard, "switch-on")
    assert "Cards switched on: 2." in dashboard.follow(_confirm(dashboard, page, "2")).text
    assert _on(shop, owner) == {*off, on}
    assert shop.data.ledger(off[0])[-1]["changes"] == '{"activeYn": ["N", "Y"]}'
    assert "No card fits that" in _look(dashboard, "switch-on").text
    assert "No card fits that" in _look(dashboard, "switch-on", state="active").text


def test_what_was_ticked_alone_is_hit(shop: Shop, dashboard: DashboardClient, owner: Person, card: int) -> None:
    stamps = [issue(shop, card, by=owner) for _ in range(4)]
    foreign = issue(shop, shop.alice.card_id)
    ids = "&".join(f"ids={stamp}" for stamp in (stamps[0], stamps[2], foreign))
    page = dashboard.get(f"{_PATH}?act=switch-off&{ids}")
    assert ("3 cards that you ticked." in page.text, "Cards to switch off: 2" in page.text) == (True, True)
    dashboard.follow(_confirm(dashboard, page, "2"))
    assert _on(shop, owner) == {stamps[1], stamps[3]}
    assert dashboard.get(f"{_PATH}?act=switch-off&ids=x").status == 404
    # What was looked at is signed.
    assert _confirm(dashboard, page, "2", ids=str(stamps[1])).status == 404


def test_the_filters_of_the_list_hold(shop: Shop, dashboard: DashboardClient, owner: Person, card: int) -> None:
    soon = issue(shop, card, by=owner, endYmd="2026-03-04", marks=9)
    issue(shop, card, by=owner, endYmd="2026-03-04", marks=7)
    expired = issue(shop, card, by=owner, endYmd="2026-03-01", marks=9)
    full = issue(shop, card, by=owner, endYmd="2026-12-31", marks=10)
    for filters, hit in (
        ({"expiring": "7"}, 2),
        ({"expiring": "7", "togo": "2"}, 1),
        ({"state": "expired"}, 1),
        ({"state": "full"}, 1),
        ({"state": "merged"}, 0),
        ({"unseen": "30"}, 0),
    ):
        text = _look(dashboard, "switch-off", **filters).text
        assert (f"Cards to switch off: {hit}" in text) or (not hit and "No card fits that" in text), filters
    page = _look(dashboard, "switch-off", expiring="7", togo="2")
    # By now it is full, and no longer nearly so.
    do(shop, "add", soon, by=owner)
    assert "Cards switched off: 0." in dashboard.follow(_confirm(dashboard, page, "1")).text
    assert {soon, expired, full} <= _on(shop, owner)


def test_a_preview_holds_over_midnight(shop: Shop, dashboard: DashboardClient, owner: Person, card: int) -> None:
    stamp = issue(shop, card, by=owner, endYmd="2026-03-09")
    page = _look(dashboard, "switch-off", expiring="7")
    assert 'name="day" value="2026-03-02"' in page.html
    assert "Cards switched off: 1." in dashboard.follow(_confirm(dashboard, page, "1")).text
    assert stamp not in _on(shop, owner)
