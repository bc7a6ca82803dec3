"""The calls of `/api/stamp/v1`."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from stampwell_client.answers import refusal_in
from stampwell_client.calls import Call, asking, changing, is_header_value, nothing
from stampwell_client.fields import StampIdx
from stampwell_client.models import (
    BulkRow,
    HistoryRow,
    Malformed,
    Page,
    Reversal,
    Stamp,
    StampReward,
    members_of,
    number_of,
    page_reader,
    reader,
    rows_of,
)
from stampwell_client.refusals import error_for

_PATH = "/api/stamp/v1"

Version = Stamp | str | None
"""For `if_match=`: a stamp as `get` or `validate` answered it, or its `etag`. None: whatever version the stamp has."""


def _tagged(stamp: Stamp, etag: str | None) -> Stamp:
    return replace(stamp, etag=etag)


_read_stamp = reader(Stamp, rewards=reader(StampReward))
_read_stamps = page_reader(_read_stamp)
_read_history = page_reader(reader(HistoryRow, rewards=number_of))
_read_reversal = reader(Reversal, returned=number_of)


def create(fields: Mapping[str, Any], *, idempotency_key: str | None) -> Call[StampIdx]:
    return changing("POST", f"{_PATH}/create", _read_stamp_idx, body=fields, idempotency_key=idempotency_key)


def bulk(stamps: Iterable[Mapping[str, Any]], *, idempotency_key: str | None) -> Call[tuple[BulkRow, ...]]:
    body = {"stamps": list(stamps)}
    return changing("POST", f"{_PATH}/bulk", _read_bulk, body=body, idempotency_key=idempotency_key)


def validate(stamp_idx: StampIdx) -> Call[Stamp]:
    return asking(f"{_PATH}/validate", _read_stamp, {"stampIdx": stamp_idx}, tag=_tagged)


def get(stamp_idx: StampIdx) -> Call[Stamp]:
    return asking(f"{_PATH}/get", _read_stamp, {"stampIdx": stamp_idx}, tag=_tagged)


def list_stamps(wanted: Mapping[str, Any]) -> Call[Page[Stamp]]:
    return asking(f"{_PATH}/list", _read_stamps, wanted)


def history(stamp_idx: StampIdx, window: Mapping[str, Any]) -> Call[Page[HistoryRow]]:
    return asking(f"{_PATH}/history", _read_history, {"stampIdx": stamp_idx, **window})


def change(
    action: str,
    stamp_idx: StampIdx,
    fields: Mapping[str, Any],
    *,
    idempotency_key: str | None,
    return_stamp: bool,
    if_match: Version,
) -> Call[Stamp | None]:
    """`action` is update, add, remove or redeem."""
    return changing(
        "PUT",
        f"{_PATH}/{action}",
        _read_stamp if return_stamp else nothing,
        body={"stampIdx": stamp_idx, **fields},
        idempotency_key=idempotency_key,
        wants_stamp=return_stamp,
        if_match=_etag(if_match),
    )


def reverse(
    order_ref: str, details: Mapping[str, Any], *, idempotency_key: str | None, if_match: Version
) -> Call[tuple[Reversal, ...]]:
    body = {"orderRef": order_ref, **details}
    path, tag = f"{_PATH}/reverse", _etag(if_match)
    return changing("PUT", path, _read_reversals, body=body, idempotency_key=idempotency_key, if_match=tag)


def merge(
    from_stamp_idx: StampIdx, into_stamp_idx: StampIdx, *, note: str | None, idempotency_key: str | None, if_match: Version
) -> Call[None]:
    body = {"fromStampIdx": from_stamp_idx, "intoStampIdx": into_stamp_idx, "note": note}
    path, tag = f"{_PATH}/merge", _etag(if_match)
    return changing("PUT", path, nothing, body=body, idempotency_key=idempotency_key, if_match=tag)


def delete(stamp_idx: StampIdx, *, idempotency_key: str | None, if_match: Version) -> Call[None]:
    path, query, tag = f"{_PATH}/delete", {"stampIdx": stamp_idx}, _etag(if_match)
    return changing("DELETE", path, nothing, query=query, idempotency_key=idempotency_key, if_match=tag)


def _etag(version: Version) -> str | None:
    """Raises ValueError for a stamp whose version nobody knows: sent without one, the condition would be none."""
    tag = version.etag if isinstance(version, Stamp) else version
    if tag is None and version is not None:
        raise ValueError("if_match: this stamp came without an ETag; take one that get or validate answered")
    if tag is not None and not is_header_value(tag):
        raise ValueError("if_match must be a stamp as get or validate answered it, or its etag")
    return tag


def _read_stamp_idx(result: object) -> StampIdx:
    if not isinstance(result, int | str):
        raise Malformed(f"a stampIdx was expected, not {type(result).__name__}")
    return result


def _read_reversals(result: object) -> tuple[Reversal, ...]:
    return tuple(_read_reversal(row) for row in rows_of(result))


def _read_bulk(result: object) -> tuple[BulkRow, ...]:
    return tuple(_read_bulk_row(members_of(row)) for row in rows_of(result))


def _read_bulk_row(row: Mapping[str, Any]) -> BulkRow:
    if row.get("stampIdx") is None:
        return BulkRow(error=error_for(refusal_in(row)))
    return BulkRow(stampIdx=row["stampIdx"], code=row.get("code"))
