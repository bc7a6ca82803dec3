"""Calls every kind of endpoint with the client that openapi-python-client made, and prints what it found in typed answers.

Runs in the generators' own environment: calls.py ADDRESS KEY
"""

import asyncio
import json
import sys
from datetime import date
from http import HTTPStatus
from typing import Any, TypeVar

from stampwell_api_client import AuthenticatedClient
from stampwell_api_client.api.stamp_cards import create_card, get_card, list_cards
from stampwell_api_client.api.stamps import (
    add_marks,
    create_stamp,
    create_stamps,
    delete_stamp,
    get_stamp,
    list_stamp_history,
    list_stamps,
    redeem_stamp,
    remove_marks,
    update_stamp,
    validate_stamp,
)
from stampwell_api_client.models import (
    AddMarks,
    Card,
    CardListResponse,
    CardResponse,
    ChangedStampResponse,
    CreateCard,
    CreateStamp,
    CreateStamps,
    EmptyResponse,
    ErrorResponse,
    FieldError,
    HistoryChanges,
    HistoryListResponse,
    HistoryRow,
    IssuedRow,
    NewStampResponse,
    NewStampsResponse,
    NumberResponse,
    RedeemStamp,
    RefusedRow,
    RemoveMarks,
    Stamp,
    StampListResponse,
    StampResponse,
    UpdateStamp,
    YesNo,
)
from stampwell_api_client.types import Response

T = TypeVar("T")

FIRST_DAY, LAST_DAY = date(2026, 1, 1), date(2026, 12, 31)


def a(kind: type[T], answer: object) -> T:
    """The answer, which is of that type."""
    assert isinstance(answer, kind), answer
    return answer


def refused(answer: Response[Any]) -> dict[str, Any]:
    """What the typed error says."""
    error = a(ErrorResponse, answer.parsed)
    assert error.result is None
    rows = [a(FieldError, row) for row in error.errors] if error.errors else []
    return {"status": answer.status_code, "code": error.code, "message": error.message, "fields": [row.field for row in rows]}


def row_of_bulk(row: object) -> dict[str, Any]:
    if isinstance(row, IssuedRow):
        return {"stampIdx": row.stamp_idx, "codeLength": len(row.code)}
    wrong = a(RefusedRow, row)
    return {"code": wrong.code, "fields": [a(FieldError, error).field for error in wrong.errors or []]}


def row_of_history(row: HistoryRow) -> dict[str, Any]:
    changes = a(HistoryChanges, row.changes).additional_properties if row.changes else None
    return {
        "action": row.action.value,
        "stampsBefore": row.stamps_before,
        "stampsAfter": row.stamps_after,
        "orderRef": row.order_ref,
        "actorType": row.actor_type.value,
        "changes": changes,
        "renewedStampIdx": row.renewed_stamp_idx,
        "occurredYmdt": row.occurred_ymdt,
    }


def stamp_of(stamp: object) -> dict[str, Any]:
    known = a(Stamp, stamp)
    return {
        "stampIdx": known.stamp_idx,
        "stamps": known.stamps,
        "useYn": a(YesNo, known.use_yn).value,
        "endYmd": a(date, known.end_ymd).isoformat(),
        "userId": known.user_id,
        "userNm": known.user_nm,
    }


