"""What an upgrade of old stamps reads and writes, in the order of their numbers."""

from collections.abc import Sequence
from typing import NamedTuple

from stampwell.db.database import Row, Tx
from stampwell.db.rows import over_rows, run_over_rows
from stampwell.features.stamps.model import Customer, StampKey

PLACE = """
SELECT after_id, finished, COALESCE((SELECT MAX(stamp_id) FROM stamp), 0) AS last FROM stamp_upgrade WHERE name = 'look-up'
"""
MOVE = """
UPDATE stamp_upgrade SET after_id = :to_id WHERE name = 'look-up' AND after_id = :from_id AND finished = 0
"""
FINISH = """
UPDATE stamp_upgrade SET finished = 1
WHERE name = 'look-up' AND finished = 0 AND NOT EXISTS (SELECT 1 FROM stamp WHERE stamp_id > stamp_upgrade.after_id)
"""
_COLUMNS = """s.account_id, s.stamp_id, s.created_at, s.code, s.user_id, s.user_name, s.user_phone, s.user_email,
    s.user_phone_digits, s.user_email_key"""
# Of every account: the numbers are walked once, not once an account.
NEXT = f"SELECT {_COLUMNS} FROM stamp s WHERE s.stamp_id > :after ORDER BY s.stamp_id LIMIT :limit"
# In the order in which marks lock stamps.
_EACH = f"SELECT {_COLUMNS} FROM r JOIN stamp s ON s.account_id = r.account_id AND s.stamp_id = r.stamp_id"
LOCK_EACH = {"sqlite": _EACH, "postgresql": f"{_EACH} ORDER BY s.stamp_id FOR NO KEY UPDATE OF s"}
# Words are written by the projection of the ledger too. Whoever has its row comes wholly before it or wholly after.
HOLD_DIGEST = "SELECT event_id FROM ledger_reader WHERE name = 'digest' FOR UPDATE"
WORDS = """
SELECT w.stamp_id, w.word FROM r JOIN stamp_word w ON w.account_id = r.account_id AND w.stamp_id = r.stamp_id
"""
SAVE = """
UPDATE stamp SET user_phone_digits = r.user_phone_digits, user_email_key = r.user_email_key FROM r
WHERE stamp.account_id = r.account_id AND stamp.stamp_id = r.stamp_id
"""
ADD_WORDS = """
INSERT INTO stamp_word (account_id, word, created_at, stamp_id)
SELECT r.account_id, r.word, r.created_at, r.stamp_id FROM r WHERE true ON CONFLICT DO NOTHING
"""
DELETE_WORDS = """
DELETE FROM stamp_word USING r WHERE stamp_word.account_id = r.account_id AND stamp_word.word = r.word
AND stamp_word.created_at = r.created_at AND stamp_word.stamp_id = r.stamp_id
"""
# SQLite has no such join, and would walk all the account's words for an IN of rows.
DELETE_WORD = """
DELETE FROM stamp_word
WHERE account_id = :account_id AND word = :word AND created_at = :created_at AND stamp_id = :stamp_id
"""

_STAMP = {"account_id": "bigint", "stamp_id": "bigint"}
_WORD = {"account_id": "bigint", "word": "text", "created_at": "bigint", "stamp_id": "bigint"}


class Place(NamedTuple):
    """How far the upgrade has come, and the highest number there is."""

    after_id: int
    finished: bool
    last: int


class OldStamp(NamedTuple):
    """A stamp as far as customers are looked up by it."""

    account_id: int
    stamp_id: int
    created_at: int
    code: str
    customer: Customer
    phone_digits: str | None
    email_key: str | None


class Word(NamedTuple):
    account_id: int
    word: str
    created_at: int
    stamp_id: int


def place(tx: Tx) -> Place:
    row = tx.one(PLACE)
    return Place(row["after_id"], bool(row["finished"]), row["last"])


def move(tx: Tx, *, from_id: int, to_id: int) -> bool:
    """False when somebody else has moved it."""
    return tx.run(MOVE, from_id=from_id, to_id=to_id) == 1


def finish(tx: Tx) -> bool:
    """False when there are stamps still to be looked at, or it was finished before."""
    return tx.run(FINISH) == 1


def next_stamps(tx: Tx, *, after: int, limit: int) -> list[OldStamp]:
    return [_old_stamp(row) for row in tx.all(NEXT, after=after, limit=limit)]


def lock_each(tx: Tx, stamps: Sequence[StampKey]) -> list[OldStamp]:
    """Those, of (account, number), that are still there; nobody else changes them until the transaction ends."""
    return [_old_stamp(row) for row in over_rows(tx, _STAMP, stamps, LOCK_EACH[tx.dialect])]


def hold_digest(tx: Tx) -> None:
    """SQLite has one writer anyway."""
    if tx.dialect == "postgresql":
        tx.one(HOLD_DIGEST)


def words_of(tx: Tx, stamps: Sequence[StampKey]) -> dict[int, set[str]]:
    """By number, of (account, number)."""
    found: dict[int, set[str]] = {stamp_id: set() for _, stamp_id in stamps}
    for row in over_rows(tx, _STAMP, stamps, WORDS):
        found[row["stamp_id"]].add(row["word"])
    return found


def save(tx: Tx, rows: Sequence[tuple[int, int, str | None, str | None]]) -> None:
    """Account, number, digits of the phone number and key of the address, of stamps that this transaction has locked."""
    run_over_rows(tx, {**_STAMP, "user_phone_digits": "text", "user_email_key": "text"}, rows, SAVE)


def add_words(tx: Tx, words: Sequence[Word]) -> None:
    run_over_rows(tx, _WORD, words, ADD_WORDS)


def delete_words(tx: Tx, words: Sequence[Word]) -> None:
    if tx.dialect == "postgresql":
        run_over_rows(tx, _WORD, words, DELETE_WORDS)
        return
    for word in words:
        tx.run(DELETE_WORD, **word._asdict())


def _old_stamp(row: Row) -> OldStamp:
    return OldStamp(
        row["account_id"],
        row["stamp_id"],
        row["created_at"],
        row["code"],
        Customer(row["user_id"], row["user_name"], row["user_phone"], row["user_email"]),
        row["user_phone_digits"],
        row["user_email_key"],
    )
