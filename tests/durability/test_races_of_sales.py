"""Two server processes: refunds, merges, surplus and renewals that meet are done one after another, each once or not at all."""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from random import Random

import pytest

from kit.load import wait_for
from kit.races import Request, Servers, add, codes, delete, merge, redeem, remove, reverse, update
from kit.rushes import Rush
from kit.serial import Wallet
from kit.shop import Answer
from stampwell.db.database import Tx

_EQUAL = 50
_ROUNDS = 3
_CUSTOMERS = 8


class TestEqualReversals:
    @pytest.mark.parametrize("keys", ["no key", "one key", "a key each", "every other without"])
    def test_have_one_effect_and_one_answer(self, orderly_servers: Servers, keys: str) -> None:
        servers, sale = orderly_servers, f"refunded with {keys}"
        stamps, following = _stamps_of_sale(servers, sale)
        requests = _with_keys([reverse(sale)] * _EQUAL, keys)
        answers = servers.at_once(requests)
        # Only one that shares its key with another is told to come again.
        shares_key = keys in ("one key", "every other without")
        assert codes(answers).keys() <= ({0, 40908} if shares_key else {0})
        answers = [
            answer if answer.status == 200 else servers.until_answered(request)
            for request, answer in zip(requests, answers, strict=True)
        ]
        assert len({answer.content for answer in answers}) == 1
        assert [(row["stampIdx"], row["removed"], row["short"], row["returned"]) for row in answers[0].result] == [
            (stamps[0], 5, 0, []),
            (stamps[1], 2, 0, [2]),
            (stamps[2], 0, 0, [2, 5]),
            (following[0], 2, 0, []),
        ]
        _assert_refunded_once(servers, stamps, following)

    def test_of_one_stamp_and_of_all_have_one_effect(self, orderly_servers: Servers) -> None:
        servers, sale = orderly_servers, "refunded stamp by stamp"
        stamps, following = _stamps_of_sale(servers, sale)
        names = [*stamps, following[0]]
        requests = [request for stamp in names for request in (reverse(sale, stampIdx=stamp), reverse(sale))] * 6
        rows = [answer.result for answer in servers.at_once(requests)]
        assert {len(found) for found in rows[1::2]} == {len(names)}
        for place in range(len(names)):
            assert [found[place] for found in rows[1::2]] == [found[0] for found in rows[2 * place :: 2 * len(names)]] * len(
                names
            )
        _assert_refunded_once(servers, stamps, following)


@pytest.mark.parametrize("others", ["adds", "redemptions", "merges", "deletions", "corrections", "all of them"])
def test_a_reversal_comes_wholly_before_or_after(orderly_servers: Servers, others: str) -> None:
    rush = Rush(orderly_servers, goal=5, renews=True, carries=True, rewards=[2])

    def sell(random: Random, wallet: Wallet) -> Sequence[Request]:
        sale, (first, second, _) = wallet.sale, wallet.numbers
        ways = (
            [add(first, count=3, orderRef=sale), add(second, count=2, orderRef=sale)],
            [add(first, count=5, orderRef=sale), redeem(first, orderRef=sale)],
            [add(first, count=7, orderRef=sale), add(second, count=2, orderRef=sale)],
            [add(first, count=4), redeem(first, reward=2, orderRef=sale)],
        )
        return random.choice(ways)

    def at_once(random: Random, wallet: Wallet) -> Sequence[Request]:
        # Among them is the stamp that follows the first one, where there is one.
        sale, (one, other) = wallet.sale, random.sample(wallet.numbers, 2)
        kinds = {
            "adds": [add(one, count=3, orderRef=sale), add(other, count=2), add(other, count=4, orderRef=sale)],
            "redemptions": [redeem(one, orderRef=sale), redeem(other), redeem(other, reward=2, orderRef=sale)],
            "merges": [merge(one, other), merge(other, one), merge(one, wallet.numbers[-1])],
            "deletions": [delete(one), delete(other)],
            "corrections": [update(one, stamps=5, useYn="Y"), update(other, stamps=1), remove(one, count=2)],
        }
        among = [request for kind, requests in kinds.items() if others in (kind, "all of them") for request in requests]
        return [reverse(sale), reverse(sale, stampIdx=one), *random.sample(among, min(4, len(among)))]

    for _ in range(_ROUNDS):
        rush.run(customers=_CUSTOMERS, marks=[0, 0, 1], before=sell, at_once=at_once)


