"""Acts on a few stamps of one account, done by the real services inside an open transaction."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from stampwell.core.actors import staff_actor
from stampwell.core.errors import AppError
from stampwell.db.database import Tx
from stampwell.features.stamps import merging, redeeming, reversing, service, undo
from stampwell.features.stamps.marking import Marking, mark_batch
from stampwell.features.stamps.model import EventMeta
from stampwell.features.stamps.reversals import Reversal
from stampwell.features.stamps.service import StampChange

_STAFF = staff_actor(1, "Kim")
_STAMPS = """
SELECT stamp_id, card_id, stamps, max_stamps, rewards, handed_out, redeemed_at, renewed_stamp_id, merged_stamp_id, sequence
FROM stamp WHERE account_id = :account_id ORDER BY stamp_id
"""
_ROWS = """
SELECT event_id, stamp_id, kind, stamps_before, stamps_after, order_ref, rewards, carried, renewed_stamp_id, changes
FROM stamp_event WHERE account_id = :account_id ORDER BY event_id
"""
_REVERSALS = "SELECT * FROM reversal WHERE account_id = :account_id ORDER BY order_ref, stamp_id"


class Act(NamedTuple):
    """Something to do. do: on a `Table`, answers by how many marks the shop's customers have more."""

    name: str
    do: Callable[["Table"], int]


class Stored(NamedTuple):
    """The rows of the tables, in the order of their numbers."""

    stamps: list[dict[str, Any]]
    rows: list[dict[str, Any]]
    reversals: list[dict[str, Any]]


class Table:
    """The stamps `first` and `second` of one account, and those that follow them, in an open transaction.

    stored: as of the last act. answers: of a reversal, those that were not given before.
    """

    def __init__(self, tx: Tx, account_id: int, stamps: Mapping[str, int], now_us: int) -> None:
        self.tx = tx
        self.account_id = account_id
        self.meta = EventMeta(_STAFF, now_us, ZoneInfo("Asia/Seoul"))
        self._stamps = stamps
        self.answers: list[Reversal] = []
        self.stored = self.read()

    def number(self, name: str) -> int:
        """Of the stamp of that name; `first+` is the one that follows the first, 0 for none."""
        number = self._stamps[name.rstrip("+")]
        for _ in range(name.count("+")):
            number = self.stamp(number)["renewed_stamp_id"] or 0
        return number

    def stamp(self, number: int) -> dict[str, Any]:
        return next((row for row in self.stored.stamps if row["stamp_id"] == number), {"renewed_stamp_id": 0, "stamps": 0})

    def read(self) -> Stored:
        def all_of(sql: str) -> list[dict[str, Any]]:
            rows: Any = self.tx.all(sql, account_id=self.account_id)
            return [dict(row) for row in rows]

        return Stored(all_of(_STAMPS), all_of(_ROWS), all_of(_REVERSALS))


def add(name: str, count: int, sale: str | None = None) -> Act:
    def do(table: Table) -> int:
        number = table.number(name)
        (outcome,) = mark_batch(table.tx, [Marking(table.account_id, number, count, table.meta, sale)])
        if isinstance(outcome, AppError):
            raise outcome
        return count if table.read().rows != table.stored.rows else 0

    return Act(f"add {count} to {name}" + (f" by {sale}" if sale else ""), do)


def redeem(name: str, sale: str | None = None, reward: int | None = None) -> Act:
    def do(table: Table) -> int:
        stamp = table.number(name)
        redeeming.redeem(table.tx, table.account_id, stamp, checked_hash=None, meta=table.meta, reward=reward, order_ref=sale)
        return 0

    return Act(f"redeem {'the last' if reward is None else reward} of {name}" + (f" by {sale}" if sale else ""), do)


def reverse(sale: str, name: str | None = None) -> Act:
    def do(table: Table) -> int:
        before = {(row["order_ref"], row["stamp_id"]) for row in table.stored.reversals}
        stamp = None if name is None else table.number(name)
        answers = reversing.reverse(table.tx, table.account_id, sale, meta=table.meta, stamp=stamp)
        table.answers = [row for row in answers if (sale, row.stamp_id) not in before]
        return -sum(row.removed for row in table.answers)

    return Act(f"reverse {sale}" + (f" on {name}" if name else ""), do)


def merge(source: str, target: str) -> Act:
    def do(table: Table) -> int:
        merging.merge(table.tx, table.account_id, table.number(source), table.number(target), meta=table.meta)
        return 0

    return Act(f"merge {source} into {target}", do)


def correct(name: str, stamps: int) -> Act:
    def do(table: Table) -> int:
        number = table.number(name)
        before = int(table.stamp(number)["stamps"])
        service.update(table.tx, table.account_id, number, StampChange({"stamps": stamps}), meta=table.meta)
        return stamps - before

    return Act(f"set {name} to {stamps}", do)


def move(name: str, card: int, title: str) -> Act:
    def do(table: Table) -> int:
        change = StampChange({"card_id": card})
        service.update(table.tx, table.account_id, table.number(name), change, meta=table.meta)
        return 0

    return Act(f"move {name} to {title}", do)


def undo_last(name: str) -> Act:
    def do(table: Table) -> int:
        number = table.number(name)
        row = [row for row in table.stored.rows if row["stamp_id"] == number][-1]
        rule = undo.rule_of_member(_STAFF, corrections=True)
        undo.undo(table.tx, table.account_id, number, row["event_id"], rule=rule, meta=table.meta)
        is_marks = row["kind"] in ("added", "removed")
        return row["stamps_before"] - row["stamps_after"] - (row["carried"] or 0) if is_marks else 0

    return Act(f"undo the last of {name}", do)


def delete(name: str) -> Act:
    def do(table: Table) -> int:
        return -service.delete(table.tx, table.account_id, table.number(name), meta=table.meta).stamps

    return Act(f"delete {name}", do)
