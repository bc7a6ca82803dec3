"""Sales that are reversed: what a preview says is what the act does, and looking for the stamps comes to an end."""

from collections.abc import Callable
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from kit.shop import Shop
from kit.stamps import change_card, do, issue, make_card, unchanged
from stampwell.core.actors import Actor
from stampwell.features.stamps import reversing
from stampwell.features.stamps.model import EventMeta
from stampwell.features.stamps.reversal_queries import Reversal

_numbers = count(1)
REWARDS = [{"stamps": 2, "rewardTtl": "a cookie"}]


@pytest.fixture
def sale() -> str:
    return f"sale {next(_numbers)}"


def merge(shop: Shop, source: int, target: int) -> None:
    body = {"fromStampIdx": source, "intoStampIdx": target}
    assert shop.request("PUT", "/api/stamp/v1/merge", by=shop.alice, body=body).status == 200


def _meta(shop: Shop) -> EventMeta:
    return EventMeta(Actor("staff", None, "dashboard"), shop.clock.now_us(), ZoneInfo("Asia/Seoul"))


def _added(shop: Shop, sale: str) -> None:
    do(shop, "add", issue(shop, make_card(shop)), count=2, orderRef=sale)


def _short(shop: Shop, sale: str) -> None:
    stamp = issue(shop, make_card(shop))
    do(shop, "add", stamp, count=3, orderRef=sale)
    do(shop, "remove", stamp, count=2)


def _redeemed(shop: Shop, sale: str) -> None:
    stamp = issue(shop, make_card(shop, rewards=REWARDS, renewYn="Y"), marks=3)
    do(shop, "redeem", stamp, orderRef=sale)


def _redeemed_since(shop: Shop, sale: str) -> None:
    stamp = issue(shop, make_card(shop, renewYn="Y"))
    do(shop, "add", stamp, count=3, orderRef=sale)
    do(shop, "redeem", stamp)
    following = shop.data.stamp(stamp)["renewed_stamp_id"]
    do(shop, "add", following, count=1)


def _carried(shop: Shop, sale: str) -> None:
    stamp = issue(shop, make_card(shop, carryYn="Y"), marks=2)
    do(shop, "add", stamp, count=3, orderRef=sale)


def _merged(shop: Shop, sale: str) -> None:
    card = make_card(shop, maxStamps=10, rewards=REWARDS)
    source, target = issue(shop, card), issue(shop, card, marks=1)
    do(shop, "add", source, count=2, orderRef=sale)
    do(shop, "redeem", source, reward=2, orderRef=sale)
    merge(shop, source, target)


def _on_two(shop: Shop, sale: str) -> None:
    card = make_card(shop, maxStamps=10)
    source, target = issue(shop, card), issue(shop, card)
    for stamp in (source, target):
        do(shop, "add", stamp, count=2, orderRef=sale)
    merge(shop, source, target)
    do(shop, "remove", target, count=1)


@pytest.mark.parametrize(
    ("lay_out", "answers"),
    [
        (_added, [(2, 0, ())]),
        (_short, [(1, 2, ())]),
        (_redeemed, [(0, 0, (2, 3))]),
        (_redeemed_since, [(1, 2, ())]),
        (_carried, [(1, 0, ()), (2, 0, ())]),
        (_merged, [(2, 0, (2,))]),
        (_on_two, [(2, 0, ()), (1, 1, ())]),
    ],
)
def test_the_preview_says_what_the_act_does(
    shop: Shop, sale: str, lay_out: Callable[[Shop, str], None], answers: list[Any]
) -> None:
    lay_out(shop, sale)
    account = shop.alice.account_id
    with unchanged(shop):
        preview = shop.data.read(reversing.find_sale, account, sale)
    planned = [one.planned for one in preview if one.planned is not None]
    done = shop.data.write(reversing.reverse, account, sale, meta=_meta(shop))
    assert [one.answer for one in planned] == done
    assert [row[2:] for row in done] == answers
    stored = {one.before.stamp_id: shop.data.stamp(one.before.stamp_id) for one in planned}
    last = {one.after.stamp_id: one.after for one in planned}
    for one in planned:
        last |= {row.stamp.stamp_id: row.stamp._replace(stamps=row.stamps_after) for row in one.rows}
    assert {number: row["stamps"] for number, row in stored.items()} == {number: last[number].stamps for number in stored}
    again = shop.data.read(reversing.find_sale, account, sale)
    assert [one.answered for one in again] == done
    assert [one.planned for one in again] == [None] * len(done)


def test_a_sale_that_no_stamp_has_is_found_nowhere(shop: Shop) -> None:
    assert shop.data.read(reversing.find_sale, shop.alice.account_id, "nothing") == []


def test_successors_that_were_deleted_are_looked_for_once(shop: Shop, sale: str) -> None:
    """Two of them, at different distances: the search for stamps went round in circles."""
    card = make_card(shop, carryYn="Y")
    source, target = issue(shop, card), issue(shop, card)
    for stamp in (source, target):
        do(shop, "add", stamp, count=4, orderRef=sale if stamp == source else "other")
        do(shop, "delete", shop.data.stamp(stamp)["renewed_stamp_id"])
        do(shop, "remove", stamp, count=2)
    merge(shop, source, target)
    code = shop.data.stamp(source)["code"]
    done = shop.data.write(reversing.reverse, shop.alice.account_id, sale, meta=_meta(shop))
    assert done == [Reversal(source, code, 2, 1, ())]


def test_only_one_step_of_renewals_is_taken(shop: Shop, sale: str) -> None:
    card = make_card(shop, renewYn="Y")
    first = issue(shop, card)
    do(shop, "add", first, count=3, orderRef=sale)
    stamp = first
    for _ in range(2):
        do(shop, "redeem", stamp)
        stamp = int(shop.data.stamp(stamp)["renewed_stamp_id"])
        do(shop, "add", stamp, count=3)
    change_card(shop, card, renewYn="N")
    (row,) = shop.data.write(reversing.reverse, shop.alice.account_id, sale, meta=_meta(shop))
    assert (row.removed, row.short) == (0, 3)
