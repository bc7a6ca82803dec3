"""What somebody who stands beside the counter sees of short lives of stamps, and asks after every act.

Could anybody have got two rewards for one set of marks, and is a mark missing?
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from kit.short_acts import Stored, Table
from stampwell.features.stamps.ledger.proof import prove_next

Counts = Mapping[tuple[int, int], int]
"""By stamp and place, which is the number of marks that earns a reward."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What somebody who stands beside the counter has seen.

    marks: that the customers should have. handed_out: rewards that they have, by the stamp that the marks are on now. earned:
    how often stamps have come to a place whose marks are on that one now. sold: rewards that each sale handed out on a stamp,
    and added: the marks that each has added; of all that were no sale's together.
    """

    marks: int
    handed_out: Counts = field(default_factory=dict)
    earned: Counts = field(default_factory=dict)
    sold: Mapping[tuple[str, int], Counter[int]] = field(default_factory=dict)
    added: Mapping[str, int] = field(default_factory=dict)


def look(seen: Seen, table: Table, last: int) -> Seen:
    """What was seen once an act was done whose rows are those after that one."""
    handed_out, earned = Counter(seen.handed_out), Counter(seen.earned)
    sold = {key: Counter(numbers) for key, numbers in seen.sold.items()}
    added = Counter(seen.added)
    for row in (row for row in table.stored.rows if row["event_id"] > last):
        if row["kind"] in ("redeemed", "reward_redeemed"):
            numbers = json.loads(row["rewards"])
            handed_out.update((row["stamp_id"], number) for number in numbers)
            sold.setdefault((row["order_ref"] or "", row["stamp_id"]), Counter()).update(numbers)
        if row["kind"] == "added":
            added[row["order_ref"] or ""] += row["stamps_after"] - row["stamps_before"]
    for answer in table.answers:
        handed_out.subtract((_holder(table, answer.stamp_id), number) for number in answer.returned)
    handed_out, earned = _on_holders(table, handed_out), _on_holders(table, earned)
    for stamp in table.stored.stamps:
        for place in range(1, stamp["stamps"] + 1):
            earned[stamp["stamp_id"], place] = max(1, earned[stamp["stamp_id"], place])
    return replace(seen, handed_out=handed_out, earned=earned, sold=sold, added=added)


def _on_holders(table: Table, counts: Counter[tuple[int, int]]) -> Counter[tuple[int, int]]:
    """Each count at the stamp that the marks are on now."""
    found = Counter[tuple[int, int]]()
    for (stamp, place), count in counts.items():
        found[_holder(table, stamp), place] += count
    return found


def _holder(table: Table, stamp: int) -> int:
    target = table.stamp(stamp).get("merged_stamp_id")
    return stamp if target is None else _holder(table, target)


def marks_missing(seen: Seen, table: Table) -> list[str]:
    """Whether as many marks are on stamps as were given and not taken."""
    there = sum(row["stamps"] for row in table.stored.stamps)
    return [] if there == seen.marks else [f"{there} marks instead of {seen.marks}"]


def rewards_twice(seen: Seen, table: Table) -> list[str]:
    """Rewards that are handed out, or could be now, for marks that have earned them no more."""
    rewards = Counter(seen.handed_out)
    for row in table.stored.stamps:
        if row["redeemed_at"] is None and row["merged_stamp_id"] is None:
            rewards.update((row["stamp_id"], place) for place in _owed(row))
    return [
        f"{count} rewards at {place} of stamp {stamp}, earned {seen.earned.get((stamp, place), 0)} times"
        for (stamp, place), count in rewards.items()
        if count > seen.earned.get((stamp, place), 0)
    ]


def sales_reversed_twice(seen: Seen, table: Table) -> list[str]:
    """Sales that have given back more than they handed out, or lost more marks than they added."""
    wrong: list[str] = []
    removed: Counter[str] = Counter()
    for row in table.stored.reversals:
        removed[row["order_ref"]] += row["removed"]
        returned = Counter(json.loads(row["returned"]))
        if not returned <= seen.sold.get((row["order_ref"], row["stamp_id"]), Counter()):
            wrong.append(f"{row['order_ref']} has given back {sorted(returned.elements())} on stamp {row['stamp_id']}")
    return wrong + [
        f"{sale} has lost {count} marks of {seen.added.get(sale, 0)}"
        for sale, count in removed.items()
        if count > seen.added.get(sale, 0)
    ]


def ledger_differs(_: Seen, table: Table) -> list[str]:
    """What the proof of the ledger finds."""
    chunk = prove_next(table.tx, after=0, account_id=table.account_id)
    return [str(difference) for difference in (chunk.differences if chunk else [])]


Check = Callable[[Seen, Table], list[str]]
"""Asked after every act: what is wrong, in words."""

CHECKS: Sequence[Check] = (marks_missing, rewards_twice, sales_reversed_twice, ledger_differs)


def _owed(stamp: Mapping[str, Any]) -> list[int]:
    """The places of the rewards that could be handed out now."""
    gone = {place for place, _ in json.loads(stamp["handed_out"])}
    places = [place for place, _ in json.loads(stamp["rewards"]) if place not in gone and place <= stamp["stamps"]]
    last = stamp["max_stamps"]
    return [*places, *([last] if last not in gone and last <= stamp["stamps"] else [])]


def state_of(stored: Stored, seen: Seen) -> str:
    """All that makes a difference to what may come, as text."""
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
