"""40908: the same key again while the first request with it is still running."""

import threading
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager

import pytest

from kit.aside import open_transaction
from kit.data import Data
from kit.databases import Databases
from kit.refusals import refusal
from kit.shop import Answer, Shop, least
from kit.shops import OpenShop
from stampwell.db.database import Tx
from stampwell.features.idempotency import queries
from stampwell.features.idempotency.model import IdempotencyKey

ADD = "/api/stamp/v1/add"
STILL_RUNNING = refusal(
    40908, "A request with this Idempotency-Key is still running. Send it again in a second for its answer."
)
_LOCKS = {
    "sqlite": "SELECT stamp_id FROM stamp WHERE stamp_id = :stamp_id",
    "postgresql": "SELECT stamp_id FROM stamp WHERE stamp_id = :stamp_id FOR UPDATE",
}
_PATIENCE_S = 20.0


@contextmanager
def _somebody_holds(url: str, stamp: int) -> Iterator[None]:
    """Whoever changes the stamp waits until the block ends. On SQLite, whoever changes anything."""
    held, let_go = threading.Event(), threading.Event()

    def hold(tx: Tx) -> None:
        tx.all(_LOCKS[tx.dialect], stamp_id=stamp)
        held.set()
        let_go.wait(_PATIENCE_S)

    def run() -> None:
        with Data(url) as other:
            other.write(hold)

    holder = threading.Thread(target=run)
    holder.start()
    try:
        assert held.wait(_PATIENCE_S)
        yield
    finally:
        let_go.set()
        holder.join(_PATIENCE_S)


def _add(shop: Shop, stamp: int, *, key: str, count: int = 1) -> Answer:
    return shop.put(ADD, shop.alice, stampIdx=stamp, count=count, headers={"Idempotency-Key": key})


def _first_and_last(futures: list[Future[Answer]]) -> tuple[Answer, Future[Answer]]:
    """The answer that came first, and the other request, which still waits."""
    (first,), (last,) = wait(futures, _PATIENCE_S, FIRST_COMPLETED)
    return first.result(), last


class TestInOneProcess:
    def test_the_second_is_told_at_once(self, shop: Shop) -> None:
        stamp = shop.create(shop.alice, least()).result
        with ThreadPoolExecutor(2) as threads:
            with _somebody_holds(shop.data.url, stamp):
                futures = [threads.submit(_add, shop, stamp, key="twice") for _ in range(2)]
                told, waiting = _first_and_last(futures)
                assert (told.status, told.json, told.headers["Retry-After"]) == (409, STILL_RUNNING, "1")
                assert not waiting.done()
            assert waiting.result(_PATIENCE_S).result is None
        again = _add(shop, stamp, key="twice")
        assert (again.content, again.headers["Idempotency-Replayed"]) == (waiting.result().content, "true")
        assert shop.data.stamp(stamp)["stamps"] == 1

    def test_another_request_with_the_key_is_told_the_same(self, shop: Shop) -> None:
        stamp = shop.create(shop.alice, least()).result
        with ThreadPoolExecutor(2) as threads:
            with _somebody_holds(shop.data.url, stamp):
                futures = [threads.submit(_add, shop, stamp, key="other", count=count) for count in (1, 2)]
                told, _ = _first_and_last(futures)
                assert told.json == STILL_RUNNING
            assert sorted(future.result(_PATIENCE_S).status for future in futures) == [200, 409]

    def test_a_key_is_free_again_after_a_refusal(self, shop: Shop) -> None:
        stamp = shop.create(shop.alice, least()).result
        for _ in range(3):
            assert _add(shop, stamp, key="refused", count=11).json["code"] == 40905
        assert _add(shop, stamp, key="refused").result is None

    def test_another_account_on_the_same_endpoint_is_not_told_so(self, shop: Shop) -> None:
        stamp, theirs = (shop.create(who, least(cardIdx=who.card_id)).result for who in (shop.alice, shop.charlie))
        with ThreadPoolExecutor(2) as threads:
            with _somebody_holds(shop.data.url, stamp):
                first = threads.submit(_add, shop, stamp, key="both")
                told, _ = _first_and_last([first, threads.submit(_add, shop, stamp, key="both")])
                assert told.json == STILL_RUNNING
                second = threads.submit(shop.put, ADD, shop.charlie, stampIdx=theirs, headers={"Idempotency-Key": "both"})
            assert second.result(_PATIENCE_S).result is None

    def test_others_are_not_told_so(self, shop: Shop) -> None:
        """Neither another account with the same key, nor the same account on another endpoint."""
        stamp = shop.create(shop.alice, least()).result
        with ThreadPoolExecutor(2) as threads:
            with _somebody_holds(shop.data.url, stamp):
                first = threads.submit(_add, shop, stamp, key="mine")
                body = least(cardIdx=shop.charlie.card_id)
                second = threads.submit(shop.create, shop.charlie, body, headers={"Idempotency-Key": "mine"})
            assert [future.result(_PATIENCE_S).status for future in (first, second)] == [200, 200]

    @pytest.mark.parametrize("path", ["/api/stamp/v1/redeem", "/api/stamp/v1/update", "/api/stamp/v1/delete"])
    def test_what_does_not_go_in_with_a_batch(self, shop: Shop, path: str) -> None:
        shop.lay_out_samples(stamps=10)
        keyed = {"Idempotency-Key": path}

        def ask(_: int) -> Answer:
            if path.endswith("delete"):
                return shop.request("DELETE", path, by=shop.alice, query={"stampIdx": 1347}, headers=keyed)
            memo = {"memo": "another"} if path.endswith("update") else {}
            return shop.put(path, shop.alice, stampIdx=1347, **memo, headers=keyed)

        with ThreadPoolExecutor(2) as threads:
            with _somebody_holds(shop.data.url, 1347):
                futures = [threads.submit(ask, number) for number in range(2)]
                told, waiting = _first_and_last(futures)
                assert told.json == STILL_RUNNING
            assert waiting.result(_PATIENCE_S).result is None


