"""Issuing in batches, on both databases: every answer right and in order, whatever its neighbours are."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest

from kit.data import Data
from kit.databases import Databases
from kit.people import Person, add_domain, open_account
from kit.proxies import TcpProxyTo
from stampwell.core.codes import new_stamp_code
from stampwell.core.errors import DatabaseUnavailable
from stampwell.db.batching import Batches
from stampwell.db.opening import open_database
from stampwell.features.cards.errors import CardClosed, CardNotFound
from stampwell.features.domains.errors import DomainNotFound
from stampwell.features.idempotency.model import IdempotentRequest
from stampwell.features.stamps.issuing import issuing_batches
from stampwell.features.stamps.model import Issued, NewStamp

NOW_US = 1_772_442_000_000_000


@dataclass(frozen=True)
class TwoShops:
    """Two accounts, each with an open card; the first has a closed one and a verified domain too."""

    one: Person
    other: Person
    closed_card_id: int

    def stamp(self, user_id: str, **fields: object) -> NewStamp:
        """A stamp of the first account's card."""
        stamp = NewStamp(
            account_id=self.one.account_id,
            actor_kind="api_key",
            actor_id=self.one.key_id,
            channel="api",
            card_id=self.one.card_id,
            code=new_stamp_code(),
            domain="https://vvd.bz",
            needs_domain=False,
            starts_on="2026-01-01",
            ends_on="2026-12-31",
            active=True,
            memo=None,
            user_id=user_id,
            user_name=None,
            user_phone=None,
            user_phone_digits=None,
            user_email=None,
            user_email_key=None,
            user_etc1=None,
            user_etc2=None,
            created_at=NOW_US,
            local_day="2026-03-02",
        )
        return stamp._replace(**fields)


@pytest.fixture
def search_shop(data: Data) -> TwoShops:
    one, other = (open_account(data, now_us=NOW_US) for _ in range(2))
    closed = open_account(data, now_us=NOW_US)
    data.run(
        "UPDATE card SET account_id = :account_id, archived_at = 1 WHERE card_id = :card_id",
        account_id=one.account_id,
        card_id=closed.card_id,
    )
    add_domain(data, one.account_id, "https://beans.example", now_us=NOW_US)
    add_domain(data, one.account_id, "https://claimed.example", verified=False, now_us=NOW_US)
    return TwoShops(one, other, closed.card_id)


class Issuer:
    """Issues stamps in batches, without an Idempotency-Key."""

    def __init__(self, batches: Batches[IdempotentRequest, Issued]) -> None:
        self._batches = batches
        self.drain = batches.drain

    async def issue(self, stamp: NewStamp) -> Issued:
        return await self._batches.submit(IdempotentRequest(stamp, None, lambda _: b""))


@asynccontextmanager
async def an_issuer(url: str, sizes: list[int] | None = None) -> AsyncIterator[Issuer]:
    db = open_database(url)
    await db.start()
    issuer = Issuer(issuing_batches(db, on_batch=(sizes if sizes is not None else []).append))
    try:
        yield issuer
    finally:
        await issuer.drain()
        await db.close()


def issue_all(url: str, stamps: list[NewStamp], sizes: list[int] | None = None) -> list[Issued | BaseException]:
    """All at once; an outcome for each, in order."""

    async def run() -> list[Issued | BaseException]:
        async with an_issuer(url, sizes) as issuer:
            return await asyncio.gather(*map(issuer.issue, stamps), return_exceptions=True)

    return asyncio.run(run())


