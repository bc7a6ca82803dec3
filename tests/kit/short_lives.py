"""All short lives of stamps: every sequence of some acts, in one transaction that is rolled back."""

from collections.abc import Sequence
from dataclasses import replace

from kit.short_acts import Act, Table
from kit.short_life_checks import Check, Seen, look, state_of
from stampwell.core.errors import AppError


class Stop(Exception):
    """Rolls the whole search back."""


class Search:
    """Walks through every sequence of the acts up to a length; those that come to a state seen before are walked once.

    found: the sequences after which something was wrong, each with what. done: how many acts were done.
    """

    def __init__(self, acts: Sequence[Act], table: Table, *, depth: int, checks: Sequence[Check]) -> None:
        self._acts = acts
        self._checks = checks
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
                    now = look(replace(seen, marks=seen.marks + more), table, before.rows[-1]["event_id"])
                    self._go_on((*path, act.name), now, left)
                table.stored = before
            table.tx.run(f"ROLLBACK TO step{left}")
            table.tx.run(f"RELEASE step{left}")

    def _go_on(self, path: tuple[str, ...], seen: Seen, left: int) -> None:
        state = state_of(self._table.stored, seen)
        known = self._known.get(state, 0)
        if known >= left:
            return
        self._known[state] = left
        wrong = [] if known else [text for check in self._checks for text in check(seen, self._table)]
        self.found += [f"{', '.join(path)}: {text}" for text in wrong]
        if not wrong:
            self._walk(path, seen)
