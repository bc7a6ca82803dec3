import json

from stampwell.db.database import Row, Tx
from stampwell.features.audit.model import By, Entry, Recorded

INSERT = """
INSERT INTO audit (
    account_id, actor_kind, actor_id, actor_name, channel, action, subject_id, subject_name, changes, recorded_at
) VALUES (
    :account_id, :actor_kind, :actor_id, :actor_name, :channel, :action, :subject_id, :subject_name, :changes, :recorded_at
)
"""
PAGE = """
SELECT * FROM audit WHERE account_id = :account_id AND audit_id < :before_id ORDER BY audit_id DESC LIMIT :limit
"""


def insert(tx: Tx, entry: Entry) -> None:
    tx.run(
        INSERT,
        account_id=entry.account_id,
        actor_kind=entry.by.kind,
        actor_id=entry.by.actor_id,
        actor_name=entry.by.name,
        channel=entry.by.channel,
        action=entry.action,
        subject_id=entry.subject_id,
        subject_name=entry.subject_name,
        changes=None if entry.changes is None else json.dumps(entry.changes, ensure_ascii=False),
        recorded_at=entry.recorded_at,
    )


def page(tx: Tx, account_id: int, *, before_id: int, limit: int) -> list[Recorded]:
    """Newest first."""
    return [_recorded(row) for row in tx.all(PAGE, account_id=account_id, before_id=before_id, limit=limit)]


def _recorded(row: Row) -> Recorded:
    return Recorded(
        audit_id=row["audit_id"],
        by=By(row["actor_kind"], row["actor_id"], row["actor_name"], row["channel"]),
        action=row["action"],
        subject_id=row["subject_id"],
        subject_name=row["subject_name"],
        recorded_at=row["recorded_at"],
        changes=None if row["changes"] is None else json.loads(row["changes"]),
    )