class TestOrder:
    def test_five_hundred_at_once_with_bad_rows_between_them(self, data: Data, search_shop: TwoShops) -> None:
        kinds: list[tuple[type[BaseException] | None, dict[str, object]]] = [
            (None, {}),
            (CardNotFound, {"card_id": 999_999}),
            (None, {"account_id": search_shop.other.account_id, "card_id": search_shop.other.card_id}),
            (CardNotFound, {"card_id": search_shop.other.card_id}),
            (None, {"domain": "https://beans.example", "needs_domain": True}),
            (CardClosed, {"card_id": search_shop.closed_card_id}),
            (DomainNotFound, {"domain": "https://claimed.example", "needs_domain": True}),
            (DomainNotFound, {"domain": "https://nobody.example", "needs_domain": True}),
            (None, {"memo": "한글 '; -- \\ \" 🍵", "active": False}),
            (
                DomainNotFound,
                {
                    "account_id": search_shop.other.account_id,
                    "card_id": search_shop.other.card_id,
                    "domain": "https://beans.example",
                    "needs_domain": True,
                },
            ),
        ]
        stamps = [search_shop.stamp(f"user-{number}", **kinds[number % 10][1]) for number in range(500)]
        sizes: list[int] = []
        answers = issue_all(data.url, stamps, sizes)
        for number, (stamp, answer) in enumerate(zip(stamps, answers, strict=True)):
            expected = kinds[number % 10][0]
            if expected is not None:
                assert type(answer) is expected, number
                continue
            assert isinstance(answer, Issued)
            assert answer.code == stamp.code
            row = data.stamp(answer.stamp_id)
            assert (row["code"], row["user_id"], row["account_id"]) == (stamp.code, stamp.user_id, stamp.account_id)
            assert (row["card_id"], row["domain"], row["memo"]) == (stamp.card_id, stamp.domain, stamp.memo)
            assert row["active"] == stamp.active
        assert data.stored() == {"stamp": 200, "stamp_event": 200, "told": 200}
        assert sum(sizes) == 500
        assert len(sizes) < 50

    def test_each_has_its_own_ledger_and_outbox_rows(self, data: Data, search_shop: TwoShops) -> None:
        stamps = [search_shop.stamp(str(number), actor_id=number, created_at=NOW_US + number) for number in range(60)]
        for stamp, answer in zip(stamps, issue_all(data.url, stamps), strict=True):
            assert isinstance(answer, Issued)
            (entry,), (told,) = data.ledger(answer.stamp_id), data.told(answer.stamp_id)
            assert (entry["actor_kind"], entry["actor_id"], entry["channel"]) == ("api_key", stamp.actor_id, "api")
            assert entry["occurred_at"] == entry["recorded_at"] == stamp.created_at
            assert (told["account_id"], told["created_at"]) == (stamp.account_id, stamp.created_at)

    def test_more_than_one_statement_takes(self, data: Data, search_shop: TwoShops) -> None:
        """SQLite's parameters are limited; a batch may be longer than one statement's."""
        stamps = [search_shop.stamp(str(number)) for number in range(1201)]
        answers = issue_all(data.url, stamps)
        assert [isinstance(answer, Issued) for answer in answers] == [True] * 1201
        assert data.stored() == {"stamp": 1201, "stamp_event": 1201, "told": 1201}

    def test_one_alone(self, data: Data, search_shop: TwoShops) -> None:
        (answer,) = issue_all(data.url, [search_shop.stamp("alone")])
        assert isinstance(answer, Issued)
        assert data.stamp(answer.stamp_id)["user_id"] == "alone"


class TestCodes:
    def test_two_of_one_batch_with_the_same_code(self, data: Data, search_shop: TwoShops) -> None:
        code = new_stamp_code()
        first, second = issue_all(data.url, [search_shop.stamp("first", code=code), search_shop.stamp("second", code=code)])
        assert isinstance(first, Issued)
        assert isinstance(second, Issued)
        assert data.stored() == {"stamp": 2, "stamp_event": 2, "told": 2}
        assert first.stamp_id != second.stamp_id
        assert first.code != second.code
        assert [data.stamp(answer.stamp_id)["user_id"] for answer in (first, second)] == ["first", "second"]

    def test_a_code_that_is_taken(self, data: Data, search_shop: TwoShops) -> None:
        (taken,) = issue_all(data.url, [search_shop.stamp("before")])
        assert isinstance(taken, Issued)
        stamps = [search_shop.stamp("a"), search_shop.stamp("b", code=taken.code), search_shop.stamp("c")]
        answers = issue_all(data.url, stamps)
        rows = [data.stamp(answer.stamp_id) for answer in answers if isinstance(answer, Issued)]
        assert [row["user_id"] for row in rows] == ["a", "b", "c"]
        assert taken.code not in {row["code"] for row in rows}
        assert data.stamp(taken.code)["user_id"] == "before"
        assert data.stored() == {"stamp": 4, "stamp_event": 4, "told": 4}