def main(client: AuthenticatedClient, stranger: AuthenticatedClient) -> dict[str, Any]:
    found: dict[str, Any] = {}
    card = a(NumberResponse, create_card.sync(client=client, body=CreateCard(card_nm="Generated", max_stamps=2))).result
    read = a(CardResponse, get_card.sync(client=client, card_idx=card)).result
    found["card"] = {"cardNm": read.card_nm, "maxStamps": read.max_stamps, "renewYn": read.renew_yn.value}
    cards = a(CardListResponse, list_cards.sync(client=client, limit=1)).result
    found["cards"] = {"names": [a(Card, one).card_nm for one in cards.list_], "more": cards.next_cursor is not None}

    least = CreateStamp(card_idx=card, strt_ymd=FIRST_DAY, end_ymd=LAST_DAY, active_yn=YesNo.Y, user_id="gen-1", memo="")
    stamp = a(int, a(NewStampResponse, create_stamp.sync(client=client, body=least)).result)
    valid = a(StampResponse, asyncio.run(validate_stamp.asyncio(client=client, stamp_idx=stamp)))
    found["validated"] = stamp_of(valid.result)
    found["notFull"] = refused(redeem_stamp.sync_detailed(client=client, body=RedeemStamp(stamp_idx=stamp)))
    change = UpdateStamp(stamp_idx=stamp, end_ymd=date(2026, 11, 30), user_nm="Kim")
    found["updated"] = a(ChangedStampResponse, update_stamp.sync(client=client, body=change)).result
    sale = AddMarks(stamp_idx=stamp, count=2, order_ref="sale-1")
    added = add_marks.sync_detailed(client=client, body=sale, idempotency_key="8e03978e-40d5-43e8-bc93-6894a57f9324")
    found["added"] = a(ChangedStampResponse, added.parsed).result
    found["noRoom"] = refused(add_marks.sync_detailed(client=client, body=AddMarks(stamp_idx=valid.result.code)))
    redeemed = redeem_stamp.sync(client=client, body=RedeemStamp(stamp_idx=stamp), prefer="return=representation")
    found["redeemed"] = stamp_of(a(ChangedStampResponse, redeemed).result)
    found["usedUp"] = refused(validate_stamp.sync_detailed(client=client, stamp_idx=stamp))
    history = a(HistoryListResponse, list_stamp_history.sync(client=client, stamp_idx=stamp)).result
    found["history"] = [row_of_history(a(HistoryRow, row)) for row in history.list_]

    turned = CreateStamp(card_idx=card, strt_ymd=LAST_DAY, end_ymd=FIRST_DAY)
    found["fieldsWrong"] = refused(create_stamp.sync_detailed(client=client, body=turned))
    rows = [
        CreateStamp(card_idx=card, strt_ymd=FIRST_DAY, end_ymd=LAST_DAY),
        CreateStamp(card_idx=999_999, strt_ymd=FIRST_DAY, end_ymd=LAST_DAY),
        turned,
    ]
    answer = a(NewStampsResponse, create_stamps.sync(client=client, body=CreateStamps(stamps=rows)))
    found["bulk"] = [row_of_bulk(row) for row in answer.result]
    other = a(IssuedRow, answer.result[0])

    first = a(StampListResponse, list_stamps.sync(client=client, card_idx=card, limit=1)).result
    second = a(StampListResponse, list_stamps.sync(client=client, card_idx=card, limit=1, cursor=first.next_cursor)).result
    found["listed"] = [one.stamp_idx for page in (first, second) for one in page.list_]
    found["lastPage"] = second.next_cursor is None
    unused = a(StampListResponse, list_stamps.sync(client=client, card_idx=card, use_yn=YesNo.N, reg_strt_ymd=FIRST_DAY)).result
    found["unused"] = [one.stamp_idx for one in unused.list_]
    by_code = a(StampResponse, get_stamp.sync(client=client, stamp_idx=other.code)).result
    found["gotByCode"] = by_code.stamp_idx
    found["tooFew"] = refused(remove_marks.sync_detailed(client=client, body=RemoveMarks(stamp_idx=other.code)))
    found["deleted"] = a(EmptyResponse, delete_stamp.sync(client=client, stamp_idx=other.code)).code
    found["gone"] = refused(get_stamp.sync_detailed(client=client, stamp_idx=other.stamp_idx))
    found["stranger"] = refused(get_stamp.sync_detailed(client=stranger, stamp_idx=stamp))
    assert added.status_code == HTTPStatus.OK
    return found


if __name__ == "__main__":
    base, key = sys.argv[1:]
    with (
        AuthenticatedClient(base_url=base, token=key, prefix="APIKey", raise_on_unexpected_status=True) as known,
        AuthenticatedClient(base_url=base, token="sk_live_wrong", prefix="APIKey") as unknown,
    ):
        sys.stdout.write(json.dumps(main(known, unknown)))
