"""What the proof of the ledger works with: stamps with their ledgers, reversals of sales, and where they disagree."""

from typing import NamedTuple

from stampwell.features.stamps.model import StampKey


class Difference(NamedTuple):
    """Where a stamp and its ledger disagree.

    `what`: `count`, `issued`, `chain`, `sequence`, `redeemed`, `full`, `rewards`, `renewed`, `carried`, `merged` or `sale`.
    `expected` is by the ledger's rules, `found` is what is there.
    """

    account_id: int
    stamp_id: int
    what: str
    expected: str
    found: str

    def as_json(self) -> dict[str, object]:
        """In the contract's words."""
        return {
            "accountIdx": self.account_id,
            "stampIdx": self.stamp_id,
            "what": self.what,
            "expected": self.expected,
            "found": self.found,
        }


class LedgerEntry(NamedTuple):
    """A row of a stamp's ledger, as far as it can be proved. rewards: the marks of each, None where the row names none."""

    event_id: int
    sequence: int
    kind: str
    stamps_before: int
    stamps_after: int
    order_ref: str | None
    rewards: tuple[int, ...] | None
    carried: int | None
    renewed_stamp_id: int | None
    merged_stamp_id: int | None

    @property
    def marks(self) -> int:
        """How many came to the stamp, below zero for those that went."""
        return self.stamps_after - self.stamps_before


class StampLedger(NamedTuple):
    """What a stamp says of itself, and its ledger, oldest first.

    sequence: 0 for a stamp that was last changed before its rows were numbered. handed_out: the marks of each reward on the
    way that was handed out, in rising order.
    """

    account_id: int
    stamp_id: int
    stamps: int
    max_stamps: int
    sequence: int
    redeemed: bool
    handed_out: tuple[int, ...]
    renewed_stamp_id: int | None
    merged_stamp_id: int | None
    entries: tuple[LedgerEntry, ...]

    def difference(self, what: str, expected: object, found: object) -> Difference:
        """On this stamp."""
        return Difference(self.account_id, self.stamp_id, what, str(expected), str(found))

    @property
    def told_renewed(self) -> LedgerEntry | None:
        """The last row that names a next stamp."""
        return next((entry for entry in reversed(self.entries) if entry.renewed_stamp_id is not None), None)

    def named(self) -> set[StampKey]:
        """The stamps that its rows name."""
        numbers = {number for entry in self.entries for number in (entry.renewed_stamp_id, entry.merged_stamp_id)}
        return {StampKey(self.account_id, number) for number in numbers if number is not None}

    def successors(self) -> set[StampKey]:
        """Where its marks went, and the customer's next stamp."""
        numbers = (self.renewed_stamp_id, self.merged_stamp_id)
        return {StampKey(self.account_id, number) for number in numbers if number is not None}


class ReversedSale(NamedTuple):
    """What the reversal of a sale was answered for a stamp: marks taken back, and the marks of each reward owed again."""

    account_id: int
    order_ref: str
    stamp_id: int
    removed: int
    returned: tuple[int, ...]


def in_words(numbers: tuple[int, ...]) -> str:
    """As a difference names rewards: `2, 5`, or `none`."""
    return ", ".join(map(str, numbers)) or "none"
