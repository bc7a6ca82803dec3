"""Old stamps are brought to today's rules in steps: every one once, whatever happens meanwhile."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from kit.data import Data
from kit.load import wait_for
from kit.people import open_account
from kit.projection import project
from kit.search_shop import NOW_US, SearchShop
from kit.upgrade import make_old, upgrade
from stampwell.core.actors import OPERATOR, Actor
from stampwell.core.days import stored_zone
from stampwell.db.database import Database, Tx
from stampwell.db.opening import open_database
from stampwell.db.postgres import _PostgresTx
from stampwell.features.accounts.service import change_account, get_account
from stampwell.features.stamps import service
from stampwell.features.stamps.ledger.projection import read_offset
from stampwell.features.stamps.model import EventMeta
from stampwell.features.stamps.search import upgrading
from stampwell.workers import upgrade as worker

GIVEN = {
    "user_name": "Lee",
    "user_phone": "010-5550-3999",
    "user_phone_digits": "01055503999",
    "user_email": "lee@x.example",
    "user_email_key": None,
}
CHANGED = ("01055503999", None, {"lee", "u1", "leexexample", "01055503999", "821055503999", "55503999", "3999", "-0001"})
WORDS = {"김민수", "민수", "kimbucherexample", "01055503998", "821055503998", "55503998", "3998"}


@pytest.fixture
def search_shop(data: Data) -> SearchShop:
    return SearchShop(data, open_account(data, max_stamps=3, now_us=NOW_US))


def _issue(search_shop: SearchShop, **fields: Any) -> int:
    known = {"name": "김민수", "phone": "010-5550-3998", "user_email": "Kim@bücher.example"}
    return search_shop.issue(**{**known, **fields})


def _words(data: Data, stamp: int) -> set[str]:
    return {row["word"] for row in data.rows("SELECT word FROM stamp_word WHERE stamp_id = :stamp", stamp=stamp)}


def _found_by(data: Data, stamp: int) -> tuple[object, object, set[str]]:
    row = data.stamp(stamp)
    return row["user_phone_digits"], row["user_email_key"], _words(data, stamp)


def _update(tx: Tx, search_shop: SearchShop, stamp: int, **given: object) -> None:
    zone = get_account(tx, search_shop.person.account_id).time_zone
    meta = EventMeta(Actor("staff", 1, "dashboard"), NOW_US, zone)
    service.update(tx, search_shop.person.account_id, stamp, service.StampChange(given), meta=meta)


class TestAStamp:
    def test_gets_what_a_new_one_has(self, search_shop: SearchShop) -> None:
        stamps = [
            _issue(search_shop),
            _issue(search_shop, phone="02-123-4567 내선 12", user_email="Plain@x.example"),
            search_shop.issue("Kim"),
        ]
        project(search_shop.data)
        new = [_found_by(search_shop.data, stamp) for stamp in stamps]
        assert new[0] == ("01055503998", "kim@xn--bcher-kva.example", WORDS | {"u1", "-0001"})
        make_old(search_shop.data)
        assert upgrade(search_shop.data)
        assert [_found_by(search_shop.data, stamp) for stamp in stamps] == new

    def test_keeps_digits_of_which_nobody_knows_the_number(self, search_shop: SearchShop) -> None:
        stamp = search_shop.issue("Kim")
        project(search_shop.data)
        make_old(search_shop.data)
        search_shop.data.run("UPDATE stamp SET user_phone_digits = '123'")
        upgrade(search_shop.data)
        assert search_shop.data.stamp(stamp)["user_phone_digits"] == "123"

    def test_whose_words_were_not_made_yet_is_left_to_the_digest(self, search_shop: SearchShop) -> None:
        stamp = _issue(search_shop)
        search_shop.data.run("UPDATE stamp SET user_phone_digits = '1'")
        search_shop.data.run("UPDATE stamp_upgrade SET after_id = 0, finished = 0")
        assert upgrade(search_shop.data)
        assert _found_by(search_shop.data, stamp) == ("01055503998", "kim@xn--bcher-kva.example", set())
        project(search_shop.data)
        assert _words(search_shop.data, stamp) == WORDS | {"u1", "-0001"}

    def test_has_the_words_of_its_own_accounts_country(self, search_shop: SearchShop) -> None:
        other = SearchShop(search_shop.data, open_account(search_shop.data, time_zone="UTC", now_us=NOW_US))
        search_shop.data.write(change_account, other.person.account_id, {"country_code": "JP"}, actor=OPERATOR, now_us=NOW_US)
        stamp = other.issue(phone="090-1234-5678")
        project(search_shop.data)
        make_old(search_shop.data)
        upgrade(search_shop.data)
        assert _words(search_shop.data, stamp) == {"u1", "-0001", "09012345678", "819012345678", "12345678", "5678"}

    def test_nothing_else_of_it_or_of_the_ledger_changes(self, search_shop: SearchShop) -> None:
        for _ in range(3):
            _issue(search_shop)
        project(search_shop.data)
        before, ledger = search_shop.data.contents(), search_shop.data.read(read_offset)
        make_old(search_shop.data)
        upgrade(search_shop.data)
        assert search_shop.data.contents() == before
        assert search_shop.data.read(read_offset) == ledger


class TestSteps:
    @pytest.fixture(autouse=True)
    def _small_steps(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(worker, "_STEP", 2)

    def test_a_database_without_stamps_has_nothing_to_upgrade(self, data: Data) -> None:
        assert data.read(upgrading.read_place).finished

    def test_who_is_stopped_goes_on_where_he_was(self, search_shop: SearchShop) -> None:
        stamps = [_issue(search_shop) for _ in range(7)]
        project(search_shop.data)
        make_old(search_shop.data)
        for turns, done in ((1, 2), (2, 6)):
            assert not upgrade(search_shop.data, turns=turns)
            place = search_shop.data.read(upgrading.read_place)
            assert (place.after_id, place.finished, place.last) == (stamps[done - 1], False, stamps[-1])
            digits = [search_shop.data.stamp(stamp)["user_phone_digits"] for stamp in stamps]
            assert digits == ["01055503998"] * done + ["001055503998"] * (7 - done)
        assert upgrade(search_shop.data)
        assert {search_shop.data.stamp(stamp)["user_phone_digits"] for stamp in stamps} == {"01055503998"}
        assert search_shop.data.read(upgrading.read_place).finished

    def test_of_two_processes_one_does_a_step(self, search_shop: SearchShop) -> None:
        for _ in range(4):
            _issue(search_shop)
        project(search_shop.data)
        make_old(search_shop.data)
        step = search_shop.data.read(upgrading.take_step, limit=2)
        assert step is not None
        assert [search_shop.data.write(upgrading.apply_step, step) for _ in range(2)] == [True, False]

    def test_two_processes_at_once_upgrade_everything(self, search_shop: SearchShop) -> None:
        stamps = [_issue(search_shop) for _ in range(20)]
        project(search_shop.data)
        new = [_found_by(search_shop.data, stamp) for stamp in stamps]
        make_old(search_shop.data)

        async def work(db: Database) -> None:
            upgrader = worker.StampUpgrader(db)
            while await upgrader.turn() is not None:
                pass

        async def main() -> None:
            databases = [open_database(search_shop.data.url, connections=1) for _ in range(2)]
            for db in databases:
                await db.start()
            await asyncio.gather(*(work(db) for db in databases))
            for db in databases:
                await db.close()

        asyncio.run(main())
        assert [_found_by(search_shop.data, stamp) for stamp in stamps] == new

    def test_stamps_that_are_issued_meanwhile_are_looked_at_too(self, search_shop: SearchShop) -> None:
        _issue(search_shop)
        project(search_shop.data)
        make_old(search_shop.data)
        assert not upgrade(search_shop.data, turns=1)
        _issue(search_shop)
        assert not search_shop.data.write(upgrading.finish)
        assert upgrade(search_shop.data)

    def test_a_stamp_that_was_deleted_meanwhile_stays_deleted(self, search_shop: SearchShop) -> None:
        stamp, other = _issue(search_shop), _issue(search_shop)
        project(search_shop.data)
        make_old(search_shop.data)
        step = search_shop.data.read(upgrading.take_step, limit=2)
        search_shop.data.write(
            service.delete, search_shop.person.account_id, stamp, meta=EventMeta(OPERATOR, NOW_US, stored_zone("Asia/Seoul"))
        )
        assert step is not None
        assert search_shop.data.write(upgrading.apply_step, step)
        assert _words(search_shop.data, stamp) == set()
        assert _words(search_shop.data, other) == WORDS | {"u2", "-0002"}


class TestAChangeMeanwhile:
    def test_between_read_and_write_is_not_lost(self, search_shop: SearchShop) -> None:
        stamp, other = _issue(search_shop), _issue(search_shop)
        project(search_shop.data)
        make_old(search_shop.data)
        step = search_shop.data.read(upgrading.take_step, limit=2)
        search_shop.data.write(_update, search_shop, stamp, **GIVEN)
        assert step is not None
        assert search_shop.data.write(upgrading.apply_step, step)
        assert _found_by(search_shop.data, stamp) == CHANGED
        project(search_shop.data)
        assert _found_by(search_shop.data, stamp) == CHANGED
        assert _words(search_shop.data, other) == WORDS | {"u2", "-0002"}

    def test_of_another_field_leaves_the_rest_to_be_upgraded(self, search_shop: SearchShop) -> None:
        stamp = _issue(search_shop)
        project(search_shop.data)
        make_old(search_shop.data)
        step = search_shop.data.read(upgrading.take_step, limit=2)
        search_shop.data.write(_update, search_shop, stamp, user_name="Lee")
        assert step is not None
        assert search_shop.data.write(upgrading.apply_step, step)
        project(search_shop.data)
        expected = (WORDS | {"u1", "lee", "-0001"}) - {"김민수", "민수"}
        assert _found_by(search_shop.data, stamp) == ("01055503998", "kim@xn--bcher-kva.example", expected)

    @pytest.mark.one_database("postgresql")
    def test_that_has_not_committed_is_waited_for(self, search_shop: SearchShop) -> None:
        stamp = _issue(search_shop)
        project(search_shop.data)
        make_old(search_shop.data)
        step = search_shop.data.read(upgrading.take_step, limit=2)
        applied: list[bool] = []

        def apply() -> None:
            with Data(search_shop.data.url) as other:
                applied.append(other.write(upgrading.apply_step, step))

        with _transaction(search_shop.data) as tx:
            _update(tx, search_shop, stamp, **GIVEN)
            thread = threading.Thread(target=apply)
            thread.start()
            wait_for(lambda: _somebody_waits(search_shop.data))
        thread.join(20)
        assert applied == [True]
        assert _found_by(search_shop.data, stamp) == CHANGED


@contextmanager
def _transaction(data: Data) -> Iterator[Tx]:
    """Open until the end of the block."""
    with psycopg.connect(data.url, row_factory=dict_row) as connection:
        yield _PostgresTx(connection)


def _somebody_waits(data: Data) -> bool:
    """Whether a transaction waits for another one's lock."""
    waiting = "SELECT COUNT(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    return bool(data.rows(waiting)[0]["n"])
