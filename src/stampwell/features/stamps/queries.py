from stampwell.db.database import Row, Tx
from stampwell.features.stamps.model import Issued, Stamp

FIND_ISSUED = "SELECT stamp_id, code FROM stamp WHERE account_id = :account_id AND code = :code"

_FIND = """
SELECT s.*, c.name AS card_name, c.title AS card_title, c.url
FROM stamp s JOIN card c ON c.account_id = s.account_id AND c.card_id = s.card_id
"""
# For the operator, who sees every account.
FIND_BY_ID = f"{_FIND} WHERE s.stamp_id = :stamp_id"
FIND_BY_CODE = f"{_FIND} WHERE s.code = :code"

# In small bites, so that no issue waits long for it.
DELETE_OLD_OUTBOX = """
DELETE FROM outbox WHERE created_at < :before_us AND outbox_id IN (SELECT outbox_id FROM outbox ORDER BY outbox_id LIMIT 1000)
"""


def find_issued(tx: Tx, account_id: int, code: str) -> Issued | None:
    row = tx.maybe(FIND_ISSUED, account_id=account_id, code=code)
    return None if row is None else Issued(row["stamp_id"], row["code"])


def find(tx: Tx, stamp: int | str) -> Stamp | None:
    """By number or by code, in any account."""
    row = tx.maybe(FIND_BY_ID, stamp_id=stamp) if isinstance(stamp, int) else tx.maybe(FIND_BY_CODE, code=stamp)
    return None if row is None else _stamp(row)


def delete_old_outbox(tx: Tx, before_us: int) -> int:
    return tx.run(DELETE_OLD_OUTBOX, before_us=before_us)


def _stamp(row: Row) -> Stamp:
    return Stamp(
        stamp_id=row["stamp_id"],
        account_id=row["account_id"],
        code=row["code"],
        domain=row["domain"],
        card_id=row["card_id"],
        card_name=row["card_name"],
        card_title=row["card_title"],
        url=row["url"],
        starts_on=row["starts_on"],
        ends_on=row["ends_on"],
        active=bool(row["active"]),
        stamps=row["stamps"],
        max_stamps=row["max_stamps"],
        memo=row["memo"],
        user_id=row["user_id"],
        user_name=row["user_name"],
        user_phone=row["user_phone"],
        user_email=row["user_email"],
        user_etc1=row["user_etc1"],
        user_etc2=row["user_etc2"],
        redeemed_at=row["redeemed_at"],
        created_at=row["created_at"],
    )
