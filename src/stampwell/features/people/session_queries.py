"""Sessions, and who somebody is by the token of one."""

from stampwell.db.database import Row, Tx
from stampwell.features.accounts.service import read_account
from stampwell.features.people import membership_queries
from stampwell.features.people.model import Session, ShopName, Viewer

INSERT = """
INSERT INTO session (account_id, person_id, digest, device, address, created_at, seen_at, expires_at)
VALUES (:account_id, :person_id, :digest, :device, :address, :now_us, :now_us, :expires_at)
RETURNING session_id
"""
# Found by the token itself, before any account is known. A row for each shop of the person; every page asks for it, so that it
# is one statement.
FIND = """
SELECT shop.*, s.account_id AS shown_id, s.session_id, s.device, s.address, s.created_at AS opened_at, s.seen_at, s.expires_at,
       m.person_id, m.role, m.joined_at, m.removed_at, m.location_ids, p.email, p.proved_at, p.name AS person_name,
       p.password_hash
FROM session s
JOIN membership m ON m.account_id = s.account_id AND m.person_id = s.person_id
JOIN person p ON p.person_id = s.person_id
JOIN membership works ON works.person_id = s.person_id AND works.removed_at IS NULL
JOIN account shop ON shop.account_id = works.account_id
WHERE s.digest = :digest AND s.expires_at > :now_us AND m.removed_at IS NULL
ORDER BY shop.name, shop.account_id
"""
TOUCH = """
UPDATE session SET created_at = :created_at, seen_at = :seen_at, expires_at = :expires_at WHERE session_id = :session_id
"""
SWITCH = "UPDATE session SET account_id = :account_id WHERE person_id = :person_id AND session_id = :session_id"
MOVE = "UPDATE session SET account_id = :other_id WHERE account_id = :account_id AND person_id = :person_id"
LIST = "SELECT * FROM session WHERE person_id = :person_id AND expires_at > :now_us ORDER BY seen_at DESC"
# Of those who are signed in somewhere.
LAST_SEEN = """
SELECT person_id, MAX(seen_at) AS seen_at FROM session
WHERE account_id = :account_id AND expires_at > :now_us GROUP BY person_id
"""
END = "DELETE FROM session WHERE person_id = :person_id AND session_id = :session_id"
END_ALL = "DELETE FROM session WHERE person_id = :person_id AND session_id <> :but"
DELETE_OLD = "DELETE FROM session WHERE expires_at < :before_us"
NEWEST_SEEN = "SELECT MAX(seen_at) AS seen_at FROM session"
HEAL = """
UPDATE session SET seen_at = :now_us, expires_at = :expires_at,
    created_at = CASE WHEN created_at > :now_us THEN :now_us ELSE created_at END
WHERE seen_at > :later_us
"""


def insert(
    tx: Tx, *, account_id: int, person_id: int, digest: str, device: str, address: str, now_us: int, expires_at: int
) -> int:
    row = tx.one(
        INSERT,
        account_id=account_id,
        person_id=person_id,
        digest=digest,
        device=device,
        address=address,
        now_us=now_us,
        expires_at=expires_at,
    )
    return int(row["session_id"])


def find_viewer(tx: Tx, digest: str, *, now_us: int) -> Viewer | None:
    rows = tx.all(FIND, digest=digest, now_us=now_us)
    shown = next((row for row in rows if row["account_id"] == row["shown_id"]), None)
    if shown is None:
        return None
    session = _session(shown)._replace(created_at=shown["opened_at"])
    member = membership_queries.member_of(shown)._replace(name=shown["person_name"])
    shops = tuple(ShopName(row["account_id"], row["name"]) for row in rows)
    return Viewer(session, member, read_account(shown), shops)


def touch(tx: Tx, session: Session, *, created_at: int, seen_at: int, expires_at: int) -> None:
    tx.run(TOUCH, session_id=session.session_id, created_at=created_at, seen_at=seen_at, expires_at=expires_at)


def switch(tx: Tx, session: Session, account_id: int) -> None:
    tx.run(SWITCH, account_id=account_id, person_id=session.person_id, session_id=session.session_id)


def move(tx: Tx, account_id: int, person_id: int, *, to: int) -> None:
    """What showed that account shows the other one from now on."""
    tx.run(MOVE, account_id=account_id, person_id=person_id, other_id=to)


def list_of(tx: Tx, person_id: int, *, now_us: int) -> list[Session]:
    """Those that still hold, last seen first."""
    return [_session(row) for row in tx.all(LIST, person_id=person_id, now_us=now_us)]


def last_seen(tx: Tx, account_id: int, *, now_us: int) -> dict[int, int]:
    return {row["person_id"]: row["seen_at"] for row in tx.all(LAST_SEEN, account_id=account_id, now_us=now_us)}


def end(tx: Tx, person_id: int, session_id: int) -> bool:
    return tx.run(END, person_id=person_id, session_id=session_id) > 0


def end_all(tx: Tx, person_id: int, *, but: int = 0) -> int:
    """Ends every session of the person but that one; how many it were."""
    return tx.run(END_ALL, person_id=person_id, but=but)


def delete_old(tx: Tx, before_us: int) -> int:
    return tx.run(DELETE_OLD, before_us=before_us)


def newest_seen(tx: Tx) -> int | None:
    found: int | None = tx.one(NEWEST_SEEN)["seen_at"]
    return found


def heal(tx: Tx, *, now_us: int, later_us: int, expires_at: int) -> int:
    return tx.run(HEAL, now_us=now_us, later_us=later_us, expires_at=expires_at)


def _session(row: Row) -> Session:
    return Session(
        session_id=row["session_id"],
        account_id=row["account_id"],
        person_id=row["person_id"],
        device=row["device"],
        address=row["address"],
        created_at=row["created_at"],
        seen_at=row["seen_at"],
        expires_at=row["expires_at"],
    )
