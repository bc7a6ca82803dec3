"""Imports: files in any encoding, what was put right in them, and whose their rows are."""

from alembic import op

revision = "0006"
down_revision = "0005"

_SPELLINGS = {
    "sqlite": {"integer": "INTEGER", "strict": " STRICT", "clustered": " WITHOUT ROWID, STRICT"},
    "postgresql": {"integer": "BIGINT", "strict": "", "clustered": ""},
}

_STATEMENTS = (
    "ALTER TABLE import_job ADD COLUMN blank_rows {integer} NOT NULL DEFAULT 0",
    "ALTER TABLE import_job ADD COLUMN same_customer {integer} NOT NULL DEFAULT 0",
    "ALTER TABLE import_job ADD COLUMN mended {integer} NOT NULL DEFAULT 0",
    """
    CREATE TABLE import_note (
        account_id {integer} NOT NULL,
        job_id {integer} NOT NULL,
        kind TEXT NOT NULL,
        line {integer} NOT NULL,
        field TEXT NOT NULL,
        before_text TEXT NOT NULL,
        after_text TEXT NOT NULL,
        PRIMARY KEY (account_id, job_id, kind, line, field)
    ){clustered}
    """,
    # A number a customer of an import, not a row a row of its file: a number of the shop's own stands in thousands of rows.
    """
    CREATE TABLE imported_customer (
        account_id {integer} NOT NULL,
        customer_key {integer} NOT NULL,
        stamps {integer} NOT NULL,
        PRIMARY KEY (account_id, customer_key)
    ){clustered}
    """,
)


def upgrade() -> None:
    spelling = _SPELLINGS[op.get_bind().dialect.name]
    for statement in _STATEMENTS:
        op.execute(statement.format(**spelling))
