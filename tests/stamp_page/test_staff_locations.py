"""A card that is valid at some locations only: the staff sheet asks which, and the phone remembers."""

import json

import pytest

from kit import stamps
from kit.dashboard_client import DashboardClient, DashboardPage
from kit.shop import Shop
from kit.stamps import code_of

PASSWORD = "latte77"


@pytest.fixture
def places(own_shop: Shop) -> dict[str, int]:
    names = ("Harbour", "Airport <1>", "Closed")
    found = {
        name: own_shop.request("POST", "/api/location/v1/create", by=own_shop.alice, body={"locationNm": name}).result
        for name in names
    }
    own_shop.put("/api/location/v1/update", own_shop.alice, locationIdx=found["Closed"], activeYn="N")
    return found


@pytest.fixture
def card(own_shop: Shop, places: dict[str, int]) -> int:
    card = stamps.make_card(
        own_shop, onsiteYn="Y", onsitePwd=PASSWORD, maxStamps=2, rewards=[{"stamps": 1, "rewardTtl": "tea"}]
    )
    limit(own_shop, card, *places.values())
    return card


@pytest.fixture
def number(own_shop: Shop, card: int) -> int:
    return stamps.issue(own_shop, card)


@pytest.fixture
def path(own_shop: Shop, number: int) -> str:
    return f"/stamp/{code_of(own_shop, number)}"


def limit(shop: Shop, card: int, *places: int) -> None:
    stamps.change_card(shop, card, locationIdxs=list(places))


def sent(phone: DashboardClient, page: DashboardPage, to: str, **fields: str) -> DashboardPage:
    (form,) = [form for form in page.forms if form.action.endswith(("/mark", "/redeem"))]
    return phone.post(to, {**dict(form.values), "onsitePwd": PASSWORD, **fields}.items())


def test_it_is_asked_and_stands_in_the_history(own_shop: Shop, number: int, path: str, places: dict[str, int]) -> None:
    phone, airport = own_shop.stranger(), places["Airport <1>"]
    page = phone.get(path)
    # By their names, without those that are switched off.
    assert "Location Choose Airport <1> Harbour Staff password" in page.text
    assert "<1>" not in page.html
    for missing in ("", "0", str(places["Closed"]), "x" * 5000):
        refused = sent(phone, page, f"{path}/mark", locationIdx=missing)
        assert (refused.status, "Choose where you are." in refused.text) == (400, True)
    done = phone.follow(sent(phone, page, f"{path}/mark", locationIdx=str(airport)))
    assert stamps.latest(own_shop, number)["location_id"] == airport
    # This phone remembers, another one does not.
    assert f'<option value="{airport}" selected>' in done.html
    assert f'<option value="{airport}" selected>' in phone.get(path).html
    assert "selected" not in own_shop.stranger().get(path).html
    phone.follow(sent(phone, done, f"{path}/reward/1"))
    assert stamps.latest(own_shop, number)["location_id"] == airport


def test_what_was_chosen_stays_when_the_password_was_wrong(own_shop: Shop, path: str, places: dict[str, int]) -> None:
    phone = own_shop.stranger()
    chosen = str(places["Harbour"])
    page = sent(phone, phone.get(path), f"{path}/mark", locationIdx=chosen, onsitePwd="wrong")
    assert page.status == 403
    assert f'<option value="{chosen}" selected>' in page.html


def test_one_place_needs_no_question(own_shop: Shop, card: int, number: int, path: str, places: dict[str, int]) -> None:
    limit(own_shop, card, places["Harbour"], places["Closed"])
    phone = own_shop.stranger()
    page = phone.get(path)
    assert "<select" not in page.html
    phone.follow(sent(phone, page, f"{path}/mark"))
    assert stamps.latest(own_shop, number)["location_id"] == places["Harbour"]


def test_without_a_place_there_is_nothing_to_do(own_shop: Shop, card: int, path: str, places: dict[str, int]) -> None:
    phone = own_shop.stranger()
    page = phone.get(path)
    limit(own_shop, card, places["Closed"])
    assert "Staff" not in phone.get(path).text
    assert sent(phone, page, f"{path}/mark", locationIdx=str(places["Harbour"])).status == 400


def test_a_card_that_is_valid_everywhere_does_not_ask(own_shop: Shop, card: int, number: int, path: str) -> None:
    limit(own_shop, card)
    phone = own_shop.stranger()
    page = phone.get(path)
    assert "locationIdx" not in page.html
    phone.follow(sent(phone, page, f"{path}/mark"))
    assert stamps.latest(own_shop, number)["location_id"] is None


def test_another_accounts_locations_are_not_offered(own_shop: Shop, card: int, path: str, places: dict[str, int]) -> None:
    theirs = own_shop.request("POST", "/api/location/v1/create", by=own_shop.charlie, body={"locationNm": "Theirs"}).result
    # As no request can make it.
    them = json.dumps([theirs, places["Harbour"]])
    own_shop.data.run("UPDATE card SET location_ids = :them WHERE card_id = :card", them=them, card=card)
    page = own_shop.stranger().get(path)
    assert "Theirs" not in page.text
    assert sent(own_shop.stranger(), page, f"{path}/mark", locationIdx=str(theirs)).status == 400


def test_an_open_page_learns_that_a_place_is_switched_off(own_shop: Shop, path: str, places: dict[str, int]) -> None:
    versions = [own_shop.request("GET", f"{path}/version").json["version"]]
    own_shop.put("/api/location/v1/update", own_shop.alice, locationIdx=places["Harbour"], activeYn="N")
    versions.append(own_shop.request("GET", f"{path}/version").json["version"])
    assert versions[0] != versions[1]
