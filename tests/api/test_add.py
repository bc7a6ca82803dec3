"""`PUT /api/stamp/v1/add`: marks on a usable stamp, all or none."""

from datetime import UTC, datetime

import pytest

from kit.people import Person
from kit.refusals import refusal, wrong_fields
from kit.shop import Shop
from kit.stamps import (
    DONE,
    NO_INTEGER,
    NO_STAMP,
    SHOWN,
    ask,
    count,
    do,
    issue,
    latest,
    ledger_row,
    make_card,
    refused,
    shown,
    stamp_in,
    told,
)
from stampwell.features.stamps.states import State


class TestAdd:
    def test_one_mark_unless_another_number_is_asked_for(self, shop: Shop) -> None:
        stamp = issue(shop, 123)
        answer = ask(shop, "add", stamp)
        assert (answer.status, answer.json, count(shop, stamp)) == (200, DONE, 1)

    @pytest.mark.parametrize("nothing", [{}, {"count": None, "note": None, "location": None}, {"note": "", "location": ""}])
    def test_null_and_empty_mean_left_out(self, shop: Shop, nothing: dict[str, object]) -> None:
        stamp = issue(shop, 123)
        do(shop, "add", stamp, **nothing)
        assert latest(shop, stamp) == ledger_row(shop, stamp, "added", 0, 1)

    def test_up_to_twenty_at_once(self, shop: Shop) -> None:
        stamp = issue(shop, make_card(shop, maxStamps=100))
        do(shop, "add", stamp, count=20)
        assert count(shop, stamp) == 20

    def test_by_code(self, shop: Shop) -> None:
        stamp = issue(shop, 123)
        do(shop, "add", shop.data.stamp(stamp)["code"], count=2)
        assert count(shop, stamp) == 2

    def test_to_the_last_mark(self, shop: Shop) -> None:
        stamp = issue(shop, make_card(shop, maxStamps=3), marks=1)
        do(shop, "add", stamp, count=2)
        assert count(shop, stamp) == 3

    def test_it_answers_with_the_stamp_where_that_is_preferred(self, shop: Shop) -> None:
        stamp = issue(shop, 123, userNm="Kim")
        before = shown(shop, stamp)
        answer = ask(shop, "add", stamp, count=4, headers=SHOWN)
        assert answer.json == {"code": 0, "message": "", "result": {**before, "stamps": 4}}
        assert list(answer.result) == list(before)
        assert shown(shop, stamp) == answer.result


class TestTheLedger:
    def test_it_says_who_when_why_where_and_the_counts(self, shop: Shop) -> None:
        stamp = issue(shop, 123, marks=2)
        shop.clock.advance(seconds=61.5)
        do(shop, "add", stamp, count=3, note="Two flat whites\nand a cake", location="Main Street", orderRef="R-17")
        expected = ledger_row(
            shop, stamp, "added", 2, 5, note="Two flat whites\nand a cake", location="Main Street", order_ref="R-17"
        )
        assert latest(shop, stamp) == expected

    def test_whose_key_it_was(self, shop: Shop) -> None:
        stamp = issue(shop, 123)
        do(shop, "add", stamp, by=shop.bob)
        assert latest(shop, stamp) == ledger_row(shop, stamp, "added", 0, 1, actor_id=shop.bob.key_id)

    def test_every_request_is_a_row(self, shop: Shop) -> None:
        stamp = issue(shop, 123)
        for marks in (1, 2, 1):
            do(shop, "add", stamp, count=marks)
        counts = [(row["kind"], row["stamps_before"], row["stamps_after"]) for row in shop.data.ledger(stamp)]
        assert counts == [("issued", 0, 0), ("added", 0, 1), ("added", 1, 3), ("added", 3, 4)]

    def test_the_outbox_tells_of_it(self, shop: Shop) -> None:
        stamp = issue(shop, 123)
        do(shop, "add", stamp)
        row = shop.data.told(stamp)[-1]
        assert row == {
            "account_id": shop.alice.account_id,
            "stamp_id": stamp,
            "kind": "stamp.added",
            "created_at": shop.clock.now_us(),
        }
        assert told(shop, stamp) == ["stamp.issued", "stamp.added"]


class TestNoRoom:
    def test_all_or_none(self, shop: Shop) -> None:
        stamp = issue(shop, make_card(shop, maxStamps=3), marks=2)
        assert refused(shop, "add", stamp, count=2) == (409, _no_room(4, 3))

    def test_a_full_stamp(self, shop: Shop) -> None:
        stamp = stamp_in(shop, State.FULL, make_card(shop))
        assert refused(shop, "add", stamp) == (409, _no_room(4, 3))


