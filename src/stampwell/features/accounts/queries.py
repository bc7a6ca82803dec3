from zoneinfo import ZoneInfo

from stampwell.db.database import Row, Tx
from stampwell.features.accounts.model import Account

INSERT = """
INSERT INTO account (name, plan, time_zone, stamp_idx_format, created_at)
VALUES (:name, :plan, :time_zone, :stamp_idx_format, :created_at)
RETURNING *
"""
FIND = "SELECT * FROM account WHERE account_id = :account_id"
LIST = "SELECT * FROM account ORDER BY account_id"
FIND_BY_NAME = "SELECT * FROM account WHERE name = :name ORDER BY account_id LIMIT 1"
SET_PLAN = "UPDATE account SET plan = :plan WHERE account_id = :account_id RETURNING *"
SET_SUSPENDED = "UPDATE account SET suspended_at = :suspended_at WHERE account_id = :account_id RETURNING *"
SET_STAMP_IDX_FORMAT = """
UPDATE account SET stamp_idx_format = :stamp_idx_format WHERE account_id = :account_id RETURNING *
"""


def insert(tx: Tx, *, name: str, plan: str, time_zone: str, stamp_idx_format: str, created_at: int) -> Account:
    row = tx.one(INSERT, name=name, plan=plan, time_zone=time_zone, stamp_idx_format=stamp_idx_format, created_at=created_at)
    return _account(row)


def find(tx: Tx, account_id: int) -> Account | None:
    return _maybe(tx.maybe(FIND, account_id=account_id))


def find_by_name(tx: Tx, name: str) -> Account | None:
    return _maybe(tx.maybe(FIND_BY_NAME, name=name))


def list_all(tx: Tx) -> list[Account]:
    return [_account(row) for row in tx.all(LIST)]


def set_plan(tx: Tx, account_id: int, plan: str) -> Account | None:
    return _maybe(tx.maybe(SET_PLAN, account_id=account_id, plan=plan))


def set_suspended(tx: Tx, account_id: int, suspended_at: int | None) -> Account | None:
    return _maybe(tx.maybe(SET_SUSPENDED, account_id=account_id, suspended_at=suspended_at))


def set_stamp_idx_format(tx: Tx, account_id: int, stamp_idx_format: str) -> Account | None:
    return _maybe(tx.maybe(SET_STAMP_IDX_FORMAT, account_id=account_id, stamp_idx_format=stamp_idx_format))


def _maybe(row: Row | None) -> Account | None:
    return None if row is None else _account(row)


def _account(row: Row) -> Account:
    return Account(
        account_id=row["account_id"],
        name=row["name"],
        plan=row["plan"],
        time_zone=ZoneInfo(row["time_zone"]),
        stamp_idx_format=row["stamp_idx_format"],
        suspended_at=row["suspended_at"],
        created_at=row["created_at"],
    )
