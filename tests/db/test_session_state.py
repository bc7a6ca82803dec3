"""No statement of ours leaves anything in a PostgreSQL session: behind a connection pooler, that is somebody else's next."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import stampwell

# What outlives a transaction. `set_config` does where its last argument is false, and none of ours needs it.
_STAYS = re.compile(
    r"""
    (?: ^ | ; ) \s* (?: SET \s+ (?! LOCAL\b | CONSTRAINTS\b | TRANSACTION\b ) \w+ (?: \s+ TO \b | \s* = | \s+ \w+ \s+ )
                    | SET \s+ (?: SESSION | TIME | ROLE | NAMES ) \b
                    | RESET \s | LISTEN \s | UNLISTEN \s | PREPARE \s | DEALLOCATE \s | DISCARD \s | LOAD \s )
    | \b pg_ (?: try_ )? advisory_ (?: un )? lock (?: _shared | _all )? \b
    | \b set_config \s* \(
    | \b CREATE \s+ (?: (?: GLOBAL | LOCAL ) \s+ )? TEMP (?: ORARY )? \b
    | \b WITH \s+ HOLD \b
    """,
    re.VERBOSE,
)


def _texts(source: Path) -> Iterator[str]:
    """Every text in the file's code, f-strings with a name where they have a value."""
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "value" for part in node.values)


@pytest.mark.parametrize(
    "sql",
    [
        "SET lock_timeout = '5s'",
        "SET search_path TO shop",
        "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
        "SET TIME ZONE 'UTC'",
        "BEGIN; SET statement_timeout = 0",
        "LISTEN stamps",
        "SELECT pg_advisory_lock(1)",
        "SELECT pg_try_advisory_lock(2, 0) AS taken",
        "SELECT set_config('lock_timeout', '5s', false)",
        "CREATE TEMPORARY TABLE t (n int)",
        "DECLARE c CURSOR WITH HOLD FOR SELECT 1",
        "PREPARE one AS SELECT 1",
    ],
)
def test_what_stays_is_recognised(sql: str) -> None:
    assert _STAYS.search(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "SET LOCAL lock_timeout = '5s'",
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL lock_timeout = '5s'",
        "UPDATE stamp SET stamps = 0",
        "INSERT INTO t VALUES (1) ON CONFLICT DO UPDATE\nSET n = 1",
        "SELECT pg_try_advisory_xact_lock(2, 0) AS taken",
    ],
)
def test_what_ends_with_the_transaction_is_let_be(sql: str) -> None:
    assert not _STAYS.search(sql)


def test_no_statement_of_ours_stays() -> None:
    (package,) = stampwell.__path__
    sources = sorted(Path(package).rglob("*.py"))
    assert any("pg_try_advisory_xact_lock" in text for source in sources for text in _texts(source))
    found = [(source.name, text) for source in sources for text in _texts(source) if _STAYS.search(text)]
    assert found == []
