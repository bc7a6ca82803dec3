"""The clients against the real server."""

from itertools import count
from typing import Any

import pytest
from flavours import Connect

from kit.shop import Shop
from kit.shops import OpenShop
from stampwell_client import (
    NO_RETRIES,
    CardNotFound,
    FieldsWrong,
    KeyRefused,
    LocationNotFound,
    NoRoom,
    NotFull,
    RateLimited,
    ScopeMissing,
    StampInactive,
    StampNotFound,
    StampRedeemed,
    WrongStaffPassword,
)

pytestmark = pytest.mark.one_database

_SALES = count(1)

VALIDITY = {"strtYmd": "2026-01-01", "endYmd": "2026-12-31"}


@pytest.fixture
def api(shop: Shop, connect: Connect) -> Any:
    """Alice's."""
    return connect(shop.server.base, api_key=shop.alice.key)


@pytest.fixture
def stamp(api: Any) -> Any:
    """The number of a fresh stamp on Alice's card, which takes ten marks."""
    return api.stamps.create(cardIdx=123, **VALIDITY)


class TestStamps:
    def test_the_life_of_one(self, api: Any) -> None:
        card = api.cards.create(cardNm="Three coffees", maxStamps=3, rewardTtl="A coffee")
        idx = api.stamps.create(cardIdx=card, userNm="Brown Smith", **VALIDITY)
        assert api.stamps.add(idx) is None
        assert api.stamps.add(idx, count=2, orderRef="A-1", note="two at once", return_stamp=True).stamps == 3
        with pytest.raises(NoRoom):
            api.stamps.add(idx)
        assert api.stamps.remove(idx, note="a mistake", return_stamp=True).stamps == 2
        with pytest.raises(NotFull):
            api.stamps.redeem(idx)
        assert api.stamps.update(idx, stamps=3, memo="a regular", return_stamp=True).memo == "a regular"
        assert api.stamps.validate(idx).useYn == "N"
        redeemed = api.stamps.redeem(idx, location="Mapo", return_stamp=True)
        assert (redeemed.useYn, redeemed.useYmdt, redeemed.userNm) == ("Y", "2026-03-02 18:00:00", "Brown Smith")
        assert redeemed.extra == {}
        with pytest.raises(StampRedeemed):
            api.stamps.validate(idx)
        assert api.stamps.get(redeemed.code) == redeemed
        assert api.stamps.delete(idx) is None
        with pytest.raises(StampNotFound):
            api.stamps.get(idx)

    def test_as_it_was_scanned(self, api: Any, stamp: int) -> None:
        found = api.stamps.get(stamp)
        grouped = "-".join(found.code[at : at + 4] for at in range(0, 16, 4))
        link = found.stampUrl
        for spelled in (found.code.lower(), f"{grouped}\r\n", link, f"{link}/?lang=ko", f"<{link}>."):
            assert api.stamps.get(spelled) == found
            assert api.stamps.add(spelled, return_stamp=True).stampIdx == stamp
            assert api.stamps.remove(spelled, return_stamp=True).stampIdx == stamp
        assert api.stamps.validate(str(stamp)).stampIdx == stamp
        with pytest.raises(FieldsWrong, match=f"send the number without quotes: {stamp}"):
            api.stamps.add(str(stamp))

    def test_its_history(self, api: Any, stamp: int) -> None:
        api.stamps.add(stamp, count=2, orderRef="A-1", note="latte", location="Mapo")
        api.stamps.remove(stamp)
        rows = list(api.stamps.history(stamp, limit=1))
        assert [(row.stampsBefore, row.stampsAfter) for row in rows] == [(2, 1), (0, 2), (0, 0)]
        assert (rows[1].orderRef, rows[1].note, rows[1].location) == ("A-1", "latte", "Mapo")
        assert [row.extra for row in rows] == [{}] * 3

    def test_one_order_marks_once(self, api: Any, stamp: int) -> None:
        for _ in range(2):
            api.stamps.add(stamp, count=3, orderRef="A-1")
        assert api.stamps.get(stamp).stamps == 3

    def test_a_list_goes_over_all_pages(self, api: Any) -> None:
        card = api.cards.create(cardNm="Listed", maxStamps=10)
        made = [api.stamps.create(cardIdx=card, **VALIDITY) for _ in range(5)]
        listing = api.stamps.list(cardIdx=card, useYn="N", limit=2)
        assert [row.stampIdx for row in listing] == made[::-1]
        assert [len(page.list) for page in listing.pages()] == [2, 2, 1]
        first = next(iter(listing.pages()))
        rest = api.stamps.list(cardIdx=card, useYn="N", cursor=first.nextCursor)
        assert [row.stampIdx for row in rest] == made[2::-1]

    def test_a_list_by_any_spelling_of_a_phone_number_or_an_address(self, api: Any) -> None:
        known = {"userPhnno": "+82 10-7070-1234", "userEml": "Zoë@bücher.example"}
        made = api.stamps.create(cardIdx=123, **VALIDITY, **known)
        spellings = (
            {"userPhnno": "010-7070-1234"},
            {"userPhnno": "tel:+82-10-7070-1234"},
            {"userEml": "ZOË@xn--bcher-kva.example"},
        )
        for asked in spellings:
            newest, *_ = [stamp.stampIdx for stamp in api.stamps.list(**asked)]
            assert newest == made, asked

    def test_a_bulk(self, api: Any) -> None:
        good = {"cardIdx": 123, **VALIDITY}
        rows = api.stamps.bulk([good, {**good, "cardIdx": 999_999}, {**good, "userNm": "x" * 101, "memo": 7}, good])
        assert [type(row.error) for row in rows] == [type(None), CardNotFound, FieldsWrong, type(None)]
        assert {row.field for row in rows[2].error.errors} == {"userNm", "memo"}
        assert [api.stamps.get(row.stampIdx).code for row in (rows[0], rows[3])] == [rows[0].code, rows[3].code]

    def test_a_staff_password(self, api: Any) -> None:
        card = api.cards.create(cardNm="On-site", maxStamps=1, onsiteYn="Y", onsitePwd="4711")
        idx = api.stamps.create(cardIdx=card, **VALIDITY)
        api.stamps.add(idx)
        with pytest.raises(WrongStaffPassword):
            api.stamps.redeem(idx, onsitePwd="0000")
        assert api.stamps.redeem(idx, onsitePwd="4711", return_stamp=True).useYn == "Y"

    def test_the_next_one_of_a_card_that_renews(self, api: Any) -> None:
        card = api.cards.create(cardNm="Again", maxStamps=1, renewYn="Y")
        idx = api.stamps.create(cardIdx=card, userId="att78z", **VALIDITY)
        api.stamps.add(idx)
        renewed = api.stamps.redeem(idx, return_stamp=True).renewedStampIdx
        assert api.stamps.get(renewed).userId == "att78z"


