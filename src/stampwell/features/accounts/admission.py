"""A suspended account writes nothing: what every change of an account's data asks, in the transaction that makes it.

Issuing and marking in batches prove it in the statements that they run anyway, and come here for the reason of a refusal.
On PostgreSQL whoever is let in holds the account until the transaction ends (`FOR KEY SHARE`, for which no other change waits),
so that `await_changes` returns when nobody is at it any more.
"""

from collections.abc import Callable
from typing import TypeVar

from stampwell.db.database import Tx
from stampwell.features.accounts import queries
from stampwell.features.accounts.errors import AccountSuspended

T = TypeVar("T")


def admit(tx: Tx, account_id: int) -> None:
    """Returns when the account may be changed in this transaction. Raises AccountSuspended."""
    if queries.hold_standing(tx, account_id) is not None:
        raise AccountSuspended


def refusal_to_change(tx: Tx, account_id: int) -> AccountSuspended | None:
    """Why the account may not be changed now; None where it may. Holds nothing: for who asks for a reason, not for leave."""
    account = queries.find(tx, account_id)
    return None if account is None or account.suspended_at is None else AccountSuspended()


def admitted(account_id: int, unit: Callable[[Tx], T]) -> Callable[[Tx], T]:
    """The unit of work, which raises AccountSuspended instead when the account may not be changed."""

    def admitting(tx: Tx) -> T:
        admit(tx, account_id)
        return unit(tx)

    return admitting


def await_changes(tx: Tx, account_id: int) -> None:
    """A unit of work, for an account that was suspended before: when it is done, no change is under way, and none comes."""
    queries.await_holders(tx, account_id)
