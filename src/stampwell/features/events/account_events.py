"""Events that are no stamp's. Pure."""

import json

from pydantic_core import to_json

from stampwell.features.events.model import ACTION_TYPES, NewEvent, OutboxRow


def event_of_account(row: OutboxRow) -> NewEvent:
    """What the row tells, which is of no stamp."""
    given = json.loads(row.data or "{}")
    data = {"actionType": ACTION_TYPES[row.kind], **given}
    return NewEvent(
        row.account_id, 0, int(given.get("cardIdx", 0)), None, row.kind, to_json(data).decode(), None, row.created_at
    )
