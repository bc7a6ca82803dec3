"""The PIN that a customer may protect the page of a stamp with; `shared_secrets.py` has the tries at it."""

import json
import re
from collections.abc import Sequence
from functools import lru_cache
from zoneinfo import ZoneInfo

from stampwell.core.days import stored_zone
from stampwell.core.errors import AppError, FieldError, FieldsWrong
from stampwell.core.phrases import phrase
from stampwell.core.units import DAY_US
from stampwell.core.waits import SKEW_US, wait_us, whole_minutes, whole_seconds
from stampwell.db.database import Tx
from stampwell.features.stamps import customer_queries, queries, rules
from stampwell.features.stamps.errors import PinChanged, PinChangedOften, StampNotFound
from stampwell.features.stamps.finding import lock_stamp
from stampwell.features.stamps.model import KIND_UPDATED, EventMeta, Shop, Shown, event_of
from stampwell.features.stamps.states import Action

MOST_CHANGES_A_DAY = 10
_PIN = re.compile("[0-9]{4,6}")


def find_shown(tx: Tx, codes: Sequence[str]) -> list[Shown | AppError]:
    """What the page of each code shows, in order."""
    found = customer_queries.find_shown(tx, codes)
    return [found.get(code) or StampNotFound(stamp=code) for code in codes]


@lru_cache(maxsize=1024)
def _zone(name: str) -> ZoneInfo:
    return stored_zone(name)


def zone_of(shop: Shop) -> ZoneInfo:
    """The shop's time zone."""
    return _zone(shop.time_zone)


def require_pin(text: str) -> str:
    """The digits, as they were typed. Raises FieldsWrong."""
    if _PIN.fullmatch(text) is None:
        raise FieldsWrong([FieldError("pin", phrase("Enter 4 to 6 digits."))])
    return text


def set_pin(tx: Tx, account_id: int, stamp_id: int, *, seen: str | None, pin_hash: str | None, meta: EventMeta) -> None:
    """Chooses a PIN, another one, or none any more. `seen`: the hash that this was decided on.

    Raises PinChanged when there is another one by now, PinChangedOften, StampMerged, and StampNotFound.
    """
    stamp = lock_stamp(tx, account_id, stamp_id)
    rules.check(Action.DESCRIBE, stamp, meta)
    if stamp.pin_hash != seen:
        raise PinChanged
    require_changeable(tx, account_id, stamp_id, now_us=meta.recorded_at)
    customer_queries.set_pin(tx, account_id, stamp_id, pin_hash)
    changes = json.dumps({"pinYn": ["N" if seen is None else "Y", "N" if pin_hash is None else "Y"]})
    queries.insert_events(tx, [event_of(stamp, KIND_UPDATED, meta, stamps_after=stamp.stamps, changes=changes)])


def require_changeable(tx: Tx, account_id: int, stamp_id: int, *, now_us: int) -> None:
    """Raises PinChangedOften when the PIN was changed so often today that it cannot be changed now."""
    changes, first_at = customer_queries.pin_changes(tx, account_id, stamp_id, since=now_us - DAY_US, until=now_us + SKEW_US)
    if changes >= MOST_CHANGES_A_DAY:
        wait = wait_us(first_at, DAY_US, now_us=now_us)
        raise PinChangedOften(minutes=whole_minutes(wait), headers={"Retry-After": str(whole_seconds(wait))})
