"""Units of work on refused tries."""

from collections.abc import Mapping

from stampwell.core.units import DAY_US
from stampwell.db.database import Tx
from stampwell.features.stamps import queries
from stampwell.features.stamps.refused import refused_queries
from stampwell.features.stamps.refused.refused_model import RefusedTry, TryKey

KEPT_US = 30 * DAY_US
"""How long a try is kept, in microseconds."""


def write_tries(tx: Tx, counted: Mapping[TryKey, tuple[int, int]]) -> None:
    """Adds to what is stored: how many tries, and when the last one was. Of stamps that are not there, nothing."""
    codes = list({(key.account_id, key.stamp) for key in counted if isinstance(key.stamp, str)})
    numbers = queries.find_ids(tx, codes) if codes else {}
    # The same stamp may be named by its number and by its code.
    rows: dict[tuple[object, ...], tuple[int, int]] = {}
    for key, (tries, tried_at) in counted.items():
        number = key.stamp if isinstance(key.stamp, int) else numbers.get((key.account_id, key.stamp))
        if number is not None:
            named = (key.account_id, number, *key[2:])
            before, last = rows.get(named, (0, 0))
            rows[named] = (before + tries, max(last, tried_at))
    if rows:
        refused_queries.add(tx, sorted((*named, *numbers) for named, numbers in rows.items()))


def list_refused(tx: Tx, account_id: int, stamp_id: int, *, since: int, until: int, limit: int) -> list[RefusedTry]:
    """Newest first, from the one instant to below the other (microseconds)."""
    return refused_queries.list_tries(tx, account_id, stamp_id, since=since, until=until, limit=limit)


def prune_refused(tx: Tx, *, before_us: int) -> int:
    """Deletes some of the tries from before that instant, of every account; 0 when there are none left."""
    return refused_queries.delete_old(tx, before_us)


def heal_refused(tx: Tx, *, now_us: int) -> int:
    """Tries of every account that a wrong clock noted count as made now; how many of them it were."""
    return refused_queries.heal(tx, now_us=now_us, later_us=now_us + DAY_US)
