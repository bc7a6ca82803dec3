"""`/dashboard/stamps/new`: marks that a customer brings along, and where the stamp is issued."""

import pytest

from kit.dashboard_client import DashboardClient, DashboardPage
from kit.shop import Shop
from kit.stamps import latest, make_card, unchanged
from stampwell.core.actors import OPERATOR
from stampwell.features.locations.service import change_location, create_location
from stampwell.features.locations.staffing import assign
from stampwell.features.people.model import Role

NEW = "/dashboard/stamps/new"


@pytest.fixture
def dashboard(own_shop: Shop) -> DashboardClient:
    return own_shop.dashboard()


@pytest.fixture
def card(own_shop: Shop) -> int:
    return make_card(own_shop, cardNm="Five teas", maxStamps=5)


def add_location(shop: Shop, name: str) -> int:
    return shop.data.write(
        create_location, shop.alice.account_id, name=name, actor=OPERATOR, now_us=shop.clock.now_us()
    ).location_id


def issued(page: DashboardPage) -> int:
    assert page.status == 303, page.text
    return int(page.location.rsplit("/", 1)[1])


def test_marks_from_a_paper_card_are_brought_along(own_shop: Shop, dashboard: DashboardClient, card: int) -> None:
    page = dashboard.get(NEW)
    assert "Stamps so far optional" in page.text
    assert "Location" not in page.html.split('id="stamps"')[1]
    stamp = issued(dashboard.submit(page, NEW, cardIdx=str(card), stamps="4"))
    row = latest(own_shop, stamp)
    assert (row["kind"], row["stamps_after"], row["location_id"]) == ("issued", 4, None)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("6", "This card takes at most 5 stamps."),
        ("101", "Enter 100 or less."),
        ("-1", "Enter 0 or more."),
        ("four", "Enter a whole number"),
        ("1e1", "Enter a whole number"),
        ("9" * 40, "Enter a whole number"),
    ],
)
def test_a_count_that_cannot_be_is_refused_beside_its_field(
    own_shop: Shop, dashboard: DashboardClient, card: int, typed: str, said: str
) -> None:
    page = dashboard.get(NEW)
    with unchanged(own_shop):
        refused = dashboard.submit(page, NEW, cardIdx=str(card), stamps=typed)
    assert refused.status == 400
    assert said in refused.html.split('id="stamps-error"')[1].split("</p>")[0]
    assert f'value="{typed}"' in refused.html


def test_where_it_is_issued_stands_in_its_history_and_is_remembered(
    own_shop: Shop, dashboard: DashboardClient, card: int
) -> None:
    harbour, closed = add_location(own_shop, "Harbour"), add_location(own_shop, "Closed")
    own_shop.data.write(
        change_location, own_shop.alice.account_id, closed, active=False, actor=OPERATOR, now_us=own_shop.clock.now_us()
    )
    page = dashboard.get(NEW)
    assert ("Harbour" in page.text, "Closed" in page.text) == (True, False)
    stamp = issued(dashboard.submit(page, NEW, cardIdx=str(card), stamps="2", locationIdx=str(harbour)))
    assert latest(own_shop, stamp)["location_id"] == harbour
    assert f'<option value="{harbour}" selected>' in dashboard.get(NEW).html


def test_who_works_somewhere_issues_there(own_shop: Shop, card: int) -> None:
    harbour, airport = add_location(own_shop, "Harbour"), add_location(own_shop, "Airport")
    staff = own_shop.dashboard(role=Role.MANAGER)
    own_shop.data.write(
        assign, own_shop.alice.account_id, staff.person.person_id, [harbour], actor=OPERATOR, now_us=own_shop.clock.now_us()
    )
    page = staff.get(NEW)
    assert ("Airport" in page.text, f'<option value="{harbour}" selected>' in page.html) == (False, True)
    for elsewhere in (str(airport), ""):
        with unchanged(own_shop):
            refused = staff.submit(page, NEW, cardIdx=str(card), locationIdx=elsewhere)
        assert refused.status == 400
        assert "Harbour" in refused.html.split('id="locationIdx-error"')[1]
    assert latest(own_shop, issued(staff.submit(page, NEW, cardIdx=str(card))))["location_id"] == harbour
