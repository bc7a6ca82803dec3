"""Units of work on stamps that were issued, and on what is told of them."""

from stampwell.core.codes import CODE_LENGTH
from stampwell.db.database import Tx
from stampwell.features.stamps import queries
from stampwell.features.stamps.errors import StampNotFound
from stampwell.features.stamps.model import Stamp

_LARGEST_ID = 2**63 - 1


def get_any_stamp(tx: Tx, stamp_idx: str) -> Stamp:
    """By number or 16-character code, in any account: for the operator. Raises StampNotFound."""
    name: int | str = stamp_idx
    # A code may be all digits; no number of ours has sixteen.
    if stamp_idx.isascii() and stamp_idx.isdigit() and len(stamp_idx) != CODE_LENGTH:
        name = min(int(stamp_idx[:19]), _LARGEST_ID)
    stamp = queries.find(tx, name)
    if stamp is None:
        raise StampNotFound(stamp=stamp_idx)
    return stamp


def prune_outbox(tx: Tx, *, before_us: int) -> int:
    """Deletes outbox rows of every account older than that, a bounded number at a time; how many it were."""
    return queries.delete_old_outbox(tx, before_us)
