"""All short lives of stamps: every sequence of some acts, done by the real services in one transaction that is rolled back.

After each act it is asked whether anybody could have got two rewards for one set of marks, and whether a mark is missing.
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from stampwell.core.actors import staff_actor
from stampwell.core.errors import AppError
from stampwell.db.database import Tx
from stampwell.features.stamps import merging, redeeming, reversing, service, undo
from stampwell.features.stamps.ledger.proof import prove_next
from stampwell.features.stamps.marking import Marking, mark_batch
from stampwell.features.stamps.model import EventMeta
from stampwell.features.stamps.reversal_queries import Reversal
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

Counts = Mapping[tuple[int, int], int]
"""By stamp and place, which is the number of marks that earns a reward."""


class Stop(Exception):
    """Rolls the whole search back."""


class Act(NamedTuple):
    """Something to do. do: on a `Table`, answers by how many marks the shop's customers have more."""

    name: str
    do: Callable[["Table"], int]


@dataclass(frozen=True, slots=True)
class Seen:
    """What somebody who stands beside the counter has seen.

    marks: that the customers should have. handed_out: rewards that they have, by the stamp that the marks are on now. earned:
    how often stamps have come to a place whose marks are on that one now. sold: rewards that each sale handed out on a stamp.
    """

    marks: int
    handed_out: Counts = field(default_factory=dict)
    earned: Counts = field(default_factory=dict)
    sold: Mapping[tuple[str, int], Counter[int]] = field(default_factory=dict)
    added: Mapping[str, int] = field(default_factory=dict)


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
        redeeming.redeem(
            table.tx, table.account_id, stamp, checked_hash=None, meta=table.meta, reward=reward, order_ref=sale
        )
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


class Search:
    """Walks through every sequence of the acts up to a length; those that come to a state seen before are walked once.

    found: the sequences after which something was wrong, each with what. done: how many acts were done.
    """

    def __init__(self, acts: Sequence[Act], table: Table, *, depth: int) -> None:
        self._acts = acts
        self._table = table
        self._depth = depth
        self._known: dict[str, int] = {}
        self.found: list[str] = []
        self.done = 0

    def run(self) -> None:
        self._walk((), Seen(sum(row["stamps"] for row in self._table.stored.stamps)))

    def _walk(self, path: tuple[str, ...], seen: Seen) -> None:
        left = self._depth - len(path)
        table, before = self._table, self._table.stored
        for act in self._acts if left else ():
            table.tx.run(f"SAVEPOINT step{left}")
            table.answers = []
            try:
                more = act.do(table)
            except AppError:
                pass
            else:
                self.done += 1
                table.stored = table.read()
                if table.stored != before:
                    now = _look(replace(seen, marks=seen.marks + more), table, before.rows[-1]["event_id"])
                    self._go_on((*path, act.name), now, left)
                table.stored = before
            table.tx.run(f"ROLLBACK TO step{left}")
            table.tx.run(f"RELEASE step{left}")

    def _go_on(self, path: tuple[str, ...], seen: Seen, left: int) -> None:
        state = _state(self._table.stored, seen)
        known = self._known.get(state, 0)
        if known >= left:
            return
        self._known[state] = left
        wrong = [] if known else _wrong(seen, self._table)
        self.found += [f"{', '.join(path)}: {text}" for text in wrong]
        if not wrong:
            self._walk(path, seen)


