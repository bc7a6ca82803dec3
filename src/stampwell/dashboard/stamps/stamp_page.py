"""`/dashboard/stamps/{stamp_id}`: one stamp as its customer sees it, what can be done with it, and its history in words."""

from typing import Any, NamedTuple

from starlette.responses import Response

from stampwell.core.units import LARGEST_INTEGER
from stampwell.dashboard.cards.card_faces import colors_path
from stampwell.dashboard.context import DashboardContext
from stampwell.dashboard.deps import DashboardDeps
from stampwell.dashboard.route import PageRoute
from stampwell.dashboard.stamps.common import undo_rule
from stampwell.dashboard.stamps.stamp_faces import stamp_face
from stampwell.dashboard.stamps.stamp_labels import Names, chip_of, customer_of, line_of
from stampwell.db.database import Tx
from stampwell.features.cards.model import Card
from stampwell.features.cards.service import get_card, list_cards
from stampwell.features.keys.service import list_keys
from stampwell.features.people.model import Permission
from stampwell.features.people.service import list_people
from stampwell.features.stamps import finding, service
from stampwell.features.stamps.model import HistoryRow, Stamp
from stampwell.features.stamps.states import State, state_of
from stampwell.web.forms import Form

_ROWS = 50


class StampDetailPage:
    """Looking at one stamp."""

    def __init__(self, deps: DashboardDeps) -> None:
        self._deps = deps

    def routes(self) -> tuple[PageRoute, ...]:
        return (PageRoute("GET", "/dashboard/stamps/{stamp_id:idx}", self.show, Permission.VIEW),)

    async def show(self, context: DashboardContext) -> Response:
        return await show_stamp(context, Form())


class _StampRead(NamedTuple):
    """What the page shows. rows: newest first, one more than fit when there are older ones."""

    stamp: Stamp
    card: Card
    rows: list[HistoryRow]
    names: Names


async def show_stamp(context: DashboardContext, form: Form, *, status: int = 200) -> Response:
    """The page, with what was wrong with a form of it."""
    stamp_id, older = context.number("stamp_id"), context.query("before")
    is_number = older.isascii() and older.isdigit() and len(older) < len(str(LARGEST_INTEGER))
    before_id = int(older) if is_number else LARGEST_INTEGER
    stamp, card, rows, names = await context.deps.db.read(_read, context.account_id, stamp_id, before_id=before_id)
    face = stamp_face(stamp, card, context.account, origin=context.deps.default_domain, today=context.today)
    first = rows[0] if rows and before_id == LARGEST_INTEGER else None
    can_undo = first is not None and undo_rule(context).allows(first, now_us=context.now_us)
    return context.render(
        "stamps/stamp.html",
        status=status,
        form=form,
        here=f"/dashboard/stamps/{stamp_id}",
        face=face,
        colors_path=colors_path([face]),
        stamp_url=f"{stamp.domain}/stamp/{stamp.code}",
        lines=[line_of(row, names) for row in rows[:_ROWS]],
        undo=f"/dashboard/stamps/{stamp_id}/undo/{first.event_id}" if first and can_undo else "",
        older=f"/dashboard/stamps/{stamp_id}?before={rows[_ROWS - 1].event_id}" if len(rows) > _ROWS else "",
        **about(stamp, context),
    )


def about(stamp: Stamp, context: DashboardContext) -> dict[str, Any]:
    """What every page about a stamp shows of it."""
    state = state_of(stamp, context.today)
    return {
        "stamp": stamp,
        "customer": customer_of(stamp),
        "chip": chip_of(stamp, context.today),
        "redeemed": state is State.REDEEMED,
        "takes_marks": state is State.USABLE,
        "reward_ready": state is State.FULL,
    }


def _read(tx: Tx, account_id: int, stamp_id: int, *, before_id: int) -> _StampRead:
    stamp = finding.get_stamp(tx, account_id, stamp_id)
    rows = service.history(tx, account_id, stamp_id, before_id=before_id, limit=_ROWS + 1)
    names = Names(
        people={person.person_id: person.name for person in list_people(tx, account_id, removed=True)},
        keys={key.key_id: key.name for key in list_keys(tx, account_id)},
        cards={card.card_id: card.name for card in list_cards(tx, account_id)} if _moved(rows) else {},
    )
    return _StampRead(stamp, get_card(tx, account_id, stamp.card_id), rows, names)


def _moved(rows: list[HistoryRow]) -> bool:
    return any("cardIdx" in (row.changes or {}) for row in rows)
