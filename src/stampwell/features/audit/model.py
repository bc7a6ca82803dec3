from collections.abc import Mapping
from typing import Any, NamedTuple

from stampwell.core.actors import Actor


class NewAuditEntry(NamedTuple):
    """Something to record. action: what kind of thing and what was done, such as `card.updated`.

    changes: field -> [before, after]; None in place of the pair where the values are personal or secret.
    """

    account_id: int
    actor: Actor
    action: str
    subject_id: int | None
    subject_name: str
    recorded_at: int
    changes: Mapping[str, Any] | None = None


class AuditEntry(NamedTuple):
    """An entry as it is read."""

    audit_id: int
    actor: Actor
    action: str
    subject_id: int | None
    subject_name: str
    recorded_at: int
    changes: Mapping[str, Any] | None
