"""Hundreds of clients, two server processes, one stamp: nothing counts twice, nothing is lost, everything is in the ledger."""

from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain
from random import Random

import pytest

from kit.load import wait_for
from kit.races import Request, Servers, add, codes, create, delete, ledger_of, redeem, remove, update
from kit.shop import Answer
from stampwell.db.database import Tx

_CLIENTS = 200
_REDEEMERS = 100


def test_of_200_marks_for_the_last_place_one_is_made(servers: Servers) -> None:
    stamp = servers.new_stamp(servers.new_card(maxStamps=10), marks=9)
    answers = servers.at_once([add(stamp)] * _CLIENTS)
    assert codes(answers) == {0: 1, 40905: _CLIENTS - 1}
    assert servers.stamp(stamp)["stamps"] == 10
    assert [row["kind"] for row in ledger_of(servers.data, stamp)] == ["issued", "updated", "added"]


def test_200_marks_with_one_key_are_one_mark_and_one_answer(servers: Servers) -> None:
    stamp = servers.new_stamp(servers.new_card())
    request = add(stamp)._replace(headers={"Prefer": "return=representation"}).with_key("one sale")
    answers = servers.at_once([request] * _CLIENTS)
    assert codes(answers).keys() <= {0, 40908}
    answers += [servers.until_answered(request) for answer in answers if answer.status != 200]
    answered = [answer for answer in answers if answer.status == 200]
    assert len({answer.content for answer in answered}) == 1
    assert len(answered) == _CLIENTS
    assert [answer.headers["Idempotency-Replayed"] for answer in answered].count(None) == 1
    assert answered[0].result["stamps"] == 1
    assert [row["kind"] for row in ledger_of(servers.data, stamp)] == ["issued", "added"]


def test_200_marks_of_one_sale_are_one_mark(servers: Servers) -> None:
    stamp = servers.new_stamp(servers.new_card())
    answers = servers.at_once([add(stamp, orderRef="till 1, sale 7")] * _CLIENTS)
    assert codes(answers) == {0: _CLIENTS}
    assert {answer.content for answer in answers} == {answers[0].content}
    assert [row["order_ref"] for row in ledger_of(servers.data, stamp)] == [None, "till 1, sale 7"]


def test_of_100_redemptions_one_hands_out_the_reward_and_issues_the_next_stamp(servers: Servers) -> None:
    stamp = servers.new_stamp(servers.new_card(renewYn="Y"), marks=10, userId="regular")
    answers = servers.at_once([redeem(stamp)] * _REDEEMERS)
    assert codes(answers) == {0: 1, 40904: _REDEEMERS - 1}
    _assert_renewed_once(servers, stamp, user_id="regular")


def test_100_redemptions_with_one_key_are_one(servers: Servers) -> None:
    stamp = servers.new_stamp(servers.new_card(renewYn="Y"), marks=10, userId="hasty")
    request = redeem(stamp).with_key("one reward")
    answers = servers.at_once([request] * _REDEEMERS)
    assert codes(answers).keys() <= {0, 40908}
    answers += [servers.until_answered(request) for answer in answers if answer.status != 200]
    assert {answer.content for answer in answers if answer.status == 200} == {b'{"code":0,"message":"","result":null}'}
    _assert_renewed_once(servers, stamp, user_id="hasty")


def test_redeem_and_update_hand_out_one_reward_between_them(servers: Servers) -> None:
    stamp = servers.new_stamp(servers.new_card(renewYn="Y"), marks=10, userId="both")
    answers = servers.at_once([redeem(stamp), update(stamp, useYn="Y")] * 30)
    assert codes(answers) == {0: 1, 40904: 59}
    _assert_renewed_once(servers, stamp, user_id="both")


def test_a_stamp_is_redeemed_full_or_not_at_all_while_marks_come_and_go(servers: Servers) -> None:
    stamp = servers.new_stamp(servers.new_card(maxStamps=3), marks=2)
    answers = servers.at_once([add(stamp), remove(stamp), redeem(stamp)] * 30)
    assert codes(answers).keys() <= {0, 40904, 40905, 40906, 40907}
    redemptions = [row for row in ledger_of(servers.data, stamp) if row["kind"] == "redeemed"]
    assert all(row["stamps_after"] == 3 for row in redemptions)
    assert len(redemptions) == sum(answer.status == 200 for answer in answers[2::3])


