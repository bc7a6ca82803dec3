"""Pages of stamps and of a stamp's history: units of work that answer what the API answers."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from pydantic_core import to_json

from stampwell.core.days import end_of_day_us, start_of_day_us
from stampwell.core.text import digits_of
from stampwell.db.database import Tx
from stampwell.db.pages import page_of, position_of
from stampwell.features.stamps import list_queries, service
from stampwell.features.stamps.representation import history_object, stamp_object
from stampwell.features.stamps.requests import ListStamps, StampHistory


def list_stamps(tx: Tx, account_id: int, request: ListStamps, *, zone: ZoneInfo) -> dict[str, object]:
    """`list` and `nextCursor`, newest first. Raises FieldsWrong for a cursor of another list."""
    filters = filters_of(request, zone)
    of = f"stamps/{account_id}/{to_json(filters).decode()}"
    before = position_of(tx, of, request.cursor)
    return page_of(
        tx,
        of,
        list_queries.page(tx, account_id, filters, before=before, limit=request.limit + 1),
        limit=request.limit,
        position=lambda stamp: (stamp.created_at, stamp.stamp_id),
        shown=lambda stamp: stamp_object(stamp, zone),
    )


def list_history(tx: Tx, account_id: int, request: StampHistory, *, zone: ZoneInfo) -> dict[str, object]:
    """`list` and `nextCursor`, newest first. Raises StampNotFound, or FieldsWrong for a cursor of another list."""
    of = f"history/{account_id}/{request.stampIdx}"
    before_id, _ = position_of(tx, of, request.cursor)
    return page_of(
        tx,
        of,
        service.history(tx, account_id, request.stampIdx, before_id=before_id, limit=request.limit + 1),
        limit=request.limit,
        position=lambda row: (row.event_id, 0),
        shown=lambda row: history_object(row, zone),
    )


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
