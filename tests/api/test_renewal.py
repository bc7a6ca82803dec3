"""A card with `renewYn`: redemption issues the customer's next stamp in the same transaction."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest

from kit.shop import Shop, least
from kit.stamps import (
    GOAL,
    SHOWN,
    archive_card,
    ask,
    change_card,
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

WHOM = {
    "userId": "att78z",
    "userNm": "Brown Smith",
    "userPhnno": "+1 123-4567-8900",
    "userEml": "test@gmail.com",
    "userEtc1": "Gold",
    "userEtc2": "Blue",
}


@pytest.fixture
def card(shop: Shop) -> int:
    return make_card(shop, renewYn="Y")


def _redeemed(shop: Shop, stamp: int) -> dict[str, Any]:
    answer: dict[str, Any] = do(shop, "redeem", stamp, headers=SHOWN)
    return answer


class TestTheNextStamp:
    def test_it_is_the_same_users_and_begins_today_with_no_mark(self, shop: Shop, card: int) -> None:
        stamp = issue(shop, card, marks=GOAL, memo="Likes oat milk", **WHOM)
        shop.clock.advance(seconds=86_400)
        answer = _redeemed(shop, stamp)
        found = shown(shop, answer["renewedStampIdx"])
        assert found == {
            **answer,
            "stampIdx": answer["renewedStampIdx"],
            "code": found["code"],
            "stampUrl": f"https://vvd.bz/stamp/{found['code']}",
            "stamps": 0,
            # 365 days, the first and the last counted, as those of the stamp before.
            "strtYmd": "2026-03-03",
            "endYmd": "2027-03-02",
            "memo": None,
            "useYn": "N",
            "useYmdt": None,
            "regYmdt": "2026-03-03 18:00:00",
            "renewedStampIdx": None,
        }
        assert found["code"] != answer["code"]

    def test_the_redeemed_stamp_names_it_from_then_on(self, shop: Shop, card: int) -> None:
        stamp = stamp_in(shop, State.FULL, card)
        answer = _redeemed(shop, stamp)
        assert shown(shop, stamp) == answer
        assert type(answer["renewedStampIdx"]) is int

    def test_it_can_be_used_at_once_and_earns_the_one_after(self, shop: Shop, card: int) -> None:
        first = stamp_in(shop, State.FULL, card)
        second = _redeemed(shop, first)["renewedStampIdx"]
        do(shop, "add", second, count=GOAL)
        third = _redeemed(shop, second)["renewedStampIdx"]
        assert len({first, second, third}) == 3

    def test_phone_and_e_mail_find_it(self, shop: Shop, card: int) -> None:
        stamp = issue(shop, card, marks=GOAL, userPhnno="02-7777-1234", userEml="renewed@example.com")
        following = _redeemed(shop, stamp)["renewedStampIdx"]
        for query in ("userPhnno=0277771234", "userEml=renewed@example.com"):
            page = shop.request("GET", f"/api/stamp/v1/list?cardIdx={card}&{query}", by=shop.alice).result
            assert [row["stampIdx"] for row in page["list"]] == [following, stamp]

    def test_it_keeps_a_custom_domain(self, shop: Shop, card: int) -> None:
        shop.add_domain(shop.alice, "https://renewed.example")
        stamp = issue(shop, card, marks=GOAL, domain="https://renewed.example")
        assert shown(shop, _redeemed(shop, stamp)["renewedStampIdx"])["domain"] == "https://renewed.example"

    def test_it_takes_the_cards_rules_of_today(self, shop: Shop, card: int) -> None:
        stamp = stamp_in(shop, State.FULL, card)
        change_card(shop, card, maxStamps=7, rewardTtl="A tea", cooldownSec=60, dailyMax=2)
        stored = shop.data.stamp(_redeemed(shop, stamp)["renewedStampIdx"])
        rules = {name: stored[name] for name in ("max_stamps", "reward_title", "cooldown_s", "daily_max")}
        assert rules == {"max_stamps": 7, "reward_title": "A tea", "cooldown_s": 60, "daily_max": 2}


class TestItsValidity:
    @pytest.mark.parametrize(
        ("first", "last", "end"),
        [
            ("2026-03-02", "2026-03-02", "2026-03-02"),
            ("2026-03-01", "2026-03-02", "2026-03-03"),
            ("2026-02-01", "2026-03-31", "2026-04-29"),
            # Ten years: no stamp may end more than five years from today.
            ("2021-01-01", "2031-01-01", "2031-03-02"),
            ("0001-01-01", "2031-03-02", "2031-03-02"),
        ],
    )
    def test_it_is_as_long_from_today_on(self, shop: Shop, card: int, first: str, last: str, end: str) -> None:
        stamp = issue(shop, card, marks=GOAL, strtYmd=first, endYmd=last)
        found = shown(shop, _redeemed(shop, stamp)["renewedStampIdx"])
        assert (found["strtYmd"], found["endYmd"]) == ("2026-03-02", end)

    def test_today_is_the_accounts(self, shop: Shop) -> None:
        person = shop.open_account(time_zone="Pacific/Kiritimati")
        card = make_card(shop, by=person, maxStamps=1, renewYn="Y")
        stamp = issue(shop, card, by=person, marks=1)
        shop.clock.set(datetime(2026, 3, 9, 10, 0, tzinfo=UTC))
        following = do(shop, "redeem", stamp, by=person, headers=SHOWN)["renewedStampIdx"]
        assert shown(shop, following, by=person)["strtYmd"] == "2026-03-10"


class TestTheLedger:
    def test_the_redemption_names_the_next_stamp(self, shop: Shop, card: int) -> None:
        stamp = stamp_in(shop, State.FULL, card)
        following = _redeemed(shop, stamp)["renewedStampIdx"]
        assert latest(shop, stamp) == ledger_row(shop, stamp, "redeemed", GOAL, GOAL, renewed_stamp_id=following, rewards="[3]")

    def test_the_next_stamp_was_issued_by_whoever_redeemed(self, shop: Shop, card: int) -> None:
        cashier = shop.with_key(shop.alice, scopes={"stamp:redeem"})
        stamp = stamp_in(shop, State.FULL, card)
        following = do(shop, "redeem", stamp, by=cashier, headers=SHOWN)["renewedStampIdx"]
        assert latest(shop, following) == ledger_row(shop, following, "issued", 0, 0, actor_id=cashier.key_id)
        assert told(shop, following) == ["stamp.issued"]


class TestNoRenewal:
    def test_of_a_card_that_does_not_renew(self, shop: Shop) -> None:
        stamp = stamp_in(shop, State.FULL, make_card(shop))
        issued = shop.data.count("stamp")
        assert _redeemed(shop, stamp)["renewedStampIdx"] is None
        assert shop.data.count("stamp") == issued

    def test_of_an_archived_card(self, shop: Shop, card: int) -> None:
        stamp = stamp_in(shop, State.FULL, card)
        archive_card(shop, card)
        answer = _redeemed(shop, stamp)
        assert (answer["useYn"], answer["renewedStampIdx"]) == ("Y", None)
        assert latest(shop, stamp) == ledger_row(shop, stamp, "redeemed", GOAL, GOAL, rewards="[3]")

    def test_of_a_card_that_is_switched_off(self, shop: Shop, card: int) -> None:
        stamp = stamp_in(shop, State.FULL, card)
        change_card(shop, card, activeYn="N")
        answer = _redeemed(shop, stamp)
        assert (answer["useYn"], answer["renewedStampIdx"]) == ("Y", None)

    def test_of_a_refused_redemption(self, shop: Shop, card: int) -> None:
        stamp = stamp_in(shop, State.USABLE, card)
        assert refused(shop, "redeem", stamp)[1]["code"] == 40907

    def test_whether_it_renews_is_the_cards_of_today(self, shop: Shop, card: int) -> None:
        renewing, plain = make_card(shop), card
        stamps = [stamp_in(shop, State.FULL, renewing), stamp_in(shop, State.FULL, plain)]
        change_card(shop, renewing, renewYn="Y")
        change_card(shop, plain, renewYn="N")
        assert [_redeemed(shop, stamp)["renewedStampIdx"] is None for stamp in stamps] == [False, True]


class TestTogether:
    def test_ten_redemptions_at_once_issue_one_stamp(self, shop: Shop, card: int) -> None:
        stamp = stamp_in(shop, State.FULL, card)
        issued = shop.data.count("stamp")
        with ThreadPoolExecutor(10) as threads:
            answers = list(threads.map(lambda _: ask(shop, "redeem", stamp), range(10)))
        assert sorted(answer.status for answer in answers) == [200] + [409] * 9
        assert shop.data.count("stamp") == issued + 1

    def test_by_update_it_renews_as_well(self, shop: Shop, card: int) -> None:
        stamp = issue(shop, card)
        answer = do(shop, "update", stamp, stamps=GOAL, useYn="Y", headers=SHOWN)
        assert shown(shop, answer["renewedStampIdx"])["stamps"] == 0
        assert latest(shop, stamp) == ledger_row(
            shop, stamp, "redeemed", GOAL, GOAL, renewed_stamp_id=answer["renewedStampIdx"], rewards="[3]"
        )

    def test_a_key_sent_again_issues_no_second_stamp(self, shop: Shop, card: int) -> None:
        stamp = stamp_in(shop, State.FULL, card)
        headers = {**SHOWN, "Idempotency-Key": f"renew-{stamp}"}
        first = ask(shop, "redeem", stamp, headers=headers)
        with unchanged(shop):
            again = ask(shop, "redeem", stamp, headers=headers)
        assert again.content == first.content

    def test_a_deleted_next_stamp_leaves_the_redemption(self, shop: Shop, card: int) -> None:
        stamp = stamp_in(shop, State.FULL, card)
        following = _redeemed(shop, stamp)["renewedStampIdx"]
        do(shop, "delete", following)
        assert shown(shop, stamp)["renewedStampIdx"] == following

    def test_a_new_stamp_by_hand_is_another(self, shop: Shop, card: int) -> None:
        stamp = stamp_in(shop, State.FULL, card)
        following = _redeemed(shop, stamp)["renewedStampIdx"]
        assert shop.create(shop.alice, least(cardIdx=card)).result > following
