"""The export in the dashboard: every stamp once, as the command line writes it, while others are issued."""

import csv
import io

import pytest

from kit.dashboard_client import DashboardClient, DashboardPage
from kit.people import Person
from kit.projection import project
from kit.shop import Shop
from kit.stamps import do, issue, make_card, merge
from stampwell.features.people.model import Role
from stampwell.features.stamps.bulk import customers_export
from stampwell.features.stamps.bulk.export import MEMBERS

_PATH = "/dashboard/stamps/export"
_CUSTOMERS = f"{_PATH}/customers"


@pytest.fixture
def owner(shop: Shop) -> Person:
    return shop.open_account(name="Tea & Co")


@pytest.fixture
def dashboard(shop: Shop, owner: Person) -> DashboardClient:
    return shop.dashboard(owner)


def _issue(shop: Shop, owner: Person, count: int, **fields: str) -> None:
    row = {"cardIdx": owner.card_id, "strtYmd": "2026-01-01", "endYmd": "2026-12-31", **fields}
    for start in range(0, count, 1000):
        body = {"stamps": [row] * min(1000, count - start)}
        assert shop.request("POST", "/api/stamp/v1/bulk", by=owner, body=body).status == 200


def _rows(page: DashboardPage) -> list[dict[str, str]]:
    assert page.status == 200
    return list(csv.DictReader(io.StringIO(page.content.decode("utf-8-sig"))))


def _download(dashboard: DashboardClient, card: int | str = "") -> DashboardPage:
    return dashboard.submit(dashboard.get(_PATH), _PATH, card=str(card))


def test_every_stamp_is_in_it_once_newest_first(shop: Shop, dashboard: DashboardClient, owner: Person) -> None:
    _issue(shop, owner, 2500)
    page = _download(dashboard)
    rows = _rows(page)
    numbers = [int(row["stampIdx"]) for row in rows]
    assert (len(rows), tuple(rows[0])) == (2500, MEMBERS)
    assert numbers == sorted(set(numbers), reverse=True)
    assert page.headers["Content-Disposition"] == 'attachment; filename="stamps-2026-03-02.csv"'
    assert page.headers["Content-Type"] == "text/csv; charset=utf-8"


def test_formulas_are_defused(shop: Shop, dashboard: DashboardClient, owner: Person) -> None:
    _issue(shop, owner, 1, userNm="=HYPERLINK(1)", userPhnno="+82 10")
    (row,) = _rows(_download(dashboard))
    assert (row["userNm"], row["userPhnno"]) == ("'=HYPERLINK(1)", "'+82 10")


def test_one_card_only_and_no_card_of_others(shop: Shop, dashboard: DashboardClient, owner: Person) -> None:
    _issue(shop, owner, 2)
    assert len(_rows(_download(dashboard, owner.card_id))) == 2
    assert _download(dashboard, shop.alice.card_id).status == 404
    assert _download(dashboard, "x").status == 404


def test_who_downloaded_it_is_written_down(shop: Shop, dashboard: DashboardClient, owner: Person) -> None:
    _download(dashboard)
    sql = "SELECT action, actor_kind FROM audit WHERE account_id = :account"
    assert shop.data.rows(sql, account=owner.account_id) == [{"action": "stamps.exported", "actor_kind": "person"}]
    assert shop.dashboard(owner, role=Role.STAFF).get(_PATH).status == 403


def test_what_is_filtered_alone_is_in_it(shop: Shop, dashboard: DashboardClient, owner: Person) -> None:
    _issue(shop, owner, 2, endYmd="2026-03-04", userNm="Kim")
    _issue(shop, owner, 1100, userNm="Lee")
    page = dashboard.get(f"{_PATH}?expiring=7")
    assert '<option value="7" selected' in page.html
    assert [row["userNm"] for row in _rows(dashboard.submit(page, _PATH))] == ["Kim", "Kim"]
    assert len(_rows(dashboard.submit(page, _PATH, expiring="", state="usable"))) == 1102
    project(shop.data)
    # A search has pages of fifty.
    assert len(_rows(dashboard.submit(page, _PATH, expiring="", q="lee"))) == 1100


def _customers(dashboard: DashboardClient) -> list[dict[str, str]]:
    return _rows(dashboard.submit(dashboard.get(_PATH), _CUSTOMERS))


def test_a_customer_is_a_row(shop: Shop, dashboard: DashboardClient, owner: Person) -> None:
    for known, marks in (
        ({"userId": "7", "userNm": "Kim Min-ji", "userPhnno": "010-1234-5678"}, 2),
        ({"userId": "7", "userEml": "kim@example.com"}, 1),
        ({"userPhnno": "010-9999-0000", "userNm": "Lee"}, 3),
        ({"userPhnno": "010 9999 0000"}, 1),
        ({"userEml": "Park@example.com"}, 0),
        ({"userEml": "park@example.com", "userNm": "Park"}, 0),
        ({}, 0),
        ({}, 0),
    ):
        issue(shop, owner.card_id, by=owner, marks=marks, **known)
    rows = [tuple(row.values())[:-1] for row in _customers(dashboard)]
    assert sorted(rows) == [
        ("", "", "", "", "1", "0", "0"),
        ("", "", "", "", "1", "0", "0"),
        ("Kim Min-ji", "7", "010-1234-5678", "kim@example.com", "2", "3", "0"),
        ("Lee", "", "010 9999 0000", "", "2", "4", "0"),
        ("Park", "", "", "park@example.com", "2", "0", "0"),
    ]
    assert tuple(_customers(dashboard)[0]) == customers_export.MEMBERS


def test_rewards_and_the_last_visit_are_counted_and_merged_cards_are_not(
    shop: Shop, dashboard: DashboardClient, owner: Person
) -> None:
    card = make_card(shop, by=owner, maxStamps=3)
    full, other, gone = (issue(shop, card, by=owner, marks=marks, userId="7") for marks in (3, 0, 1))
    do(shop, "redeem", full, by=owner)
    merge(shop, gone, other, by=owner)
    (row,) = _customers(dashboard)
    assert (row["cards"], row["stamps"], row["rewards"], row["lastYmdt"][:10]) == ("2", "4", "1", "2026-03-02")


def test_customers_of_many_pages_stay_whole(
    shop: Shop, dashboard: DashboardClient, owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(customers_export, "PAGE", 3)
    for number in range(4):
        _issue(shop, owner, 5, userId=f"u{number}")
        _issue(shop, owner, 2, userPhnno=f"010-0000-000{number}")
    rows = _customers(dashboard)
    assert sorted((row["userId"], row["cards"]) for row in rows) == [("", "2")] * 4 + [(f"u{n}", "5") for n in range(4)]


def test_who_downloaded_customers_is_written_down(shop: Shop, dashboard: DashboardClient, owner: Person) -> None:
    _customers(dashboard)
    sql = "SELECT action FROM audit WHERE account_id = :account"
    assert shop.data.rows(sql, account=owner.account_id) == [{"action": "stamps.exported"}]
    assert shop.dashboard(owner, role=Role.STAFF).post(_CUSTOMERS, {}).status == 403