@pytest.mark.one_database("postgresql")
@pytest.mark.parametrize(("is_named", "code"), [(False, 40405), (True, 40403)])
def test_a_reversal_that_waits_for_a_deletion_finds_nothing(orderly_servers: Servers, is_named: bool, code: int) -> None:
    servers, sale = orderly_servers, f"deleted, {code}"
    stamp = servers.new_stamp(servers.new_card())
    assert servers.send(add(stamp, orderRef=sale)).result is None
    request = reverse(sale, stampIdx=stamp) if is_named else reverse(sale)

    def delete_while_it_is_reversed(tx: Tx) -> Future[Answer]:
        tx.run("DELETE FROM stamp WHERE stamp_id = :stamp", stamp=stamp)
        answer = threads.submit(servers.send, request)
        wait_for(lambda: bool(tx.all("SELECT 1 AS found FROM pg_locks WHERE NOT granted")))
        return answer

    with ThreadPoolExecutor(1) as threads:
        answer = servers.data.write(delete_while_it_is_reversed).result()
    assert answer.json["code"] == code
    # As if it had come after the deletion: the number of the sale may be used.
    other = servers.new_stamp(servers.new_card())
    assert servers.send(add(other, orderRef=sale)).result is None


class TestCrossingMerges:
    @pytest.mark.parametrize("times", [1, 3])
    def test_of_two_stamps_one_goes_into_the_other(self, orderly_servers: Servers, times: int) -> None:
        rush = Rush(orderly_servers, goal=30, renews=False, carries=False)

        def at_once(_: Random, wallet: Wallet) -> Sequence[Request]:
            one, other = wallet.numbers
            return [merge(one, other), merge(other, one)] * times

        for ran in rush.run(customers=_CUSTOMERS, marks=[3, 4], at_once=at_once):
            assert sorted(ran.codes) == [0, *[40914] * (2 * times - 1)]
            assert sorted(ran.marks) == [0, 7]

    def test_of_a_circle_end_on_one_stamp(self, orderly_servers: Servers) -> None:
        rush = Rush(orderly_servers, goal=30, renews=False, carries=False)

        def at_once(_: Random, wallet: Wallet) -> Sequence[Request]:
            one, two, three = wallet.numbers
            return [merge(one, two), merge(two, three), merge(three, one)]

        for _ in range(_ROUNDS):
            for ran in rush.run(customers=_CUSTOMERS, marks=[3, 4, 5], at_once=at_once):
                assert sorted(ran.codes) == [0, 0, 40914]
                assert sorted(ran.marks) == [0, 0, 12]

    def test_while_they_are_marked_lose_no_mark(self, orderly_servers: Servers) -> None:
        rush = Rush(orderly_servers, goal=30, renews=False, carries=False)

        def at_once(_: Random, wallet: Wallet) -> Sequence[Request]:
            one, two, three = wallet.numbers
            marks = [add(one, orderRef=wallet.sale), add(two, orderRef=wallet.sale), add(three)]
            return [merge(one, two), merge(two, three), merge(three, one), *marks]

        for ran in rush.run(customers=_CUSTOMERS, marks=[3, 4, 5], at_once=at_once):
            assert set(ran.codes) <= {0, 40914, 40915}
            assert sum(ran.marks) == 12 + ran.codes[3:].count(0)


class TestSurplus:
    def test_of_several_sales_at_once_starts_one_next_stamp(self, orderly_servers: Servers) -> None:
        rush = Rush(orderly_servers, goal=5, renews=False, carries=True)

        def at_once(_: Random, wallet: Wallet) -> Sequence[Request]:
            (stamp,) = wallet.numbers
            return [add(stamp, count=3), *(add(stamp, count=3, orderRef=f"{wallet.sale}, {number}") for number in range(5))]

        for ran in rush.run(customers=_CUSTOMERS, marks=[4], at_once=at_once):
            assert sorted(ran.codes) == [0, *[40905] * 5]
            assert ran.marks == [5, 2]

    def test_of_one_sale_sent_often_starts_one_next_stamp(self, orderly_servers: Servers) -> None:
        rush = Rush(orderly_servers, goal=5, renews=False, carries=True)

        def at_once(_: Random, wallet: Wallet) -> Sequence[Request]:
            return [add(wallet.numbers[0], count=3, orderRef=wallet.sale)] * 6

        for ran in rush.run(customers=_CUSTOMERS, marks=[4], at_once=at_once):
            assert ran.codes == [0] * 6
            assert ran.marks == [5, 2]

    def test_on_two_stamps_starts_a_next_one_for_each(self, orderly_servers: Servers) -> None:
        rush = Rush(orderly_servers, goal=5, renews=True, carries=True)

        def at_once(_: Random, wallet: Wallet) -> Sequence[Request]:
            one, other = wallet.numbers
            return [add(one, count=2), add(other, count=4, orderRef=wallet.sale), add(one, count=3), merge(one, other)]

        for ran in rush.run(customers=_CUSTOMERS, marks=[4, 3], at_once=at_once):
            assert ran.codes[3] == 40905
            assert sorted(ran.codes) in ([0, 0, 40905, 40905], [0, 40905, 40905, 40905])


