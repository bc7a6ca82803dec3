"""`locationIdx` of marks and rewards: where a card is valid, and where a location is switched off."""

from itertools import count

import pytest

from kit.shop import Shop
from kit.stamps import ask, change_card, do, issue, latest, make_card, merge, refused, reverse, set_marks

_names = (f"Branch {number}" for number in count(1))
_GOAL = 5


def _location(shop: Shop) -> int:
    made: int = shop.request("POST", "/api/location/v1/create", by=shop.alice, body={"locationNm": next(_names)}).result
    return made


def _switch_off(shop: Shop, location: int) -> None:
    body = {"locationIdx": location, "activeYn": "N"}
    assert shop.request("PUT", "/api/location/v1/update", by=shop.alice, body=body).json["code"] == 0


@pytest.fixture
def location(shop: Shop) -> int:
    return _location(shop)


class TestInTheLedger:
    def test_the_number_stands_in_every_row_it_was_given_for(self, shop: Shop, location: int) -> None:
        card = make_card(shop, maxStamps=_GOAL)
        stamp = issue(shop, card, locationIdx=location)
        do(shop, "add", stamp, count=_GOAL, locationIdx=location, orderRef=f"R-{location}")
        do(shop, "remove", stamp, locationIdx=location)
        set_marks(shop, stamp, _GOAL)
        do(shop, "redeem", stamp, locationIdx=location)
        reverse(shop, f"R-{location}", locationIdx=location)
        rows = shop.get("/api/stamp/v1/history", shop.alice, stampIdx=stamp).result["list"]
        by_action = {row["action"]: row["locationIdx"] for row in rows}
        assert by_action == {
            "issued": location,
            "added": location,
            "removed": location,
            "updated": None,
            "redeemed": location,
            "reversed": location,
        }

    @pytest.mark.parametrize("action", ["add", "remove", "redeem"])
    def test_an_unknown_one(self, shop: Shop, action: str) -> None:
        strangers = shop.request("POST", "/api/location/v1/create", by=shop.charlie, body={"locationNm": next(_names)}).result
        stamp = issue(shop, make_card(shop), marks=3)
        for unknown in (strangers, 999_999, 0):
            status, body = refused(shop, action, stamp, locationIdx=unknown)
            assert (status, body["code"]) == (404, 40406)
        answer = shop.request("PUT", "/api/stamp/v1/reverse", by=shop.alice, body={"orderRef": "?", "locationIdx": strangers})
        assert answer.json["code"] == 40406


class TestASwitchedOffLocation:
    def test_takes_no_new_marks_or_rewards_but_corrections(self, shop: Shop, location: int) -> None:
        card = make_card(shop, rewards=[{"stamps": 1, "rewardTtl": "a cookie"}])
        stamp = issue(shop, card)
        do(shop, "add", stamp, count=3, orderRef=f"R-{location}")
        _switch_off(shop, location)
        for action, fields in (("add", {}), ("redeem", {}), ("redeem", {"reward": 1})):
            status, body = refused(shop, action, stamp, locationIdx=location, **fields)
            assert (status, body["code"]) == (409, 40913)
        do(shop, "remove", stamp, locationIdx=location)
        assert reverse(shop, f"R-{location}", locationIdx=location)[0]["removed"] == 2

    def test_other_marks_of_its_batch_are_not_harmed(self, shop: Shop, location: int) -> None:
        stamp = issue(shop, make_card(shop))
        _switch_off(shop, location)
        assert ask(shop, "add", stamp, locationIdx=location).json["code"] == 40913
        do(shop, "add", stamp, locationIdx=_location(shop))


class TestACardThatIsValidAtSome:
    @pytest.fixture
    def card(self, shop: Shop, location: int) -> int:
        return make_card(shop, locationIdxs=[location, _location(shop)], rewards=[{"stamps": 1, "rewardTtl": "a cookie"}])

    @pytest.mark.parametrize(("action", "fields"), [("add", {}), ("redeem", {}), ("redeem", {"reward": 1})])
    def test_elsewhere_and_nowhere_it_is_refused(
        self, shop: Shop, card: int, location: int, action: str, fields: dict[str, int]
    ) -> None:
        stamp = issue(shop, card, marks=2 if action == "add" else 3)
        for place in ({}, {"locationIdx": _location(shop)}):
            status, body = refused(shop, action, stamp, **fields, **place)
            assert (status, body["code"], body["message"].startswith("locationIdx: ")) == (409, 40913, True)
            assert str(location) in body["message"]
        do(shop, action, stamp, locationIdx=location, **fields)

    def test_corrections_are_not(self, shop: Shop, card: int, location: int) -> None:
        stamp, other = issue(shop, card), issue(shop, card)
        do(shop, "add", stamp, count=2, orderRef=f"R-{location}", locationIdx=location)
        do(shop, "remove", stamp)
        reverse(shop, f"R-{location}")
        do(shop, "update", stamp, stamps=3)
        merge(shop, stamp, other)
        do(shop, "update", other, useYn="Y")
        assert latest(shop, other)["location_id"] is None

    def test_the_list_is_the_cards_of_today(self, shop: Shop, card: int, location: int) -> None:
        stamp = issue(shop, card)
        change_card(shop, card, locationIdxs=[])
        do(shop, "add", stamp)
        elsewhere = _location(shop)
        change_card(shop, card, locationIdxs=[elsewhere])
        assert refused(shop, "add", stamp, locationIdx=location)[1]["code"] == 40913
        do(shop, "add", stamp, locationIdx=elsewhere)
