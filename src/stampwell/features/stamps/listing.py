"""Pages of stamps and of a stamp's history: units of work that answer what the API answers."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from pydantic_core import to_json

from stampwell.core.days import end_of_day_us, start_of_day_us
from stampwell.core.errors import FieldError, FieldsWrong
from stampwell.core.paging import make_cursor, read_cursor
from stampwell.core.phrases import phrase
from stampwell.core.text import digits_of
from stampwell.db.database import Tx
from stampwell.db.secret import cursor_secret
from stampwell.features.stamps import list_queries, service
from stampwell.features.stamps.representation import history_object, stamp_object
from stampwell.features.stamps.requests import ListStamps, StampHistory

_BEFORE_ALL = (2**63 - 1, 2**63 - 1)


def list_stamps(tx: Tx, account_id: int, request: ListStamps, *, zone: ZoneInfo) -> dict[str, object]:
    """`list` and `nextCursor`, newest first. Raises FieldsWrong for a cursor of another list."""
    filters = filters_of(request, zone)
    of = f"stamps/{account_id}/{to_json(filters).decode()}"
    before = position(tx, of, request.cursor)
    found = list_queries.page(tx, account_id, filters, before=before, limit=request.limit + 1)
    shown = found[: request.limit]
    more = len(found) > request.limit
    return {
        "list": [stamp_object(stamp, zone) for stamp in shown],
        "nextCursor": make_cursor(cursor_secret(tx), of, (shown[-1].created_at, shown[-1].stamp_id)) if more else None,
    }


def list_history(tx: Tx, account_id: int, request: StampHistory, *, zone: ZoneInfo) -> dict[str, object]:
    """`list` and `nextCursor`, newest first. Raises StampNotFound, or FieldsWrong for a cursor of another list."""
    of = f"history/{account_id}/{request.stampIdx}"
    before_id, _ = position(tx, of, request.cursor)
    found = service.history(tx, account_id, request.stampIdx, before_id=before_id, limit=request.limit + 1)
    shown = found[: request.limit]
    more = len(found) > request.limit
    return {
        "list": [history_object(row, zone) for row in shown],
        "nextCursor": make_cursor(cursor_secret(tx), of, (shown[-1].event_id, 0)) if more else None,
    }


def position(tx: Tx, of: str, cursor: str | None) -> tuple[int, int]:
    """Where the page begins. Raises FieldsWrong."""
    if cursor is None:
        return _BEFORE_ALL
    found = read_cursor(cursor_secret(tx), of, cursor)
    if found is None:
        problem = phrase("is not a nextCursor of this list with these filters; leave it out to begin with the first page")
        raise FieldsWrong([FieldError("cursor", problem)])
    return found


def filters_of(request: ListStamps, zone: ZoneInfo) -> Mapping[str, object]:
    """The filters by the names of `list_queries.FILTERS`."""
    filters: dict[str, object] = {
        "card_id": request.cardIdx,
        "user_id": request.userId,
        "phone_digits": None if request.userPhnno is None else digits_of(request.userPhnno),
        "email": request.userEml,
        "since": None if request.regStrtYmd is None else start_of_day_us(request.regStrtYmd, zone),
        "until": None if request.regEndYmd is None else end_of_day_us(request.regEndYmd, zone),
        "active": True if request.activeYn == "Y" else None,
        "inactive": True if request.activeYn == "N" else None,
        "redeemed": True if request.useYn == "Y" else None,
        "unredeemed": True if request.useYn == "N" else None,
    }
    return {name: value for name, value in filters.items() if value is not None}
