"""Lists of stamps, newest first: one statement for every combination of filters, each led by an index."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from heapq import merge
from itertools import islice
from types import MappingProxyType
from typing import Any, NamedTuple

from stampwell.db.cursor_pages import Position
from stampwell.db.database import Tx
from stampwell.features.stamps.model import Stamp
from stampwell.features.stamps.queries import WITH_CARD, stamp_of

FILTERS: Mapping[str, str] = MappingProxyType(
    {
        "card_id": "s.card_id = :card_id",
        "user_id": "s.user_id = :user_id",
        "phone_digits": "s.user_phone_digits IS NOT NULL AND s.user_phone_digits = :phone_digits",
        "email_key": "s.user_email IS NOT NULL AND COALESCE(s.user_email_key, lower(s.user_email{bytewise})) = :email_key",
        "active": "s.active",
        "inactive": "NOT s.active",
        "redeemed": "s.redeemed_at IS NOT NULL",
        "unredeemed": "s.redeemed_at IS NULL",
        "since": "s.created_at >= :since",
    }
)
"""Conditions by name. Those with a value of the same name take it as a parameter. `until` is where the page begins."""

# Letters beside ASCII are the key's, whatever the database's locale makes of them.
_BYTEWISE = {"sqlite": "", "postgresql": ' COLLATE "C"'}

# The first that fits leads. SQLite chooses by rules of thumb and would take the wrong one; PostgreSQL by its statistics.
_LEADERS = (
    ({"user_id"}, "stamp_by_user"),
    ({"phone_digits"}, "stamp_by_phone"),
    ({"email_key"}, "stamp_by_email"),
    ({"card_id", "inactive"}, "stamp_inactive_by_card"),
    ({"card_id", "redeemed"}, "stamp_redeemed_by_card"),
    ({"inactive"}, "stamp_inactive"),
    ({"redeemed"}, "stamp_redeemed"),
    ({"card_id"}, "stamp_by_card"),
    (set[str](), "stamp_by_account"),
)

# Domains have no index: one would cost every issue, and is asked for when a domain is removed only.
COUNT_ON_DOMAIN = """
SELECT COALESCE(SUM(CASE WHEN domain = :domain THEN 1 ELSE 0 END), 0) AS on_domain, COUNT(*) AS looked_at
FROM (
    SELECT domain FROM stamp WHERE account_id = :account_id ORDER BY created_at DESC, stamp_id DESC LIMIT :newest
) AS newest
"""
PAGE = f"""
{WITH_CARD}
WHERE s.account_id = :account_id {{conditions}}
AND (s.created_at, s.stamp_id) < (:before_at, :before_id)
ORDER BY s.created_at DESC, s.stamp_id DESC LIMIT :limit
"""


def page(tx: Tx, account_id: int, filters: Mapping[str, object], *, before: Position, limit: int) -> list[Stamp]:
    """Stamps older than (instant of issue, number) that fulfil every filter of `FILTERS`, issued at `until` or earlier."""
    sql = _statement(tx.dialect, tuple(name for name in FILTERS if name in filters))
    until: Any = filters.get("until")
    # One upper bound: given two, PostgreSQL may begin at the higher and walk down to the lower.
    before_at, before_id = before if until is None else min(before, (until + 1, 0))
    values = {name: value for name, value in filters.items() if f":{name}" in FILTERS.get(name, "")}
    rows = tx.all(sql, account_id=account_id, before_at=before_at, before_id=before_id, limit=limit, **values)
    return [stamp_of(row) for row in rows]


def page_of_any(
    tx: Tx, account_id: int, alternatives: Sequence[Mapping[str, object]], *, before: Position, limit: int
) -> list[Stamp]:
    """As `page`, of stamps that fulfil one of the alternatives, which no stamp fulfils two of.

    A page of each is merged: under one OR the databases would sort all that there are.
    """
    pages = [page(tx, account_id, filters, before=before, limit=limit) for filters in alternatives]
    return list(islice(merge(*pages, key=lambda stamp: (stamp.created_at, stamp.stamp_id), reverse=True), limit))


@lru_cache(maxsize=2048)
def _statement(dialect: str, names: tuple[str, ...]) -> str:
    sql = PAGE.format(conditions=" ".join(f"AND {FILTERS[name]}" for name in names)).format(bytewise=_BYTEWISE[dialect])
    if dialect == "postgresql":
        return sql
    leader = next(index for needed, index in _LEADERS if needed <= set(names))
    return sql.replace("FROM stamp s JOIN", f"FROM stamp s INDEXED BY {leader} JOIN")


class DomainCount(NamedTuple):
    """How many of the stamps that were looked at have links on a domain."""

    on_domain: int
    looked_at: int


def count_on_domain(tx: Tx, account_id: int, *, domain: str, newest: int) -> DomainCount:
    """Of the account's newest stamps, `newest` at most."""
    row = tx.one(COUNT_ON_DOMAIN, account_id=account_id, domain=domain, newest=newest)
    return DomainCount(int(row["on_domain"]), int(row["looked_at"]))
