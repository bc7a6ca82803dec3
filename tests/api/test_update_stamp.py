"""`PUT /api/stamp/v1/update`: a stamp corrected, in any field, with its trace in the ledger."""

import json
from typing import Any

import pytest

from kit.refusals import has_blank, refusal, without_quotes, wrong_fields
from kit.shop import Shop
from kit.stamps import (
    DONE,
    NO_INTEGER,
    SHOWN,
    ask,
    do,
    issue,
    latest,
    ledger_row,
    make_card,
    refused,
    shown,
    stamp_in,
    told,
    unchanged,
)
from stampwell.features.stamps.states import State

PERSONAL = {
    "memo": "Asked for oat milk",
    "userId": "kim01",
    "userNm": "Kim Minji",
    "userPhnno": "010-1234-5678",
    "userEml": "kim@example.com",
    "userEtc1": "Silver",
    "userEtc2": "Green",
}

REDEEMED = refusal(40904, "This stamp was redeemed on 2026-03-02. Use the customer's next stamp.")


def _changes(shop: Shop, stamp: int) -> Any:
    changes = latest(shop, stamp)["changes"]
    return None if changes is None else json.loads(changes)


class TestFields:
    @pytest.mark.parametrize(
        ("field", "value"),
        [*PERSONAL.items(), ("strtYmd", "2026-02-01"), ("endYmd", "2031-03-02"), ("activeYn", "N"), ("stamps", 7)],
    )
    def test_one_is_changed_and_the_others_stay(self, shop: Shop, field: str, value: object) -> None:
        stamp = issue(shop, 123, userId="somebody")
        before = shown(shop, stamp)
        answer = ask(shop, "update", stamp, **{field: value})
        assert (answer.status, answer.json) == (200, DONE)
        assert shown(shop, stamp) == {**before, field: value}

    def test_all_at_once_by_code(self, shop: Shop) -> None:
        stamp = issue(shop, 123)
        before = shown(shop, stamp)
        fields = {**PERSONAL, "strtYmd": "2026-03-01", "endYmd": "2026-03-31", "activeYn": "N", "stamps": 10}
        do(shop, "update", before["code"], **fields)
        assert shown(shop, stamp) == {**before, **fields}

    def test_it_answers_with_the_stamp_where_that_is_preferred(self, shop: Shop) -> None:
        stamp = issue(shop, 123)
        before = shown(shop, stamp)
        answer = do(shop, "update", stamp, userNm="Kim", stamps=2, headers=SHOWN)
        assert answer == {**before, "userNm": "Kim", "stamps": 2}
        assert list(answer) == list(before)

    @pytest.mark.parametrize("field", [name for name in PERSONAL if name != "domain"])
    def test_an_empty_text_clears_it(self, shop: Shop, field: str) -> None:
        stamp = issue(shop, 123, **PERSONAL)
        before = shown(shop, stamp)
        do(shop, "update", stamp, **{field: ""})
        assert shown(shop, stamp) == {**before, field: None}

    def test_null_leaves_everything_as_it_is(self, shop: Shop) -> None:
        stamp = issue(shop, 123, **PERSONAL)
        names = [*PERSONAL, "cardIdx", "domain", "strtYmd", "endYmd", "activeYn", "stamps", "resetPinYn", "useYn"]
        with unchanged(shop):
            do(shop, "update", stamp, **dict.fromkeys(names))

    def test_a_phone_number_is_found_by_its_new_digits(self, shop: Shop) -> None:
        card = make_card(shop)
        stamp = issue(shop, card, userPhnno="010-1111-2222")
        do(shop, "update", stamp, userPhnno="(010) 3333.4444")
        found = [
            shop.request("GET", f"/api/stamp/v1/list?cardIdx={card}&userPhnno={digits}", by=shop.alice).result["list"]
            for digits in ("01011112222", "01033334444")
        ]
        assert [[row["stampIdx"] for row in rows] for rows in found] == [[], [stamp]]

    def test_a_stamp_that_was_switched_off_is_switched_on_again(self, shop: Shop) -> None:
        stamp = issue(shop, 123, activeYn="N")
        do(shop, "update", stamp, activeYn="Y")
        do(shop, "add", stamp)

    def test_an_expired_stamp_is_extended(self, shop: Shop) -> None:
        stamp = stamp_in(shop, State.EXPIRED, 123)
        do(shop, "update", stamp, endYmd="2026-03-02")
        do(shop, "add", stamp)

    def test_the_pin_is_reset(self, shop: Shop) -> None:
        stamp = issue(shop, 123)
        shop.data.run("UPDATE stamp SET pin_hash = 'a hash' WHERE stamp_id = :stamp", stamp=stamp)
        with unchanged(shop):
            do(shop, "update", stamp, resetPinYn="N")
        do(shop, "update", stamp, resetPinYn="Y")
        assert shop.data.stamp(stamp)["pin_hash"] is None
        assert _changes(shop, stamp) == {"resetPinYn": ["N", "Y"]}


