"""`stampwell doctor --ledger`: rows are damaged, and every damage is found; what is whole is never suspected."""

import asyncio
import threading
from typing import Any

import pytest

from kit.command import InProcess
from kit.people import Person
from kit.proofs import differences_of, prove_shop
from kit.shop import Shop, least
from stampwell.db.opening import open_database
from stampwell.features.stamps.ledger.proof import prove
from stampwell.features.stamps.ledger.proof_model import Difference

STAMPS = "/api/stamp/v1"


async def _differences(database_url: str) -> list[Difference]:
    db = open_database(database_url, connections=1)
    await db.start()
    try:
        return [difference async for chunk in prove(db) for difference in chunk.differences]
    finally:
        await db.close()


def _stamp(shop: Shop, marks: int = 0, *, by: Person | None = None) -> int:
    person = by or shop.alice
    stamp_idx: int = shop.create(person, least(cardIdx=person.card_id)).result
    if marks:
        body = {"stampIdx": stamp_idx, "count": marks}
        assert shop.request("PUT", f"{STAMPS}/add", by=person, body=body).result is None
    return stamp_idx


def _redeemed(shop: Shop) -> int:
    stamp_idx = _stamp(shop, 10)
    assert shop.request("PUT", f"{STAMPS}/redeem", by=shop.alice, body={"stampIdx": stamp_idx}).result is None
    return stamp_idx


def _event(shop: Shop, stamp_idx: int, kind: str) -> int:
    (event,) = [event["event_id"] for event in shop.data.ledger(stamp_idx) if event["kind"] == kind]
    return int(event)


def _damage(shop: Shop, sql: str, **parameters: Any) -> None:
    assert shop.data.run(sql, **parameters) >= 1


