"""deploy/move-to-postgresql: every row of a SQLite database, numbers and all."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
from texts import ROOT

from kit.data import Data
from kit.databases import Databases
from kit.people import ALICES_CARD, Person, add_domain, open_account
from stampwell.core.actors import OPERATOR
from stampwell.features.cards import service as cards
from stampwell.features.idempotency.model import IdempotencyKey, IdempotentRequest
from stampwell.features.idempotency.service import answer_once
from stampwell.features.people.model import Role
from stampwell.features.people.service import add_person
from stampwell.features.stamps.issuing import issue_batch
from stampwell.features.stamps.model import Issued, NewStamp

_TABLES = (
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT IN ('alembic_version', 'sqlite_sequence') ORDER BY name"
)
# With bytes, with keys of several columns, and with numbers that a migration has put in.
_OF_THE_DASHBOARD = (
    "INSERT INTO image (handle, account_id, media_type, content, created_at) VALUES ('h', 1, 'image/png', x'00ff5c78', 1)",
    "INSERT INTO import_file (account_id, job_id, content) VALUES (1, 1, x'')",
    "INSERT INTO daily_count (account_id, day, kind, count) VALUES (1, '2026-01-01', 'issued', 5)",
    "INSERT INTO stamp_word (account_id, word, created_at, stamp_id) VALUES (1, 'kim', 7, 1), (1, 'kim', 8, 2)",
    "INSERT INTO location (account_id, name, name_key, active, created_at) VALUES (1, '시장', '시장', 0, 7)",
    (
        "INSERT INTO reversal (account_id, order_ref, stamp_id, removed, short, returned, created_at)"
        " VALUES (1, 'R-1', 1, 2, 1, '[5]', 7), (1, 'R-1', 0, 0, 0, '[]', 7)"
    ),
    "UPDATE stamp SET rewards = '[[5,\"쿠키\"]]', handed_out = '[[5,7]]', carries = 1, merged_stamp_id = 2 WHERE stamp_id = 1",
    "UPDATE stamp_event SET location_id = 1, rewards = '[5]', carried = 2 WHERE stamp_id = 1",
    "UPDATE ledger_reader SET event_id = 5",
    "UPDATE stamp_upgrade SET after_id = 1, finished = 0",
)
_NOW_US = 1_772_442_000_000_000


def _move(source: Data, target: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, str(ROOT / "deploy" / "move-to-postgresql"), source.url.removeprefix("sqlite:///")],
        env={"STAMPWELL_DATABASE_URL": target},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def _new_stamp(alice: Person, number: int) -> NewStamp:
    return NewStamp(
        account_id=alice.account_id,
        actor_kind="api_key",
        actor_id=alice.key_id,
        channel="api",
        card_id=alice.card_id,
        code=f"{number:016}",
        domain="https://stamps.example",
        needs_domain=False,
        starts_on="2026-01-01",
        ends_on="2026-12-31",
        active=number % 2 == 0,
        memo='two\nlines\twith a tab, a \\ and "quotes"' if number else None,
        user_id=f"user{number}",
        user_name="김철수",
        user_phone=None,
        user_phone_digits=None,
        user_email=None,
        user_email_key=None,
        user_etc1=None,
        user_etc2=None,
        created_at=_NOW_US,
        stamps=number % 3,
        local_day="2026-03-02",
    )


def _tables(source: Data) -> list[str]:
    return [row["name"] for row in source.rows(_TABLES)]


class TestMove:
    @pytest.fixture
    def source(self, databases: Databases) -> Iterator[Data]:
        with Data(databases.fresh("sqlite")) as data:
            yield data

    @pytest.fixture
    def alice(self, source: Data) -> Person:
        alice = open_account(source, card_id=ALICES_CARD, now_us=_NOW_US)
        add_domain(source, alice.account_id, "https://stamps.example", now_us=_NOW_US)
        issued = source.write(issue_batch, [_new_stamp(alice, number) for number in range(5)])
        assert all(isinstance(stamp, Issued) for stamp in issued)
        source.write(
            answer_once,
            IdempotentRequest(
                lambda _: None, IdempotencyKey(alice.account_id, "digest", "fingerprint", _NOW_US), lambda _: b"{}"
            ),
        )
        source.write(add_person, alice.account_id, email="a@x.example", name="Alice", role=Role.OWNER, now_us=_NOW_US)
        for statement in _OF_THE_DASHBOARD:
            source.run(statement)
        # The last number was given and its row is gone: it must not be given again.
        source.run("DELETE FROM stamp WHERE stamp_id = 5")
        return alice

    def test_every_row(self, source: Data, alice: Person, databases: Databases) -> None:
        url = databases.fresh("postgresql")
        done = _move(source, url)
        assert (done.returncode, done.stderr) == (0, "")
        told = dict(line.split()[:2] for line in done.stdout.splitlines())
        assert told == {table: str(source.count(table)) for table in _tables(source)}
        with Data(url) as target:
            for table in told:
                everything = f"SELECT * FROM {table} ORDER BY 1, 2"
                assert target.rows(everything) == source.rows(everything)
            (issued,) = target.write(issue_batch, [_new_stamp(alice, 9)])
            assert isinstance(issued, Issued)
            assert issued.stamp_id == 6
            card = target.write(cards.create, alice.account_id, name="Another", max_stamps=5, actor=OPERATOR, now_us=_NOW_US)
            assert card.card_id == ALICES_CARD + 1

    def test_into_a_database_that_is_not_empty(self, source: Data, alice: Person, databases: Databases) -> None:
        url = databases.fresh("postgresql")
        with Data(url) as target:
            open_account(target, name=alice.name, now_us=_NOW_US)
            before = {table: target.count(table) for table in _tables(source)}
            done = _move(source, url)
            assert done.returncode == 1
            assert done.stderr.endswith("nothing was copied: the PostgreSQL database is not empty: account has rows\n")
            assert {table: target.count(table) for table in before} == before

    def test_into_a_database_that_was_never_migrated(self, source: Data, databases: Databases) -> None:
        done = _move(source, databases.empty("postgresql"))
        assert done.returncode == 1
        assert "Run: stampwell migrate" in done.stderr

    def test_into_sqlite(self, source: Data) -> None:
        assert _move(source, source.url).returncode == 2
