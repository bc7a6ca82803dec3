"""`docs/states.md`, the code and the server say the same of every action in every state."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kit.shop import Answer, Shop, least
from kit.stamps import GOAL, archive_card, ask, bring_into, do, issue, make_card, refused, unchanged
from stampwell.features.stamps.model import Stamp
from stampwell.features.stamps.states import CARD_ARCHIVED, REFUSALS, REFUSED_OF_AN_ARCHIVED_CARD, Action, State, state_of

_PAGE = (Path(__file__).parents[2] / "docs" / "states.md").read_text(encoding="utf-8")
_YES, _NO_STAMP_YET = "yes", "-"
_CREATE, _MOVE = "create", "update that moves a stamp to it"

TODAY = date(2026, 3, 2)
_SALE = "R-17"


def _table(heading: str) -> list[list[str]]:
    """The cells of the one table under that heading, its head first."""
    (section,) = re.findall(rf"^## {heading}\n(.*?)(?=^## |\Z)", _PAGE, re.MULTILINE | re.DOTALL)
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line.startswith("|")]
    return [row for row in rows if set("".join(row)) != {"-"}]


_HEAD, *_ROWS = _table("The table")
CELLS = {(row[0], column): cell for row in _ROWS for column, cell in zip(_HEAD[1:], row[1:], strict=True)}


def _as_code(refusals: Any, key: object) -> str:
    return str(refusals[key].code) if key in refusals else _YES


def test_the_page_has_a_column_for_every_state_and_a_row_for_every_action() -> None:
    assert ["action", *State, CARD_ARCHIVED] == _HEAD
    assert [row[0] for row in _ROWS] == [*Action, *REFUSED_OF_AN_ARCHIVED_CARD]


def test_the_page_lists_the_states_in_the_order_in_which_they_are_looked_for() -> None:
    assert [row[0] for row in _table("The states")[1:]] == list(State)


@pytest.mark.parametrize("action", Action)
def test_a_row_of_the_page_is_the_codes(action: Action) -> None:
    assert {state: CELLS[action, state] for state in State} == {state: _as_code(REFUSALS[action], state) for state in State}
    assert CELLS[action, CARD_ARCHIVED] == _YES


def test_what_an_archived_card_refuses_is_the_codes() -> None:
    rows = [name for name, _ in CELLS if CELLS[name, CARD_ARCHIVED] != _YES]
    refused_there = {name: CELLS[name, CARD_ARCHIVED] for name in rows}
    assert refused_there == {name: str(error.code) for name, error in REFUSED_OF_AN_ARCHIVED_CARD.items()}


def test_a_move_is_a_correction_of_the_stamp_and_a_new_stamp_has_no_state_yet() -> None:
    assert [CELLS[_MOVE, state] for state in State] == [CELLS[Action.CORRECT, state] for state in State]
    assert {CELLS[_CREATE, state] for state in State} == {_NO_STAMP_YET}


class TestTheFirstStateThatFits:
    @pytest.mark.parametrize("redeemed", [True, False])
    @pytest.mark.parametrize("active", [True, False])
    @pytest.mark.parametrize(
        ("starts_on", "ends_on"), [("2026-03-03", "2026-12-31"), ("2026-01-01", "2026-03-01"), (None, None)]
    )
    @pytest.mark.parametrize("marks", [0, GOAL])
    def test_whatever_else_fits(
        self, *, redeemed: bool, active: bool, starts_on: str | None, ends_on: str | None, marks: int
    ) -> None:
        stamp = _stamp(
            merged_stamp_id=None,
            redeemed_at=1 if redeemed else None,
            active=active,
            starts_on=starts_on or "2026-03-02",
            ends_on=ends_on or "2026-03-02",
            stamps=marks,
        )
        fits = {
            State.MERGED: False,
            State.REDEEMED: redeemed,
            State.INACTIVE: not active,
            State.NOT_YET_VALID: starts_on == "2026-03-03",
            State.EXPIRED: ends_on == "2026-03-01",
            State.FULL: marks == GOAL,
            State.USABLE: True,
        }
        assert state_of(stamp, TODAY) is next(state for state in State if fits[state])
        assert state_of(stamp._replace(merged_stamp_id=2), TODAY) is State.MERGED

    @pytest.mark.parametrize(
        ("starts_on", "ends_on", "state"),
        [
            ("2026-03-02", "2026-03-02", State.USABLE),
            ("2026-03-03", "2026-03-03", State.NOT_YET_VALID),
            ("2026-03-01", "2026-03-01", State.EXPIRED),
            ("0001-01-01", "2026-03-02", State.USABLE),
            ("2026-03-02", "9999-12-31", State.USABLE),
        ],
    )
    def test_both_ends_of_the_validity_belong_to_it(self, starts_on: str, ends_on: str, state: State) -> None:
        assert state_of(_stamp(starts_on=starts_on, ends_on=ends_on), TODAY) is state


_ASKED: dict[str, tuple[str, dict[str, object]]] = {
    Action.DESCRIBE: ("update", {"memo": "Asked for oat milk", "userNm": "Kim"}),
    Action.CORRECT: ("update", {"endYmd": "2026-12-30"}),
    Action.REDEEM_REWARD: ("redeem", {"reward": 1}),
    Action.REVERSE: ("reverse", {"orderRef": _SALE}),
}
"""The end of the path and the fields of an action that is not called as the page calls it."""


@pytest.mark.parametrize(("action", "column"), [place for place, cell in CELLS.items() if cell != _NO_STAMP_YET])
def test_the_server_answers_as_the_page_says(shop: Shop, action: str, column: str) -> None:
    expected = CELLS[action, column]
    send = _prepared(shop, action, column)
    if expected == _YES:
        answer = send()
        assert (answer.status, answer.json["code"]) == (200, 0)
        return
    with unchanged(shop):
        answer = send()
    assert (answer.status, answer.json["code"]) == (int(expected[:3]), int(expected))


def _prepared(shop: Shop, action: str, column: str) -> Callable[[], Answer]:
    """A request for the action on a stamp that is in the column's state."""
    card = make_card(shop, rewards=[{"stamps": 1, "rewardTtl": "a cookie"}])
    full_for_redemption = column == CARD_ARCHIVED and action == Action.REDEEM
    state = (State.FULL if full_for_redemption else State.USABLE) if column == CARD_ARCHIVED else State(column)
    stamp = issue(shop, card)
    do(shop, "add", stamp, orderRef=_SALE)
    bring_into(shop, state, stamp, card)
    other = issue(shop, card)
    if column == CARD_ARCHIVED:
        archive_card(shop, card)
    if action == _CREATE:
        return lambda: shop.create(shop.alice, least(cardIdx=card))
    if action == _MOVE:
        elsewhere = issue(shop, make_card(shop)) if column == CARD_ARCHIVED else stamp
        target = card if column == CARD_ARCHIVED else make_card(shop)
        return lambda: ask(shop, "update", elsewhere, cardIdx=target)
    if action == Action.MERGE:
        body = {"fromStampIdx": stamp, "intoStampIdx": other}
        return lambda: shop.request("PUT", "/api/stamp/v1/merge", by=shop.alice, body=body)
    name, fields = _ASKED.get(action, (action, {}))
    return lambda: ask(shop, name, stamp, **fields)


def test_a_card_that_is_switched_off_is_like_an_archived_one(shop: Shop) -> None:
    card = make_card(shop)
    stamp = issue(shop, card, marks=GOAL - 1)
    shop.request("PUT", "/api/card/v1/update", by=shop.alice, body={"cardIdx": card, "activeYn": "N"})
    assert [ask(shop, action, stamp).json["code"] for action in ("validate", "add", "redeem", "get")] == [0, 0, 0, 0]
    assert shop.refused(shop.alice, least(cardIdx=card)).json["code"] == 40909
    assert refused(shop, "update", issue(shop, make_card(shop)), cardIdx=card)[1]["code"] == 40909


def _stamp(**fields: object) -> Stamp:
    values: dict[str, Any] = {
        "active": True,
        "stamps": 0,
        "max_stamps": GOAL,
        "redeemed_at": None,
        "card_location_ids": "[]",
        **fields,
    }
    return Stamp(**{**dict.fromkeys(Stamp._fields), **values})
