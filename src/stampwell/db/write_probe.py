"""Whether the database takes writes: by writing, because a full disk and a standby both answer what they are asked."""

import secrets

from stampwell.db.database import Tx

# About as much as a request writes; on PostgreSQL, which keeps old rows until it has cleaned up, little.
_BYTES = {"sqlite": 8192, "postgresql": 32}
WRITE = """
INSERT INTO secret (name, value) VALUES ('write-probe', :value) ON CONFLICT (name) DO UPDATE SET value = excluded.value
"""


def prove_writable(tx: Tx) -> None:
    """A unit of work that changes one row, which means nothing. At random, because SQLite writes nothing that is so already."""
    tx.run(WRITE, value=secrets.token_hex(_BYTES[tx.dialect]))
