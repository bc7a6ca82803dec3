from collections.abc import Sequence

from pydantic_core import to_json

from stampwell.db.database import Row, Tx
from stampwell.features.stamps.model import Issued, NewStamp, Stamp

_GIVEN = (
    "account_id, card_id, code, domain, starts_on, ends_on, active, memo, user_id, user_name, user_phone, "
    "user_phone_digits, user_email, user_etc1, user_etc2, created_at"
)
_FROM_CARD = "stamps, max_stamps, reward_title"

# A row goes in only where the card is the account's and open, and a custom domain is verified: the statement itself proves it.
_PROOF = """
WHERE c.active AND c.archived_at IS NULL AND (NOT r.needs_domain OR EXISTS (
    SELECT 1 FROM domain d WHERE d.account_id = r.account_id AND d.origin = r.domain AND d.verified_at IS NOT NULL))
"""

# PostgreSQL: stamps, ledger and outbox in one statement, so one round trip and its own transaction.
INSERT_BATCH_POSTGRESQL = f"""
WITH r AS (
    SELECT * FROM json_to_recordset(CAST(:rows AS json)) AS r(
        account_id bigint, key_id bigint, card_id bigint, code text, domain text, needs_domain boolean, starts_on text,
        ends_on text, active boolean, memo text, user_id text, user_name text, user_phone text, user_phone_digits text,
        user_email text, user_etc1 text, user_etc2 text, created_at bigint)
), issued AS (
    INSERT INTO stamp ({_GIVEN}, {_FROM_CARD})
    SELECT {", ".join("r." + column for column in _GIVEN.split(", "))}, 0, c.max_stamps, c.reward_title
    FROM r JOIN card c ON c.account_id = r.account_id AND c.card_id = r.card_id
    {_PROOF}
    ON CONFLICT (code) DO NOTHING
    RETURNING account_id, stamp_id, code, created_at
), ledger AS (
    INSERT INTO stamp_event (account_id, stamp_id, kind, stamps_before, stamps_after, actor_kind, actor_id, recorded_at)
    SELECT i.account_id, i.stamp_id, 'issued', 0, 0, 'api_key', r.key_id, i.created_at
    FROM issued i JOIN r ON r.code = i.code
), told AS (
    INSERT INTO outbox (account_id, stamp_id, kind, created_at)
    SELECT account_id, stamp_id, 'stamp.issued', created_at FROM issued
)
SELECT stamp_id, code FROM issued
"""

# SQLite has no INSERT inside WITH: three statements in the writer's transaction.
_ROWS_SQLITE = "(SELECT {columns} FROM json_each(:rows)) r".format(
    columns=", ".join(f"value ->> '{column}' AS {column}" for column in NewStamp._fields)
)
INSERT_BATCH_SQLITE = f"""
INSERT INTO stamp ({_GIVEN}, {_FROM_CARD})
SELECT {", ".join("r." + column for column in _GIVEN.split(", "))}, 0, c.max_stamps, c.reward_title
FROM {_ROWS_SQLITE} CROSS JOIN card c ON c.account_id = r.account_id AND c.card_id = r.card_id
{_PROOF}
ON CONFLICT (code) DO NOTHING
RETURNING stamp_id, code
"""
# The writer is alone, so whatever is numbered from the batch's first stamp on belongs to the batch.
LEDGER_BATCH_SQLITE = """
INSERT INTO stamp_event (account_id, stamp_id, kind, stamps_before, stamps_after, actor_kind, actor_id, recorded_at)
SELECT s.account_id, s.stamp_id, 'issued', 0, 0, 'api_key', r.value ->> 'key_id', s.created_at
FROM json_each(:rows) r CROSS JOIN stamp s
ON s.code = r.value ->> 'code' AND s.account_id = r.value ->> 'account_id' AND s.stamp_id >= :first
"""
OUTBOX_BATCH_SQLITE = """
INSERT INTO outbox (account_id, stamp_id, kind, created_at)
SELECT account_id, stamp_id, 'stamp.issued', created_at FROM stamp WHERE stamp_id >= :first
"""

IS_DOMAIN_VERIFIED = """
SELECT 1 AS found FROM domain WHERE account_id = :account_id AND origin = :origin AND verified_at IS NOT NULL
"""

_FIND = """
SELECT s.*, c.name AS card_name, c.title AS card_title, c.url
FROM stamp s JOIN card c ON c.account_id = s.account_id AND c.card_id = s.card_id
"""
# For the operator, who sees every account.
FIND_BY_ID = f"{_FIND} WHERE s.stamp_id = :stamp_id"
FIND_BY_CODE = f"{_FIND} WHERE s.code = :code"

# In small bites, so that no issue waits long for it.
DELETE_OLD_OUTBOX = """
DELETE FROM outbox WHERE outbox_id IN (
    SELECT outbox_id FROM outbox WHERE created_at < :before_us ORDER BY outbox_id LIMIT 1000)
"""


def insert_batch(tx: Tx, batch: Sequence[NewStamp]) -> list[Issued]:
    """Issues every row that it may, with its ledger and outbox rows; the others are missing from the answer."""
    return _INSERT_BATCH[tx.dialect](tx, to_json([stamp._asdict() for stamp in batch]).decode())


def _insert_batch_postgresql(tx: Tx, rows: str) -> list[Issued]:
    return [Issued(row["stamp_id"], row["code"]) for row in tx.all(INSERT_BATCH_POSTGRESQL, rows=rows)]


def _insert_batch_sqlite(tx: Tx, rows: str) -> list[Issued]:
    issued = [Issued(row["stamp_id"], row["code"]) for row in tx.all(INSERT_BATCH_SQLITE, rows=rows)]
    if issued:
        first = min(stamp.stamp_id for stamp in issued)
        tx.run(LEDGER_BATCH_SQLITE, rows=rows, first=first)
        tx.run(OUTBOX_BATCH_SQLITE, first=first)
    return issued


_INSERT_BATCH = {"sqlite": _insert_batch_sqlite, "postgresql": _insert_batch_postgresql}


def is_domain_verified(tx: Tx, account_id: int, origin: str) -> bool:
    return tx.maybe(IS_DOMAIN_VERIFIED, account_id=account_id, origin=origin) is not None


def find(tx: Tx, stamp: int | str) -> Stamp | None:
    """By number or by code, in any account."""
    row = tx.maybe(FIND_BY_ID, stamp_id=stamp) if isinstance(stamp, int) else tx.maybe(FIND_BY_CODE, code=stamp)
    return None if row is None else _stamp(row)


def delete_old_outbox(tx: Tx, before_us: int) -> int:
    return tx.run(DELETE_OLD_OUTBOX, before_us=before_us)


def _stamp(row: Row) -> Stamp:
    return Stamp(
        stamp_id=row["stamp_id"],
        account_id=row["account_id"],
        code=row["code"],
        domain=row["domain"],
        card_id=row["card_id"],
        card_name=row["card_name"],
        card_title=row["card_title"],
        url=row["url"],
        starts_on=row["starts_on"],
        ends_on=row["ends_on"],
        active=bool(row["active"]),
        stamps=row["stamps"],
        max_stamps=row["max_stamps"],
        memo=row["memo"],
        user_id=row["user_id"],
        user_name=row["user_name"],
        user_phone=row["user_phone"],
        user_email=row["user_email"],
        user_etc1=row["user_etc1"],
        user_etc2=row["user_etc2"],
        redeemed_at=row["redeemed_at"],
        created_at=row["created_at"],
    )
