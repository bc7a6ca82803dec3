"""Stamps and cards as tests need them, and what is asked of them over HTTP."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

from kit.people import Person
from kit.shop import Answer, Shop, least
from stampwell.core.days import day_of, stored_zone
from stampwell.features.stamps.states import State

SHOWN = {"Prefer": "return=representation"}
"""Asks to be answered with the stamp object."""

NO_STAMP = "must be a stamp's number (an integer), its code (16 letters and digits) or its link"
NO_INTEGER = "must be an integer, such as 123, without quotes or a decimal point"
DONE = {"code": 0, "message": "", "result": None}
GOAL = 3
"""Of the cards that `make_card` makes, unless it is told another."""

_METHODS = {"validate": "GET", "get": "GET", "history": "GET", "delete": "DELETE"}

# A shop's clock stands in March 2026.
_FIELDS_OF: dict[State, dict[str, Any]] = {
    State.INACTIVE: {"activeYn": "N"},
    State.NOT_YET_VALID: {"strtYmd": "2026-03-03"},
    State.EXPIRED: {"endYmd": "2026-03-01"},
}
_SEOUL = stored_zone("Asia/Seoul")


def ask(
    shop: Shop,
    action: str,
    stamp: object,
    *,
    by: Person | None = None,
    headers: Mapping[str, str | bytes] | None = None,
    **fields: object,
) -> Answer:
    """`action` is the last part of the path; Alice asks unless somebody else does."""
    method, path, who = _METHODS.get(action, "PUT"), f"/api/stamp/v1/{action}", by or shop.alice
    sent = {"stampIdx": stamp, **fields}
    if method == "PUT":
        return shop.request(method, path, by=who, body=sent, headers=headers)
    return shop.request(method, f"{path}?{urlencode(sent)}", by=who, headers=headers)


def do(shop: Shop, action: str, stamp: object, **fields: Any) -> Any:
    """The result of what `ask` asks for, which must go well."""
    return ask(shop, action, stamp, **fields).result


def refused(shop: Shop, action: str, stamp: object, **fields: Any) -> tuple[int, Any]:
    """Status and body of an answer that must not be good; nothing has changed, of any stamp."""
    with unchanged(shop):
        answer = ask(shop, action, stamp, **fields)
    assert answer.status >= 400, answer.content
    return answer.status, answer.json


@contextmanager
def unchanged(shop: Shop) -> Iterator[None]:
    """Fails when a stamp or a ledger row became different, or something was told, meanwhile."""
    tables = {"stamp": "stamp_id", "stamp_event": "event_id"}
    before = {table: shop.data.rows(f"SELECT * FROM {table} ORDER BY {key}") for table, key in tables.items()}
    told_before = shop.data.count("told")
    yield
    assert shop.data.count("told") == told_before
    for table, key in tables.items():
        assert shop.data.rows(f"SELECT * FROM {table} ORDER BY {key}") == before[table]


def make_card(shop: Shop, *, by: Person | None = None, **fields: object) -> int:
    """A card of Alice's, for three marks unless `fields` say otherwise."""
    body = {"cardNm": "Coffee", "maxStamps": GOAL, **fields}
    made: int = shop.request("POST", "/api/card/v1/create", by=by or shop.alice, body=body).result
    return made


def change_card(shop: Shop, card: int, *, by: Person | None = None, **fields: object) -> None:
    answer = shop.request("PUT", "/api/card/v1/update", by=by or shop.alice, body={"cardIdx": card, **fields})
    assert answer.json == DONE


def archive_card(shop: Shop, card: int, *, by: Person | None = None) -> None:
    """Of a card that has stamps."""
    assert shop.request("DELETE", f"/api/card/v1/delete?cardIdx={card}", by=by or shop.alice).json == DONE


def issue(shop: Shop, card: int, *, marks: int = 0, by: Person | None = None, **fields: object) -> int:
    """A stamp of the card with so many marks; valid all the year 2026 unless `fields` say otherwise."""
    who = by or shop.alice
    stamp: int = shop.create(who, least(cardIdx=card, **fields)).result
    set_marks(shop, stamp, marks, by=who)
    return stamp