class TestDomains:
    def test_one_that_is_verified(self, shop: Shop) -> None:
        shop.add_domain(shop.alice, "https://updated.example")
        stamp = issue(shop, 123)
        found = do(shop, "update", stamp, domain="HTTPS://Updated.Example/", headers=SHOWN)
        assert found["domain"] == "https://updated.example"
        assert found["stampUrl"] == f"https://updated.example/stamp/{found['code']}"

    def test_empty_takes_the_default(self, shop: Shop) -> None:
        shop.add_domain(shop.alice, "https://cleared.example")
        stamp = issue(shop, 123, domain="https://cleared.example")
        do(shop, "update", stamp, domain="")
        assert shown(shop, stamp)["domain"] == "https://vvd.bz"

    @pytest.mark.parametrize("whose", ["nobody's", "unverified", "another account's"])
    def test_one_that_is_not_this_accounts(self, shop: Shop, whose: str) -> None:
        origin = f"https://{whose.replace(' ', '-').replace(chr(39), '')}.example"
        if whose != "nobody's":
            shop.add_domain(shop.alice if whose == "unverified" else shop.charlie, origin, verified=whose != "unverified")
        status, body = refused(shop, "update", issue(shop, 123), domain=origin)
        assert (status, body["code"]) == (404, 40404)

    def test_a_plan_without_custom_domains(self, shop: Shop) -> None:
        person = shop.open_account(plan="personal")
        stamp = issue(shop, person.card_id, by=person)
        status, body = refused(shop, "update", stamp, by=person, domain="https://mine.example")
        assert (status, body["code"]) == (403, 40302)


class TestTheLedger:
    def test_values_before_and_after_by_the_contracts_names(self, shop: Shop) -> None:
        stamp = issue(shop, 123, marks=2)
        shop.clock.advance(seconds=30)
        do(shop, "update", stamp, stamps=5, strtYmd="2026-02-01", endYmd="2026-06-30", activeYn="N")
        row = latest(shop, stamp)
        assert json.loads(row["changes"]) == {
            "strtYmd": ["2026-01-01", "2026-02-01"],
            "endYmd": ["2026-12-31", "2026-06-30"],
            "activeYn": ["Y", "N"],
            "stamps": [2, 5],
        }
        assert row == ledger_row(shop, stamp, "updated", 2, 5, changes=row["changes"])

    def test_of_what_is_personal_only_that_it_changed(self, shop: Shop) -> None:
        stamp = issue(shop, 123, userNm="Before Name")
        do(shop, "update", stamp, **PERSONAL)
        assert _changes(shop, stamp) == dict.fromkeys(PERSONAL)
        kept = str(shop.data.ledger(stamp)) + str(shop.data.told(stamp))
        for value in (*PERSONAL.values(), "Before Name", "01012345678"):
            assert value not in kept

    def test_whose_key_it_was(self, shop: Shop) -> None:
        stamp = issue(shop, 123)
        do(shop, "update", stamp, by=shop.bob, stamps=1)
        assert latest(shop, stamp)["actor_id"] == shop.bob.key_id

    def test_the_outbox_tells_of_it(self, shop: Shop) -> None:
        stamp = issue(shop, 123)
        do(shop, "update", stamp, memo="x")
        assert told(shop, stamp) == ["stamp.issued", "stamp.updated"]

    @pytest.mark.parametrize(
        "nothing_new",
        [
            {},
            {"stamps": 0, "activeYn": "Y", "strtYmd": "2026-01-01", "useYn": "N"},
            {"memo": "", "userNm": ""},
            {"cardIdx": 123},
        ],
    )
    def test_what_changes_nothing_leaves_no_row(self, shop: Shop, nothing_new: dict[str, object]) -> None:
        stamp = issue(shop, 123)
        with unchanged(shop):
            assert ask(shop, "update", stamp, **nothing_new).json == DONE


