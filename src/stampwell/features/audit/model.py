from collections.abc import Mapping
from typing import Any, NamedTuple


class By(NamedTuple):
    """Who did it. kind: `person`, `api_key` or `operator`; name as it was then; channel: `dashboard`, `api` or `cli`."""

    kind: str
    actor_id: int | None
    name: str
    channel: str


class Entry(NamedTuple):
    """A deed to record. action: what kind of thing and what was done, such as `card.updated`.

    changes: field -> [before, after]; None in place of the pair where the values are personal or secret.
    """

    account_id: int
    by: By
    action: str
    subject_id: int | None
    subject_name: str
    recorded_at: int
    changes: Mapping[str, Any] | None = None


class Recorded(NamedTuple):
    """An entry as it is read."""

    audit_id: int
    by: By
    action: str
    subject_id: int | None
    subject_name: str
    recorded_at: int
    changes: Mapping[str, Any] | None


OPERATOR = By("operator", None, "", "cli")
"""Who has a shell on the server."""


def by_key(key_id: int) -> By:
    """A program with that API key."""
    return By("api_key", key_id, "", "api")
