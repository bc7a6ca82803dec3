"""The customer's stamp page: tries at a stamp's PIN, and the secret that its cookies are signed with."""

import secrets

from alembic import op
from sqlalchemy import text

revision = "0004"
down_revision = "0003"

_INTEGER = {"sqlite": "INTEGER", "postgresql": "BIGINT"}

_STATEMENTS = (
    # Wrong tries in a row, how often they led to a lock since the PIN was last known, and until when the lock holds.
    "ALTER TABLE stamp ADD COLUMN pin_failures {integer} NOT NULL DEFAULT 0",
    "ALTER TABLE stamp ADD COLUMN pin_lockouts {integer} NOT NULL DEFAULT 0",
    "ALTER TABLE stamp ADD COLUMN pin_locked_until {integer}",
    # When the shop took the PIN away; until the customer chooses anew.
    "ALTER TABLE stamp ADD COLUMN pin_cleared_at {integer}",
)


def upgrade() -> None:
    connection = op.get_bind()
    for statement in _STATEMENTS:
        op.execute(statement.format(integer=_INTEGER[connection.dialect.name]))
    value = secrets.token_hex(32)
    connection.execute(text("INSERT INTO secret (name, value) VALUES ('stamp_page', :value)"), {"value": value})
