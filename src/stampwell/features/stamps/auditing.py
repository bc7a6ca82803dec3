"""The lines of the audit log about single stamps: what people do who are signed in, and every deletion.

What programs and customers do stands in the ledger; but the ledger of a stamp goes with it.
"""

from collections.abc import Mapping
from typing import Any

from stampwell.core.actors import Actor
from stampwell.db.database import Tx
from stampwell.features.audit.model import NewAuditEntry
from stampwell.features.audit.service import record
from stampwell.features.stamps.model import EventMeta, Issued, Stamp

_CHANNEL = "dashboard"


def record_issue(tx: Tx, issued: Issued, *, account_id: int, actor: Actor, now_us: int) -> None:
    if actor.channel == _CHANNEL:
        record(tx, NewAuditEntry(account_id, actor, "stamp.issued", issued.stamp_id, issued.code, now_us))


def record_act(tx: Tx, stamp: Stamp, action: str, meta: EventMeta, changes: Mapping[str, Any] | None = None) -> None:
    """action: what was done, such as `stamp.added`. changes: field -> [before, after], None for a personal one."""
    if meta.actor.channel == _CHANNEL or meta.actor.person_id is not None:
        _record(tx, stamp, action, meta, changes)


def record_deletion(tx: Tx, stamp: Stamp, meta: EventMeta) -> None:
    """With the reason, which stands nowhere else."""
    note = {"note": [None, meta.note]} if meta.note else {}
    _record(tx, stamp, "stamp.deleted", meta, {"stamps": [stamp.stamps, None], **note})


def _record(tx: Tx, stamp: Stamp, action: str, meta: EventMeta, changes: Mapping[str, Any] | None) -> None:
    record(tx, NewAuditEntry(stamp.account_id, meta.actor, action, stamp.stamp_id, stamp.code, meta.recorded_at, changes))
