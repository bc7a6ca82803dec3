"""Limits on guessing: wrong tries at the secrets of a card by network; and what the server knows of its own clock."""

from alembic import op

revision = "0007"
down_revision = "0006"

_SPELLINGS = {
    "sqlite": {"integer": "INTEGER", "strict": " STRICT", "clustered": " WITHOUT ROWID, STRICT"},
    "postgresql": {"integer": "BIGINT", "strict": "", "clustered": ""},
}

_STATEMENTS = (
    # A row is what one network (a SHA-256) tried on a card (stamp_id 0) or on one stamp of it. The row of a card without a
    # secret and a network counts all wrong tries of a day; told_at is when its owners were last told that they are many.
    """
    CREATE TABLE secret_try (
        account_id {integer} NOT NULL,
        card_id {integer} NOT NULL,
        stamp_id {integer} NOT NULL,
        secret TEXT NOT NULL,
        network TEXT NOT NULL,
        failures {integer} NOT NULL,
        lockouts {integer} NOT NULL,
        since {integer} NOT NULL,
        locked_until {integer},
        told_at {integer},
        PRIMARY KEY (account_id, card_id, stamp_id, secret, network)
    ){clustered}
    """,
    "CREATE INDEX secret_try_by_age ON secret_try (since)",
    # Who has tried is counted there now: a stranger's wrong passwords lock nobody else out.
    "ALTER TABLE stamp DROP COLUMN redeem_failures",
    "ALTER TABLE stamp DROP COLUMN redeem_locked_until",
    # One row: when the server last looked at its clock, and since when it has gone on without a leap.
    """
    CREATE TABLE clock (
        clock_id {integer} PRIMARY KEY CHECK (clock_id = 1),
        seen_at {integer} NOT NULL,
        steady_since {integer} NOT NULL
    ){strict}
    """,
)


def upgrade() -> None:
    spelling = _SPELLINGS[op.get_bind().dialect.name]
    for statement in _STATEMENTS:
        op.execute(statement.format(**spelling))
