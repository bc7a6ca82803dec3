"""The export in the dashboard: every stamp once, as the command line writes it, while others are issued."""

import csv
import io

import pytest

from kit.dashboard_client import DashboardClient, DashboardPage
from kit.people import Person
from kit.shop import Shop
from stampwell.features.people.model import Role
from stampwell.features.stamps.bulk.export import MEMBERS

_PATH = "/dashboard/stamps/export"


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
    return dashboard.submit(dashboard.get(_PATH), _PATH, cardIdx=str(card))


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
