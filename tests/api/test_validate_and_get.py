"""`GET /api/stamp/v1/validate` and `GET /api/stamp/v1/get`: the stamp object, or why the stamp cannot be used."""

from datetime import UTC, datetime

import pytest

from kit.people import SEOUL
from kit.refusals import refusal, wrong_fields
from kit.shop import Shop, least, sample
from kit.stamps import NO_STAMP, ask, change_card, do, issue, make_card, refused, shown, stamp_in, unchanged
from stampwell.features.stamps.states import State

both = pytest.mark.parametrize("endpoint", ["validate", "get"])

# (zone, a day, its first instant there, its last microsecond). Clock changes are past ones: countries call future ones off.
DAYS = [
    (SEOUL, "2026-03-10", datetime(2026, 3, 9, 15, tzinfo=UTC), datetime(2026, 3, 10, 14, 59, 59, 999999, tzinfo=UTC)),
    ("UTC", "2026-03-10", datetime(2026, 3, 10, tzinfo=UTC), datetime(2026, 3, 10, 23, 59, 59, 999999, tzinfo=UTC)),
    (
        "Pacific/Kiritimati",
        "2026-03-10",
        datetime(2026, 3, 9, 10, tzinfo=UTC),
        datetime(2026, 3, 10, 9, 59, 59, 999999, tzinfo=UTC),
    ),
    # 23 hours: clocks go forward at two.
    (
        "America/New_York",
        "2024-03-10",
        datetime(2024, 3, 10, 5, tzinfo=UTC),
        datetime(2024, 3, 11, 3, 59, 59, 999999, tzinfo=UTC),
    ),
    # 25 hours: clocks go back at two.
    (
        "America/New_York",
        "2024-11-03",
        datetime(2024, 11, 3, 4, tzinfo=UTC),
        datetime(2024, 11, 4, 4, 59, 59, 999999, tzinfo=UTC),
    ),
    # No midnight: clocks go from 23:59:59 to 01:00.
    (
        "Africa/Cairo",
        "2024-04-26",
        datetime(2024, 4, 25, 22, tzinfo=UTC),
        datetime(2024, 4, 26, 20, 59, 59, 999999, tzinfo=UTC),
    ),
    # Midnight twice: clocks go back at one.
    (
        "America/Havana",
        "2024-11-03",
        datetime(2024, 11, 3, 4, tzinfo=UTC),
        datetime(2024, 11, 4, 4, 59, 59, 999999, tzinfo=UTC),
    ),
]


@both
class TestTheStampObject:
    def test_everything(self, shop: Shop, endpoint: str) -> None:
        card = make_card(
            shop,
            cardNm="Coffee card",
            cardTtl="Ten coffees, one free",
            maxStamps=10,
            url="https://beans.example/menu",
            stampImgUrl="https://beans.example/bean.png",
            onsiteYn="Y",
            onsitePwd="open sesame",
        )
        stamp = shop.create(shop.alice, sample(cardIdx=card, endYmd="2026-12-31", userEtc2="Blue")).result
        do(shop, "add", stamp, count=3)
        code = shop.data.stamp(stamp)["code"]
        answer = ask(shop, endpoint, stamp)
        expected = {
            "stampIdx": stamp,
            "code": code,
            "domain": "https://vvd.bz",
            "cardIdx": card,
            "cardNm": "Coffee card",
            "cardTtl": "Ten coffees, one free",
            "stamps": 3,
            "maxStamps": 10,
            "stampUrl": f"https://vvd.bz/stamp/{code}",
            "url": "https://beans.example/menu",
            "strtYmd": "2025-01-01",
            "endYmd": "2026-12-31",
            "onsiteYn": "Y",
            "onsitePwd": None,
            "memo": "New Member Registration, IP: 211.111.222.33",
            "activeYn": "Y",
            "useYn": "N",
            "useYmdt": None,
            "userId": "att78z",
            "userNm": "Brown Smith",
            "userPhnno": "+1 123-4567-8900",
            "userEml": "test@gmail.com",
            "userEtc1": "Gold rating",
            "userEtc2": "Blue",
            "stampImgUrl": "https://beans.example/bean.png",
            "regYmdt": "2026-03-02 18:00:00",
            "payloadVersion": "v1",
            "renewedStampIdx": None,
            "rewards": [],
            "mergedStampIdx": None,
        }
        assert answer.json == {"code": 0, "message": "", "result": expected}
        assert list(answer.result) == list(expected)

    def test_what_is_not_there_is_null(self, shop: Shop, endpoint: str) -> None:
        found = do(shop, endpoint, issue(shop, make_card(shop)))
        absent = {"memo", "userNm", "userPhnno", "userEml", "userEtc1", "userEtc2", "stampImgUrl", "useYmdt"}
        later = {"renewedStampIdx", "mergedStampIdx"}
        assert {name for name, value in found.items() if value is None} == {*absent, *later, "onsitePwd"}
        assert (found["cardTtl"], found["url"], found["onsiteYn"]) == ("", "", "N")

    def test_by_number_and_by_code_it_is_the_same(self, shop: Shop, endpoint: str) -> None:
        stamp = issue(shop, 123)
        by_number = ask(shop, endpoint, stamp)
        by_code = ask(shop, endpoint, shop.data.stamp(stamp)["code"])
        assert by_number.content == by_code.content

    def test_instants_are_on_the_accounts_clocks(self, shop: Shop, endpoint: str) -> None:
        person = shop.open_account(time_zone="America/New_York")
        assert do(shop, endpoint, issue(shop, person.card_id, by=person), by=person)["regYmdt"] == "2026-03-02 04:00:00"

    def test_looking_changes_nothing(self, shop: Shop, endpoint: str) -> None:
        stamp = issue(shop, 123)
        with unchanged(shop):
            do(shop, endpoint, stamp)

    def test_the_cards_looks_are_those_of_today(self, shop: Shop, endpoint: str) -> None:
        card = make_card(shop, cardNm="Coffee", cardTtl="Old")
        stamp = issue(shop, card)
        change_card(shop, card, cardNm="Tea", cardTtl="New", url="https://tea.example/")
        found = do(shop, endpoint, stamp)
        assert (found["cardNm"], found["cardTtl"], found["url"]) == ("Tea", "New", "https://tea.example/")


