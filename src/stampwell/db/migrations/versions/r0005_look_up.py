"""Looking customers up: an account's country, keys of e-mail addresses, and how far old stamps have been brought up to date."""

from alembic import op
from sqlalchemy import text

from stampwell.core.emails import email_key

revision = "0005"
down_revision = "0004"

# What the two databases spell differently. `tie` makes the order of an index whole; SQLite's indexes end with it anyway.
# PostgreSQL's `lower` goes by the database's locale, which may be Turkish, unless it is told otherwise.
_SPELLINGS = {
    "sqlite": {"integer": "INTEGER", "strict": " STRICT", "tie": "", "bytewise": ""},
    "postgresql": {"integer": "BIGINT", "strict": "", "tie": ", stamp_id", "bytewise": ' COLLATE "C"'},
}
# Until a worker comes to them, addresses with other letters are found as they were before: by the database's own `lower`.
_AS_BEFORE = {
    "sqlite": (),
    "postgresql": ("UPDATE stamp SET user_email_key = lower(user_email) WHERE user_email ~ '[^\\x01-\\x7f]'",),
}

_BEFORE = (
    # ISO 3166, or blank for that of the time zone.
    "ALTER TABLE account ADD COLUMN country_code TEXT NOT NULL DEFAULT ''",
    # Only of addresses that are not plain ASCII: the others are their own key, and cost nothing when a stamp is issued.
    "ALTER TABLE stamp ADD COLUMN user_email_key TEXT",
    "ALTER TABLE person ADD COLUMN email_key TEXT NOT NULL DEFAULT ''",
)
_AFTER = (
    "DROP INDEX stamp_by_email",
    """
    CREATE INDEX stamp_by_email
    ON stamp (account_id, COALESCE(user_email_key, lower(user_email{bytewise})), created_at{tie})
    WHERE user_email IS NOT NULL
    """,
    "DROP INDEX person_by_email",
    "CREATE UNIQUE INDEX person_by_email ON person (email_key) WHERE removed_at IS NULL",
    # What is derived of a stamp by rules that have changed is derived anew while the server runs, in the order of numbers.
    """
    CREATE TABLE stamp_upgrade (
        name TEXT PRIMARY KEY,
        after_id {integer} NOT NULL,
        finished {integer} NOT NULL CHECK (finished IN (0, 1))
    ){strict}
    """,
    """
    INSERT INTO stamp_upgrade (name, after_id, finished)
    SELECT 'look-up', 0, CASE WHEN EXISTS (SELECT 1 FROM stamp) THEN 0 ELSE 1 END
    """,
)


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    for statement in (*_BEFORE, *_AS_BEFORE[dialect]):
        op.execute(statement.format(**_SPELLINGS[dialect]))
    _name_people()
    for statement in _AFTER:
        op.execute(statement.format(**_SPELLINGS[dialect]))


def _name_people() -> None:
    """Each person by the key of their address. Where two would have the same, one of them signs in by the letter."""
    connection = op.get_bind()
    people = [tuple(row) for row in connection.execute(text("SELECT person_id, email, removed_at FROM person"))]
    taken: set[str] = set()
    # Whose address is its own key goes first: any other's is no key of anybody.
    for person_id, email, removed_at in sorted(people, key=lambda person: (person[1] != email_key(person[1]), person[0])):
        key = email_key(email)
        if removed_at is None:
            key = email if key in taken else key
            taken.add(key)
        connection.execute(
            text("UPDATE person SET email_key = :key WHERE person_id = :person"), {"key": key, "person": person_id}
        )
