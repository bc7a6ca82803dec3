"""`/dashboard/locations`, and where somebody works on the page of a person."""

import json
import re

import pytest

from kit.dashboard_client import DashboardClient, DashboardPage
from kit.people import Person
from kit.shop import Shop
from stampwell.core.actors import OPERATOR
from stampwell.features.locations import service
from stampwell.features.people import service as people
from stampwell.features.people.model import Member, Role

LIST, PEOPLE = "/dashboard/locations", "/dashboard/people"


@pytest.fixture
def owner(shop: Shop) -> Person:
    return shop.open_account(name="Tea & Co")


@pytest.fixture
def dashboard(shop: Shop, owner: Person) -> DashboardClient:
    return shop.dashboard(owner)


def _add(dashboard: DashboardClient, name: str) -> DashboardPage:
    return dashboard.done(dashboard.get(LIST), LIST, locationNm=name)


def _made(shop: Shop, owner: Person, name: str) -> int:
    made = shop.data.write(service.create_location, owner.account_id, name=name, actor=OPERATOR, now_us=shop.clock.now_us())
    return made.location_id


def _audited(shop: Shop, owner: Person, action: str) -> list[object]:
    sql = "SELECT changes FROM audit WHERE account_id = :id AND action = :action ORDER BY audit_id"
    return [json.loads(row["changes"]) for row in shop.data.rows(sql, id=owner.account_id, action=action)]


class TestTheList:
    def test_an_empty_one_says_what_locations_are_for_and_offers_to_add_one(self, dashboard: DashboardClient) -> None:
        page = dashboard.get(LIST)
        assert "No locations yet Add your branches, counters or market stalls." in page.text
        assert "Add the first location" in page.text

    def test_has_what_was_added_with_its_number(self, shop: Shop, dashboard: DashboardClient, owner: Person) -> None:
        page = _add(dashboard, "Main Street")
        (place,) = shop.data.read(service.list_locations, owner.account_id)
        assert "Added: Main Street." in page.text
        assert re.search(rf"Main Street On today 18:00 {place.location_id}\b", page.text)
        assert "/api/location/v1/list" in page.text
        assert _audited(shop, owner, "location.created") == [{"locationNm": [None, "Main Street"]}]

    def test_a_name_that_is_taken_stays_in_the_field(self, shop: Shop, dashboard: DashboardClient, owner: Person) -> None:
        _made(shop, owner, "Main Street")
        page = dashboard.submit(dashboard.get(LIST), LIST, locationNm="MAIN STREET")
        assert page.status == 400
        assert "Another location is already called Main Street. Choose a different name." in page.text
        assert dict(page.form(LIST).values)["locationNm"] == "MAIN STREET"

    @pytest.mark.one_database
    def test_no_name(self, dashboard: DashboardClient) -> None:
        page = dashboard.submit(dashboard.get(LIST), LIST, locationNm=" ")
        assert (page.status, "Enter a name of at most 100 characters." in page.text) == (400, True)

    @pytest.mark.one_database
    def test_a_name_cannot_be_markup(self, dashboard: DashboardClient) -> None:
        page = _add(dashboard, "<b>Stall</b>{name}")
        assert "<b>Stall" not in page.html
        assert "Added: <b>Stall</b>{name}." in page.text

    def test_leaves_out_other_shops(self, shop: Shop, dashboard: DashboardClient) -> None:
        _made(shop, shop.open_account(), "Elsewhere")
        assert "Elsewhere" not in dashboard.get(LIST).text

    @pytest.mark.one_database
    def test_is_in_the_navigation_of_those_who_manage_cards(self, shop: Shop, owner: Person) -> None:
        roles = {role: shop.dashboard(owner, role=role).get("/dashboard").html for role in Role}
        assert {role: f'href="{LIST}"' in page for role, page in roles.items()} == {
            Role.OWNER: True,
            Role.MANAGER: True,
            Role.STAFF: False,
        }


class TestOne:
    def test_is_renamed(self, shop: Shop, dashboard: DashboardClient, owner: Person) -> None:
        path = f"{LIST}/{_made(shop, owner, 'Main Street')}"
        page = dashboard.done(dashboard.get(path), f"{path}/rename", locationNm="Station")
        assert "Saved: Station." in page.text
        assert _audited(shop, owner, "location.updated") == [{"locationNm": ["Main Street", "Station"]}]

    def test_a_name_that_is_taken_is_refused_beside_the_field(
        self, shop: Shop, dashboard: DashboardClient, owner: Person
    ) -> None:
        _made(shop, owner, "Main Street")
        path = f"{LIST}/{_made(shop, owner, 'Station')}"
        page = dashboard.submit(dashboard.get(path), f"{path}/rename", locationNm="main street")
        assert page.status == 400
        assert "Another location is already called Main Street." in page.text

    def test_is_switched_off_and_on(self, shop: Shop, dashboard: DashboardClient, owner: Person) -> None:
        path = f"{LIST}/{_made(shop, owner, 'Main Street')}"
        page = dashboard.done(dashboard.get(path), f"{path}/switch")
        assert "Switched off: Main Street. No stamps or rewards there for now." in page.text
        assert "Main Street Switched off" in dashboard.get(LIST).text
        page = dashboard.done(page, f"{path}/switch")
        assert "Switched on: Main Street. You can add stamps there." in page.text
        assert "Main Street On" in dashboard.get(LIST).text

    def test_of_another_shop_is_not_found(self, shop: Shop, dashboard: DashboardClient) -> None:
        assert dashboard.get(f"{LIST}/{_made(shop, shop.open_account(), 'Hers')}").status == 404

    def test_is_led_to_from_the_audit_log(self, dashboard: DashboardClient) -> None:
        _add(dashboard, "Main Street")
        page = dashboard.get("/dashboard/account/audit?kind=location")
        assert "Added the location Main Street" in page.text
        assert f'href="{LIST}/' in page.html.split("<main", 1)[1]


