"""What is done to several stamps at once: a sale that is reversed, and two stamps that are merged, by the contract's tables."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from kit.model import Sold, Stamp


def unmergeable(source: Stamp, target: Stamp) -> set[int]:
    """The codes that the merge is refused with."""
    if source.deleted or target.deleted:
        return {40403}
    wrong = {
        40002: source is target,
        40914: any(stamp.merged or stamp.redeemed for stamp in (source, target)) or source.card is not target.card,
        40905: source.shown["stamps"] + target.shown["stamps"] > target.shown["maxStamps"],
    }
    return {code for code, holds in wrong.items() if holds}


def merge(source: Stamp, target: Stamp) -> None:
    """The marks go over; a reward is handed out where it was on either."""
    target.shown["stamps"] += source.shown["stamps"]
    target.handed_out = {**source.handed_out, **target.handed_out}
    target.show_rewards()
    source.shown |= {"stamps": 0, "mergedStampIdx": target.number}
    source.merged = target
    source.used = target.used = True


def with_sale(stamps: Sequence[Stamp], sale: str) -> list[Stamp]:
    """In ascending order of number."""
    return sorted((stamp for stamp in stamps if not stamp.deleted and sale in stamp.sales), key=lambda stamp: stamp.number)


def reverse(stamps: Sequence[Stamp], sale: str, now: datetime) -> list[dict[str, Any]]:
    """A row for each of the stamps, which all have the sale; one on which it was reversed before is answered as then."""
    rows = []
    for stamp in stamps:
        if sale not in stamp.answered:
            stamp.answered[sale] = _reversed(stamp, sale, now)
        rows.append(stamp.answered[sale])
    return rows


def _reversed(own: Stamp, sale: str, now: datetime) -> dict[str, Any]:
    sold = own.sales[sale]
    returned = _owed_again(own, sold)
    removed = 0
    if sold.count is not None:
        own.used = True
        source = _last(own.next if own.redeemed else own)
        if source is not None and not source.redeemed:
            removed = min(sold.here, source.shown["stamps"])
            if removed or source is own:
                source.remove(removed, now, sale)
    return {
        "stampIdx": own.number,
        "code": own.shown["code"],
        "removed": removed,
        "short": sold.here - removed,
        "returned": returned,
    }


def _owed_again(own: Stamp, sold: Sold) -> list[int]:
    """The rewards of the sale, which are handed out no longer; an unused next stamp goes."""
    holder = _last(own)
    if holder is None or (holder is not own and holder.redeemed):
        return []
    back = sorted(sold.on_the_way & holder.handed_out.keys())
    for place in back:
        del holder.handed_out[place]
    if holder is own and None in sold.asked and own.redeemed:
        back.append(own.shown["maxStamps"])
        own.shown |= {"useYn": "N", "useYmdt": None}
        if own.next is not None and not own.next.used and not own.next.deleted:
            own.next.deleted = True
            own.next = None
            own.shown["renewedStampIdx"] = None
    if back:
        holder.used = own.used = True
        holder.show_rewards()
    return back


def _last(stamp: Stamp | None) -> Stamp | None:
    """Where its marks are now; None where that is gone."""
    while stamp is not None and not stamp.deleted and stamp.merged is not None:
        stamp = stamp.merged
    return None if stamp is None or stamp.deleted else stamp
