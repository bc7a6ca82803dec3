"""What the events of stamps are made from."""

from collections.abc import Sequence
from typing import NamedTuple

from stampwell.db.database import Tx
from stampwell.db.rows import over_rows, values_of


class EventSource(NamedTuple):
    """A row of a stamp's ledger, as far as its event tells of it. changes: JSON."""

    account_id: int
    stamp_id: int
    sequence: int
    stamps_before: int
    stamps_after: int
    actor_kind: str
    actor_id: int | None
    channel: str
    order_ref: str | None
    location_id: int | None
    changes: str | None
    carried: int | None


LEDGER_ROWS = f"""
SELECT {", ".join(f"e.{field}" for field in EventSource._fields)} FROM r JOIN stamp_event e
ON e.account_id = r.account_id AND e.stamp_id = r.stamp_id AND e.sequence = r.sequence
"""


def ledger_rows(tx: Tx, keys: Sequence[tuple[int, int, int]]) -> list[EventSource]:
    """Of (account, stamp, sequence), in no order; what is not there is missing."""
    columns = {"account_id": "bigint", "stamp_id": "bigint", "sequence": "bigint"}
    return [EventSource._make(values_of(row)) for row in over_rows(tx, columns, keys, LEDGER_ROWS)]
