"""`/dashboard/account/audit`: everything that anybody did in the account."""

import re
from typing import Any, NamedTuple
from urllib.parse import urlencode

from starlette.responses import Response

from stampwell.core.actors import Actor
from stampwell.core.phrases import Phrase, phrase
from stampwell.core.units import LARGEST_INTEGER
from stampwell.dashboard.account.audit_labels import KINDS, changes_of, place_of, sentence_of
from stampwell.dashboard.context import DashboardContext
from stampwell.dashboard.deps import DashboardDeps
from stampwell.dashboard.route import PageRoute
from stampwell.db.database import Tx
from stampwell.features.audit.model import AuditEntry
from stampwell.features.audit.service import page_entries
from stampwell.features.people.model import Permission
from stampwell.features.people.service import list_people
from stampwell.web.forms import Form

_PATH = "/dashboard/account/audit"
_ROWS = 50
_NUMBER = re.compile("[0-9]{1,18}")


class AuditLine(NamedTuple):
    """A deed as it is shown. place: where the thing is, or blank."""

    said: Phrase
    place: str
    who: Phrase
    recorded_at: int
    changes: list[tuple[str | Phrase, Phrase]]


class AuditPages:
    """The log."""

    def __init__(self, deps: DashboardDeps) -> None:
        self._deps = deps

    def routes(self) -> tuple[PageRoute, ...]:
        return (PageRoute("GET", _PATH, self.show, Permission.AUDIT),)

    async def show(self, context: DashboardContext) -> Response:
        return context.render("account/audit.html", **await self._deps.db.read(_page, context))


def _page(tx: Tx, context: DashboardContext) -> dict[str, Any]:
    person, kind, before = context.query("person"), context.query("kind"), context.query("before")
    person_id = int(person) if _NUMBER.fullmatch(person) else None
    found = page_entries(
        tx,
        context.account_id,
        before_id=int(before) if _NUMBER.fullmatch(before) else LARGEST_INTEGER,
        limit=_ROWS + 1,
        person_id=person_id,
        kind=kind if kind in KINDS else None,
    )
    asked = {name: value for name, value in (("person", person), ("kind", kind)) if value}
    more = len(found) > _ROWS
    return {
        "lines": [_line(deed) for deed in found[:_ROWS]],
        "people": list_people(tx, context.account_id, removed=True),
        "kinds": KINDS.items(),
        "form": Form.filled({"person": person, "kind": kind}),
        "filtered": bool(asked),
        "older": f"{_PATH}?{urlencode({**asked, 'before': found[_ROWS - 1].audit_id})}" if more else "",
    }


def _line(deed: AuditEntry) -> AuditLine:
    return AuditLine(
        said=sentence_of(deed.action, deed.subject_name),
        place=place_of(deed.action, deed.subject_id),
        who=_who(deed.actor),
        recorded_at=deed.recorded_at,
        changes=changes_of(deed.changes),
    )


def _who(actor: Actor) -> Phrase:
    if actor.kind == "api_key":
        return phrase("API key {number}", number=str(actor.actor_id))
    if actor.kind == "system":
        return phrase("the operator")
    return phrase("{name}", name=actor.name)
