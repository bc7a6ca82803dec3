import json

from stampwell.core.actors import Actor
from stampwell.db.database import Row, Tx
from stampwell.features.audit.model import AuditEntry, NewAuditEntry

INSERT = """
INSERT INTO audit (
    account_id, actor_kind, actor_id, actor_name, channel, action, subject_id, subject_name, changes, recorded_at
) VALUES (
    :account_id, :actor_kind, :actor_id, :actor_name, :channel, :action, :subject_id, :subject_name, :changes, :recorded_at
)
"""
_PAGE = """
SELECT * FROM audit WHERE account_id = :account_id AND audit_id < :before_id {} ORDER BY audit_id DESC LIMIT :limit
"""
_BY_PERSON = "AND actor_kind = 'person' AND actor_id = :person_id"
_OF_KIND = "AND action LIKE :kind"
PAGES = {
    (person, kind): _PAGE.format(" ".join((person * [_BY_PERSON]) + (kind * [_OF_KIND])))
    for person in (False, True)
    for kind in (False, True)
}
"""By whether a person and a kind are asked for."""

# Kinds of actors as this table has always named them, where it names them otherwise.
_STORED_KINDS = {"staff": "person", "system": "operator"}
_KINDS = {stored: kind for kind, stored in _STORED_KINDS.items()}


def insert(tx: Tx, entry: NewAuditEntry) -> None:
    tx.run(
        INSERT,
        account_id=entry.account_id,
        actor_kind=_STORED_KINDS.get(entry.actor.kind, entry.actor.kind),
        actor_id=entry.actor.actor_id,
        actor_name=entry.actor.name,
        channel=entry.actor.channel,
        action=entry.action,
        subject_id=entry.subject_id,
        subject_name=entry.subject_name,
        changes=None if entry.changes is None else json.dumps(entry.changes, ensure_ascii=False),
        recorded_at=entry.recorded_at,
    )


def page(
    tx: Tx, account_id: int, *, before_id: int, limit: int, person_id: int | None = None, kind: str | None = None
) -> list[AuditEntry]:
    """Newest first."""
    given: dict[str, object] = {"account_id": account_id, "before_id": before_id, "limit": limit}
    if person_id is not None:
        given["person_id"] = person_id
    if kind is not None:
        # `stamp` stands for what was done to one stamp and to many.
        given["kind"] = f"{kind}%.%"
    rows = tx.all(PAGES[person_id is not None, kind is not None], **given)
    return [_recorded(row) for row in rows]


def _recorded(row: Row) -> AuditEntry:
    return AuditEntry(
        audit_id=row["audit_id"],
        actor=Actor(_KINDS.get(row["actor_kind"], row["actor_kind"]), row["actor_id"], row["channel"], row["actor_name"]),
        action=row["action"],
        subject_id=row["subject_id"],
        subject_name=row["subject_name"],
        recorded_at=row["recorded_at"],
        changes=None if row["changes"] is None else json.loads(row["changes"]),
    )