@both
class TestWhatIsNotThere:
    @pytest.mark.parametrize("nobodys", [0, -1, 2**63 - 1, -(2**63), "A" * 16])
    def test_a_stamp_that_does_not_exist(self, shop: Shop, endpoint: str, nobodys: object) -> None:
        expected = refusal(40403, f"stampIdx: there is no stamp {nobodys}.")
        assert refused(shop, endpoint, nobodys) == (404, expected)

    @pytest.mark.parametrize("state", [State.USABLE, State.EXPIRED, State.REDEEMED])
    def test_another_accounts_in_any_state(self, shop: Shop, endpoint: str, state: State) -> None:
        stamp = stamp_in(shop, state, make_card(shop))
        expected = refusal(40403, f"stampIdx: there is no stamp {stamp}.")
        assert refused(shop, endpoint, stamp, by=shop.charlie) == (404, expected)

    @pytest.mark.parametrize("nothing", ["", "abc", "a" * 17, "1.0", "+1", "1e3", "\u0661", 2**63, 10**20], ids=ascii)
    def test_what_names_no_stamp(self, shop: Shop, endpoint: str, nothing: object) -> None:
        assert refused(shop, endpoint, nothing) == (400, wrong_fields(("stampIdx", NO_STAMP)))

    def test_no_stamp_at_all(self, shop: Shop, endpoint: str) -> None:
        answer = shop.request("GET", f"/api/stamp/v1/{endpoint}", by=shop.alice)
        assert (answer.status, answer.json) == (400, wrong_fields(("stampIdx", "required")))


class TestValidate:
    def test_a_full_stamp_is_usable(self, shop: Shop) -> None:
        stamp = stamp_in(shop, State.FULL, make_card(shop))
        assert do(shop, "validate", stamp) == shown(shop, stamp)

    @pytest.mark.parametrize(
        ("state", "code", "message"),
        [
            (State.INACTIVE, 40901, "This stamp is switched off. Switch it on with update and activeYn Y."),
            (State.NOT_YET_VALID, 40902, "This stamp is valid from 2026-03-03 on, which is after 2026-03-02."),
            (
                State.EXPIRED,
                40903,
                "This stamp was valid until 2026-03-01, which is before 2026-03-02. Extend it with update and endYmd.",
            ),
            (
                State.REDEEMED,
                40904,
                "This stamp was redeemed on 2026-03-02. Use the customer's next stamp.",
            ),
        ],
    )
    def test_why_it_cannot_be_used(self, shop: Shop, state: State, code: int, message: str) -> None:
        stamp = stamp_in(shop, state, make_card(shop))
        assert refused(shop, "validate", stamp) == (409, refusal(code, message))

    @pytest.mark.parametrize(("zone", "day", "first", "last"), DAYS)
    def test_both_days_of_the_validity_belong_to_it(
        self, shop: Shop, zone: str, day: str, first: datetime, last: datetime
    ) -> None:
        person = shop.open_account(time_zone=zone)
        stamp = shop.create(person, least(cardIdx=person.card_id, strtYmd=day, endYmd=day)).result
        codes = []
        for instant, later_s in ((first, -0.000001), (first, 0), (last, 0), (last, 0.000001)):
            shop.clock.set(instant)
            shop.clock.advance(seconds=later_s)
            codes.append(ask(shop, "validate", stamp, by=person).json["code"])
        assert codes == [40902, 0, 0, 40903]


class TestGet:
    @pytest.mark.parametrize("state", State)
    def test_in_any_state(self, shop: Shop, state: State) -> None:
        stamp = stamp_in(shop, state, make_card(shop))
        found = do(shop, "get", stamp)
        assert (found["stampIdx"], found["useYn"]) == (stamp, "Y" if state is State.REDEEMED else "N")
        assert found["activeYn"] == ("N" if state is State.INACTIVE else "Y")

    def test_when_it_was_redeemed(self, shop: Shop) -> None:
        stamp = stamp_in(shop, State.FULL, make_card(shop))
        shop.clock.set(datetime(2026, 3, 9, 15, 0, 1, 999999, tzinfo=UTC))
        do(shop, "redeem", stamp)
        found = do(shop, "get", stamp)
        assert (found["useYn"], found["useYmdt"]) == ("Y", "2026-03-10 00:00:01")
