"""Looking customers up by phone number and e-mail address: any spelling finds any other."""

from itertools import product

import pytest

from kit.people import Person
from kit.shop import Shop
from stampwell.core.actors import OPERATOR
from stampwell.features.accounts.service import change_account

LIST = "/api/stamp/v1/list"

KOREAN = (
    "010-5550-3998",
    "+82 10 5550 3998",
    "821055503998",
    "10-5550-3998",
    "+82 010-5550-3998",
    "+82 (0)10 5550 3998",
    "0082 10 5550 3998",
    "(010) 5550.3998",
    "010-5550-3998 (내선 12)",
    "tel:+82-10-5550-3998;ext=7",
    "\uff10\uff11\uff10\uff0d\uff15\uff15\uff15\uff10\uff0d\uff13\uff19\uff19\uff18",
    "\u0660\u0661\u0660\u0665\u0665\u0665\u0660\u0663\u0669\u0669\u0668",
    "\u202a+82 10-5550-3998\u202c",
)


def _body(person: Person, **fields: object) -> dict[str, object]:
    return {"cardIdx": person.card_id, "strtYmd": "2026-01-01", "endYmd": "2026-12-31", **fields}


def _found(shop: Shop, by: Person, **query: object) -> list[int]:
    return [row["stampIdx"] for row in shop.get(LIST, by, **query).result["list"]]


class TestPhones:
    def test_any_spelling_finds_every_other(self, shop: Shop) -> None:
        owner = shop.open_account()
        made = [shop.create(owner, _body(owner, userPhnno=spelling)).result for spelling in KOREAN]
        shop.create(owner, _body(owner, userPhnno="010-5550-3999"))
        for spelling in KOREAN:
            assert _found(shop, owner, userPhnno=spelling) == made[::-1], spelling

    def test_one_that_was_changed_is_found_by_the_new_one(self, shop: Shop) -> None:
        owner = shop.open_account()
        made = shop.create(owner, _body(owner, userPhnno="010-5550-3998")).result
        shop.put("/api/stamp/v1/update", owner, stampIdx=made, userPhnno="+82 10-5550-3999 ext. 5")
        assert _found(shop, owner, userPhnno="010-5550-3998") == []
        assert _found(shop, owner, userPhnno="010-5550-3999") == [made]

    def test_a_foreign_number_is_no_other_countrys(self, shop: Shop) -> None:
        owner = shop.open_account(time_zone="Asia/Tokyo")
        japanese = shop.create(owner, _body(owner, userPhnno="090-1234-5678")).result
        korean = shop.create(owner, _body(owner, userPhnno="+82 90-1234-5678")).result
        assert _found(shop, owner, userPhnno="+82 90-1234-5678") == [korean]
        assert _found(shop, owner, userPhnno="090-1234-5678") == [japanese]
        assert _found(shop, owner, userPhnno="+81 90-1234-5678") == [japanese]

    @pytest.mark.parametrize(
        ("time_zone", "stored", "typed"),
        [
            ("America/New_York", "1-800-FLOWERS", "+1 800-356-9377"),
            ("America/New_York", "(212) 555-0123", "+1 212 555 0123"),
            ("Europe/Berlin", "+49 (0)30 123456", "030 123456"),
            ("Europe/Rome", "+39 06 1234 5678", "06 12345678"),
            ("Asia/Calcutta", "098765 43210", "+91 98765 43210"),
        ],
    )
    def test_numbers_are_those_of_the_time_zones_country(self, shop: Shop, time_zone: str, stored: str, typed: str) -> None:
        owner = shop.open_account(time_zone=time_zone)
        for one, other in ((stored, typed), (typed, stored)):
            made = shop.create(owner, _body(owner, userId=one, userPhnno=one)).result
            assert _found(shop, owner, userId=one, userPhnno=other) == [made]

    def test_or_of_the_country_that_was_chosen_whatever_is_stored_already(self, shop: Shop) -> None:
        owner = shop.open_account(time_zone="UTC")
        made = shop.create(owner, _body(owner, userPhnno="+82 10-5550-3998")).result
        assert _found(shop, owner, userPhnno="010-5550-3998") == []
        shop.data.write(change_account, owner.account_id, {"country_code": "KR"}, actor=OPERATOR, now_us=shop.clock.now_us())
        other_key = shop.with_key(owner, scopes=["stamp:read"])
        assert _found(shop, other_key, userPhnno="010-5550-3998") == [made]

    def test_pages_of_several_spellings_are_in_one_order(self, shop: Shop) -> None:
        owner = shop.open_account()
        made = [shop.create(owner, _body(owner, userPhnno=KOREAN[number % 5])).result for number in range(12)]
        found: list[int] = []
        cursor: dict[str, object] = {}
        for _ in range(4):
            page = shop.get(LIST, owner, userPhnno="010 5550 3998", limit=3, **cursor).result
            found += [row["stampIdx"] for row in page["list"]]
            shop.create(owner, _body(owner, userPhnno="010-5550-3998"))
            cursor = {"cursor": page["nextCursor"]}
        assert found == made[::-1]
        assert page["nextCursor"] is None

    def test_a_page_goes_on_when_the_country_is_changed_meanwhile(self, shop: Shop) -> None:
        owner = shop.open_account()
        made = [shop.create(owner, _body(owner, userPhnno="010-5550-3998")).result for _ in range(2)]
        first = shop.get(LIST, owner, userPhnno="010-5550-3998", limit=1).result
        shop.data.write(change_account, owner.account_id, {"country_code": "JP"}, actor=OPERATOR, now_us=shop.clock.now_us())
        other_key = shop.with_key(owner, scopes=["stamp:read"])
        second = shop.get(LIST, other_key, userPhnno="010-5550-3998", limit=1, cursor=first["nextCursor"]).result
        assert [row["stampIdx"] for row in (*first["list"], *second["list"])] == made[::-1]

    def test_a_link_may_be_as_long_as_links_are(self, shop: Shop) -> None:
        owner = shop.open_account()
        made = shop.create(owner, _body(owner, userPhnno="010-5550-3998")).result
        link = "tel:10-5550-3998;ext=1234;isub=12345;phone-context=+82"
        assert _found(shop, owner, userPhnno=link) == [made]
        assert shop.get(LIST, owner, userPhnno="0" * 101).status == 400


