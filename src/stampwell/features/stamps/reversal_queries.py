"""Sales as the ledger has them, and what their reversals were answered."""

import json
from collections.abc import Sequence

from stampwell.db.database import Tx
from stampwell.db.rows import run_over_rows
from stampwell.features.stamps.model import KIND_ADDED, KIND_REDEEMED
from stampwell.features.stamps.reversals import Reversal, SaleOnStamp

# SQLite takes a partial index only where its condition is repeated.
FIND_SALE = """
SELECT stamp_id, kind, stamps_after - stamps_before AS marks, stamps_after, rewards FROM stamp_event
WHERE account_id = :account_id AND order_ref = :order_ref
AND order_ref IS NOT NULL AND kind IN ('added', 'redeemed', 'reward_redeemed')
ORDER BY stamp_id, event_id
"""
FIND_REVERSALS = """
SELECT v.stamp_id, s.code, v.removed, v.short, v.returned
FROM reversal v JOIN stamp s ON s.account_id = v.account_id AND s.stamp_id = v.stamp_id
WHERE v.account_id = :account_id AND v.order_ref = :order_ref
"""
INSERT = """
INSERT INTO reversal (account_id, order_ref, stamp_id, removed, short, returned, created_at)
SELECT r.account_id, r.order_ref, r.stamp_id, r.removed, r.short, r.returned, r.created_at FROM r WHERE TRUE
ON CONFLICT (account_id, order_ref, stamp_id) DO NOTHING
"""
_REVERSAL = {
    "account_id": "bigint",
    "order_ref": "text",
    "stamp_id": "bigint",
    "removed": "bigint",
    "short": "bigint",
    "returned": "text",
    "created_at": "bigint",
}
_ALL_STAMPS = 0


def find_sale(tx: Tx, account_id: int, order_ref: str) -> dict[int, SaleOnStamp]:
    """By stamp, in ascending order."""
    found: dict[int, SaleOnStamp] = {}
    for row in tx.all(FIND_SALE, account_id=account_id, order_ref=order_ref):
        so_far = found.get(row["stamp_id"], SaleOnStamp())
        # Before rewards on the way there was the last one alone, which comes after them.
        numbers = [row["stamps_after"]] if row["rewards"] is None else json.loads(row["rewards"])
        if row["kind"] == KIND_ADDED:
            so_far = so_far._replace(added=row["marks"])
        else:
            last = numbers.pop() if row["kind"] == KIND_REDEEMED else so_far.last
            so_far = so_far._replace(on_the_way=tuple(sorted({*so_far.on_the_way, *numbers})), last=last)
        found[row["stamp_id"]] = so_far
    return found


def find_reversals(tx: Tx, account_id: int, order_ref: str) -> dict[int, Reversal]:
    """What was answered before, by stamp; of stamps that were deleted, nothing."""
    return {
        row["stamp_id"]: Reversal(
            row["stamp_id"], row["code"], row["removed"], row["short"], tuple(json.loads(row["returned"]))
        )
        for row in tx.all(FIND_REVERSALS, account_id=account_id, order_ref=order_ref)
    }


def insert(tx: Tx, account_id: int, order_ref: str, reversals: Sequence[Reversal], *, all_stamps: bool, now_us: int) -> None:
    """all_stamps: the sale was reversed as a whole, so that no stamp takes it any more."""
    rows = [
        (account_id, order_ref, row.stamp_id, row.removed, row.short, json.dumps(row.returned), now_us) for row in reversals
    ]
    if all_stamps:
        rows.append((account_id, order_ref, _ALL_STAMPS, 0, 0, "[]", now_us))
    run_over_rows(tx, _REVERSAL, rows, INSERT)
