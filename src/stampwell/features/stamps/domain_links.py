"""Where the links of an account's stamps are."""

from typing import NamedTuple

from stampwell.db.database import Tx
from stampwell.features.stamps import list_queries

NEWEST = 10_000
"""How many stamps are looked at: enough to warn somebody, few enough to answer at once."""


class LinksOnDomain(NamedTuple):
    """stamps: those whose link is on the domain, among all of the account's or, when not `of_all`, the newest."""

    stamps: int
    of_all: bool


def count_links(tx: Tx, account_id: int, *, origin: str) -> LinksOnDomain:
    """How many stamps keep their link on that origin."""
    stamps, looked_at = list_queries.count_on_domain(tx, account_id, domain=origin, newest=NEWEST)
    return LinksOnDomain(stamps, of_all=looked_at < NEWEST)
