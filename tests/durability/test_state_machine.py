"""Random lives of stamps: after every step the server's codes, counts and stamp objects are the model's."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urlencode

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from kit.clock import START
from kit.model import SEOUL, Card, Stamp, new_stamp, ymdt
from kit.people import Person
from kit.shop import Answer, Shop
from stampwell.features.clocks.service import look_at_clock

_EXAMPLES = 45
_STEPS = 50
_LIFE = timedelta(hours=24)

_LAST_PICK = 9

_Body = dict[str, Any]
_T = TypeVar("_T")

PICK = st.integers(0, _LAST_PICK)
COUNT = st.integers(1, 3)
FILLING = 0
KEY = st.sampled_from([None, None, "a", "b", "c", "d"])
ORDER = st.sampled_from([None, None, "sale 1", "sale 2"])
GOAL = st.integers(1, 4)
YN = st.sampled_from(["Y", "N"])
OFTEN_Y = st.sampled_from(["Y", "Y", "Y", "N"])
DAYS = st.integers(-3, 3)
DESCRIPTION = {"memo": st.sampled_from(["", "moved"]), "userNm": st.sampled_from(["", "Kim"])}


class Sent(NamedTuple):
    """A keyed request that went well."""

    method: str
    path: str
    key: str
    body: _Body
    at: datetime
    content: bytes


class Life(RuleBasedStateMachine):
    """Everything that an account may do to its cards and stamps."""

    def __init__(self, shop: Shop) -> None:
        super().__init__()
        self.shop = shop
        self.cards: list[Card] = []
        self.stamps: list[Stamp] = []
        self.kept: dict[tuple[str, str], Sent] = {}

    @initialize()
    def open_account(self) -> None:
        self.shop.clock.set(START)
        self.owner: Person = self.shop.open_account()
        self.make_card(goal=3, daily_max=0, renews=False, key=None)
        self.make_card(goal=2, daily_max=2, renews=True, key=None)
        for pick in (0, 1):
            self.create(pick, start=-1, length=30, active="Y", key=None)

    @rule(hours=st.lists(st.sampled_from([1, 12, 24]), min_size=1, max_size=3))
    def pass_time(self, hours: list[int]) -> None:
        """As the worker sees it that looks at the clock; the server was off for up to a day."""
        for some in hours:
            self.shop.clock.advance(seconds=some * 3600)
            self.shop.data.write(look_at_clock, now_us=self.shop.clock.now_us())

    @precondition(lambda self: len(self._open()) < 4)
    @rule(goal=GOAL, daily_max=st.integers(0, 2), renews=st.booleans(), key=KEY)
    def make_card(self, goal: int, daily_max: int, *, renews: bool, key: str | None) -> None:
        body = {"cardNm": "Card", "maxStamps": goal, "dailyMax": daily_max, "renewYn": "Y" if renews else "N"}
        answer = self._send("POST", "card/v1/create", body, set(), key)
        if answer:
            self.cards.append(Card(answer.result, {"cardNm": "Card", "cardTtl": "", "url": ""}, goal, daily_max, renews))

    @rule(pick=PICK, name=st.sampled_from(["Card", "Coffee"]), goal=GOAL, rules=st.tuples(YN, OFTEN_Y), key=KEY)
    def change_card(self, pick: int, name: str, goal: int, rules: tuple[str, str], key: str | None) -> None:
        card, (renew, active) = self._card(pick), rules
        body = {"cardIdx": card.number, "cardNm": name, "maxStamps": goal, "renewYn": renew, "activeYn": active}
        if self._send("PUT", "card/v1/update", body, {40402} if card.deleted else set(), key):
            card.goal, card.renews, card.active = goal, renew == "Y", active == "Y"
            card.shown["cardNm"] = name
            for stamp in self._alive():
                if stamp.card is card:
                    stamp.shown["cardNm"] = name

    @precondition(lambda self: len(self._open()) > 2)
    @rule(pick=PICK, key=KEY)
    def delete_card(self, pick: int, key: str | None) -> None:
        card = self._card(pick)
        if self._send("DELETE", "card/v1/delete", {"cardIdx": card.number}, {40402} if card.deleted else set(), key):
            card.archived = any(stamp.card is card for stamp in self._alive())
            card.deleted = not card.archived

    @rule(pick=PICK, start=st.sampled_from([-3, 0, 0, 1]), length=st.sampled_from([0, 3, 30]), active=OFTEN_Y, key=KEY)
    def create(self, pick: int, *, start: int, length: int, active: str, key: str | None) -> None:
        card = self._card(pick)
        given = {"strtYmd": self._day(start), "endYmd": self._day(start + length), "activeYn": active, "userId": "kim"}
        answer = self._send("POST", "stamp/v1/create", {"cardIdx": card.number, **given}, card.closed(), key)
        if answer:
            self._meet(new_stamp(card, now=self._now(), **given), answer.result)

    @rule(pick=PICK, count=st.just(FILLING) | COUNT, order=ORDER, key=KEY, coded=st.booleans(), shown=st.booleans())
    def add(self, pick: int, count: int, order: str | None, key: str | None, *, coded: bool, shown: bool) -> None:
        stamp, body = self._named(pick, coded=coded)
        count = count or max(1, stamp.shown["maxStamps"] - stamp.shown["stamps"])
        body |= {"count": count, "orderRef": order}
        resold = stamp.resold(order, count)
        codes = stamp.unmarkable(count, self._now().date()) if resold is None else resold
        if answer := self._send("PUT", "stamp/v1/add", body, codes, key, shown=shown):
            if resold is None:
                stamp.add(count, self._now().date(), order)
            assert answer.result == (stamp.shown if shown else None)

    @rule(pick=PICK, count=COUNT, key=KEY, coded=st.booleans(), shown=st.booleans())
    def remove(self, pick: int, count: int, key: str | None, *, coded: bool, shown: bool) -> None:
        stamp, body = self._named(pick, coded=coded)
        if answer := self._send("PUT", "stamp/v1/remove", {**body, "count": count}, stamp.unremovable(count), key, shown=shown):
            stamp.remove(count)
            assert answer.result == (stamp.shown if shown else None)

    @rule(pick=PICK, key=KEY, coded=st.booleans(), shown=st.booleans())
    def redeem(self, pick: int, key: str | None, *, coded: bool, shown: bool) -> None:
        stamp, body = self._named(pick, coded=coded)
        if answer := self._send("PUT", "stamp/v1/redeem", body, stamp.unredeemable(self._now().date()), key, shown=shown):
            self._hand_out(stamp)
            assert answer.result == (stamp.shown if shown else None)

    @rule(pick=PICK, key=KEY)
    def earn(self, pick: int, key: str | None) -> None:
        """The whole way to the reward, which chance alone seldom finds."""
        self.add(pick, FILLING, None, None, coded=False, shown=False)
        self.redeem(pick, key, coded=False, shown=True)

    @rule(
        pick=PICK,
        fields=st.fixed_dictionaries({}, optional={"stamps": GOAL, "useYn": YN, "activeYn": OFTEN_Y, **DESCRIPTION}),
        days=st.tuples(st.none() | DAYS, st.none() | st.integers(3, 6)),
        move=st.none() | PICK,
        key=KEY,
        shown=st.booleans(),
    )
    def update(
        self, pick: int, fields: _Body, days: tuple[int | None, int | None], move: int | None, key: str | None, *, shown: bool
    ) -> None:
        stamp, body = self._named(pick, coded=False)
        given = {**fields}
        for name, day in zip(("strtYmd", "endYmd"), days, strict=True):
            if day is not None:
                given[name] = self._day(day)
        card = None if move is None else self._card(move)
        body |= {**given, "cardIdx": card.number if card else None}
        if answer := self._send("PUT", "stamp/v1/update", body, stamp.uncorrectable(given, card), key, shown=shown):
            stamp.correct(given, card)
            if given.get("useYn") == "Y":
                self._hand_out(stamp)
            assert answer.result == (stamp.shown if shown else None)

    @precondition(lambda self: len(self._alive()) > 2)
    @rule(pick=PICK, key=KEY, coded=st.booleans())
    def delete(self, pick: int, key: str | None, *, coded: bool) -> None:
        stamp, body = self._named(pick, coded=coded)
        if self._send("DELETE", "stamp/v1/delete", body, {40403} if stamp.deleted else set(), key):
            stamp.deleted = True

    @rule(pick=PICK, coded=st.booleans())
    def validate(self, pick: int, *, coded: bool) -> None:
        stamp, body = self._named(pick, coded=coded)
        answer = self._send("GET", "stamp/v1/validate", body, stamp.unusable(self._now().date()))
        assert answer is None or answer.result == stamp.shown

    @precondition(lambda self: self._repeatable())
    @rule(pick=PICK)
    def repeat(self, pick: int) -> None:
        """A keyed request of the last day, whatever has happened since."""
        sent = self._repeatable()[pick % len(self._repeatable())]
        assert self._send(sent.method, sent.path, sent.body, set(), sent.key) is None

    @invariant()
    def the_server_shows_what_the_model_has(self) -> None:
        if self.cards:
            expected = sorted(self._alive(), key=lambda stamp: -stamp.number)
            page = {"list": [stamp.shown for stamp in expected], "nextCursor": None}
            assert self._ask("GET", "stamp/v1/list", {"limit": 100}).result == page

    def teardown(self) -> None:
        for stamp in self.stamps:
            answer = self._ask("GET", "stamp/v1/history", {"stampIdx": stamp.number, "limit": 100})
            if stamp.deleted:
                assert answer.json["code"] == 40403
                continue
            rows = answer.result["list"][::-1]
            assert (rows[0]["action"], rows[0]["stampsBefore"], answer.result["nextCursor"]) == ("issued", 0, None)
            assert [row["stampsBefore"] for row in rows[1:]] == [row["stampsAfter"] for row in rows[:-1]]
            assert rows[-1]["stampsAfter"] == stamp.shown["stamps"]
            assert sorted(row["orderRef"] for row in rows if row["orderRef"]) == sorted(stamp.orders)
            renewals = [row["renewedStampIdx"] for row in rows if row["action"] == "redeemed"]
            assert renewals == ([stamp.shown["renewedStampIdx"]] if stamp.shown["useYn"] == "Y" else [])
        for card in self.cards:
            answer = self._ask("GET", "card/v1/get", {"cardIdx": card.number})
            archived = answer.json["code"] if card.deleted else answer.result["archivedYn"] == "Y"
            assert archived == (40402 if card.deleted else card.archived)

    def _hand_out(self, stamp: Stamp) -> None:
        stamp.shown |= {"useYn": "Y", "useYmdt": ymdt(self._now())}
        if stamp.card.renews and not stamp.card.closed():
            number = self._ask("GET", "stamp/v1/get", {"stampIdx": stamp.number}).result["renewedStampIdx"]
            stamp.shown["renewedStampIdx"] = number
            length = datetime.fromisoformat(stamp.shown["endYmd"]) - datetime.fromisoformat(stamp.shown["strtYmd"])
            given = {"strtYmd": self._day(0), "endYmd": self._day(length.days)}
            user = {"userId": stamp.shown["userId"], "userNm": stamp.shown["userNm"]}
            self._meet(new_stamp(stamp.card, now=self._now(), **given, **user), number)

    def _meet(self, stamp: Stamp, number: int) -> None:
        """A new stamp, whose names are the server's."""
        code = self._ask("GET", "stamp/v1/get", {"stampIdx": number}).result["code"]
        stamp.shown |= {"stampIdx": number, "code": code, "stampUrl": f"https://vvd.bz/stamp/{code}"}
        self.stamps.append(stamp)

    def _send(
        self, method: str, path: str, body: _Body, codes: set[int], key: str | None = None, *, shown: bool = False
    ) -> Answer | None:
        """The answer of what was done now; None for a refusal, one of `codes`, and for a replay."""
        answer = self._ask(method, path, body, key=key, shown=shown)
        kept = self.kept.get((path, key or ""))
        if kept is not None and kept.at > self._now() - _LIFE:
            if kept.body == body:
                assert (answer.content, answer.headers["Idempotency-Replayed"]) == (kept.content, "true")
            else:
                assert answer.json["code"] == 42201
            return None
        assert answer.headers["Idempotency-Replayed"] is None
        assert answer.json["code"] in (codes or {0}), (method, path, body, codes, answer.content)
        if codes:
            return None
        if key:
            self.kept[path, key] = Sent(method, path, key, body, self._now(), answer.content)
        return answer

    def _ask(self, method: str, path: str, body: _Body, *, key: str | None = None, shown: bool = False) -> Answer:
        headers = {"Idempotency-Key": key} if key else {}
        if shown:
            headers["Prefer"] = "return=representation"
        address = f"/api/{path}"
        if method in ("GET", "DELETE"):
            return self.shop.request(method, f"{address}?{urlencode(body)}", by=self.owner, headers=headers)
        return self.shop.request(method, address, by=self.owner, body=body, headers=headers)

    def _named(self, pick: int, *, coded: bool) -> tuple[Stamp, _Body]:
        """A stamp and the body that names it; the last pick is one that is gone, if any is."""
        stamp = _picked(pick, self._alive(), [stamp for stamp in self.stamps if stamp.deleted])
        return stamp, {"stampIdx": stamp.shown["code"] if coded else stamp.number}

    def _card(self, pick: int) -> Card:
        return _picked(pick, [card for card in self.cards if not card.deleted], [card for card in self.cards if card.deleted])

    def _open(self) -> list[Card]:
        return [card for card in self.cards if not card.closed()]

    def _alive(self) -> list[Stamp]:
        return [stamp for stamp in self.stamps if not stamp.deleted]

    def _repeatable(self) -> list[Sent]:
        return [sent for sent in self.kept.values() if sent.at > self._now() - _LIFE]

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self.shop.clock.now_us() / 1_000_000, UTC).astimezone(SEOUL)

    def _day(self, offset: int) -> str:
        return str(self._now().date() + timedelta(days=offset))


def _picked(pick: int, there: Sequence[_T], gone: Sequence[_T]) -> _T:
    return gone[-1] if gone and pick == _LAST_PICK else there[pick % len(there)]


@pytest.mark.timeout(900)
def test_any_life_of_stamps_goes_as_the_model_says(shop: Shop) -> None:
    run_state_machine_as_test(lambda: Life(shop), settings=settings(max_examples=_EXAMPLES, stateful_step_count=_STEPS))
