"""`/dashboard/account/audit`: everything that anybody did in the account."""

import re
from typing import NamedTuple
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
from stampwell.features.people.model import Member, Permission
from stampwell.features.people.service import list_people
from stampwell.web.forms import Form

_PATH = "/dashboard/account/audit"
_ROWS = 50
_NUMBER = re.compile("[0-9]{1,18}")


class AuditLine(NamedTuple):
    """An entry as it is shown. place: where the thing is, or blank."""

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
        person, kind, before = context.query("person"), context.query("kind"), context.query("before")
        found, people = await self._deps.db.read(
            _entries_and_people,
            context.account_id,
            before_id=int(before) if _NUMBER.fullmatch(before) else LARGEST_INTEGER,
            person_id=int(person) if _NUMBER.fullmatch(person) else None,
            kind=kind if kind in KINDS else None,
        )
        asked = {name: value for name, value in (("person", person), ("kind", kind)) if value}
        more = len(found) > _ROWS
        return context.render(
            "account/audit.html",
            lines=[_line(entry) for entry in found[:_ROWS]],
            people=people,
            kinds=KINDS.items(),
            form=Form.filled({"person": person, "kind": kind}),
            filtered=bool(asked),
            older=f"{_PATH}?{urlencode({**asked, 'before': found[_ROWS - 1].audit_id})}" if more else "",
        )


def _entries_and_people(
    tx: Tx, account_id: int, *, before_id: int, person_id: int | None, kind: str | None
) -> tuple[list[AuditEntry], list[Member]]:
    """A page of the log and one entry more, if there is one; and everybody it may be of."""
    entries = page_entries(tx, account_id, before_id=before_id, limit=_ROWS + 1, person_id=person_id, kind=kind)
    return entries, list_people(tx, account_id, removed=True)


def _line(entry: AuditEntry) -> AuditLine:
    return AuditLine(
        said=sentence_of(entry.action, entry.subject_name),
        place=place_of(entry.action, entry.subject_id),
        who=_who(entry.actor),
        recorded_at=entry.recorded_at,
        changes=changes_of(entry.changes),
    )


def _who(actor: Actor) -> Phrase:
    if actor.kind == "api_key":
        return phrase("API key {number}", number=str(actor.actor_id))
    if actor.kind == "system":
        return phrase("the operator")
    return phrase("{name}", name=actor.name)