class TestFaults:
    def test_a_row_that_the_database_chokes_on_harms_no_neighbour(
        self, data: Data, search_shop: TwoShops, dialect: str
    ) -> None:
        """Validation keeps such rows out; should one come in, it is alone with its fault."""
        poison = search_shop.stamp("poison", memo="\0" if dialect == "postgresql" else b"\xff")
        stamps = [search_shop.stamp(str(number)) for number in range(20)]
        answers = issue_all(data.url, [*stamps[:10], poison, *stamps[10:]])
        assert not isinstance(answers[10], Issued)
        assert isinstance(answers[10], Exception)
        assert [isinstance(answer, Issued) for answer in answers[:10] + answers[11:]] == [True] * 20
        assert data.stored() == {"stamp": 20, "stamp_event": 20, "told": 20}

    def test_nobody_waits_for_ever_when_the_database_is_gone(self, databases: Databases, tcp_proxy: TcpProxyTo) -> None:
        url = databases.fresh("postgresql")
        with Data(url) as direct:
            one = open_account(direct, now_us=NOW_US)
            search_shop = TwoShops(one, one, 0)
            address = urlsplit(url)
            between = tcp_proxy(address.hostname or "", address.port or 5432)

            async def run() -> None:
                async with an_issuer(url.replace(f":{address.port}/", f":{between.port}/")) as issuer:
                    first = await issuer.issue(search_shop.stamp("first"))
                    assert first.code
                    between.cut()
                    waiting = [issuer.issue(search_shop.stamp(str(number))) for number in range(20)]
                    answers = await asyncio.gather(*waiting, return_exceptions=True)
                    assert [type(answer) for answer in answers] == [DatabaseUnavailable] * 20
                    between.mend()
                    assert await _until_issued(lambda: issuer.issue(search_shop.stamp("last")))

            asyncio.run(run())
            rows = direct.rows("SELECT user_id FROM stamp ORDER BY stamp_id")
            assert [row["user_id"] for row in rows] == ["first", "last"]

    def test_callers_that_give_up_harm_nobody(self, data: Data, search_shop: TwoShops) -> None:
        async def run() -> list[Issued | BaseException]:
            async with an_issuer(data.url) as issuer:
                waiting = [asyncio.ensure_future(issuer.issue(search_shop.stamp(str(number)))) for number in range(40)]
                await asyncio.sleep(0)
                for task in waiting[::2]:
                    task.cancel()
                return await asyncio.gather(*waiting, return_exceptions=True)

        answers = asyncio.run(run())
        assert [type(answer) for answer in answers[::2]] == [asyncio.CancelledError] * 20
        assert [isinstance(answer, Issued) for answer in answers[1::2]] == [True] * 20
        stored = {row["user_id"] for row in data.rows("SELECT user_id FROM stamp")}
        assert stored >= {str(number) for number in range(1, 40, 2)}

    def test_draining_answers_everybody(self, data: Data, search_shop: TwoShops) -> None:
        async def run() -> list[bool]:
            async with an_issuer(data.url) as issuer:
                waiting = [asyncio.ensure_future(issuer.issue(search_shop.stamp(str(number)))) for number in range(100)]
                await asyncio.sleep(0)
                await issuer.drain()
                return [task.done() or not await asyncio.sleep(0, result=False) for task in waiting]

        assert asyncio.run(run()) == [True] * 100
        assert data.count("stamp") == 100


async def _until_issued(issue: Callable[[], Awaitable[Issued]]) -> Issued:
    for _ in range(100):
        try:
            return await issue()
        except DatabaseUnavailable:
            await asyncio.sleep(0.1)
    raise AssertionError("it did not come back")


class _Broken:
    """A database that fails before a batch has its turn, as one does that was damaged or closed."""

    dialect = "sqlite"

    def __init__(self, error: Exception, *, at_once: bool) -> None:
        self._error = error
        self._at_once = at_once

    def write(self, *_: object) -> asyncio.Future[object]:
        if self._at_once:
            raise self._error
        failed: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        failed.set_exception(self._error)
        return failed


@pytest.mark.parametrize(
    ("error", "at_once"),
    [(DatabaseUnavailable(), False), (DatabaseUnavailable(), True), (ValueError("damaged"), False)],
    ids=["unavailable", "closed", "damaged"],
)
def test_nobody_waits_for_a_database_that_failed_before_the_batch_began(
    search_shop: TwoShops, error: Exception, at_once: bool
) -> None:
    async def scenario() -> list[object]:
        issuer = Issuer(issuing_batches(_Broken(error, at_once=at_once), on_batch=lambda _: None))  # type: ignore[arg-type]
        first = await asyncio.gather(*(issuer.issue(search_shop.stamp(str(n))) for n in range(3)), return_exceptions=True)
        return [*first, *await asyncio.gather(issuer.issue(search_shop.stamp("later")), return_exceptions=True)]

    assert asyncio.run(asyncio.wait_for(scenario(), 10)) == [error] * 4
