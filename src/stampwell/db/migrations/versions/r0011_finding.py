"""Cards are found by the end of their code too, and the tries that were refused on a card are kept for a while."""

from alembic import op

revision = "0011"
down_revision = "0010"

_SPELLINGS = {
    "sqlite": {"integer": "INTEGER", "clustered": " WITHOUT ROWID, STRICT"},
    "postgresql": {"integer": "BIGINT", "clustered": ""},
}

_STATEMENTS = (
    # The ends of old stamps' codes are indexed while the server runs, in steps: however many there are, nobody waits for it.
    """
    UPDATE stamp_upgrade SET after_id = 0, finished = CASE WHEN EXISTS (SELECT 1 FROM stamp) THEN 0 ELSE 1 END
    WHERE name = 'look-up'
    """,
    # Tries of one kind by one actor within a few minutes are a row. began_at: of those minutes; actor_id 0: none; tried_at: the
    # last of them.
    """
    CREATE TABLE refused_try (
        account_id {integer} NOT NULL,
        stamp_id {integer} NOT NULL,
        began_at {integer} NOT NULL,
        reason TEXT NOT NULL,
        actor_kind TEXT NOT NULL,
        actor_id {integer} NOT NULL,
        channel TEXT NOT NULL,
        tries {integer} NOT NULL,
        tried_at {integer} NOT NULL,
        PRIMARY KEY (account_id, stamp_id, began_at, reason, actor_kind, actor_id, channel)
    ){clustered}
    """,
    "CREATE INDEX refused_try_by_instant ON refused_try (tried_at)",
)


def upgrade() -> None:
    spelling = _SPELLINGS[op.get_bind().dialect.name]
    for statement in _STATEMENTS:
        op.execute(statement.format(**spelling))
