"""The calls of `/api/stamp/v1`."""

from collections.abc import Iterable, Mapping
from typing import Any

from stampwell_client.answers import refusal_in
from stampwell_client.calls import Call, asking, changing, nothing
from stampwell_client.fields import StampIdx
from stampwell_client.models import BulkRow, HistoryRow, Malformed, Page, Stamp, members_of, page_reader, reader, rows_of
from stampwell_client.refusals import error_for

_PATH = "/api/stamp/v1"

_read_stamp = reader(Stamp)
_read_stamps = page_reader(_read_stamp)
_read_history = page_reader(reader(HistoryRow))


def create(fields: Mapping[str, Any], *, idempotency_key: str | None) -> Call[StampIdx]:
    return changing("POST", f"{_PATH}/create", _read_stamp_idx, body=fields, idempotency_key=idempotency_key)


def bulk(stamps: Iterable[Mapping[str, Any]], *, idempotency_key: str | None) -> Call[tuple[BulkRow, ...]]:
    body = {"stamps": list(stamps)}
    return changing("POST", f"{_PATH}/bulk", _read_bulk, body=body, idempotency_key=idempotency_key)


def validate(stamp_idx: StampIdx) -> Call[Stamp]:
    return asking(f"{_PATH}/validate", _read_stamp, {"stampIdx": stamp_idx})


def get(stamp_idx: StampIdx) -> Call[Stamp]:
    return asking(f"{_PATH}/get", _read_stamp, {"stampIdx": stamp_idx})


def list_stamps(wanted: Mapping[str, Any]) -> Call[Page[Stamp]]:
    return asking(f"{_PATH}/list", _read_stamps, wanted)


def history(stamp_idx: StampIdx, window: Mapping[str, Any]) -> Call[Page[HistoryRow]]:
    return asking(f"{_PATH}/history", _read_history, {"stampIdx": stamp_idx, **window})


def change(
    action: str, stamp_idx: StampIdx, fields: Mapping[str, Any], *, idempotency_key: str | None, return_stamp: bool
) -> Call[Stamp | None]:
    """`action` is update, add, remove or redeem."""
    return changing(
        "PUT",
        f"{_PATH}/{action}",
        _read_stamp if return_stamp else nothing,
        body={"stampIdx": stamp_idx, **fields},
        idempotency_key=idempotency_key,
        wants_stamp=return_stamp,
    )


def delete(stamp_idx: StampIdx, *, idempotency_key: str | None) -> Call[None]:
    return changing("DELETE", f"{_PATH}/delete", nothing, query={"stampIdx": stamp_idx}, idempotency_key=idempotency_key)


def _read_stamp_idx(result: object) -> StampIdx:
    if not isinstance(result, int | str):
        raise Malformed(f"a stampIdx was expected, not {type(result).__name__}")
    return result


def _read_bulk(result: object) -> tuple[BulkRow, ...]:
    return tuple(_read_bulk_row(members_of(row)) for row in rows_of(result))


def _read_bulk_row(row: Mapping[str, Any]) -> BulkRow:
    if row.get("stampIdx") is None:
        return BulkRow(error=error_for(refusal_in(row)))
    return BulkRow(stampIdx=row["stampIdx"], code=row.get("code"))