class TestEmails:
    SPELLINGS = (
        "kim@bücher.example",
        "KIM@BÜCHER.example",
        "Kim@xn--bcher-kva.example",
        "kim@XN--BCHER-KVA.EXAMPLE",
        "kim@bu\u0308cher.example",
    )

    def test_any_spelling_finds_every_other(self, shop: Shop) -> None:
        owner = shop.open_account()
        made = [shop.create(owner, _body(owner, userEml=spelling)).result for spelling in self.SPELLINGS]
        shop.create(owner, _body(owner, userEml="kim@bucher.example"))
        for spelling in self.SPELLINGS:
            assert _found(shop, owner, userEml=spelling) == made[::-1], spelling

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("ÉMILE@x.example", "émile@x.example"),
            ("김@한글.example", "김@xn--bj0bj06e.example"),
            ("I@X.EXAMPLE", "i@x.example"),
        ],
    )
    def test_case_is_one_for_letters_of_every_script(self, shop: Shop, one: str, other: str) -> None:
        owner = shop.open_account()
        made = [shop.create(owner, _body(owner, userEml=address)).result for address in (one, other)]
        assert _found(shop, owner, userEml=one) == _found(shop, owner, userEml=other) == made[::-1]

    def test_what_looks_alike_is_another_address(self, shop: Shop) -> None:
        owner = shop.open_account()
        shop.create(owner, _body(owner, userEml="kim@bücher.example"))
        for address in ("kim@bucher.example", "k\u0131m@bücher.example", "kim@bücher.example.com", "bücher.example"):
            assert _found(shop, owner, userEml=address) == []

    def test_one_that_was_changed_or_cleared(self, shop: Shop) -> None:
        owner = shop.open_account()
        made = shop.create(owner, _body(owner, userEml="kim@bücher.example")).result
        shop.put("/api/stamp/v1/update", owner, stampIdx=made, userEml="kim@plain.example")
        assert _found(shop, owner, userEml="kim@bücher.example") == []
        assert _found(shop, owner, userEml="KIM@plain.example") == [made]
        shop.put("/api/stamp/v1/update", owner, stampIdx=made, userEml="Kim@Bücher.example")
        assert _found(shop, owner, userEml="kim@xn--bcher-kva.example") == [made]
        shop.put("/api/stamp/v1/update", owner, stampIdx=made, userEml="")
        assert _found(shop, owner, userEml="kim@bücher.example") == []

    def test_goes_with_a_phone_number(self, shop: Shop) -> None:
        owner = shop.open_account()
        made = {
            (phone, email): shop.create(owner, _body(owner, userPhnno=phone, userEml=email)).result
            for phone, email in product(("010-5550-3998", "010-5550-3999"), ("kim@bücher.example", "lee@bücher.example"))
        }
        query = {"userPhnno": "+82 10 5550 3998", "userEml": "KIM@xn--bcher-kva.example"}
        assert _found(shop, owner, **query) == [made["010-5550-3998", "kim@bücher.example"]]

    def test_a_plain_one_costs_no_key(self, shop: Shop) -> None:
        owner = shop.open_account()
        plain = shop.create(owner, _body(owner, userEml="Kim@Beans.example")).result
        other = shop.create(owner, _body(owner, userEml="kim@bücher.example")).result
        assert shop.data.stamp(plain)["user_email_key"] is None
        assert shop.data.stamp(other)["user_email_key"] == "kim@xn--bcher-kva.example"