def _look(seen: Seen, table: Table, last: int) -> Seen:
    """What was seen of an act whose rows are those after that one."""
    handed_out, earned = Counter(seen.handed_out), Counter(seen.earned)
    sold = {key: Counter(numbers) for key, numbers in seen.sold.items()}
    added = Counter(seen.added)
    stamps = {row["stamp_id"]: row for row in table.stored.stamps}
    for row in table.stored.rows:
        if row["event_id"] <= last:
            continue
        if row["kind"] in ("redeemed", "reward_redeemed"):
            numbers = json.loads(row["rewards"])
            for number in numbers:
                handed_out[row["stamp_id"], number] += 1
            if row["order_ref"]:
                sold.setdefault((row["order_ref"], row["stamp_id"]), Counter()).update(numbers)
        if row["kind"] == "added" and row["order_ref"]:
            added[row["order_ref"]] += row["stamps_after"] - row["stamps_before"]
    for answer in table.answers:
        holder = answer.stamp_id
        while stamps[holder]["merged_stamp_id"] is not None:
            holder = stamps[holder]["merged_stamp_id"]
        for number in answer.returned:
            handed_out[holder, number] -= 1
    for number, stamp in stamps.items():
        target = stamp["merged_stamp_id"]
        if target is not None:
            for counts in (handed_out, earned):
                for key in [key for key in counts if key[0] == number]:
                    counts[target, key[1]] += counts.pop(key)
    for number, stamp in stamps.items():
        for place in range(1, stamp["stamps"] + 1):
            earned[number, place] = max(1, earned[number, place])
    return replace(seen, handed_out=+handed_out, earned=+earned, sold=sold, added=added)


def _wrong(seen: Seen, table: Table) -> list[str]:
    stamps = table.stored.stamps
    wrong: list[str] = []
    if (there := sum(row["stamps"] for row in stamps)) != seen.marks:
        wrong.append(f"{there} marks instead of {seen.marks}")
    rewards = Counter(seen.handed_out)
    for row in stamps:
        if row["redeemed_at"] is None and row["merged_stamp_id"] is None:
            rewards.update((row["stamp_id"], place) for place in _owed(row))
    wrong += [
        f"{count} rewards at {place} of stamp {stamp}, earned {seen.earned.get((stamp, place), 0)} times"
        for (stamp, place), count in rewards.items()
        if count > seen.earned.get((stamp, place), 0)
    ]
    removed: Counter[str] = Counter()
    for row in table.stored.reversals:
        removed[row["order_ref"]] += row["removed"]
        returned = Counter(json.loads(row["returned"]))
        if not returned <= seen.sold.get((row["order_ref"], row["stamp_id"]), Counter()):
            wrong.append(f"{row['order_ref']} has given back {sorted(returned.elements())} on stamp {row['stamp_id']}")
    wrong += [
        f"{sale} has lost {count} marks of {seen.added.get(sale, 0)}"
        for sale, count in removed.items()
        if count > seen.added.get(sale, 0)
    ]
    chunk = prove_next(table.tx, after=0, account_id=table.account_id)
    return wrong + [str(difference) for difference in (chunk.differences if chunk else [])]


def _owed(stamp: Mapping[str, Any]) -> list[int]:
    """The places of the rewards that could be handed out now."""
    gone = {place for place, _ in json.loads(stamp["handed_out"])}
    places = [place for place, _ in json.loads(stamp["rewards"]) if place not in gone and place <= stamp["stamps"]]
    return [*places, *([stamp["max_stamps"]] if stamp["stamps"] >= stamp["max_stamps"] else [])]


def _state(stored: Stored, seen: Seen) -> str:
    """All that makes a difference to what may come."""
    stamps = [
        (
            *(row[name] for name in ("stamp_id", "card_id", "stamps", "max_stamps", "rewards")),
            [place for place, _ in json.loads(row["handed_out"])],
            row["redeemed_at"] is not None,
            row["renewed_stamp_id"],
            row["merged_stamp_id"],
            min(3, row["sequence"]),
        )
        for row in stored.stamps
    ]
    last: dict[int, object] = {}
    sales = set()
    for row in stored.rows:
        told = (row["kind"], row["stamps_before"], row["stamps_after"], row["carried"], row["changes"], row["rewards"])
        last[row["stamp_id"]] = told
        if row["order_ref"]:
            sales.add((row["stamp_id"], row["order_ref"], *told))
    counts = (seen.marks, sorted(seen.handed_out.items()), sorted(seen.earned.items()))
    return repr((stamps, sorted(last.items()), sorted(sales, key=repr), stored.reversals, counts))
