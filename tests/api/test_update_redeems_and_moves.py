"""`PUT /api/stamp/v1/update`: what redeems a stamp, what a redeemed one still takes, and the move to another card."""

import json

import pytest

from kit.refusals import refusal
from kit.shop import Shop
from kit.stamps import GOAL, SHOWN, do, issue, latest, ledger_row, make_card, refused, shown, stamp_in, told
from stampwell.features.stamps.states import State

DESCRIPTION = {
    "memo": "Asked for oat milk",
    "userId": "kim01",
    "userNm": "Kim Minji",
    "userPhnno": "010-1234-5678",
    "userEml": "kim@example.com",
    "userEtc1": "Silver",
    "userEtc2": "Green",
}

REDEEMED = refusal(40904, "This stamp was redeemed on 2026-03-02. Use the customer's next stamp.")


class TestRedeeming:
    def test_a_full_stamp(self, shop: Shop) -> None:
        stamp = stamp_in(shop, State.FULL, make_card(shop))
        do(shop, "update", stamp, useYn="Y")
        assert shown(shop, stamp)["useYn"] == "Y"
        assert latest(shop, stamp) == ledger_row(shop, stamp, "redeemed", GOAL, GOAL, rewards="[3]")

    def test_one_that_becomes_full_by_it(self, shop: Shop) -> None:
        stamp = issue(shop, make_card(shop))
        found = do(shop, "update", stamp, stamps=GOAL, userNm="Kim", useYn="Y", headers=SHOWN)
        assert (found["stamps"], found["userNm"], found["useYn"], found["useYmdt"]) == (3, "Kim", "Y", "2026-03-02 18:00:00")
        counts = [(row["kind"], row["stamps_before"], row["stamps_after"]) for row in shop.data.ledger(stamp)]
        assert counts == [("issued", 0, 0), ("updated", 0, 3), ("redeemed", 3, 3)]
        assert told(shop, stamp) == ["stamp.issued", "stamp.updated", "stamp.redeemed"]

    @pytest.mark.parametrize("state", [State.INACTIVE, State.NOT_YET_VALID, State.EXPIRED])
    def test_the_validity_is_not_looked_at(self, shop: Shop, state: State) -> None:
        stamp = stamp_in(shop, state, make_card(shop), marks=GOAL)
        do(shop, "update", stamp, useYn="Y")
        assert shown(shop, stamp)["useYn"] == "Y"

    def test_it_asks_for_no_staff_password(self, shop: Shop) -> None:
        stamp = stamp_in(shop, State.FULL, make_card(shop, onsiteYn="Y", onsitePwd="Sesame-9137"))
        do(shop, "update", stamp, useYn="Y")
        assert shown(shop, stamp)["useYn"] == "Y"

    def test_its_key_must_be_allowed_to_redeem(self, shop: Shop) -> None:
        stamp = stamp_in(shop, State.FULL, make_card(shop))
        body = {"stampIdx": stamp, "useYn": "Y"}
        answer = shop.request("PUT", "/api/stamp/v1/update", by=shop.bob, body=body)
        sentence = "This API key lacks the scope stamp:redeem. Use a key that was made with it."
        assert (answer.status, answer.json) == (403, refusal(40304, sentence))
        assert shown(shop, stamp)["useYn"] == "N"

    def test_one_that_is_not_full_stays_as_it_is_in_everything(self, shop: Shop) -> None:
        stamp = issue(shop, make_card(shop))
        expected = refusal(40907, "The stamp has 2 of 3 marks. It can be redeemed when it is full.")
        assert refused(shop, "update", stamp, stamps=2, memo="x", useYn="Y") == (409, expected)

    def test_it_is_never_taken_back(self, shop: Shop) -> None:
        stamp = stamp_in(shop, State.REDEEMED, make_card(shop))
        for flag in ("N", "Y"):
            assert refused(shop, "update", stamp, useYn=flag) == (409, REDEEMED)