def stamp_in(shop: Shop, state: State, card: int, *, goal: int = GOAL, marks: int = 1) -> int:
    """A stamp of Alice's card in that state; a full or redeemed one has `goal` marks, any other had `marks` at last."""
    stamp = issue(shop, card, **_FIELDS_OF.get(state, {}))
    full = state in {State.FULL, State.REDEEMED}
    set_marks(shop, stamp, goal if full else marks)
    bring_into(shop, state, stamp, card, goal=goal)
    return stamp


def bring_into(shop: Shop, state: State, stamp: int, card: int, *, goal: int = GOAL) -> None:
    """Brings a stamp of the card, which is usable or has that state by its fields, into the state."""
    if state in _FIELDS_OF:
        do(shop, "update", stamp, **_FIELDS_OF[state])
    if state in {State.FULL, State.REDEEMED}:
        set_marks(shop, stamp, goal)
    if state is State.REDEEMED:
        do(shop, "redeem", stamp)
    if state is State.MERGED:
        merge(shop, stamp, issue(shop, card))


def set_marks(shop: Shop, stamp: int, marks: int, *, by: Person | None = None) -> None:
    """By a correction, which neither the validity nor the card's times between marks forbid."""
    if marks:
        do(shop, "update", stamp, by=by, stamps=marks)


def merge(shop: Shop, source: int, target: int, *, by: Person | None = None, **fields: object) -> Any:
    """Merges the one stamp into the other."""
    body = {"fromStampIdx": source, "intoStampIdx": target, **fields}
    return shop.request("PUT", "/api/stamp/v1/merge", by=by or shop.alice, body=body).result


def reverse(shop: Shop, order_ref: str, *, by: Person | None = None, **fields: object) -> list[dict[str, Any]]:
    """Reverses the sale; a row for each of its stamps, without the codes."""
    body = {"orderRef": order_ref, **fields}
    rows = shop.request("PUT", "/api/stamp/v1/reverse", by=by or shop.alice, body=body).result
    return [{name: value for name, value in row.items() if name != "code"} for row in rows]


def shown(shop: Shop, stamp: object, *, by: Person | None = None) -> dict[str, Any]:
    """The stamp object."""
    found: dict[str, Any] = do(shop, "get", stamp, by=by)
    return found


def count(shop: Shop, stamp: int) -> int:
    return int(shop.data.stamp(stamp)["stamps"])


def latest(shop: Shop, stamp: int) -> dict[str, Any]:
    """The newest ledger row, without its numbers."""
    row = dict(shop.data.ledger(stamp)[-1])
    del row["event_id"], row["sequence"]
    return row


def ledger_row(shop: Shop, stamp: int, kind: str, before: int, after: int, **more: object) -> dict[str, object]:
    """The ledger row of what Alice does now; `more` says what differs."""
    return {
        "account_id": shop.alice.account_id,
        "stamp_id": stamp,
        "kind": kind,
        "stamps_before": before,
        "stamps_after": after,
        "actor_kind": "api_key",
        "actor_id": shop.alice.key_id,
        "person_id": None,
        "device_id": None,
        "channel": "api",
        "note": None,
        "order_ref": None,
        "location": None,
        "location_id": None,
        "changes": None,
        "rewards": None,
        "carried": None,
        "renewed_stamp_id": None,
        "merged_stamp_id": None,
        "occurred_at": shop.clock.now_us(),
        "recorded_at": shop.clock.now_us(),
        "local_day": day_of(shop.clock.now_us(), _SEOUL).isoformat(),
        **more,
    }


def told(shop: Shop, stamp: int) -> list[str]:
    """What programs hear of the stamp, oldest first."""
    return [row["kind"] for row in shop.data.told(stamp)]


def code_of(shop: Shop, stamp: int, *, by: Person | None = None) -> str:
    """The 16 characters of its link."""
    return str(shop.get("/api/stamp/v1/get", by or shop.alice, stampIdx=stamp).result["code"])


def tries_at(shop: Shop, stamp: int) -> list[int]:
    """How many tries at the staff password are counted on the stamp, a number for each network."""
    rows = shop.data.rows("SELECT failures FROM secret_try WHERE stamp_id = :stamp ORDER BY network", stamp=stamp)
    return [int(row["failures"]) for row in rows]


def forget_sales(shop: Shop) -> None:
    """So that a test may number its sales as those before it did."""
    shop.data.run("UPDATE stamp_event SET order_ref = NULL")
    shop.data.run("DELETE FROM reversal")
