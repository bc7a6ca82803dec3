"""Wrong tries at the secrets of a card: by network on a card and on a stamp, and all of a day on a card."""

from typing import NamedTuple

from stampwell.db.database import Tx
from stampwell.features.stamps.tries import Tries

ENSURE = """
INSERT INTO secret_try (account_id, card_id, stamp_id, secret, network, failures, lockouts, since)
VALUES (:account_id, :card_id, :stamp_id, :secret, :network, 0, 0, :now_us)
ON CONFLICT (account_id, card_id, stamp_id, secret, network) DO NOTHING
"""
_ONE = """
WHERE account_id = :account_id AND card_id = :card_id AND stamp_id = :stamp_id AND secret = :secret AND network = :network
"""
_FIND = f"SELECT failures, lockouts, since, locked_until FROM secret_try {_ONE}"
LOCK = {"sqlite": _FIND, "postgresql": f"{_FIND} FOR UPDATE"}
SAVE = f"""
UPDATE secret_try SET failures = :failures, lockouts = :lockouts, since = :since, locked_until = :locked_until {_ONE}
"""
FORGET = f"DELETE FROM secret_try {_ONE}"
# One more of the day that began with the first; a day that lies ahead begins now.
COUNT_OF_DAY = """
INSERT INTO secret_try (account_id, card_id, stamp_id, secret, network, failures, lockouts, since)
VALUES (:account_id, :card_id, 0, '', '', 1, 0, :now_us)
ON CONFLICT (account_id, card_id, stamp_id, secret, network) DO UPDATE SET
    failures = CASE WHEN secret_try.since > :day_ago THEN secret_try.failures + 1 ELSE 1 END,
    since = CASE WHEN secret_try.since > :day_ago AND secret_try.since <= :now_us THEN secret_try.since ELSE :now_us END,
    told_at = CASE WHEN secret_try.since > :day_ago AND secret_try.failures + 1 = :many THEN :now_us ELSE secret_try.told_at END
RETURNING failures
"""
LIST_TOLD = """
SELECT t.card_id, c.name FROM secret_try t JOIN card c ON c.account_id = t.account_id AND c.card_id = t.card_id
WHERE t.account_id = :account_id AND t.stamp_id = 0 AND t.secret = '' AND t.told_at > :since AND t.told_at <= :until
ORDER BY t.card_id
"""
DELETE_OLD = "DELETE FROM secret_try WHERE since < :before_us"


class Subject(NamedTuple):
    """What tries are counted by. stamp_id: 0 for all stamps of the card."""

    account_id: int
    card_id: int
    stamp_id: int
    secret: str
    network: str


def lock(tx: Tx, subject: Subject, *, now_us: int) -> Tries:
    """The tries, which nobody else counts until the transaction ends."""
    tx.run(ENSURE, **subject._asdict(), now_us=now_us)
    row = tx.one(LOCK[tx.dialect], **subject._asdict())
    return Tries(row["failures"], row["lockouts"], row["since"], row["locked_until"])


def save(tx: Tx, subject: Subject, tries: Tries) -> None:
    tx.run(SAVE, **subject._asdict(), **tries._asdict())


def forget(tx: Tx, subject: Subject) -> None:
    tx.run(FORGET, **subject._asdict())


def count_of_day(tx: Tx, account_id: int, card_id: int, *, now_us: int, day_us: int, many: int) -> int:
    """How many wrong ones there were on the card today, with this one."""
    row = tx.one(COUNT_OF_DAY, account_id=account_id, card_id=card_id, now_us=now_us, day_ago=now_us - day_us, many=many)
    return int(row["failures"])


def list_notified(tx: Tx, account_id: int, *, since: int, until: int) -> list[tuple[int, str]]:
    """Number and name of the cards whose owners were notified in that time."""
    return [(row["card_id"], row["name"]) for row in tx.all(LIST_TOLD, account_id=account_id, since=since, until=until)]


def delete_old(tx: Tx, before_us: int) -> int:
    return tx.run(DELETE_OLD, before_us=before_us)
