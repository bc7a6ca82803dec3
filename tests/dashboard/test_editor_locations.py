"""Where a card is valid: ticks in the editor, names on the page of the card."""

import json

import pytest

from kit.dashboard_client import DashboardClient
from kit.people import Person
from kit.shop import Shop
from stampwell.core.actors import OPERATOR
from stampwell.features.locations import service

NEW = "/dashboard/cards/new"


@pytest.fixture
def owner(shop: Shop) -> Person:
    return shop.open_account(name="Tea & Co")


@pytest.fixture
def dashboard(shop: Shop, owner: Person) -> DashboardClient:
    return shop.dashboard(owner)


@pytest.fixture
def places(shop: Shop, owner: Person) -> list[int]:
    return [_made(shop, owner, name) for name in ("Main Street", "Station", "Market")]


def _made(shop: Shop, owner: Person, name: str) -> int:
    made = shop.data.write(service.create_location, owner.account_id, name=name, actor=OPERATOR, now_us=shop.clock.now_us())
    return made.location_id


def _stored(shop: Shop, owner: Person, card: int) -> object:
    return shop.get("/api/card/v1/get", owner, cardIdx=card).result["locationIdxs"]


def _newest(shop: Shop, owner: Person) -> int:
    number: int = shop.get("/api/card/v1/list", owner).result["list"][0]["cardIdx"]
    return number


@pytest.mark.one_database
def test_a_shop_without_locations_is_not_asked(dashboard: DashboardClient) -> None:
    assert "Valid at" not in dashboard.get(NEW).text


def test_a_new_card_is_valid_where_it_is_ticked(
    shop: Shop, dashboard: DashboardClient, owner: Person, places: list[int]
) -> None:
    ticked = [str(places[2]), str(places[0])]
    page = dashboard.done(dashboard.get(NEW), NEW, cardNm="Tea", maxStamps="5", location=ticked)
    assert "Valid at Main Street, Market" in page.text
    assert _stored(shop, owner, _newest(shop, owner)) == [places[0], places[2]]


def test_ticks_are_changed_and_taken_away(shop: Shop, dashboard: DashboardClient, owner: Person, places: list[int]) -> None:
    path = f"/dashboard/cards/{owner.card_id}/edit"
    for ticked, changes in (
        ([places[1]], [[], ["Station"]]),
        ([places[0], places[1]], [["Station"], ["Main Street", "Station"]]),
        ([], [["Main Street", "Station"], []]),
    ):
        dashboard.done(dashboard.get(path), path, location=[str(number) for number in ticked])
        assert _stored(shop, owner, owner.card_id) == ticked
        held = [value for name, value in dashboard.get(path).form(path).values if name == "location"]
        assert held == [str(number) for number in ticked]
        sql = "SELECT changes FROM audit WHERE account_id = :id AND action = 'card.updated' ORDER BY audit_id DESC LIMIT 1"
        assert json.loads(shop.data.rows(sql, id=owner.account_id)[0]["changes"]) == {"locations": changes}


def test_one_that_is_switched_off_stays_ticked_and_is_offered_nowhere_else(
    shop: Shop, dashboard: DashboardClient, owner: Person, places: list[int]
) -> None:
    path = f"/dashboard/cards/{owner.card_id}/edit"
    dashboard.done(dashboard.get(path), path, location=str(places[0]))
    off = {"active": False, "actor": OPERATOR, "now_us": shop.clock.now_us()}
    shop.data.write(service.change_location, owner.account_id, places[0], **off)
    assert "Main Street (switched off)" in dashboard.get(path).text
    assert "Main Street" not in dashboard.get(NEW).text
    dashboard.done(dashboard.get(path), path, cardNm="Tea")
    assert _stored(shop, owner, owner.card_id) == [places[0]]


def test_another_shops_location_is_refused_and_nothing_is_saved(
    shop: Shop, dashboard: DashboardClient, owner: Person, places: list[int]
) -> None:
    assert places
    hers = _made(shop, shop.open_account(), "Hers")
    path = f"/dashboard/cards/{owner.card_id}/edit"
    page = dashboard.submit(dashboard.get(path), path, cardNm="Tea", location=str(hers))
    assert (page.status, "There is no such location in this shop. Reload the page." in page.text) == (404, True)
    assert shop.get("/api/card/v1/get", owner, cardIdx=owner.card_id).result["cardNm"] != "Tea"


def test_two_who_tick_others_are_shown_the_names(
    shop: Shop, dashboard: DashboardClient, owner: Person, places: list[int]
) -> None:
    path = f"/dashboard/cards/{owner.card_id}/edit"
    mine = dashboard.get(path)
    dashboard.done(dashboard.get(path), path, location=str(places[0]))
    page = dashboard.submit(mine, path, location=[str(places[1]), str(places[2])])
    assert page.status == 409
    assert "Valid at Main Street Station, Market" in page.text
    dashboard.done(page, path)
    assert _stored(shop, owner, owner.card_id) == places[1:]
