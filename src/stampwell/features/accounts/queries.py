from stampwell.core.days import stored_zone
from stampwell.db.database import Row, Tx
from stampwell.features.accounts.model import Account

INSERT = """
INSERT INTO account (name, plan, time_zone, country_code, stamp_idx_format, created_at)
VALUES (:name, :plan, :time_zone, :country_code, :stamp_idx_format, :created_at)
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

_STANDING = "SELECT suspended_at FROM account WHERE account_id = :account_id"
HOLD_STANDING = {"sqlite": _STANDING, "postgresql": f"{_STANDING} FOR KEY SHARE"}
# PostgreSQL. Whoever holds the account is waited for; and whoever comes to that only now, in a statement that began before the
# account was suspended, has to look at the row anew. An UPDATE alone would do neither: it leaves the keys as they are, and
# `FOR KEY SHARE` asks for no more. In a transaction that has the row `FOR UPDATE` it counts as one of the keys.
LOCK_OUT = f"{_STANDING} FOR UPDATE"
RENEW = "UPDATE account SET suspended_at = suspended_at WHERE account_id = :account_id"

_CHANGING = ("name", "time_zone", "stamp_idx_format", "color", "paper_color", "logo", "language", "country_code")
LOCK = {"sqlite": FIND, "postgresql": f"{FIND} FOR NO KEY UPDATE"}
UPDATE = f"""
UPDATE account SET {", ".join(f"{column} = :{column}" for column in _CHANGING)} WHERE account_id = :account_id
"""


def insert(
    tx: Tx, *, name: str, plan: str, time_zone: str, country_code: str, stamp_idx_format: str, created_at: int
) -> Account:
    row = tx.one(
        INSERT,
        name=name,
        plan=plan,
        time_zone=time_zone,
        country_code=country_code,
        stamp_idx_format=stamp_idx_format,
        created_at=created_at,
    )
    return account_of(row)


def find(tx: Tx, account_id: int) -> Account | None:
    return _maybe(tx.maybe(FIND, account_id=account_id))


def lock(tx: Tx, account_id: int) -> Account | None:
    """The account, which nobody else changes until the transaction ends."""
    return _maybe(tx.maybe(LOCK[tx.dialect], account_id=account_id))


def update(tx: Tx, account: Account) -> None:
    changing = {column: getattr(account, column) for column in _CHANGING} | {"time_zone": account.time_zone.key}
    tx.run(UPDATE, account_id=account.account_id, **changing)


def find_by_name(tx: Tx, name: str) -> Account | None:
    return _maybe(tx.maybe(FIND_BY_NAME, name=name))


def list_all(tx: Tx) -> list[Account]:
    return [account_of(row) for row in tx.all(LIST)]


def set_plan(tx: Tx, account_id: int, plan: str) -> Account | None:
    return _maybe(tx.maybe(SET_PLAN, account_id=account_id, plan=plan))


def set_suspended(tx: Tx, account_id: int, suspended_at: int | None) -> Account | None:
    return _maybe(tx.maybe(SET_SUSPENDED, account_id=account_id, suspended_at=suspended_at))


def hold_standing(tx: Tx, account_id: int) -> int | None:
    """When the account was suspended, or None; whoever waits for changes of it waits for this transaction from now on."""
    row = tx.maybe(HOLD_STANDING[tx.dialect], account_id=account_id)
    return None if row is None else row["suspended_at"]


def await_holders(tx: Tx, account_id: int) -> None:
    """Nobody holds the account any more when it returns, by a row that was read before."""
    if tx.dialect == "postgresql":  # SQLite's one writer has every other change behind it
        tx.maybe(LOCK_OUT, account_id=account_id)
        tx.run(RENEW, account_id=account_id)


def set_stamp_idx_format(tx: Tx, account_id: int, stamp_idx_format: str) -> Account | None:
    return _maybe(tx.maybe(SET_STAMP_IDX_FORMAT, account_id=account_id, stamp_idx_format=stamp_idx_format))


def _maybe(row: Row | None) -> Account | None:
    return None if row is None else account_of(row)


def account_of(row: Row) -> Account:
    return Account(
        account_id=row["account_id"],
        name=row["name"],
        plan=row["plan"],
        time_zone=stored_zone(row["time_zone"]),
        stamp_idx_format=row["stamp_idx_format"],
        suspended_at=row["suspended_at"],
        created_at=row["created_at"],
        color=row["color"],
        paper_color=row["paper_color"],
        logo=row["logo"],
        language=row["language"],
        country_code=row["country_code"],
    )
