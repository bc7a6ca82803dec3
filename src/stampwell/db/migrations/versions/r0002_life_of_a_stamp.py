"""The whole life of a stamp: rules frozen at issue, a fuller ledger, look-ups, answers kept for retries, imports."""

import secrets

from alembic import op
from sqlalchemy import text

revision = "0002"
down_revision = "0001"

# What the two databases spell differently. `tie` makes the order of an index whole; SQLite's indexes end with it anyway.
_SPELLINGS = {
    "sqlite": {"integer": "INTEGER", "flag": "INTEGER", "false": "0", "strict": " STRICT", "tie": ""},
    "postgresql": {"integer": "BIGINT", "flag": "BOOLEAN", "false": "FALSE", "strict": "", "tie": ", stamp_id"},
}

# The ledger loses its foreign key: the check of a deleted stamp looked through the rows of every account, because indexes
# begin with the account. Whoever writes to it has locked the stamp, and `delete` takes its rows along.
_LEDGER = {
    "postgresql": (
        "ALTER TABLE stamp_event DROP CONSTRAINT stamp_event_stamp_id_fkey",
        "ALTER TABLE stamp_event ADD COLUMN channel TEXT NOT NULL DEFAULT 'api'",
        "ALTER TABLE stamp_event ADD COLUMN note TEXT",
        "ALTER TABLE stamp_event ADD COLUMN order_ref TEXT",
        "ALTER TABLE stamp_event ADD COLUMN location TEXT",
        "ALTER TABLE stamp_event ADD COLUMN changes TEXT",
        "ALTER TABLE stamp_event ADD COLUMN renewed_stamp_id BIGINT",
        "ALTER TABLE stamp_event ADD COLUMN occurred_at BIGINT NOT NULL DEFAULT 0",
        "UPDATE stamp_event SET occurred_at = recorded_at",
    ),
    # SQLite cannot drop a constraint: the table is made anew. Its numbers go on where they were.
    "sqlite": (
        """
        CREATE TABLE new_event (
            event_id INTEGER PRIMARY KEY AUTOINCREMENT,
            account_id INTEGER NOT NULL,
            stamp_id INTEGER NOT NULL,
            kind TEXT NOT NULL,
            stamps_before INTEGER NOT NULL,
            stamps_after INTEGER NOT NULL,
            actor_kind TEXT NOT NULL,
            actor_id INTEGER,
            recorded_at INTEGER NOT NULL,
            channel TEXT NOT NULL DEFAULT 'api',
            note TEXT,
            order_ref TEXT,
            location TEXT,
            changes TEXT,
            renewed_stamp_id INTEGER,
            occurred_at INTEGER NOT NULL DEFAULT 0
        ) STRICT
        """,
        "INSERT INTO sqlite_sequence (name, seq) SELECT 'new_event', seq FROM sqlite_sequence WHERE name = 'stamp_event'",
        """
        INSERT INTO new_event (event_id, account_id, stamp_id, kind, stamps_before, stamps_after, actor_kind, actor_id,
            recorded_at, occurred_at)
        SELECT event_id, account_id, stamp_id, kind, stamps_before, stamps_after, actor_kind, actor_id,
            recorded_at, recorded_at
        FROM stamp_event
        """,
        "DROP TABLE stamp_event",
        "ALTER TABLE new_event RENAME TO stamp_event",
        "CREATE INDEX stamp_event_by_stamp ON stamp_event (account_id, stamp_id, event_id)",
    ),
}

_BEFORE = (
    "ALTER TABLE card ADD COLUMN stamp_img_url TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE card ADD COLUMN onsite {flag} NOT NULL DEFAULT {false}",
    "ALTER TABLE card ADD COLUMN onsite_hash TEXT",
    "ALTER TABLE card ADD COLUMN cooldown_s {integer} NOT NULL DEFAULT 0",
    "ALTER TABLE card ADD COLUMN daily_max {integer} NOT NULL DEFAULT 0",
    "ALTER TABLE card ADD COLUMN renews {flag} NOT NULL DEFAULT {false}",
    "ALTER TABLE stamp ADD COLUMN cooldown_s {integer} NOT NULL DEFAULT 0",
    "ALTER TABLE stamp ADD COLUMN daily_max {integer} NOT NULL DEFAULT 0",
    "ALTER TABLE stamp ADD COLUMN renewed_stamp_id {integer}",
    "ALTER TABLE stamp ADD COLUMN pin_hash TEXT",
    "ALTER TABLE stamp ADD COLUMN redeem_failures {integer} NOT NULL DEFAULT 0",
    "ALTER TABLE stamp ADD COLUMN redeem_locked_until {integer}",
)

_AFTER = (
    """
    CREATE UNIQUE INDEX stamp_event_by_order ON stamp_event (account_id, stamp_id, order_ref) WHERE order_ref IS NOT NULL
    """,
    # Newest first under any filter: what is equal, then the instant of issue. The indexes on rare states cost nothing
    # when a stamp is issued, because it is active and not redeemed then.
    "DROP INDEX stamp_by_card",
    "CREATE INDEX stamp_by_account ON stamp (account_id, created_at{tie})",
    "CREATE INDEX stamp_by_card ON stamp (account_id, card_id, created_at{tie})",
    # With the card: of a user id that many share, another card's stamps are passed over without being looked at.
    "CREATE INDEX stamp_by_user ON stamp (account_id, user_id, created_at, stamp_id, card_id)",
    """
    CREATE INDEX stamp_by_phone ON stamp (account_id, user_phone_digits, created_at{tie}) WHERE user_phone_digits IS NOT NULL
    """,
    """
    CREATE INDEX stamp_by_email ON stamp (account_id, lower(user_email), created_at{tie}) WHERE user_email IS NOT NULL
    """,
    "CREATE INDEX stamp_redeemed ON stamp (account_id, created_at{tie}) WHERE redeemed_at IS NOT NULL",
    "CREATE INDEX stamp_redeemed_by_card ON stamp (account_id, card_id, created_at{tie}) WHERE redeemed_at IS NOT NULL",
    "CREATE INDEX stamp_inactive ON stamp (account_id, created_at{tie}) WHERE NOT active",
    "CREATE INDEX stamp_inactive_by_card ON stamp (account_id, card_id, created_at{tie}) WHERE NOT active",
    """
    CREATE TABLE idempotency (
        account_id {integer} NOT NULL,
        key_digest TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        answer TEXT NOT NULL,
        created_at {integer} NOT NULL,
        PRIMARY KEY (account_id, key_digest)
    ){strict}
    """,
    "CREATE INDEX idempotency_by_age ON idempotency (created_at)",
    """
    CREATE TABLE imported_row (
        account_id {integer} NOT NULL,
        row_digest TEXT NOT NULL,
        stamp_id {integer} NOT NULL,
        created_at {integer} NOT NULL,
        PRIMARY KEY (account_id, row_digest)
    ){strict}
    """,
    "CREATE TABLE secret (name TEXT PRIMARY KEY, value TEXT NOT NULL){strict}",
)


def upgrade() -> None:
    spelling = _SPELLINGS[op.get_bind().dialect.name]
    for statement in (*_BEFORE, *_LEDGER[op.get_bind().dialect.name], *_AFTER):
        op.execute(statement.format(**spelling))
    # What cursors are signed with: the same for every process on this database.
    op.get_bind().execute(text("INSERT INTO secret (name, value) VALUES ('cursor', :value)"), {"value": secrets.token_hex(32)})
