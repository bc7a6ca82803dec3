"""Proof of the ledger: that every stamp is what the rows of its history add up to. Nothing is repaired."""

from collections.abc import AsyncIterator, Iterator
from typing import NamedTuple

from stampwell.db.database import Database, Tx
from stampwell.features.stamps.ledger import proof_queries
from stampwell.features.stamps.ledger.proof_queries import StampLedger
from stampwell.features.stamps.model import KIND_ISSUED, KIND_REDEEMED

CHUNK = 5000
"""Stamp numbers that are read at once: tens of milliseconds."""


class Difference(NamedTuple):
    """Where a stamp and its ledger disagree.

    `what`: `count`, `issued`, `chain`, `redeemed`, `full` or `renewed`. `expected` is by the ledger's rules, `found` is what is
    there.
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


class ProvedElsewhere(Exception):
    """Another process proves the ledger at this moment."""


class ProofChunk(NamedTuple):
    """A range of stamp numbers that was proved: how many stamps are in it, and what is wrong with them."""

    first: int
    last: int
    stamps: int
    differences: list[Difference]


async def prove(db: Database, *, account_id: int | None = None, alone: bool = False) -> AsyncIterator[ProofChunk]:
    """Every stamp there is, of one account or of all, in ascending order; a read of its own for every chunk.

    `alone` raises ProvedElsewhere when another process that proves alone is at a chunk. Of several that meet, one gets to
    the end: whoever gives way has seen another at work.
    """
    after = 0
    while (chunk := await db.read(_prove_next, after=after, account_id=account_id, alone=alone)) is not None:
        yield chunk
        after = chunk.last


def last_stamp(tx: Tx) -> int:
    """The highest stamp number, 0 when there is none: how far a proof has to go."""
    return proof_queries.last_stamp(tx) or 0


def differences_of(ledger: StampLedger) -> Iterator[Difference]:
    """Every way in which a stamp and its ledger disagree."""

    def difference(what: str, expected: object, found: object) -> Difference:
        return Difference(ledger.account_id, ledger.stamp_id, what, str(expected), str(found))

    total = sum(entry.stamps_after - entry.stamps_before for entry in ledger.entries)
    if total != ledger.stamps:
        yield difference("count", f"{total} by its ledger", ledger.stamps)
    kinds = [entry.kind for entry in ledger.entries]
    if kinds[:1] != [KIND_ISSUED] or KIND_ISSUED in kinds[1:]:
        yield difference("issued", "one row, the first", _places(kinds, KIND_ISSUED))
    count = 0
    for entry in ledger.entries:
        if entry.stamps_before != count:
            yield difference("chain", f"{count} before row {entry.event_id}", entry.stamps_before)
        count = entry.stamps_after
    redemptions = [entry for entry in ledger.entries if entry.kind == KIND_REDEEMED]
    if len(redemptions) != ledger.redeemed:
        yield difference("redeemed", "one row" if ledger.redeemed else "no row", _places(kinds, KIND_REDEEMED))
    for entry in redemptions:
        if not entry.stamps_before == entry.stamps_after == ledger.max_stamps:
            found = f"{entry.stamps_before} before row {entry.event_id}, {entry.stamps_after} after it"
            yield difference("full", ledger.max_stamps, found)
    renewed = next((entry.renewed_stamp_id for entry in redemptions if entry.renewed_stamp_id is not None), None)
    if renewed != ledger.renewed_stamp_id:
        yield difference("renewed", f"stamp {renewed or 'none'} by its ledger", f"stamp {ledger.renewed_stamp_id or 'none'}")


def _prove_next(tx: Tx, *, after: int, account_id: int | None, alone: bool) -> ProofChunk | None:
    """The chunk that begins with the next stamp there is."""
    if alone and not proof_queries.lock(tx):
        raise ProvedElsewhere
    first = proof_queries.next_stamp(tx, after)
    if first is None:
        return None
    last = first + CHUNK - 1
    suspects = proof_queries.find_suspects(tx, first=first, last=last, account_id=account_id)
    ledgers = proof_queries.read_each(tx, suspects) if suspects else []
    stamps = proof_queries.count(tx, first=first, last=last, account_id=account_id)
    return ProofChunk(first, last, stamps, [difference for ledger in ledgers for difference in differences_of(ledger)])


def _places(kinds: list[str], kind: str) -> str:
    """Which rows of the ledger are of that kind, counted from 1."""
    places = [str(number) for number, found in enumerate(kinds, 1) if found == kind]
    if not places:
        return f"no row, of {len(kinds)}"
    return f"row {', '.join(places)} of {len(kinds)}"
