"""The calls of `/api/card/v1`."""

from collections.abc import Mapping
from typing import Any

from stampwell_client.calls import Call, asking, changing, nothing
from stampwell_client.models import Card, CardReward, Page, number_of, page_reader, reader

_PATH = "/api/card/v1"

_read_card = reader(Card, rewards=reader(CardReward), locationIdxs=number_of)
_read_cards = page_reader(_read_card)


def create(fields: Mapping[str, Any], *, idempotency_key: str | None) -> Call[int]:
    return changing("POST", f"{_PATH}/create", number_of, body=fields, idempotency_key=idempotency_key)


def update(card_idx: int, fields: Mapping[str, Any], *, idempotency_key: str | None) -> Call[None]:
    body = {"cardIdx": card_idx, **fields}
    return changing("PUT", f"{_PATH}/update", nothing, body=body, idempotency_key=idempotency_key)


def get(card_idx: int) -> Call[Card]:
    return asking(f"{_PATH}/get", _read_card, {"cardIdx": card_idx})


def list_cards(window: Mapping[str, Any]) -> Call[Page[Card]]:
    return asking(f"{_PATH}/list", _read_cards, window)


def delete(card_idx: int, *, idempotency_key: str | None) -> Call[None]:
    return changing("DELETE", f"{_PATH}/delete", nothing, query={"cardIdx": card_idx}, idempotency_key=idempotency_key)
