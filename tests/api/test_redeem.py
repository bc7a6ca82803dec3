"""`PUT /api/stamp/v1/redeem`: the reward is handed out, once and for good."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from kit.people import Person
from kit.refusals import has_blank, refusal, wrong_fields
from kit.shop import Shop
from kit.stamps import (
    DONE,
    GOAL,
    SHOWN,
    archive_card,
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
    tries_at,
)
from stampwell.features.stamps.states import State

REDEEMED = refusal(40904, "This stamp was redeemed on 2026-03-02. Use the customer's next stamp.")


@pytest.fixture
def card(shop: Shop) -> int:
    return make_card(shop)


@pytest.fixture
def full(shop: Shop, card: int) -> int:
    return stamp_in(shop, State.FULL, card)


class TestRedeem:
    def test_a_full_stamp(self, shop: Shop, full: int) -> None:
        before = shown(shop, full)
        answer = ask(shop, "redeem", full)
        assert (answer.status, answer.json) == (200, DONE)
        assert shown(shop, full) == {**before, "useYn": "Y", "useYmdt": "2026-03-02 18:00:00"}

    def test_by_code(self, shop: Shop, full: int) -> None:
        do(shop, "redeem", shown(shop, full)["code"])
        assert shop.data.stamp(full)["redeemed_at"] == shop.clock.now_us()

    def test_it_answers_with_the_stamp_where_that_is_preferred(self, shop: Shop, full: int) -> None:
        before = shown(shop, full)
        answer = do(shop, "redeem", full, headers=SHOWN)
        assert answer == {**before, "useYn": "Y", "useYmdt": "2026-03-02 18:00:00"}
        assert list(answer) == list(before)

    def test_a_password_that_the_card_does_not_want_is_not_looked_at(self, shop: Shop, full: int) -> None:
        do(shop, "redeem", full, onsitePwd="whatever")
        assert tries_at(shop, full) == []

    def test_the_stamp_of_an_archived_card(self, shop: Shop, card: int, full: int) -> None:
        archive_card(shop, card)
        do(shop, "redeem", full)
        assert shown(shop, full)["useYn"] == "Y"

    def test_a_goal_of_one(self, shop: Shop) -> None:
        stamp = issue(shop, make_card(shop, maxStamps=1))
        do(shop, "add", stamp)
        do(shop, "redeem", stamp)
        assert shown(shop, stamp)["useYn"] == "Y"


class TestTheLedger:
    def test_it_says_who_when_why_where_and_the_counts(self, shop: Shop, full: int) -> None:
        shop.clock.advance(seconds=90)
        do(shop, "redeem", full, note="Cappuccino", location="Main Street")
        expected = ledger_row(shop, full, "redeemed", GOAL, GOAL, note="Cappuccino", location="Main Street", rewards="[3]")
        assert latest(shop, full) == expected

    def test_the_outbox_tells_of_it(self, shop: Shop, full: int) -> None:
        do(shop, "redeem", full)
        assert told(shop, full)[-1] == "stamp.redeemed"
        assert shop.data.told(full)[-1]["created_at"] == shop.clock.now_us()


class TestOnce:
    def test_a_second_time(self, shop: Shop, full: int) -> None:
        do(shop, "redeem", full)
        assert refused(shop, "redeem", full) == (409, REDEEMED)

    def test_it_is_for_good(self, shop: Shop, full: int) -> None:
        do(shop, "redeem", full)
        for action, fields in (("add", {}), ("remove", {}), ("validate", {}), ("update", {"useYn": "N"})):
            assert refused(shop, action, full, **fields) == (409, REDEEMED)

    def test_ten_at_once(self, shop: Shop, full: int) -> None:
        with ThreadPoolExecutor(10) as threads:
            answers = list(threads.map(lambda _: ask(shop, "redeem", full), range(10)))
        assert sorted(answer.status for answer in answers) == [200] + [409] * 9
        assert [row["kind"] for row in shop.data.ledger(full)].count("redeemed") == 1


class TestRefusals:
    @pytest.mark.parametrize(
        ("state", "code", "message"),
        [
            (State.USABLE, 40907, "The stamp has 2 of 3 marks. It can be redeemed when it is full."),
            (State.INACTIVE, 40901, "This stamp is switched off. Switch it on with update and activeYn Y."),
            (State.NOT_YET_VALID, 40902, "This stamp is valid from 2026-03-03 on, which is after 2026-03-02."),
            (
                State.EXPIRED,
                40903,
                "This stamp was valid until 2026-03-01, which is before 2026-03-02. Extend it with update and endYmd.",
            ),
        ],
    )
    def test_by_state(self, shop: Shop, card: int, state: State, code: int, message: str) -> None:
        assert refused(shop, "redeem", stamp_in(shop, state, card, marks=2)) == (409, refusal(code, message))

    @pytest.mark.parametrize("state", [State.INACTIVE, State.NOT_YET_VALID, State.EXPIRED])
    def test_being_full_does_not_help(self, shop: Shop, card: int, state: State) -> None:
        stamp = stamp_in(shop, state, card, marks=GOAL)
        assert refused(shop, "redeem", stamp)[1]["code"] in {40901, 40902, 40903}

    def test_another_accounts(self, shop: Shop, full: int) -> None:
        expected = refusal(40403, f"stampIdx: there is no stamp {full}.")
        assert refused(shop, "redeem", full, by=shop.charlie) == (404, expected)

    def test_a_key_that_may_mark_and_not_redeem(self, shop: Shop, full: int) -> None:
        expected = refusal(40304, "This API key lacks the scope stamp:redeem. Use a key that was made with it.")
        assert refused(shop, "redeem", full, by=shop.bob) == (403, expected)

    def test_every_wrong_field_at_once(self, shop: Shop, full: int) -> None:
        fields = {"onsitePwd": 1234, "note": 5, "location": "a\tb", "count": 1}
        expected = wrong_fields(
            ("onsitePwd", "must be a string in double quotes"),
            ("note", "must be a string in double quotes"),
            ("location", has_blank("\t", where="inside")),
            ("count", "unknown field; the documentation lists the known ones"),
        )
        assert refused(shop, "redeem", full, **fields) == (400, expected)


class TestTheValidity:
    def test_until_midnight_on_the_accounts_clocks(self, shop: Shop) -> None:
        person = shop.open_account(time_zone="America/New_York", max_stamps=1)
        stamps = [_full(shop, person) for _ in range(2)]
        # 23:59:59.999999 of a day of 23 hours.
        shop.clock.set(datetime(2025, 3, 10, 3, 59, 59, 999_999, tzinfo=UTC))
        do(shop, "redeem", stamps[0], by=person)
        shop.clock.advance(seconds=0.000001)
        sentence = "This stamp was valid until 2025-03-09, which is before 2025-03-10. Extend it with update and endYmd."
        assert refused(shop, "redeem", stamps[1], by=person) == (409, refusal(40903, sentence))


def _full(shop: Shop, person: Person) -> int:
    return issue(shop, person.card_id, by=person, marks=1, strtYmd="2025-01-01", endYmd="2025-03-09")