class TestBetweenProcesses:
    """Two servers, as two processes are: what they share is the database."""

    def test_postgresql_tells_the_second_at_once(self, databases: Databases, open_shop: OpenShop) -> None:
        one = open_shop("postgresql", database_url=databases.fresh("postgresql"))
        two = open_shop("postgresql", beside=one)
        stamp = one.create(one.alice, least()).result
        with ThreadPoolExecutor(2) as threads:
            with _somebody_holds(one.data.url, stamp):
                told, waiting = _first_and_last([threads.submit(_add, shop, stamp, key="both") for shop in (one, two)])
                assert (told.status, told.json, told.headers["Retry-After"]) == (409, STILL_RUNNING, "1")
            assert waiting.result(_PATIENCE_S).result is None
        assert [_add(shop, stamp, key="both").headers["Idempotency-Replayed"] for shop in (one, two)] == ["true", "true"]
        assert one.data.stamp(stamp)["stamps"] == 1

    def test_on_sqlite_the_second_waits_and_replays(self, databases: Databases, open_shop: OpenShop) -> None:
        one = open_shop("sqlite", database_url=databases.fresh("sqlite"))
        two = open_shop("sqlite", beside=one)
        stamp = one.create(one.alice, least()).result
        with ThreadPoolExecutor(2) as threads:
            with _somebody_holds(one.data.url, stamp):
                futures = [threads.submit(_add, shop, stamp, key="both") for shop in (one, two)]
            answers = [future.result(_PATIENCE_S) for future in futures]
        assert {answer.content for answer in answers} == {b'{"code":0,"message":"","result":null}'}
        assert sorted(str(answer.headers["Idempotency-Replayed"]) for answer in answers) == ["None", "true"]
        assert one.data.stamp(stamp)["stamps"] == 1


@pytest.mark.one_database("postgresql")
def test_a_key_is_locked_for_its_account_alone(data: Data) -> None:
    one, other = (IdempotencyKey(account_id, "ab" * 32, "", 1) for account_id in (1, 2))
    with open_transaction(data) as running:
        assert queries.lock(running, [one]) == set()
        assert data.write(queries.lock, [one, other]) == {(1, "ab" * 32)}
    assert data.write(queries.lock, [one]) == set()
