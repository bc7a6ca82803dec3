"""What the server knows of its own clock: one row, written every hour by the worker that prunes."""

from typing import NamedTuple

from stampwell.core.units import DAY_US, HOUR_US
from stampwell.db.database import Tx

FAR_US = 25 * HOUR_US
"""A clock that moves by more than this between two looks at it has leapt, or the server stood still."""

STEADY_US = DAY_US
"""How long a clock has to go on after a leap before it is believed again."""

IN_DOUBT = f"(SELECT 1 FROM clock k WHERE {{now}} > k.seen_at + {FAR_US} OR {{now}} < k.steady_since + {STEADY_US})"
"""SQL: a row while the clock is not to be believed. `now` is an expression."""

_IS_IN_DOUBT = f"SELECT 1 AS doubted WHERE EXISTS {IN_DOUBT.format(now=':now_us')}"
_FIND = "SELECT seen_at, steady_since FROM clock"
_SAVE = """
INSERT INTO clock (clock_id, seen_at, steady_since) VALUES (1, :seen_at, :steady_since)
ON CONFLICT (clock_id) DO UPDATE SET seen_at = excluded.seen_at, steady_since = excluded.steady_since
"""


class ClockRow(NamedTuple):
    """When the server last looked at its clock, and when the clock last leapt: 0 if it is believed since."""

    seen_at: int
    steady_since: int


def find_clock(tx: Tx) -> ClockRow | None:
    """None before the first look."""
    row = tx.maybe(_FIND)
    return None if row is None else ClockRow(row["seen_at"], row["steady_since"])


def is_in_doubt(tx: Tx, *, now_us: int) -> bool:
    """Whether the clock is not to be believed: it leapt less than a day ago, or the server stood still until now."""
    return tx.maybe(_IS_IN_DOUBT, now_us=now_us) is not None


def save_clock(tx: Tx, row: ClockRow) -> None:
    tx.run(_SAVE, **row._asdict())
