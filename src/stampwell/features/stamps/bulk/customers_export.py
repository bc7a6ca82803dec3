"""A row for each customer, read a page at a time.

A customer is known by the shop's own user id; of cards that were issued without one, by the phone number, or else by the
e-mail address that they share. A card with none of these is a customer of its own.
"""

import json
from collections.abc import Sequence
from typing import NamedTuple
from zoneinfo import ZoneInfo

from stampwell.core.codes import looks_drawn
from stampwell.core.days import to_ymdt
from stampwell.db.database import Tx
from stampwell.features.stamps.bulk import customer_queries
from stampwell.features.stamps.bulk.customer_queries import CustomerStamp, Walk, WalkPlace

MEMBERS = ("userNm", "userId", "userPhnno", "userEml", "cards", "stamps", "rewards", "lastYmdt")
"""The columns, in order."""

PAGE = 1000


class CustomerRow(NamedTuple):
    """A customer so far. cards, stamps: of all that are not merged into another. rewards: handed out. seen_at: microseconds."""

    key: str
    name: str
    user_id: str
    phone: str
    email: str
    cards: int
    stamps: int
    rewards: int
    seen_at: int


class CustomersPlace(NamedTuple):
    """Where a page begins. begun: the customer whose other cards may be on it."""

    walk: Walk = Walk.USER_ID
    after: WalkPlace = WalkPlace()
    begun: CustomerRow | None = None


class CustomersPage(NamedTuple):
    """Customers that are complete, as the values of MEMBERS; next: None after the last page."""

    rows: list[list[object]]
    next: CustomersPlace | None


def customers_page(tx: Tx, account_id: int, *, zone: ZoneInfo, place: CustomersPlace) -> CustomersPage:
    """A unit of work."""
    found = customer_queries.walk(tx, account_id, place.walk, after=place.after, limit=PAGE)
    theirs = [stamp for stamp in found if stamp.merged_stamp_id is None and _known_by(stamp) is place.walk]
    seen = customer_queries.last_seen(tx, account_id, [stamp.stamp_id for stamp in theirs])
    done, begun = _gathered(theirs, seen, place.begun)
    if len(found) == PAGE:
        last = found[-1]
        return CustomersPage(
            _values(done, zone), CustomersPlace(place.walk, WalkPlace(last.key, last.created_at, last.stamp_id), begun)
        )
    done += [begun] if begun else []
    walks = list(Walk)
    following = walks[walks.index(place.walk) + 1 :]
    return CustomersPage(_values(done, zone), CustomersPlace(following[0]) if following else None)


def _known_by(stamp: CustomerStamp) -> Walk:
    if not looks_drawn(stamp.user_id) or not (stamp.user_phone_digits or stamp.user_email):
        return Walk.USER_ID
    return Walk.PHONE if stamp.user_phone_digits else Walk.EMAIL


def _gathered(
    stamps: Sequence[CustomerStamp], seen: dict[int, int], begun: CustomerRow | None
) -> tuple[list[CustomerRow], CustomerRow | None]:
    """Customers that are complete, and the last one, who may have more cards."""
    done: list[CustomerRow] = []
    for stamp in stamps:
        row = _row_of(stamp, seen.get(stamp.stamp_id, stamp.created_at))
        if begun is not None and begun.key == row.key:
            begun = _together(begun, row)
        else:
            done += [begun] if begun else []
            begun = row
    return done, begun


def _row_of(stamp: CustomerStamp, seen_at: int) -> CustomerRow:
    given = {marks for marks, _ in json.loads(stamp.handed_out)}
    return CustomerRow(
        stamp.key,
        stamp.user_name or "",
        "" if looks_drawn(stamp.user_id) else stamp.user_id,
        stamp.user_phone or "",
        stamp.user_email or "",
        1,
        stamp.stamps,
        len(given | ({stamp.max_stamps} if stamp.redeemed_at is not None else set())),
        seen_at,
    )


def _together(one: CustomerRow, later: CustomerRow) -> CustomerRow:
    """What the later card says is newer."""
    return CustomerRow(
        one.key,
        later.name or one.name,
        later.user_id or one.user_id,
        later.phone or one.phone,
        later.email or one.email,
        one.cards + later.cards,
        one.stamps + later.stamps,
        one.rewards + later.rewards,
        max(one.seen_at, later.seen_at),
    )


def _values(rows: Sequence[CustomerRow], zone: ZoneInfo) -> list[list[object]]:
    return [[*row[1:-1], to_ymdt(row.seen_at, zone)] for row in rows]
