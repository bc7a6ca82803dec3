"""The lines of the audit log about locations."""

from collections.abc import Mapping
from typing import Any

from stampwell.core.actors import Actor
from stampwell.db.database import Tx
from stampwell.features.audit.model import NewAuditEntry
from stampwell.features.audit.service import differences, record
from stampwell.features.locations.model import Location

_NAMES = {"name": "locationNm", "active": "activeYn"}
"""Attributes of a location by the names of the contract."""


def record_creation(tx: Tx, location: Location, *, actor: Actor) -> None:
    changes = {"locationNm": [None, location.name]}
    record(tx, _entry(location, "location.created", actor, location.created_at, changes))


def record_change(tx: Tx, before: Location, after: Location, *, actor: Actor, now_us: int) -> None:
    record(tx, _entry(after, "location.updated", actor, now_us, differences(before, after, _NAMES)))


def _entry(location: Location, action: str, actor: Actor, now_us: int, changes: Mapping[str, Any]) -> NewAuditEntry:
    return NewAuditEntry(location.account_id, actor, action, location.location_id, location.name, now_us, changes)
