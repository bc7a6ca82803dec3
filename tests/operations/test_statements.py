"""How many SQL statements a request takes. On PostgreSQL each is a round trip: one more has to be meant."""

import pytest

from kit import stamps
from kit.dashboard_client import DashboardClient, DashboardPage
from kit.load import wait_for
from kit.people import ALICES_CARD
from kit.shop import Shop, least
from kit.shops import OpenShop
from kit.statements import Statements

PASSWORD = "latte77"


@pytest.fixture
def statements() -> Statements:
    return Statements()


@pytest.fixture
def shop(statements: Statements, open_shop: OpenShop, dialect: str, monkeypatch: pytest.MonkeyPatch) -> Shop:
    statements.watch(monkeypatch)
    return open_shop(dialect)


def undone(dashboard: DashboardClient, page: DashboardPage) -> DashboardPage:
    (undo,) = [form.action for form in page.forms if "/undo/" in form.action]
    return dashboard.submit(page, undo)


def until_told(shop: Shop) -> None:
    """What is changed but for its marks while anything of it is no event yet, makes events of that first."""
    wait_for(lambda: shop.data.count("outbox") == 0)


def test_of_the_api(shop: Shop, statements: Statements) -> None:
    # The key is known from here on.
    stamp = stamps.issue(shop, ALICES_CARD)
    taken: dict[str, int] = {}
    with statements.counted(taken, "create"):
        assert shop.create(shop.alice, least()).status == 200
    with statements.counted(taken, "create with an Idempotency-Key"):
        assert shop.create(shop.alice, least(), headers={"Idempotency-Key": "one"}).status == 200
    with statements.counted(taken, "add"):
        stamps.do(shop, "add", stamp)
    with statements.counted(taken, "remove"):
        stamps.do(shop, "remove", stamp)
    with statements.counted(taken, "validate"):
        stamps.do(shop, "validate", stamp)
    assert (
        taken
        == {
            "sqlite": {"create": 3, "create with an Idempotency-Key": 5, "add": 4, "remove": 4, "validate": 1},
            "postgresql": {"create": 1, "create with an Idempotency-Key": 4, "add": 2, "remove": 2, "validate": 1},
        }[shop.app.db.dialect]
    )


def test_of_the_dashboard(shop: Shop, statements: Statements) -> None:
    dashboard, there = shop.dashboard(), f"/dashboard/stamps/{stamps.issue(shop, ALICES_CARD)}"
    page = dashboard.get(there)
    taken: dict[str, int] = {}
    with statements.counted(taken, "mark"):
        page = dashboard.submit(page, f"{there}/add")
    with statements.counted(taken, "the stamp's page"):
        page = dashboard.follow(page)
    assert "Stamp added: 1 of " in page.text
    with statements.counted(taken, "undo"):
        page = undone(dashboard, page)
    assert "Undone: 0 stamps again." in dashboard.follow(page).text
    page = dashboard.get(f"{there}/switch")
    until_told(shop)
    with statements.counted(taken, "switch off"):
        page = dashboard.submit(page, f"{there}/switch")
    page = dashboard.follow(page)
    until_told(shop)
    with statements.counted(taken, "undo of the switch"):
        page = undone(dashboard, page)
    assert "Undone." in dashboard.follow(page).text
    page = dashboard.get("/dashboard/stamps/new")
    with statements.counted(taken, "issue"):
        page = dashboard.submit(page, "/dashboard/stamps/new", cardIdx=str(ALICES_CARD))
    assert page.status == 303
    sqlite = {"mark": 9, "the stamp's page": 9, "undo": 10, "switch off": 10, "undo of the switch": 12, "issue": 8}
    postgresql = {"mark": 8, "the stamp's page": 9, "undo": 9, "switch off": 10, "undo of the switch": 12, "issue": 7}
    assert taken == {"sqlite": sqlite, "postgresql": postgresql}[shop.app.db.dialect]


def test_of_the_customers_page(shop: Shop, statements: Statements) -> None:
    card = stamps.make_card(shop, onsiteYn="Y", onsitePwd=PASSWORD)
    phone, path = shop.stranger(), f"/stamp/{stamps.code_of(shop, stamps.issue(shop, card))}"
    page = phone.get(path)
    taken: dict[str, int] = {}
    with statements.counted(taken, "view"):
        assert phone.get(path).status == 200
    with statements.counted(taken, "mark by staff"):
        page = phone.submit(page, f"{path}/mark", onsitePwd=PASSWORD)
    page = phone.follow(page)
    with statements.counted(taken, "undo"):
        page = undone(phone, page)
    assert page.status == 303
    assert (
        taken
        == {
            "sqlite": {"view": 1, "mark by staff": 20, "undo": 9},
            "postgresql": {"view": 1, "mark by staff": 19, "undo": 8},
        }[shop.app.db.dialect]
    )
