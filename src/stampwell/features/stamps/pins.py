"""The PIN that a customer may protect the page of a stamp with. Wrong tries are counted before a try is looked at."""

import json
import re
from collections.abc import Sequence
from functools import lru_cache
from zoneinfo import ZoneInfo

from stampwell.core.days import stored_zone
from stampwell.core.errors import AppError, FieldError, FieldsWrong
from stampwell.core.phrases import phrase
from stampwell.db.database import Tx
from stampwell.features.stamps import page_queries, queries
from stampwell.features.stamps.errors import PinChanged, PinLocked, StampNotFound
from stampwell.features.stamps.model import KIND_UPDATED, Deed, PinTries, Shop, Shown, event_of
from stampwell.features.stamps.rules import LOCK_US
from stampwell.features.stamps.service import lock_stamp

MOST_WRONG_PINS = 5
_LONGEST_LOCK_US = 24 * 3_600_000_000
_PIN = re.compile("[0-9]{4,6}")


def find_shown(tx: Tx, codes: Sequence[str]) -> list[Shown | AppError]:
    """What the page of each code shows, in order."""
    found = page_queries.find_shown(tx, codes)
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
        raise FieldsWrong([FieldError("pin", phrase("must be 4 to 6 digits"))])
    return text


def begin_pin_try(tx: Tx, account_id: int, stamp_id: int, *, now_us: int) -> tuple[str | None, int]:
    """Counts a try; the hash to compare with, None when there is no PIN any more, and how many tries are left after it.

    Raises PinLocked and StampNotFound.
    """
    pin_hash, tries = _locked(tx, account_id, stamp_id)
    if pin_hash is None:
        return None, MOST_WRONG_PINS
    after = with_a_try(tries, now_us)
    page_queries.save_tries(tx, account_id, stamp_id, after)
    return pin_hash, MOST_WRONG_PINS - after.failures if after.locked_until is None else 0


def forget_pin_tries(tx: Tx, account_id: int, stamp_id: int) -> None:
    """The PIN is known: whoever typed it has not been guessing."""
    page_queries.save_tries(tx, account_id, stamp_id, PinTries(0, 0, None))


def set_pin(tx: Tx, account_id: int, stamp_id: int, *, seen: str | None, pin_hash: str | None, deed: Deed) -> None:
    """Chooses a PIN, another one, or none any more. `seen`: the hash that this was decided on.

    Raises PinChanged when there is another one by now, and StampNotFound.
    """
    stamp = lock_stamp(tx, account_id, stamp_id)
    if stamp.pin_hash != seen:
        raise PinChanged
    page_queries.set_pin(tx, account_id, stamp_id, pin_hash)
    changes = json.dumps({"pinYn": ["N" if seen is None else "Y", "N" if pin_hash is None else "Y"]})
    queries.insert_events(tx, [event_of(stamp, KIND_UPDATED, deed, stamps_after=stamp.stamps, changes=changes)])


def with_a_try(tries: PinTries, now_us: int) -> PinTries:
    """The tries with one more, counted as wrong until it is known to be right.

    Five wrong ones in a row lock for a quarter of an hour, the next five for twice as long, and so on up to a day.
    Raises PinLocked.
    """
    if tries.locked_until is not None and tries.locked_until > now_us:
        wait_s = -(-(tries.locked_until - now_us) // 1_000_000)
        raise PinLocked(minutes=-(-wait_s // 60), headers={"Retry-After": str(wait_s)})
    failures = 1 if tries.locked_until is not None else tries.failures + 1
    if failures < MOST_WRONG_PINS:
        return PinTries(failures, tries.lockouts, None)
    lasts_us = min(LOCK_US * 2**tries.lockouts, _LONGEST_LOCK_US)
    return PinTries(failures, tries.lockouts + 1, now_us + lasts_us)


def _locked(tx: Tx, account_id: int, stamp_id: int) -> tuple[str | None, PinTries]:
    found = page_queries.lock_pin(tx, account_id, stamp_id)
    if found is None:
        raise StampNotFound(stamp=stamp_id)
    return found
