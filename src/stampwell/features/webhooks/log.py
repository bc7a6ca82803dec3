"""How long attempts are kept, and the personal fields of events."""

from stampwell.core.units import DAY_US
from stampwell.db.database import Tx
from stampwell.features.webhooks import attempt_queries, queue_queries


def forget_deleted(tx: Tx, *, before_us: int) -> int:
    """What the log of events knows of the customers of stamps that were deleted before then goes, as far as nothing waits to be
    sent; a bounded number at a time, and how many events it were.
    """
    return queue_queries.forget_deleted(tx, before_us)


def prune_attempts(tx: Tx, *, before_us: int) -> int:
    """Deletes attempts of every account older than that, a bounded number at a time; how many it were."""
    return attempt_queries.delete_old(tx, before_us)


def heal_attempts(tx: Tx, *, now_us: int) -> int:
    """Attempts of every account that a wrong clock dated ahead count as of now; how many it were."""
    return attempt_queries.heal(tx, now_us=now_us, later_us=now_us + DAY_US)
