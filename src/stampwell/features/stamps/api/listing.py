"""Pages of stamps and of a stamp's history: units of work that answer what the API answers."""

from collections.abc import Mapping
from itertools import product
from zoneinfo import ZoneInfo

from pydantic_core import to_json

from stampwell.core.days import end_of_day_us, start_of_day_us
from stampwell.core.emails import email_candidates
from stampwell.core.phones import phone_candidates, phone_digits
from stampwell.db.cursor_pages import page_of, position_of
from stampwell.db.database import Tx
from stampwell.features.stamps import list_queries, service
from stampwell.features.stamps.contract.look_requests import ListStamps, StampHistory
from stampwell.features.stamps.objects import history_object, stamp_object


def list_stamps(
    tx: Tx, account_id: int, request: ListStamps, *, zone: ZoneInfo, region: str | None = None
) -> dict[str, object]:
    """`list` and `nextCursor`, newest first. Raises FieldsWrong for a cursor of another list.

    region: where phone numbers without a country code belong.
    """
    asked = asked_for(request, zone)
    # By what was asked, not by what it is looked up under, which may change from one page to the next.
    of = f"stamps/{account_id}/{to_json(asked).decode()}"
    before = position_of(tx, of, request.cursor)
    return page_of(
        tx,
        of,
        list_queries.page_of_any(
            tx, account_id, alternatives_of(asked, request, region), before=before, limit=request.limit + 1
        ),
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


def asked_for(request: ListStamps, zone: ZoneInfo) -> Mapping[str, object]:
    """The filters, as they were asked."""
    asked: dict[str, object] = {
        "card_id": request.cardIdx,
        "user_id": request.userId,
        "phone_digits": None if request.userPhnno is None else phone_digits(request.userPhnno),
        "email": request.userEml,
        "since": None if request.regStrtYmd is None else start_of_day_us(request.regStrtYmd, zone),
        "until": None if request.regEndYmd is None else end_of_day_us(request.regEndYmd, zone),
        "active": True if request.activeYn == "Y" else None,
        "inactive": True if request.activeYn == "N" else None,
        "redeemed": True if request.useYn == "Y" else None,
        "unredeemed": True if request.useYn == "N" else None,
    }
    return {name: value for name, value in asked.items() if value is not None}


def alternatives_of(asked: Mapping[str, object], request: ListStamps, region: str | None) -> list[Mapping[str, object]]:
    """By the names of `list_queries.FILTERS`: one for every form in which the phone number and the address may be stored."""
    plain = {name: value for name, value in asked.items() if name not in {"phone_digits", "email"}}
    phones = (
        [] if request.userPhnno is None else [{"phone_digits": form} for form in phone_candidates(request.userPhnno, region)]
    )
    emails = [] if request.userEml is None else [{"email_key": form} for form in email_candidates(request.userEml)]
    return [{**plain, **phone, **email} for phone, email in product(phones or [{}], emails or [{}])]
