"""The statements that issue a whole batch of stamps, with their ledger and outbox rows.

A row goes in only where the card is the account's and open, and a custom domain is verified: the statement itself proves
it. The interpreter lock is let go once a statement, not once a row, which is why neither database gets a row at a time.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import chain

from pydantic_core import to_json

from stampwell.db.database import Tx
from stampwell.features.stamps.model import Issued, NewStamp

_GIVEN = (
    "account_id, card_id, code, domain, starts_on, ends_on, active, memo, user_id, user_name, user_phone, "
    "user_phone_digits, user_email, user_etc1, user_etc2, created_at"
)
_INSERT_PROVED = f"""
    INSERT INTO stamp ({_GIVEN}, stamps, max_stamps, reward_title)
    SELECT {", ".join("r." + column for column in _GIVEN.split(", "))}, 0, c.max_stamps, c.reward_title
    FROM r CROSS JOIN card c
    WHERE c.account_id = r.account_id AND c.card_id = r.card_id AND c.active AND c.archived_at IS NULL
    AND (NOT r.needs_domain OR EXISTS (
        SELECT 1 FROM domain d WHERE d.account_id = r.account_id AND d.origin = r.domain AND d.verified_at IS NOT NULL))
    ON CONFLICT (code) DO NOTHING
"""
_LEDGER = """
    INSERT INTO stamp_event (account_id, stamp_id, kind, stamps_before, stamps_after, actor_kind, actor_id, recorded_at)
    SELECT s.account_id, s.stamp_id, 'issued', 0, 0, 'api_key', r.key_id, s.created_at
"""
_OUTBOX = """
    INSERT INTO outbox (account_id, stamp_id, kind, created_at)
    SELECT account_id, stamp_id, 'stamp.issued', created_at
"""

# PostgreSQL: all of it in one statement, so one round trip.
_BATCH_POSTGRESQL = f"""
WITH r AS (
    SELECT * FROM json_to_recordset(CAST(:rows AS json)) AS r(
        account_id bigint, key_id bigint, card_id bigint, code text, domain text, needs_domain boolean, starts_on text,
        ends_on text, active boolean, memo text, user_id text, user_name text, user_phone text, user_phone_digits text,
        user_email text, user_etc1 text, user_etc2 text, created_at bigint)
), issued AS ({_INSERT_PROVED} RETURNING account_id, stamp_id, code, created_at
), ledger AS ({_LEDGER} FROM issued s JOIN r ON r.code = s.code
), told AS ({_OUTBOX} FROM issued
)
SELECT stamp_id, code FROM issued
"""

# SQLite has no INSERT inside WITH: three statements in the writer's transaction. The writer is alone, so whatever is
# numbered from the batch's first stamp on belongs to the batch. VALUES takes half the time of json_each here.
_OUTBOX_SQLITE = f"{_OUTBOX} FROM stamp WHERE stamp_id >= :first"

_LEDGER_SQLITE = f"{_LEDGER} FROM r CROSS JOIN stamp s WHERE s.stamp_id = r.stamp_id"

# Every number of rows has a prepared statement of its own, and SQLite keeps each: at 500 rows they took 100 MiB.
_ROWS_A_STATEMENT = 32


def insert_batch(tx: Tx, batch: Sequence[NewStamp]) -> list[Issued]:
    """Issues every row that it may; the others are missing from the answer, which is in no order."""
    if tx.dialect == "postgresql":
        rows = to_json([stamp._asdict() for stamp in batch]).decode()
        return [Issued(row["stamp_id"], row["code"]) for row in tx.all(_BATCH_POSTGRESQL, rows=rows)]
    return [issued for part in _parts(batch) for issued in _insert_sqlite(tx, part)]


def _insert_sqlite(tx: Tx, batch: Sequence[NewStamp]) -> list[Issued]:
    insert = _over_rows(NewStamp._fields, len(batch), f"{_INSERT_PROVED} RETURNING stamp_id, code")
    issued = [Issued(row["stamp_id"], row["code"]) for row in tx.all(insert, *chain.from_iterable(batch))]
    if issued:
        keys = {stamp.code: stamp.key_id for stamp in batch}
        ledger = _over_rows(("stamp_id", "key_id"), len(issued), _LEDGER_SQLITE)
        tx.run(ledger, *chain.from_iterable((stamp.stamp_id, keys[stamp.code]) for stamp in issued))
        tx.run(_OUTBOX_SQLITE, first=min(stamp.stamp_id for stamp in issued))
    return issued


@lru_cache(maxsize=2 * _ROWS_A_STATEMENT)
def _over_rows(columns: tuple[str, ...], count: int, sql: str) -> str:
    """The SQL over a table `r` of so many rows, whose values are given in order."""
    row = "(" + ", ".join("?" * len(columns)) + ")"
    return f"WITH r ({', '.join(columns)}) AS (VALUES {', '.join([row] * count)}) {sql}"


def _parts(batch: Sequence[NewStamp]) -> list[Sequence[NewStamp]]:
    return [batch[start : start + _ROWS_A_STATEMENT] for start in range(0, len(batch), _ROWS_A_STATEMENT)]