def test_whatever_is_answered_of_adding_removing_and_updating_is_in_the_ledger_once(servers: Servers) -> None:
    stamp = servers.new_stamp(servers.new_card(maxStamps=10), marks=5)
    rounds = range(60)
    requests = list(
        chain.from_iterable(
            (
                add(stamp, count=1 + n % 3, note=f"add {n}"),
                remove(stamp, count=1 + n % 2, note=f"remove {n}"),
                # The first day is a name for the update: no two have the same.
                update(stamp, stamps=n % 11, strtYmd=f"2021-{1 + n // 28:02}-{1 + n % 28:02}"),
            )
            for n in rounds
        )
    )
    Random(3).shuffle(requests)
    answers = servers.at_once(requests)
    assert codes(answers).keys() <= {0, 40905, 40906}
    done = [request.body for request, answer in zip(requests, answers, strict=True) if answer.status == 200]
    rows = ledger_of(servers.data, stamp)[2:]
    told = [row["note"] for row in rows if row["kind"] != "updated"]
    assert sorted(told) == sorted(body["note"] for body in done if body and "note" in body)
    assert len(rows) - len(told) == sum(body is not None and "stamps" in body for body in done) == len(rounds)


def test_a_stamp_that_is_deleted_in_between_is_gone_with_its_ledger(servers: Servers) -> None:
    stamp = servers.new_stamp(servers.new_card(maxStamps=100), marks=50)
    before = len(servers.data.told(stamp))
    requests = [add(stamp), remove(stamp), delete(stamp), update(stamp, userNm="Kim")] * 30
    answers = servers.at_once(requests)
    assert codes(answers).keys() == {0, 40403}
    assert sum(answer.status == 200 for answer in answers[2::4]) == 1
    assert servers.data.ledger(stamp) == []
    # What was told of it stays: one row for everything that was answered, the deletion last. Updates to the same tell nothing.
    told = [row["kind"] for row in servers.data.told(stamp)][before:]
    assert told.count("stamp.added") == sum(answer.status == 200 for answer in answers[0::4])
    assert told.count("stamp.removed") == sum(answer.status == 200 for answer in answers[1::4])
    assert told.count("stamp.deleted") == 1
    assert told[-1] == "stamp.deleted"


def test_no_stamp_is_on_a_card_that_was_deleted_while_it_was_issued(servers: Servers) -> None:
    for _ in range(8):
        card = servers.new_card()
        requests = [create(card)] * 12 + [Request("DELETE", f"card/v1/delete?cardIdx={card}")]
        Random(card).shuffle(requests)
        answers = servers.at_once(requests)
        assert codes(answers).keys() <= {0, 40402, 40909}
        issued = {
            answer.result for request, answer in zip(requests, answers, strict=True) if request.body and answer.status == 200
        }
        stored = servers.data.rows("SELECT stamp_id FROM stamp WHERE card_id = :card", card=card)
        assert {row["stamp_id"] for row in stored} == issued
        found = servers.send(Request("GET", f"card/v1/get?cardIdx={card}"))
        if issued:
            assert found.result["archivedYn"] == "Y"
        else:
            assert found.json["code"] == 40402


@pytest.mark.one_database("postgresql")
def test_a_stamp_that_waits_for_its_card_to_be_deleted_is_told_that_there_is_none(servers: Servers) -> None:
    card = servers.new_card()

    def delete_while_one_is_issued(tx: Tx) -> Future[Answer]:
        tx.run("DELETE FROM card WHERE card_id = :card", card=card)
        answer = threads.submit(servers.send, create(card))
        wait_for(lambda: bool(tx.all("SELECT 1 AS found FROM pg_locks WHERE NOT granted")))
        return answer

    with ThreadPoolExecutor(1) as threads:
        answer = servers.data.write(delete_while_one_is_issued).result()
    assert answer.json["code"] == 40402


def test_no_mark_is_lost_while_stamps_move_between_two_cards(servers: Servers) -> None:
    here, there = servers.new_card(maxStamps=100), servers.new_card(maxStamps=100)
    stamps = [servers.new_stamp(card) for card in (here, there)]
    requests = [
        request
        for n in range(20)
        for stamp in stamps
        for request in (add(stamp), add(stamp), update(stamp, cardIdx=(here, there)[n % 2]), create((here, there)[n % 2]))
    ]
    answers = servers.at_once(requests)
    assert codes(answers) == {0: len(requests)}
    for stamp in stamps:
        ledger_of(servers.data, stamp)
        assert servers.stamp(stamp)["stamps"] == 40


def _assert_renewed_once(servers: Servers, stamp: int, *, user_id: str) -> None:
    issued = servers.data.rows("SELECT stamp_id FROM stamp WHERE user_id = :user_id ORDER BY stamp_id", user_id=user_id)
    assert [row["stamp_id"] for row in issued] == [stamp, servers.stamp(stamp)["renewedStampIdx"]]
    redeemed = ledger_of(servers.data, stamp)[-1]
    assert (redeemed["kind"], redeemed["renewed_stamp_id"]) == ("redeemed", issued[1]["stamp_id"])