class TestWhereSomebodyWorks:
    @pytest.fixture
    def bob(self, shop: Shop, owner: Person) -> Member:
        person = shop.dashboard(owner, role=Role.STAFF, name="Bob").person
        assert person is not None
        return person

    def _work(self, shop: Shop, bob: Member) -> tuple[int, ...]:
        return shop.data.read(people.locations_of, bob.account_id, bob.person_id)

    def test_is_not_asked_in_a_shop_without_locations(self, dashboard: DashboardClient, bob: Member) -> None:
        assert 'id="work"' not in dashboard.get(f"{PEOPLE}/{bob.person_id}").html

    def test_is_everywhere_until_some_are_ticked(
        self, shop: Shop, dashboard: DashboardClient, owner: Person, bob: Member
    ) -> None:
        numbers = [_made(shop, owner, name) for name in ("Main Street", "Station")]
        path = f"{PEOPLE}/{bob.person_id}"
        assert self._work(shop, bob) == ()
        page = dashboard.done(dashboard.get(path), f"{path}/locations", location=str(numbers[1]))
        assert "Saved: Bob." in page.text
        assert self._work(shop, bob) == (numbers[1],)
        ticked = [value for name, value in page.form(f"{path}/locations").values if name == "location"]
        assert ticked == [str(numbers[1])]
        assert _audited(shop, owner, "person.locations") == [{"locations": [[], ["Station"]]}]

    def test_is_everywhere_again_when_none_is_ticked(
        self, shop: Shop, dashboard: DashboardClient, owner: Person, bob: Member
    ) -> None:
        number = _made(shop, owner, "Main Street")
        path = f"{PEOPLE}/{bob.person_id}"
        page = dashboard.done(dashboard.get(path), f"{path}/locations", location=str(number))
        form = [pair for pair in page.form(f"{path}/locations").values if pair[0] != "location"]
        assert dashboard.post(f"{path}/locations", form).status == 303
        assert self._work(shop, bob) == ()

    def test_a_location_that_is_off_is_offered_only_to_who_works_there(
        self, shop: Shop, dashboard: DashboardClient, owner: Person, bob: Member
    ) -> None:
        numbers = [_made(shop, owner, name) for name in ("Main Street", "Station")]
        path = f"{PEOPLE}/{bob.person_id}"
        dashboard.done(dashboard.get(path), f"{path}/locations", location=str(numbers[0]))
        for number in numbers:
            off = {"active": False, "actor": OPERATOR, "now_us": shop.clock.now_us()}
            shop.data.write(service.change_location, owner.account_id, number, **off)
        page = dashboard.get(path)
        assert "Main Street (switched off)" in page.text
        assert "Station" not in page.text

    def test_another_shops_location_is_not_found(
        self, shop: Shop, dashboard: DashboardClient, owner: Person, bob: Member
    ) -> None:
        _made(shop, owner, "Main Street")
        hers = _made(shop, shop.open_account(), "Hers")
        path = f"{PEOPLE}/{bob.person_id}"
        assert dashboard.submit(dashboard.get(path), f"{path}/locations", location=str(hers)).status == 404
        assert self._work(shop, bob) == ()

    def test_goes_with_a_password_that_an_owner_hands_on(
        self, shop: Shop, dashboard: DashboardClient, owner: Person, bob: Member
    ) -> None:
        """Who chooses a password by such a link is another person, who works where the first one did."""
        number = _made(shop, owner, "Main Street")
        path = f"{PEOPLE}/{bob.person_id}"
        page = dashboard.done(dashboard.get(path), f"{path}/locations", location=str(number))
        shown = dashboard.submit(page, f"{path}/password-link")
        link = shown.html.split("/dashboard/password/", 1)[1][:43]
        stranger = shop.stranger()
        there = f"/dashboard/password/{link}"
        assert stranger.submit(stranger.get(there), there, password="correct horse battery").status == 303
        members = shop.data.read(people.list_people, owner.account_id)
        assert [one.location_ids for one in members if one.name == "Bob"] == [(number,)]

    def test_somebody_who_comes_back_works_everywhere(
        self, shop: Shop, dashboard: DashboardClient, owner: Person, bob: Member
    ) -> None:
        number = _made(shop, owner, "Main Street")
        path = f"{PEOPLE}/{bob.person_id}"
        dashboard.done(dashboard.get(path), f"{path}/locations", location=str(number))
        now_us = shop.clock.now_us()
        shop.data.write(people.remove, owner.account_id, bob.person_id, actor=OPERATOR, now_us=now_us)
        shop.data.write(people.add_member, owner.account_id, bob.person_id, role=Role.STAFF, now_us=now_us)
        assert self._work(shop, bob) == ()