class TestDifferences:
    """Each test leaves its damage behind, on a stamp of its own."""

    def test_a_count_that_is_not_the_sum(self, shop: Shop) -> None:
        stamp = _stamp(shop, 3)
        _damage(shop, "UPDATE stamp SET stamps = 4 WHERE stamp_id = :stamp", stamp=stamp)
        assert differences_of(shop, stamp) == [("count", "3 by its ledger", "4")]

    def test_a_row_that_is_gone_from_the_middle(self, shop: Shop) -> None:
        stamp = _stamp(shop, 3)
        assert shop.request("PUT", f"{STAMPS}/add", by=shop.alice, body={"stampIdx": stamp, "count": 2}).result is None
        last = shop.data.ledger(stamp)[-1]["event_id"]
        _damage(shop, "DELETE FROM stamp_event WHERE event_id = :event", event=shop.data.ledger(stamp)[1]["event_id"])
        assert differences_of(shop, stamp) == [
            ("count", "2 by its ledger", "5"),
            ("chain", f"0 before row {last}", "3"),
            ("sequence", f"2 at row {last}", "3"),
        ]

    def test_a_row_whose_counts_are_moved_although_the_sum_is_right(self, shop: Shop) -> None:
        stamp = _stamp(shop, 3)
        event = _event(shop, stamp, "added")
        _damage(shop, "UPDATE stamp_event SET stamps_before = 1, stamps_after = 4 WHERE event_id = :event", event=event)
        assert differences_of(shop, stamp) == [("chain", f"0 before row {event}", "1")]

    def test_a_ledger_that_does_not_begin_at_zero(self, shop: Shop) -> None:
        stamp = _stamp(shop)
        event = _event(shop, stamp, "issued")
        _damage(shop, "UPDATE stamp_event SET stamps_before = 2, stamps_after = 2 WHERE event_id = :event", event=event)
        assert differences_of(shop, stamp) == [("chain", f"0 before row {event}", "2")]

    def test_a_stamp_without_a_ledger(self, shop: Shop) -> None:
        stamp = _stamp(shop)
        _damage(shop, "DELETE FROM stamp_event WHERE stamp_id = :stamp", stamp=stamp)
        assert differences_of(shop, stamp) == [("issued", "one row, the first", "no row, of 0")]

    def test_a_ledger_that_does_not_begin_with_the_issue(self, shop: Shop) -> None:
        stamp = _stamp(shop, 3)
        _damage(shop, "DELETE FROM stamp_event WHERE event_id = :event", event=_event(shop, stamp, "issued"))
        event = _event(shop, stamp, "added")
        assert differences_of(shop, stamp) == [
            ("issued", "one row, the first", "no row, of 1"),
            ("sequence", f"1 at row {event}", "2"),
        ]

    def test_a_stamp_that_was_issued_twice(self, shop: Shop) -> None:
        stamp = _stamp(shop, 3)
        _damage(shop, "UPDATE stamp_event SET kind = 'issued' WHERE stamp_id = :stamp", stamp=stamp)
        assert differences_of(shop, stamp) == [("issued", "one row, the first", "row 1, 2 of 2")]

    def test_a_redeemed_stamp_without_its_row(self, shop: Shop) -> None:
        stamp = _stamp(shop, 10)
        _damage(shop, "UPDATE stamp SET redeemed_at = 5 WHERE stamp_id = :stamp", stamp=stamp)
        assert differences_of(shop, stamp) == [("redeemed", "one row", "no row, of 2")]

    def test_a_row_of_a_stamp_that_is_not_redeemed(self, shop: Shop) -> None:
        stamp = _redeemed(shop)
        _damage(shop, "UPDATE stamp SET redeemed_at = NULL WHERE stamp_id = :stamp", stamp=stamp)
        assert differences_of(shop, stamp) == [("redeemed", "no row", "row 3 of 3")]

    def test_a_stamp_that_was_redeemed_twice(self, shop: Shop) -> None:
        stamp = _redeemed(shop)
        columns = "account_id, stamp_id, kind, stamps_before, stamps_after, actor_kind, channel, occurred_at, recorded_at"
        copied = (
            f"INSERT INTO stamp_event ({columns}, sequence, local_day) SELECT {columns}, 4, local_day FROM stamp_event "
            "WHERE event_id = :event"
        )
        _damage(shop, copied, event=_event(shop, stamp, "redeemed"))
        _damage(shop, "UPDATE stamp SET sequence = 4 WHERE stamp_id = :stamp", stamp=stamp)
        assert differences_of(shop, stamp) == [("redeemed", "one row", "row 3, 4 of 4")]

    def test_a_stamp_that_was_not_full_when_it_was_redeemed(self, shop: Shop) -> None:
        stamp = _redeemed(shop)
        event = _event(shop, stamp, "redeemed")
        _damage(shop, "UPDATE stamp SET max_stamps = 11 WHERE stamp_id = :stamp", stamp=stamp)
        assert differences_of(shop, stamp) == [("full", "11", f"10 before row {event}, 10 after it")]

    @pytest.mark.parametrize(("renewed", "found"), [(77, "stamp 77"), (None, "stamp none")])
    def test_a_renewal_that_the_ledger_tells_otherwise(self, shop: Shop, renewed: int | None, found: str) -> None:
        stamp = _redeemed(shop)
        sql = "UPDATE stamp_event SET renewed_stamp_id = 78 WHERE event_id = :event"
        _damage(shop, sql, event=_event(shop, stamp, "redeemed"))
        _damage(shop, "UPDATE stamp SET renewed_stamp_id = :renewed WHERE stamp_id = :stamp", renewed=renewed, stamp=stamp)
        assert differences_of(shop, stamp) == [("renewed", "stamp 78 by its ledger", found)]

    def test_rows_of_another_account_are_none_of_its_own(self, shop: Shop) -> None:
        stamp = _stamp(shop, 3)
        parameters = {"other": shop.charlie.account_id, "stamp": stamp}
        _damage(shop, "UPDATE stamp_event SET account_id = :other WHERE stamp_id = :stamp AND kind = 'added'", **parameters)
        assert differences_of(shop, stamp) == [("count", "0 by its ledger", "3"), ("sequence", "1 by its ledger", "2")]

    def test_nothing_is_repaired(self, shop: Shop) -> None:
        stamp = _stamp(shop, 3)
        _damage(shop, "UPDATE stamp SET stamps = 4 WHERE stamp_id = :stamp", stamp=stamp)
        before = (shop.data.stamp(stamp), shop.data.ledger(stamp))
        assert differences_of(shop, stamp) == differences_of(shop, stamp)
        assert (shop.data.stamp(stamp), shop.data.ledger(stamp)) == before


