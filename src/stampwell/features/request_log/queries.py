from stampwell.db.database import Row, Tx
from stampwell.features.request_log.model import Block

INSERT = """
INSERT INTO request_block (account_id, requests, refused, ends_at, entries)
VALUES (:account_id, :requests, :refused, :ends_at, :entries)
"""
LIST = """
SELECT block_id, requests, ends_at, entries FROM request_block
WHERE account_id = :account_id AND block_id <= :block_id
ORDER BY block_id DESC LIMIT :limit
"""
LIST_REFUSED = """
SELECT block_id, requests, ends_at, entries FROM request_block
WHERE account_id = :account_id AND block_id <= :block_id AND refused > 0
ORDER BY block_id DESC LIMIT :limit
"""
# A few at a time, so that nothing waits long for it.
DELETE_OLD = """
DELETE FROM request_block WHERE block_id IN (
    SELECT block_id FROM request_block WHERE ends_at < :before_us ORDER BY ends_at LIMIT 200)
"""
HEAL = "UPDATE request_block SET ends_at = :now_us WHERE ends_at > :later_us"


def insert(tx: Tx, block: Block) -> None:
    tx.run(INSERT, **block._asdict())


def list_blocks(tx: Tx, *, account_id: int, block_id: int, limit: int) -> list[Row]:
    """That block and older ones, newest first."""
    return tx.all(LIST, account_id=account_id, block_id=block_id, limit=limit)


def list_refused(tx: Tx, *, account_id: int, block_id: int, limit: int) -> list[Row]:
    """The same of blocks that have a refused request."""
    return tx.all(LIST_REFUSED, account_id=account_id, block_id=block_id, limit=limit)


def delete_old(tx: Tx, before_us: int) -> int:
    return tx.run(DELETE_OLD, before_us=before_us)


def heal(tx: Tx, *, now_us: int, later_us: int) -> int:
    return tx.run(HEAL, now_us=now_us, later_us=later_us)
