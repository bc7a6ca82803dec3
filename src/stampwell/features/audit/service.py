"""Units of work on the audit log. Rows are written in the transaction of the act that they record, and never changed."""

from collections.abc import Iterable, Mapping
from typing import Any

from stampwell.db.database import Tx
from stampwell.features.audit import queries
from stampwell.features.audit.model import AuditEntry, NewAuditEntry


def record(tx: Tx, entry: NewAuditEntry) -> None:
    """Writes the entry, with the rest of the transaction or not at all."""
    queries.insert(tx, entry)


def page_entries(
    tx: Tx, account_id: int, *, before_id: int, limit: int, person_id: int | None = None, kind: str | None = None
) -> list[AuditEntry]:
    """Newest first, from below that number: of that person, or of that kind (the beginning of an action), if one is given."""
    return queries.page(tx, account_id, before_id=before_id, limit=limit, person_id=person_id, kind=kind)


def differences(before: object, after: object, names: Mapping[str, str], *, hidden: Iterable[str] = ()) -> dict[str, Any]:
    """What differs between two values of a kind: shown name -> [before, after], None for a `hidden` attribute.

    `names` maps attributes to the names they are shown by.
    """
    secret = set(hidden)
    changes: dict[str, Any] = {}
    for attribute, shown in names.items():
        old, new = getattr(before, attribute), getattr(after, attribute)
        if old != new:
            changes[shown] = None if attribute in secret else [old, new]
    return changes
