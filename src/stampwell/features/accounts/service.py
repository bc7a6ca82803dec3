"""Units of work on accounts. `get_…` raises AccountNotFound; a wrong value raises AccountInvalid."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from stampwell.core.actors import Actor
from stampwell.core.days import find_zone
from stampwell.core.regions import is_region
from stampwell.core.unseen import unseen_or_in_english
from stampwell.db.database import Row, Tx
from stampwell.features.accounts import queries
from stampwell.features.accounts.changes import changes_between, seen_of
from stampwell.features.accounts.errors import AccountChanged, AccountInvalid, AccountNotFound
from stampwell.features.accounts.model import Account, StampIdxFormat
from stampwell.features.audit.model import NewAuditEntry
from stampwell.features.audit.service import record

_LONGEST_NAME = 100


class AccountChange(NamedTuple):
    """An account before and after."""

    before: Account
    after: Account


def create(
    tx: Tx,
    *,
    name: str,
    plan: str,
    time_zone: str,
    actor: Actor,
    now_us: int,
    country_code: str = "",
    stamp_idx_format: StampIdxFormat = "integer",
) -> Account:
    """A new account. The caller has made sure that the plan is in the plan table."""
    name = name.strip()
    if not is_account_name(name):
        problem = unseen_or_in_english(name, f"must have 1 to {_LONGEST_NAME} printable characters")
        raise AccountInvalid(f"NAME {problem}.")
    if find_zone(time_zone) is None:
        raise AccountInvalid(f"{time_zone!r} is no IANA time zone. Use one such as Asia/Seoul or Europe/Berlin.")
    account = queries.insert(
        tx,
        name=name,
        plan=plan,
        time_zone=time_zone,
        country_code=country_of(country_code),
        stamp_idx_format=stamp_idx_format,
        created_at=now_us,
    )
    return _recorded(tx, "account.created", account, {"plan": [None, plan]}, actor=actor, now_us=now_us)


def read_account(row: Row) -> Account:
    """Of a row with every column of the account, as another feature's statement joins it."""
    return queries.account_of(row)


def country_of(text: str) -> str:
    """The ISO 3166 code that was typed in any case, or blank for the time zone's country. Raises AccountInvalid."""
    code = text.strip().upper()
    if code and not is_region(code):
        raise AccountInvalid(f"{text!r} is no country. Use its ISO 3166 code of two letters, such as KR, JP or US.")
    return code


def is_account_name(text: str) -> bool:
    """Whether an account may be called that."""
    return bool(text.strip()) and len(text) <= _LONGEST_NAME and text.isprintable()


def get_account(tx: Tx, account_id: int) -> Account:
    return _found(queries.find(tx, account_id), account_id)


def find_by_name(tx: Tx, name: str) -> Account | None:
    """The oldest account of that name."""
    return queries.find_by_name(tx, name)


def newest_account(tx: Tx) -> Account | None:
    """The account that was made last, or None when there is none."""
    accounts = queries.list_all(tx)
    return max(accounts, key=lambda account: account.created_at, default=None)


def list_accounts(tx: Tx) -> list[Account]:
    return queries.list_all(tx)


def set_plan(tx: Tx, account_id: int, *, plan: str, actor: Actor, now_us: int) -> Account:
    before = get_account(tx, account_id)
    after = _found(queries.set_plan(tx, account_id, plan), account_id)
    return _recorded(tx, "account.plan", after, {"plan": [before.plan, plan]}, actor=actor, now_us=now_us)


def suspend(tx: Tx, account_id: int, *, actor: Actor, now_us: int) -> Account:
    """Whatever changes the account's data is refused from now on; nothing is lost. `admission.await_changes` waits for what was
    let in before.
    """
    suspended = _found(queries.set_suspended(tx, account_id, now_us), account_id)
    return _recorded(tx, "account.suspended", suspended, actor=actor, now_us=now_us)


def resume(tx: Tx, account_id: int, *, actor: Actor, now_us: int) -> Account:
    resumed = _found(queries.set_suspended(tx, account_id, None), account_id)
    return _recorded(tx, "account.resumed", resumed, actor=actor, now_us=now_us)


def set_stamp_idx_format(tx: Tx, account_id: int, *, stamp_idx_format: StampIdxFormat, actor: Actor, now_us: int) -> Account:
    """What `create` answers as `result`: the integer or the 16-character code."""
    before = get_account(tx, account_id)
    after = _found(queries.set_stamp_idx_format(tx, account_id, stamp_idx_format), account_id)
    changes = {"stampIdxFormat": [before.stamp_idx_format, stamp_idx_format]}
    return _recorded(tx, "account.updated", after, changes, actor=actor, now_us=now_us)


def change_account(
    tx: Tx, account_id: int, given: Mapping[str, Any], *, actor: Actor, now_us: int, seen: str | None = None
) -> AccountChange:
    """The account with those validated fields of Account replaced, beside what it was.

    seen: `seen_of` the account that the change was made to; AccountChanged is raised when it is another one by now. None for a
    change that does not depend on what was there. Raises AccountNotFound.
    """
    before = _found(queries.lock(tx, account_id), account_id)
    if seen is not None and seen != seen_of(before):
        raise AccountChanged(before)
    after = replace(before, **given)
    queries.update(tx, after)
    changes = changes_between(before, after)
    if changes:
        _recorded(tx, "account.updated", after, changes, actor=actor, now_us=now_us)
    return AccountChange(before, after)


def _recorded(
    tx: Tx, action: str, account: Account, changes: Mapping[str, Any] | None = None, *, actor: Actor, now_us: int
) -> Account:
    record(tx, NewAuditEntry(account.account_id, actor, action, account.account_id, account.name, now_us, changes))
    return account


def _found(account: Account | None, account_id: int) -> Account:
    if account is None:
        raise AccountNotFound(account_id)
    return account