class TestWhole:
    def test_a_life_with_everything_in_it(self, own_shop: Shop) -> None:
        shop = own_shop
        card = {"cardIdx": shop.alice.card_id, "renewYn": "Y"}
        assert shop.request("PUT", "/api/card/v1/update", by=shop.alice, body=card).result is None
        stamp = _stamp(shop, 4)
        for action, body in (
            ("remove", {"count": 2}),
            ("update", {"stamps": 9, "memo": "by hand"}),
            ("add", {"orderRef": "a sale"}),
            ("redeem", {}),
            ("update", {"userNm": "Brown Smith"}),
        ):
            assert shop.request("PUT", f"{STAMPS}/{action}", by=shop.alice, body={"stampIdx": stamp, **body}).result is None
        done = prove_shop(shop)
        assert (done.status, done.json["differences"], done.json["stamps"]) == (0, [], 2)
        check = done.json["checks"][-1]
        assert (check["check"], check["okYn"]) == ("ledger", "Y")
        assert check["message"].startswith("2 stamps against their history in ")

    def test_an_empty_database(self, own_shop: Shop) -> None:
        done = prove_shop(own_shop)
        assert (done.status, done.json["stamps"], done.json["differences"]) == (0, 0, [])

    def test_numbers_far_apart_and_at_the_edges_of_chunks(self, own_shop: Shop) -> None:
        numbers = [1, 5000, 5001, 10_000, 10_001, 10**15]
        for number in numbers:
            own_shop.data.run(
                "INSERT INTO stamp (stamp_id, account_id, card_id, code, domain, starts_on, ends_on, active, stamps, "
                "max_stamps, reward_title, user_id, created_at) VALUES (:number, :account, 123, :code, 'https://vvd.bz', "
                "'2026-01-01', '2026-12-31', :active, 0, 10, '', 'u', 1)",
                number=number,
                account=own_shop.alice.account_id,
                code=f"{number:016}",
                active=True,
            )
        done = prove_shop(own_shop)
        assert [row["stampIdx"] for row in done.json["differences"]] == numbers
        assert done.json["stamps"] == len(numbers)

    def test_a_stamp_that_changes_meanwhile_is_no_difference(self, own_shop: Shop) -> None:
        stamps = [_stamp(own_shop) for _ in range(4)]
        stopping = threading.Event()

        def work(number: int) -> None:
            while not stopping.is_set():
                body = {"stampIdx": stamps[number], "count": 3}
                own_shop.request("PUT", f"{STAMPS}/add", by=own_shop.alice, body=body)
                own_shop.request("PUT", f"{STAMPS}/remove", by=own_shop.alice, body=body)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(len(stamps))]
        for thread in threads:
            thread.start()
        proofs = [asyncio.run(_differences(own_shop.data.url)) for _ in range(50)]
        stopping.set()
        for thread in threads:
            thread.join()
        assert proofs == [[]] * 50
        assert all(len(own_shop.data.ledger(stamp)) > 3 for stamp in stamps)


class TestCommand:
    def test_one_account_only(self, own_shop: Shop) -> None:
        _stamp(own_shop, 1)
        charlies = _stamp(own_shop, 1, by=own_shop.charlie)
        _damage(own_shop, "UPDATE stamp SET stamps = 2")
        done = prove_shop(own_shop, "--account", str(own_shop.charlie.account_id))
        assert (done.json["stamps"], [row["stampIdx"] for row in done.json["differences"]]) == (1, [charlies])
        assert len(prove_shop(own_shop).json["differences"]) == 2

    def test_in_words(self, own_shop: Shop) -> None:
        stamp = _stamp(own_shop, 1)
        _damage(own_shop, "UPDATE stamp SET stamps = 2")
        done = InProcess(own_shop.data.url)("doctor", "--ledger")
        assert done.status == 1
        assert "WRONG  ledger      1 stamp against its history in " in done.out
        assert done.out.endswith(
            f"account {own_shop.alice.account_id}, stamp {stamp}: count: expected 1 by its ledger, found 2\n"
        )

    def test_an_account_that_is_not_there(self, shop: Shop) -> None:
        done = prove_shop(shop, "--account", "99")
        assert done.status == 1
        assert done.json["checks"][-1] == {
            "check": "ledger",
            "okYn": "N",
            "warningYn": "N",
            "message": "There is no account 99. See: stampwell account list",
        }

    def test_an_account_without_the_proof_is_wrong_usage(self, command: InProcess) -> None:
        done = command.json("doctor", "--account", "1")
        assert (done.status, done.json["message"]) == (2, "--account belongs to --ledger.")