class TestRenewal:
    def test_there_is_one_whatever_hands_out_the_reward(self, orderly_servers: Servers) -> None:
        rush = Rush(orderly_servers, goal=5, renews=True, carries=True, rewards=[2])

        def at_once(random: Random, wallet: Wallet) -> Sequence[Request]:
            (stamp,) = wallet.numbers
            ways = [redeem(stamp), redeem(stamp, orderRef=wallet.sale), update(stamp, useYn="Y"), add(stamp, count=2)]
            return [*ways, *random.sample(ways, 2), redeem(stamp, reward=2)]

        for _ in range(_ROUNDS):
            for ran in rush.run(customers=_CUSTOMERS, marks=[5], at_once=at_once):
                assert len(ran.marks) == 2

    def test_there_is_one_at_most_while_the_sale_is_refunded(self, orderly_servers: Servers) -> None:
        rush = Rush(orderly_servers, goal=5, renews=True, carries=False)

        def at_once(_: Random, wallet: Wallet) -> Sequence[Request]:
            (stamp,) = wallet.numbers
            return [redeem(stamp), redeem(stamp, orderRef=wallet.sale), reverse(wallet.sale), update(stamp, useYn="Y")]

        for _ in range(_ROUNDS):
            for ran in rush.run(customers=_CUSTOMERS, marks=[5], at_once=at_once):
                assert len(ran.marks) <= 2


def _stamps_of_sale(servers: Servers, sale: str) -> tuple[list[int], list[int]]:
    """Three that the sale marked, with a surplus; marked and gave a reward on the way; and redeemed. And what follows them."""
    card = servers.new_card(
        maxStamps=5, renewYn="Y", carryYn="Y", rewards=[{"stamps": 2, "rewardTtl": "a cookie"}], cardNm="Refunds"
    )
    stamps = [servers.new_stamp(card), servers.new_stamp(card), servers.new_stamp(card, marks=5)]
    for request in (
        add(stamps[0], count=7, orderRef=sale),
        add(stamps[1], count=2, orderRef=sale),
        redeem(stamps[1], reward=2, orderRef=sale),
        redeem(stamps[2], orderRef=sale),
    ):
        assert servers.send(request).result is None
    return stamps, [servers.stamp(stamp)["renewedStampIdx"] for stamp in (stamps[0], stamps[2])]


def _with_keys(requests: Sequence[Request], keys: str) -> list[Request]:
    if keys == "no key":
        return list(requests)
    if keys == "every other without":
        return [request if number % 2 else request.with_key(keys) for number, request in enumerate(requests)]
    return [request.with_key(keys if keys == "one key" else f"key {number}") for number, request in enumerate(requests)]


def _assert_refunded_once(servers: Servers, stamps: Sequence[int], following: Sequence[int]) -> None:
    kinds = [[row["kind"] for row in servers.data.ledger(stamp)] for stamp in (*stamps, *following)]
    assert kinds == [
        ["issued", "added", "reversed"],
        ["issued", "added", "reward_redeemed", "returned", "reversed"],
        ["issued", "updated", "redeemed", "returned"],
        ["issued", "added", "reversed"],
        [],
    ]
    told = [row["kind"] for stamp in (*stamps, *following) for row in servers.data.told(stamp)]
    kinds_of_refunds = ("stamp.deleted", "stamp.returned", "stamp.reversed")
    assert [told.count(kind) for kind in kinds_of_refunds] == [1, 2, 3]
    assert [servers.stamp(stamp)["stamps"] for stamp in (*stamps, following[0])] == [0, 0, 5, 0]
    assert servers.data.rows("SELECT * FROM stamp WHERE stamp_id = :stamp", stamp=following[1]) == []
