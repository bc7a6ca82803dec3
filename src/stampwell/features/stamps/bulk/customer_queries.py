"""Stamps in the order of their customers: by the shop's number, by phone number, by e-mail address."""

import json
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from stampwell.db.database import Tx
from stampwell.features.stamps.listing.filter_queries import IDS


class Walk(StrEnum):
    """By what the stamps of a customer stand beside each other."""

    USER_ID = "user_id"
    PHONE = "phone"
    EMAIL = "email"


# As the indexes have them; letters beside ASCII are the key's, whatever the database's locale makes of them.
_EMAIL = "COALESCE(s.user_email_key, lower(s.user_email{bytewise}))"
_BYTEWISE = {"sqlite": "", "postgresql": ' COLLATE "C"'}
_KEYS = {
    Walk.USER_ID: ("s.user_id", "stamp_by_user", ""),
    Walk.PHONE: ("s.user_phone_digits", "stamp_by_phone", "AND s.user_phone_digits IS NOT NULL"),
    Walk.EMAIL: (_EMAIL, "stamp_by_email", "AND s.user_email IS NOT NULL"),
}
WALK = """
SELECT {key} AS key, s.stamp_id, s.user_id, s.user_name, s.user_phone, s.user_phone_digits, s.user_email, s.stamps,
    s.max_stamps, s.handed_out, s.redeemed_at, s.merged_stamp_id, s.created_at
FROM stamp s{index} WHERE s.account_id = :account_id {there} AND ({key}, s.created_at, s.stamp_id) > (:key, :at, :id)
ORDER BY {key}, s.created_at, s.stamp_id LIMIT :limit
"""
LAST_SEEN = """
SELECT e.stamp_id, MAX(e.occurred_at) AS seen_at FROM stamp_event e
WHERE e.account_id = :account_id AND e.stamp_id IN {ids} AND e.kind IN ('issued', 'added', 'redeemed', 'reward_redeemed')
GROUP BY e.stamp_id
"""


class WalkPlace(NamedTuple):
    """Behind which stamp a page begins."""

    key: str = ""
    at: int = -1
    id: int = 0


class CustomerStamp(NamedTuple):
    """What a stamp says of its customer. key: by which the walk goes."""

    key: str
    stamp_id: int
    user_id: str
    user_name: str | None
    user_phone: str | None
    user_phone_digits: str | None
    user_email: str | None
    stamps: int
    max_stamps: int
    handed_out: str
    redeemed_at: int | None
    merged_stamp_id: int | None
    created_at: int


def walk(tx: Tx, account_id: int, by: Walk, *, after: WalkPlace, limit: int) -> list[CustomerStamp]:
    """The next stamps, those of a customer beside each other, the oldest first."""
    key, index, there = _KEYS[by]
    sql = WALK.format(
        key=key.format(bytewise=_BYTEWISE[tx.dialect]),
        index=f" INDEXED BY {index}" if tx.dialect == "sqlite" else "",
        there=there,
    )
    rows = tx.all(sql, account_id=account_id, limit=limit, **after._asdict())
    return [CustomerStamp(**{field: row[field] for field in CustomerStamp._fields}) for row in rows]


def last_seen(tx: Tx, account_id: int, stamp_ids: Sequence[int]) -> dict[int, int]:
    """When something was last done for the customer of each of the stamps, in microseconds."""
    sql = LAST_SEEN.format(ids=IDS[tx.dialect])
    rows = tx.all(sql, account_id=account_id, ids=json.dumps(list(stamp_ids)))
    return {row["stamp_id"]: row["seen_at"] for row in rows}