class TestTheCount:
    @pytest.mark.parametrize("marks", [0, 1, 10])
    def test_from_none_to_the_goal(self, shop: Shop, marks: int) -> None:
        stamp = issue(shop, 123, marks=5)
        do(shop, "update", stamp, stamps=marks)
        assert shown(shop, stamp)["stamps"] == marks

    def test_above_the_goal(self, shop: Shop) -> None:
        expected = refusal(40905, "There is no room for that: the stamp would have 11 marks, and it takes 10.")
        assert refused(shop, "update", issue(shop, 123), stamps=11) == (409, expected)

    @pytest.mark.one_database
    @pytest.mark.parametrize(
        ("marks", "problem"),
        [
            (-1, "must be at least 0"),
            (101, "must be at most 100"),
            ("5", without_quotes(5)),
            (True, NO_INTEGER),
            (5.0, NO_INTEGER),
        ],
    )
    def test_what_is_no_count(self, shop: Shop, marks: object, problem: str) -> None:
        assert refused(shop, "update", issue(shop, 123), stamps=marks) == (400, wrong_fields(("stamps", problem)))


class TestRefusals:
    def test_another_accounts_stamp(self, shop: Shop) -> None:
        stamp = issue(shop, 123)
        expected = refusal(40403, f"stampIdx: there is no stamp {stamp}.")
        assert refused(shop, "update", stamp, by=shop.charlie, memo="x") == (404, expected)

    def test_a_single_day_is_taken(self, shop: Shop) -> None:
        for given in ({"strtYmd": "2026-06-02", "endYmd": "2026-06-02"}, {"endYmd": "2026-01-01"}, {"strtYmd": "2026-12-31"}):
            do(shop, "update", issue(shop, 123), **given)

    def test_the_last_day_before_the_stored_first(self, shop: Shop) -> None:
        expected = wrong_fields(("endYmd", "must not be before strtYmd (2026-01-01)"))
        assert refused(shop, "update", issue(shop, 123), endYmd="2025-12-31") == (400, expected)

    def test_the_first_day_after_the_stored_last(self, shop: Shop) -> None:
        expected = wrong_fields(("strtYmd", "must not be after endYmd (2026-12-31)"))
        assert refused(shop, "update", issue(shop, 123), strtYmd="2027-01-01") == (400, expected)

    def test_both_days_out_of_order(self, shop: Shop) -> None:
        expected = wrong_fields(("endYmd", "must not be before strtYmd (2026-06-02)"))
        assert refused(shop, "update", issue(shop, 123), strtYmd="2026-06-02", endYmd="2026-06-01") == (400, expected)

    @pytest.mark.one_database
    def test_more_than_five_years_ahead(self, shop: Shop) -> None:
        expected = wrong_fields(("endYmd", "must be at most 5 years from today: 2031-03-02 or earlier"))
        assert refused(shop, "update", issue(shop, 123), endYmd="2031-03-03") == (400, expected)

    @pytest.mark.one_database
    @pytest.mark.parametrize("flag", ["", "y", "Yes", True, 1], ids=repr)
    @pytest.mark.parametrize("field", ["activeYn", "useYn", "resetPinYn"])
    def test_what_is_neither_y_nor_n(self, shop: Shop, field: str, flag: object) -> None:
        status, body = refused(shop, "update", issue(shop, 123), **{field: flag})
        assert (status, [row["field"] for row in body["errors"]]) == (400, [field])

    @pytest.mark.one_database
    def test_every_wrong_field_at_once(self, shop: Shop) -> None:
        fields = {
            "strtYmd": "2026-02-30",
            "memo": "x" * 1001,
            "userNm": "a\nb",
            "userEml": "nobody",
            "userPhnno": "1" * 31,
            "stamps": -1,
            "username": "x",
        }
        expected = wrong_fields(
            ("strtYmd", "must be a real calendar day written YYYY-MM-DD, such as 2025-12-31"),
            ("memo", "must have at most 1000 characters"),
            ("userNm", has_blank("\n", where="inside")),
            ("userPhnno", "must have at most 30 characters"),
            ("userEml", "must have the form of an e-mail address, such as name@example.com"),
            ("stamps", "must be at least 0"),
            ("username", "unknown field; did you mean userNm?"),
        )
        assert refused(shop, "update", issue(shop, 123), **fields) == (400, expected)