class TestCards:
    def test_the_life_of_one(self, api: Any) -> None:
        idx = api.cards.create(cardNm="Ten coffees", maxStamps=10, cooldownSec=60, dailyMax=2)
        assert api.cards.update(idx, cardTtl="One free", maxStamps=12) is None
        assert api.cards.update(idx, rewards=[{"stamps": 5, "rewardTtl": "A cookie"}], carryYn="Y") is None
        card = api.cards.get(idx)
        (reward,) = card.rewards
        assert (reward.stamps, reward.rewardTtl, card.carryYn) == (5, "A cookie", "Y")
        assert (card.cardNm, card.cardTtl, card.maxStamps, card.cooldownSec, card.extra) == (
            "Ten coffees",
            "One free",
            12,
            60,
            {},
        )
        assert card in list(api.cards.list(limit=1))
        assert api.cards.delete(idx) is None
        with pytest.raises(CardNotFound):
            api.cards.get(idx)


class TestLocations:
    def test_the_life_of_one(self, api: Any) -> None:
        idx = api.locations.create(locationNm=f"Main Street of {type(api).__name__}")
        assert api.locations.update(idx, locationNm=f"Station of {type(api).__name__}", activeYn="N") is None
        (place,) = [one for one in api.locations.list() if one.locationIdx == idx]
        assert (place.locationNm, place.activeYn, place.extra) == (f"Station of {type(api).__name__}", "N", {})
        card = api.cards.create(cardNm="Here only", maxStamps=10, locationIdxs=[idx])
        assert api.cards.get(card).locationIdxs == (idx,)

    def test_one_that_is_not_there(self, api: Any) -> None:
        with pytest.raises(LocationNotFound):
            api.locations.update(999_999, activeYn="N")
        with pytest.raises(LocationNotFound):
            api.cards.create(cardNm="Nowhere", maxStamps=10, locationIdxs=[999_999])


class TestRefusals:
    def test_every_wrong_field_is_told(self, api: Any) -> None:
        with pytest.raises(FieldsWrong) as raised:
            api.stamps.create(cardIdx="123", strtYmd="today", endYmd="2026-12-31", userName="Kim")
        assert [row.field for row in raised.value.errors] == ["cardIdx", "strtYmd", "userName"]
        assert raised.value.request_id

    def test_a_wrong_key(self, shop: Shop, connect: Connect) -> None:
        with pytest.raises(KeyRefused):
            connect(shop.server.base, api_key="sk_live_unknown").stamps.get(1)

    def test_a_key_without_the_scope(self, shop: Shop, connect: Connect) -> None:
        with pytest.raises(ScopeMissing):
            connect(shop.server.base, api_key=shop.bob.key).stamps.create(cardIdx=123, **VALIDITY)

    def test_another_shop_s_stamp(self, shop: Shop, connect: Connect, stamp: int) -> None:
        with pytest.raises(StampNotFound):
            connect(shop.server.base, api_key=shop.charlie.key).stamps.get(stamp)

    def test_in_korean(self, shop: Shop, connect: Connect, stamp: int) -> None:
        korean = connect(shop.server.base, api_key=shop.alice.key, language="ko")
        korean.stamps.update(stamp, activeYn="N")
        with pytest.raises(StampInactive) as raised:
            korean.stamps.add(stamp)
        assert "스탬프" in raised.value.message

    def test_of_a_server_that_answers_them_with_http_200(self, open_shop: OpenShop, dialect: str, connect: Connect) -> None:
        lenient = open_shop(dialect, error_status="200")
        api = connect(lenient.server.base, api_key=lenient.alice.key)
        stamp = api.stamps.create(cardIdx=123, **VALIDITY)
        with pytest.raises(NotFull) as raised:
            api.stamps.redeem(stamp)
        assert raised.value.status == 409

    def test_the_plan_s_limit_says_how_long_to_wait(self, tiny_shop: Shop, connect: Connect) -> None:
        person = tiny_shop.open_account(plan="minute")
        api = connect(tiny_shop.server.base, api_key=person.key, retries=NO_RETRIES)
        for _ in range(2):
            list(api.cards.list())
        with pytest.raises(RateLimited) as raised:
            list(api.cards.list())
        assert 0 < raised.value.retry_after_s <= 60
