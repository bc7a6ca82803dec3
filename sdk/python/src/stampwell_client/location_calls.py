"""The calls of `/api/location/v1`."""

from collections.abc import Mapping
from typing import Any

from stampwell_client.calls import Call, asking, changing, nothing
from stampwell_client.models import Location, members_of, number_of, reader, rows_of

_PATH = "/api/location/v1"

_read_location = reader(Location)


def create(name: str, *, idempotency_key: str | None) -> Call[int]:
    return changing("POST", f"{_PATH}/create", number_of, body={"locationNm": name}, idempotency_key=idempotency_key)


def update(location_idx: int, fields: Mapping[str, Any], *, idempotency_key: str | None) -> Call[None]:
    body = {"locationIdx": location_idx, **fields}
    return changing("PUT", f"{_PATH}/update", nothing, body=body, idempotency_key=idempotency_key)


def list_locations() -> Call[tuple[Location, ...]]:
    return asking(f"{_PATH}/list", _read_list, {})


def _read_list(result: object) -> tuple[Location, ...]:
    return tuple(_read_location(row) for row in rows_of(members_of(result).get("list")))
