"""Proof of the ledger: that every stamp is what the rows of its history add up to. Nothing is repaired."""

from collections.abc import AsyncIterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from stampwell.db.database import Database, Tx
from stampwell.features.stamps.ledger import proof_queries
from stampwell.features.stamps.ledger.proof_between_stamps import differences_between, differences_of_sales
from stampwell.features.stamps.ledger.proof_model import Difference, StampLedger
from stampwell.features.stamps.ledger.proof_of_stamp import differences_of_stamp
from stampwell.features.stamps.model import StampKey

CHUNK = 5000
"""Stamp numbers that are read at once: tens of milliseconds."""


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
    while (chunk := await db.read(prove_next, after=after, account_id=account_id, alone=alone)) is not None:
        yield chunk
        after = chunk.last


def last_stamp(tx: Tx) -> int:
    """The highest stamp number, 0 when there is none: how far a proof has to go."""
    return proof_queries.last_stamp(tx) or 0


def prove_next(tx: Tx, *, after: int, account_id: int | None = None, alone: bool = False) -> ProofChunk | None:
    """The chunk that begins with the next stamp above that number; None when there is none. As `prove`."""
    if alone and not proof_queries.lock(tx):
        raise ProvedElsewhere
    first = proof_queries.next_stamp(tx, after)
    if first is None:
        return None
    last = first + CHUNK - 1
    suspects = proof_queries.find_suspects(tx, first=first, last=last, account_id=account_id)
    stamps = proof_queries.count(tx, first=first, last=last, account_id=account_id)
    return ProofChunk(first, last, stamps, _differences(tx, suspects) if suspects else [])


def _differences(tx: Tx, suspects: Sequence[StampKey]) -> list[Difference]:
    """Everything that is wrong with those stamps, in the order of their numbers."""
    ledgers = {StampKey(ledger.account_id, ledger.stamp_id): ledger for ledger in proof_queries.read_each(tx, suspects)}
    reversals = proof_queries.find_reversals(tx, list(ledgers))
    sales = {StampKey(row.account_id, row.stamp_id) for row in reversals}
    others = _with_others(tx, ledgers, sales)
    found = [
        difference
        for ledger in ledgers.values()
        for difference in (*differences_of_stamp(ledger), *differences_between(ledger, others))
    ]
    # Of a sale with stamps in several chunks, the chunk of the first one tells.
    found += [
        difference
        for difference in differences_of_sales(reversals, others)
        if StampKey(difference.account_id, difference.stamp_id) in ledgers
    ]
    return sorted(found, key=lambda difference: difference.stamp_id)


def _with_others(tx: Tx, ledgers: Mapping[StampKey, StampLedger], sales: AbstractSet[StampKey]) -> dict[StampKey, StampLedger]:
    """Those stamps, those of the sales, those that their rows name, and where the marks of all of them went."""
    found = dict(ledgers)
    asked = set(found)
    new = {*sales, *(key for ledger in ledgers.values() for key in ledger.named())} - asked
    is_first = True
    while new or is_first:
        here = proof_queries.read_each(tx, sorted(new)) if new else []
        found |= {StampKey(ledger.account_id, ledger.stamp_id): ledger for ledger in here}
        asked |= new
        new = {key for ledger in (found.values() if is_first else here) for key in ledger.successors()} - asked
        is_first = False
    return found
