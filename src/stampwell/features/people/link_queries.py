"""Links that open something once, and tries to sign in."""

from stampwell.db.database import Row, Tx
from stampwell.features.people.model import AccessLink, LinkKind, Role

INSERT = """
INSERT INTO access_link (
    account_id, kind, digest, proof_digest, email, role, person_id, invited_by, created_at, expires_at
) VALUES (
    :account_id, :kind, :digest, :proof_digest, :email, :role, :person_id, :invited_by, :created_at, :expires_at
)
RETURNING *
"""
# Found by one of its two tokens, before any account is known.
FIND = """
SELECT * FROM access_link
WHERE (digest = :digest OR proof_digest = :digest) AND kind = :kind AND used_at IS NULL AND expires_at > :now_us
"""
USE = """
UPDATE access_link SET used_at = :now_us
WHERE (digest = :digest OR proof_digest = :digest) AND kind = :kind AND used_at IS NULL AND expires_at > :now_us
RETURNING *
"""
LIST_INVITATIONS = """
SELECT * FROM access_link
WHERE account_id = :account_id AND kind = 'invitation' AND used_at IS NULL AND expires_at > :now_us ORDER BY link_id
"""
REVOKE = """
UPDATE access_link SET expires_at = :now_us
WHERE account_id = :account_id AND link_id = :link_id AND kind = 'invitation' AND used_at IS NULL
RETURNING *
"""
# Whichever account they were made in: a password and an address are the person's.
SPEND_OF_PERSON = """
UPDATE access_link SET expires_at = :now_us WHERE person_id = :person_id AND used_at IS NULL AND expires_at > :now_us
"""
SPEND_OF_MEMBER = """
UPDATE access_link SET expires_at = :now_us
WHERE account_id = :account_id AND person_id = :person_id AND used_at IS NULL AND expires_at > :now_us
"""
DELETE_OLD = "DELETE FROM access_link WHERE expires_at < :before_us OR used_at < :before_us"
# A window that lies ahead, as a wrong clock leaves one behind, begins now.
HEAL = """
UPDATE access_link SET created_at = :now_us, expires_at = :now_us + expires_at - created_at WHERE created_at > :later_us
"""
COUNT_TRY = """
INSERT INTO sign_in_try (subject, failures, since) VALUES (:subject, 1, :now_us)
ON CONFLICT (subject) DO UPDATE SET
    failures = CASE WHEN sign_in_try.since < :window_from THEN 1 ELSE sign_in_try.failures + 1 END,
    since = CASE WHEN sign_in_try.since < :window_from OR sign_in_try.since > :now_us THEN :now_us ELSE sign_in_try.since END
RETURNING failures, since
"""
TAKE_BACK_TRY = "UPDATE sign_in_try SET failures = failures - 1 WHERE subject = :subject AND failures > 0"
FORGET_TRIES = "DELETE FROM sign_in_try WHERE subject = :subject RETURNING failures"
DELETE_OLD_TRIES = """
DELETE FROM sign_in_try WHERE since < CASE WHEN subject LIKE 'told/%' THEN :told_before_us ELSE :before_us END
"""


def insert(
    tx: Tx,
    *,
    account_id: int,
    kind: LinkKind,
    digest: str,
    proof_digest: str,
    email: str,
    role: Role,
    person_id: int | None,
    invited_by: int | None,
    created_at: int,
    expires_at: int,
) -> AccessLink:
    row = tx.one(
        INSERT,
        account_id=account_id,
        kind=kind,
        digest=digest,
        proof_digest=proof_digest,
        email=email,
        role=role.value,
        person_id=person_id,
        invited_by=invited_by,
        created_at=created_at,
        expires_at=expires_at,
    )
    return _link(row)


def find(tx: Tx, kind: LinkKind, digest: str, *, now_us: int) -> AccessLink | None:
    return _maybe(tx.maybe(FIND, kind=kind, digest=digest, now_us=now_us), digest)


def use(tx: Tx, kind: LinkKind, digest: str, *, now_us: int) -> AccessLink | None:
    """The link, spent from now on; None when it was before."""
    return _maybe(tx.maybe(USE, kind=kind, digest=digest, now_us=now_us), digest)


def list_invitations(tx: Tx, account_id: int, *, now_us: int) -> list[AccessLink]:
    """Those that can still be accepted, oldest first."""
    return [_link(row) for row in tx.all(LIST_INVITATIONS, account_id=account_id, now_us=now_us)]


def revoke(tx: Tx, account_id: int, link_id: int, *, now_us: int) -> AccessLink | None:
    return _maybe(tx.maybe(REVOKE, account_id=account_id, link_id=link_id, now_us=now_us))


def spend_of(tx: Tx, person_id: int, *, now_us: int) -> None:
    tx.run(SPEND_OF_PERSON, person_id=person_id, now_us=now_us)


def spend_of_member(tx: Tx, account_id: int, person_id: int, *, now_us: int) -> None:
    tx.run(SPEND_OF_MEMBER, account_id=account_id, person_id=person_id, now_us=now_us)


def delete_old(tx: Tx, before_us: int) -> int:
    return tx.run(DELETE_OLD, before_us=before_us)


def heal(tx: Tx, *, now_us: int, later_us: int) -> int:
    return tx.run(HEAL, now_us=now_us, later_us=later_us)


def count_try(tx: Tx, subject: str, *, now_us: int, window_us: int) -> tuple[int, int]:
    """How many tries there were in this window, with this one, and when it began."""
    row = tx.one(COUNT_TRY, subject=subject, now_us=now_us, window_from=now_us - window_us)
    return row["failures"], row["since"]


def take_back_try(tx: Tx, subject: str) -> None:
    """One that was counted was none."""
    tx.run(TAKE_BACK_TRY, subject=subject)


def forget_tries(tx: Tx, subject: str) -> int:
    """How many there were."""
    row = tx.maybe(FORGET_TRIES, subject=subject)
    return 0 if row is None else int(row["failures"])


def delete_old_tries(tx: Tx, *, before_us: int, told_before_us: int) -> int:
    return tx.run(DELETE_OLD_TRIES, before_us=before_us, told_before_us=told_before_us)


def _maybe(row: Row | None, digest: str = "") -> AccessLink | None:
    return None if row is None else _link(row, digest)


def _link(row: Row, digest: str = "") -> AccessLink:
    """digest: of the token that it was found by."""
    return AccessLink(
        link_id=row["link_id"],
        account_id=row["account_id"],
        kind=row["kind"],
        email=row["email"],
        role=Role(row["role"]),
        person_id=row["person_id"],
        invited_by=row["invited_by"],
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        used_at=row["used_at"],
        proves=bool(digest) and row["proof_digest"] == digest,
    )
