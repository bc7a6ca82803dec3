"""The card as somebody sees it who is signed in for its shop: one stamp more first, then what else staff do."""

import json
from collections.abc import Mapping
from typing import NamedTuple

from starlette.responses import Response

from stampwell.core.units import LARGEST_INTEGER
from stampwell.db.database import Tx
from stampwell.drawing.color_sheets import sheet_path
from stampwell.features.locations.model import Location
from stampwell.features.locations.service import list_locations
from stampwell.features.locations.staffing import open_workplaces
from stampwell.features.people.model import Viewer
from stampwell.features.stamps import service
from stampwell.features.stamps.model import HistoryRow
from stampwell.features.stamps.undo import rule_by_link
from stampwell.stamp_page.context import StampPageContext
from stampwell.stamp_page.faces import face_of_look, fresh_marks
from stampwell.web.forms import Form


class _Read(NamedTuple):
    newest: HistoryRow
    locations: list[Location]


async def show_to_staff(
    context: StampPageContext,
    viewer: Viewer,
    form: Form,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The page, with what was wrong with a form of it."""
    stamp, look, person = context.stamp, context.look, viewer.person
    read = await context.deps.db.read(_read, stamp.account_id, stamp.stamp_id)
    valid_at = json.loads(stamp.card_location_ids)
    can_undo = rule_by_link(context.staff_actor(person)).allows(read.newest, now_us=context.now_us)
    return context.render(
        "signed_in.html",
        status=status,
        headers=headers,
        form=form,
        look=look,
        face=face_of_look(look, stamp.code, fresh=fresh_marks(look, context.read_flash())),
        colors=sheet_path((look.color, look.paper)),
        stamp=stamp,
        person=person,
        csrf=context.csrf,
        places=open_workplaces(person, read.locations, valid_at),
        place=context.remembered_place,
        required=bool(person.location_ids or valid_at),
        undo=f"{context.path}/undo/{read.newest.event_id}" if can_undo else "",
    )


def _read(tx: Tx, account_id: int, stamp_id: int) -> _Read:
    # Every stamp has a row, of its issue.
    (newest,) = service.history(tx, account_id, stamp_id, before_id=LARGEST_INTEGER, limit=1)
    return _Read(newest, list_locations(tx, account_id))