class TestARedeemedStamp:
    def test_it_takes_the_memo_and_the_users_fields(self, shop: Shop) -> None:
        stamp = stamp_in(shop, State.REDEEMED, make_card(shop))
        before = shown(shop, stamp)
        do(shop, "update", stamp, **DESCRIPTION)
        assert shown(shop, stamp) == {**before, **DESCRIPTION}
        assert latest(shop, stamp)["kind"] == "updated"

    @pytest.mark.parametrize(
        "field",
        [
            {"strtYmd": "2026-02-01"},
            {"endYmd": "2026-12-30"},
            {"activeYn": "N"},
            {"stamps": 2},
            {"domain": ""},
            {"cardIdx": 123},
            {"useYn": "N"},
        ],
        ids=str,
    )
    def test_and_nothing_else_not_even_with_them(self, shop: Shop, field: dict[str, object]) -> None:
        stamp = stamp_in(shop, State.REDEEMED, make_card(shop))
        assert refused(shop, "update", stamp, **field) == (409, REDEEMED)
        assert refused(shop, "update", stamp, **field, **DESCRIPTION) == (409, REDEEMED)


class TestMoving:
    """`cardIdx`: to another card of the account, whose rules the stamp takes on."""

    def test_its_rules_are_the_new_cards(self, shop: Shop) -> None:
        stamp = issue(shop, make_card(shop), marks=2)
        target = make_card(shop, cardNm="Tea", cardTtl="Five teas", maxStamps=5, rewardTtl="A tea", cooldownSec=9, dailyMax=4)
        before = shown(shop, stamp)
        found = do(shop, "update", stamp, cardIdx=target, headers=SHOWN)
        assert found == {**before, "cardIdx": target, "cardNm": "Tea", "cardTtl": "Five teas", "maxStamps": 5}
        assert shown(shop, stamp) == found
        stored = shop.data.stamp(stamp)
        assert [stored[name] for name in ("reward_title", "cooldown_s", "daily_max")] == ["A tea", 9, 4]
        assert json.loads(latest(shop, stamp)["changes"]) == {"cardIdx": [before["cardIdx"], target], "maxStamps": [3, 5]}

    def test_a_count_that_just_fits(self, shop: Shop) -> None:
        stamp = issue(shop, 123, marks=3)
        do(shop, "update", stamp, cardIdx=make_card(shop, maxStamps=3))
        assert refused(shop, "add", stamp)[1]["code"] == 40905

    def test_a_count_that_does_not_fit(self, shop: Shop) -> None:
        stamp = issue(shop, 123, marks=4)
        expected = refusal(40905, "There is no room for that: the stamp would have 4 marks, and it takes 3.")
        assert refused(shop, "update", stamp, cardIdx=make_card(shop, maxStamps=3)) == (409, expected)

    def test_a_count_that_is_made_to_fit(self, shop: Shop) -> None:
        stamp = issue(shop, 123, marks=4)
        do(shop, "update", stamp, cardIdx=make_card(shop, maxStamps=3), stamps=3)
        assert (shown(shop, stamp)["stamps"], shown(shop, stamp)["maxStamps"]) == (3, 3)

    def test_redeemed_at_once_it_renews_as_the_new_card_says(self, shop: Shop) -> None:
        target = make_card(shop, renewYn="Y")
        stamp = issue(shop, 123, marks=GOAL)
        found = do(shop, "update", stamp, cardIdx=target, useYn="Y", headers=SHOWN)
        assert shown(shop, found["renewedStampIdx"])["cardIdx"] == target

    @pytest.mark.parametrize("whose", ["nobody's", "another account's"])
    def test_a_card_that_is_not_this_accounts(self, shop: Shop, whose: str) -> None:
        target = 999_999 if whose == "nobody's" else shop.charlie.card_id
        sentence = (
            f"cardIdx: this account has no card {target}. Its cards and their Card IDX are listed by: stampwell card list"
        )
        assert refused(shop, "update", issue(shop, 123), cardIdx=target) == (404, refusal(40402, sentence))