class TestAnUnusableStamp:
    def test_inactive(self, shop: Shop) -> None:
        stamp = stamp_in(shop, State.INACTIVE, 123)
        expected = refusal(40901, "This stamp is switched off. Switch it on with update and activeYn Y.")
        assert refused(shop, "add", stamp) == (409, expected)

    def test_not_yet_valid(self, shop: Shop) -> None:
        stamp = stamp_in(shop, State.NOT_YET_VALID, 123)
        expected = refusal(40902, "This stamp is valid from 2026-03-03 on, which is after 2026-03-02.")
        assert refused(shop, "add", stamp) == (409, expected)

    def test_expired(self, shop: Shop) -> None:
        stamp = stamp_in(shop, State.EXPIRED, 123)
        sentence = "This stamp was valid until 2026-03-01, which is before 2026-03-02. Extend it with update and endYmd."
        assert refused(shop, "add", stamp) == (409, refusal(40903, sentence))

    def test_redeemed(self, shop: Shop) -> None:
        stamp = stamp_in(shop, State.REDEEMED, make_card(shop))
        shop.clock.set(datetime(2026, 3, 4, tzinfo=UTC))
        sentence = "This stamp was redeemed on 2026-03-02. Use the customer's next stamp."
        assert refused(shop, "add", stamp) == (409, refusal(40904, sentence))

    def test_another_accounts_is_answered_like_one_that_is_not_there(self, shop: Shop) -> None:
        stamp = issue(shop, 123)
        assert refused(shop, "add", stamp, by=shop.charlie) == (404, _no_stamp(stamp))
        code = shop.data.stamp(stamp)["code"]
        assert refused(shop, "add", code, by=shop.charlie) == (404, _no_stamp(code))

    @pytest.mark.parametrize("nobodys", [0, -1, 2**63 - 1, -(2**63), "A" * 16, "0" * 16])
    def test_one_that_is_not_there(self, shop: Shop, nobodys: object) -> None:
        assert refused(shop, "add", nobodys) == (404, _no_stamp(nobodys))


class TestFields:
    @pytest.mark.one_database
    @pytest.mark.parametrize("number", ["one", True, 1.0, 1.5, [1], {}])
    def test_a_count_that_is_no_integer(self, shop: Shop, number: object) -> None:
        stamp = issue(shop, 123)
        assert refused(shop, "add", stamp, count=number) == (400, wrong_fields(("count", NO_INTEGER)))

    @pytest.mark.one_database
    @pytest.mark.parametrize(
        ("number", "problem"),
        [(0, "must be at least 1"), (-1, "must be at least 1"), (21, "must be at most 20"), (2**70, "must be at most 20")],
    )
    def test_a_count_out_of_range(self, shop: Shop, number: int, problem: str) -> None:
        stamp = issue(shop, make_card(shop, maxStamps=100))
        assert refused(shop, "add", stamp, count=number) == (400, wrong_fields(("count", problem)))

    @pytest.mark.one_database
    @pytest.mark.parametrize("nothing", ["abc", "A" * 15, "A" * 17, "", 1.0, True, 2**63, -(2**63) - 1, [], {}], ids=ascii)
    def test_what_names_no_stamp(self, shop: Shop, nothing: object) -> None:
        assert refused(shop, "add", nothing) == (400, wrong_fields(("stampIdx", NO_STAMP)))

    @pytest.mark.one_database
    def test_no_stamp_at_all(self, shop: Shop) -> None:
        assert refused(shop, "add", None) == (400, wrong_fields(("stampIdx", "required")))

    @pytest.mark.one_database
    def test_every_wrong_field_at_once(self, shop: Shop) -> None:
        fields = {"count": 0, "note": "a\x00b", "location": "x" * 101, "orderRef": "y" * 101, "cuont": 1}
        expected = wrong_fields(
            ("count", "must be at least 1"),
            ("note", "must not contain control characters"),
            ("orderRef", "must have at most 100 characters"),
            ("location", "must have at most 100 characters"),
            ("cuont", "unknown field; did you mean count?"),
        )
        assert refused(shop, "add", issue(shop, 123), **fields) == (400, expected)

    def test_the_longest_note_and_location(self, shop: Shop) -> None:
        stamp = issue(shop, 123)
        do(shop, "add", stamp, note="\u00fc" * 1000, location="\U0001f375" * 100)
        expected = ledger_row(shop, stamp, "added", 0, 1, note="\u00fc" * 1000, location="\U0001f375" * 100)
        assert latest(shop, stamp) == expected

    @pytest.mark.one_database
    def test_a_note_too_long(self, shop: Shop) -> None:
        expected = wrong_fields(("note", "must have at most 1000 characters"))
        assert refused(shop, "add", issue(shop, 123), note="x" * 1001) == (400, expected)


class TestTheValidity:
    @pytest.mark.parametrize(
        ("zone", "first_instant"),
        [
            ("Asia/Seoul", datetime(2026, 1, 19, 15, 0, tzinfo=UTC)),
            ("UTC", datetime(2026, 1, 20, 0, 0, tzinfo=UTC)),
            ("America/New_York", datetime(2026, 1, 20, 5, 0, tzinfo=UTC)),
        ],
        ids=str,
    )
    def test_it_begins_and_ends_at_midnight_of_the_accounts_clocks(
        self, shop: Shop, zone: str, first_instant: datetime
    ) -> None:
        person = shop.open_account(time_zone=zone)
        stamp = issue(shop, person.card_id, by=person, strtYmd="2026-01-20", endYmd="2026-01-20")
        shop.clock.set(first_instant)
        shop.clock.advance(seconds=-0.000001)
        assert _code(shop, stamp, person) == 40902
        shop.clock.set(first_instant)
        assert _code(shop, stamp, person) == 0
        shop.clock.advance(seconds=86_399.999999)
        assert _code(shop, stamp, person) == 0
        shop.clock.set(first_instant)
        shop.clock.advance(seconds=86_400)
        assert _code(shop, stamp, person) == 40903


def _code(shop: Shop, stamp: int, person: Person) -> int:
    return int(ask(shop, "add", stamp, by=person).json["code"])


def _no_room(would_be: int, most: int) -> dict[str, object]:
    return refusal(40905, f"There is no room for that: the stamp would have {would_be} marks, and it takes {most}.")


def _no_stamp(stamp: object) -> dict[str, object]:
    return refusal(40403, f"stampIdx: there is no stamp {stamp}.")
