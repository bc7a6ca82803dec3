"""Every stamp of an account as its stamp object, a page at a time."""

from typing import NamedTuple
from zoneinfo import ZoneInfo

from stampwell.core.actors import Actor
from stampwell.core.units import ABOVE_ALL
from stampwell.db.cursor_pages import Position
from stampwell.db.database import Tx
from stampwell.features.audit.model import NewAuditEntry
from stampwell.features.audit.service import record
from stampwell.features.stamps import list_queries
from stampwell.features.stamps.contract.schemas import STAMP
from stampwell.features.stamps.model import Stamp
from stampwell.features.stamps.objects import stamp_object

MEMBERS: tuple[str, ...] = tuple(STAMP["properties"])
"""Of every stamp object, in order."""

PAGE = 1000

BEGINNING = ABOVE_ALL
"""Where the first page begins."""


class ExportPage(NamedTuple):
    """Stamp objects, newest first, and where the next page begins; None after the last."""

    stamps: list[dict[str, object]]
    next: Position | None


def export_page(tx: Tx, account_id: int, *, card_id: int | None, zone: ZoneInfo, before: Position = BEGINNING) -> ExportPage:
    """A unit of work: the stamps of all cards, or of that one. Stamps that are issued meanwhile move nothing."""
    filters = {} if card_id is None else {"card_id": card_id}
    found: list[Stamp] = list_queries.page(tx, account_id, filters, before=before, limit=PAGE)
    following = (found[-1].created_at, found[-1].stamp_id) if len(found) == PAGE else None
    return ExportPage([stamp_object(stamp, zone) for stamp in found], following)


def stamp_cells(stamp: Stamp, zone: ZoneInfo) -> list[object]:
    """The values of MEMBERS."""
    shown = stamp_object(stamp, zone)
    return [shown[member] for member in MEMBERS]


def record_export(
    tx: Tx, account_id: int, *, card_id: int | None, name: str, actor: Actor, now_us: int, count: int | None = None
) -> None:
    """A unit of work: the line of the audit log. name: of the card or the file. count: of stamps, where it is known by then."""
    changes = None if count is None else {"count": [None, count]}
    record(tx, NewAuditEntry(account_id, actor, "stamps.exported", card_id, name, now_us, changes))
