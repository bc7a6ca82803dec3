from stampwell.db.database import Tx

# Whoever stores a picture holds its row until the end, so that nobody takes it away as unused in between.
INSERT = """
INSERT INTO image (handle, account_id, media_type, content, created_at)
VALUES (:handle, :account_id, :media_type, :content, :created_at)
ON CONFLICT (handle) DO UPDATE SET created_at = excluded.created_at
"""
FIND = "SELECT content FROM image WHERE handle = :handle"
_OWN = "SELECT handle FROM image WHERE account_id = :account_id AND handle = :handle"
LOCK = {"sqlite": _OWN, "postgresql": f"{_OWN} FOR UPDATE"}
DELETE_UNUSED = """
DELETE FROM image WHERE account_id = :account_id AND handle = :handle
AND NOT EXISTS (SELECT 1 FROM card c WHERE c.account_id = :account_id AND c.stamp_img_url LIKE :ending)
AND NOT EXISTS (SELECT 1 FROM account a WHERE a.account_id = :account_id AND a.logo = :handle)
"""

# Stored by somebody who then did not save what it was for. A bounded number at a time; logos and cards name what is shown.
DELETE_OLD_UNUSED = """
DELETE FROM image WHERE handle IN (
    SELECT i.handle FROM image i WHERE i.created_at < :before_us
    AND NOT EXISTS (SELECT 1 FROM account a WHERE a.account_id = i.account_id AND a.logo = i.handle)
    AND NOT EXISTS (
        SELECT 1 FROM card c WHERE c.account_id = i.account_id AND c.stamp_img_url LIKE '%/images/' || i.handle || '.webp'
    )
    ORDER BY i.handle LIMIT 100
) AND created_at < :before_us
"""
HEAL = "UPDATE image SET created_at = :now_us WHERE created_at > :later_us"


def insert(tx: Tx, *, handle: str, account_id: int, media_type: str, content: bytes, created_at: int) -> None:
    tx.run(INSERT, handle=handle, account_id=account_id, media_type=media_type, content=content, created_at=created_at)


def find(tx: Tx, handle: str) -> bytes | None:
    row = tx.maybe(FIND, handle=handle)
    return None if row is None else bytes(row["content"])


def is_of(tx: Tx, account_id: int, handle: str) -> bool:
    """Whether the account has that picture."""
    return tx.maybe(_OWN, account_id=account_id, handle=handle) is not None


def delete_unused(tx: Tx, account_id: int, handle: str, *, ending: str) -> None:
    """`ending` is that of the addresses by which cards name it."""
    # A statement of its own waits for whoever stores it anew; the next one then sees what that was for.
    if tx.maybe(LOCK[tx.dialect], account_id=account_id, handle=handle) is not None:
        tx.run(DELETE_UNUSED, account_id=account_id, handle=handle, ending=f"%{ending}")


def delete_old_unused(tx: Tx, before_us: int) -> int:
    return tx.run(DELETE_OLD_UNUSED, before_us=before_us)


def heal(tx: Tx, *, now_us: int, later_us: int) -> int:
    return tx.run(HEAL, now_us=now_us, later_us=later_us)
