"""Random lives of stamps, for a state machine: what is sent to the server, and the model of what should come of it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urlencode

from hypothesis.stateful import RuleBasedStateMachine

from kit.model import SEOUL, Card, Stamp, new_stamp
from kit.people import Person
from kit.shop import Answer, Shop

_LIFE = timedelta(hours=24)
_LAST_PICK = 9
_UNKNOWN_PLACE = 10**9

Body = dict[str, Any]
_T = TypeVar("_T")


class Sent(NamedTuple):
    """A keyed request that went well."""

    method: str
    path: str
    key: str
    body: Body
    at: datetime
    content: bytes


class Place(NamedTuple):
    """A location that is named in a request, and the codes that it is refused with: always, and where marks are given out."""

    number: int | None
    wrong: set[int]
    closed: set[int]


class Life(RuleBasedStateMachine):
    """An account with cards, stamps and locations. reversed: the sales that were reversed on all of their stamps."""

    owner: Person

    def __init__(self, shop: Shop) -> None:
        super().__init__()
        self.shop = shop
        self.cards: list[Card] = []
        self.stamps: list[Stamp] = []
        self.places: dict[int, bool] = {}
        self.reversed: set[str] = set()
        self.kept: dict[tuple[str, str], Sent] = {}

    def _hand_out(self, stamp: Stamp, reward: int | None = None, sale: str | None = None) -> None:
        stamp.hand_out(self._now(), reward, sale)
        renews = stamp.card.renews and not stamp.card.closed() and stamp.shown["renewedStampIdx"] is None
        if reward is None and renews:
            self._start_next(stamp, self._now())

    def _start_next(self, stamp: Stamp, at: datetime) -> Stamp:
        """The customer's next stamp, as long as this one."""
        number = self._ask("GET", "stamp/v1/get", {"stampIdx": stamp.number}).result["renewedStampIdx"]
        stamp.shown["renewedStampIdx"] = number
        length = datetime.fromisoformat(stamp.shown["endYmd"]) - datetime.fromisoformat(stamp.shown["strtYmd"])
        given = {"strtYmd": str(at.date()), "endYmd": str(at.date() + length)}
        user = {"userId": stamp.shown["userId"], "userNm": stamp.shown["userNm"]}
        stamp.next = new_stamp(stamp.card, now=self._now(), **given, **user)
        self._meet(stamp.next, number)
        return stamp.next

    def _meet(self, stamp: Stamp, number: int) -> None:
        """A new stamp, whose names are the server's."""
        code = self._ask("GET", "stamp/v1/get", {"stampIdx": number}).result["code"]
        stamp.shown |= {"stampIdx": number, "code": code, "stampUrl": f"https://vvd.bz/stamp/{code}"}
        self.stamps.append(stamp)

    def _place(self, pick: int | None, card: Card | None = None) -> Place:
        """card: that of the stamp which is marked or redeemed there."""
        number = None if pick is None else [*self.places, _UNKNOWN_PLACE][pick % (len(self.places) + 1)]
        valid_at = card.places if card else ()
        elsewhere = bool(valid_at) and number not in valid_at
        switched_off = number in self.places and not self.places[number]
        return Place(number, {40406} if number == _UNKNOWN_PLACE else set(), {40913} if elsewhere or switched_off else set())

    def _version(self, stamp: Stamp, pick: str | None) -> tuple[str | None, set[int]]:
        """A value of If-Match, the stamp's or another, and the codes that it is refused with."""
        if pick is None:
            return None, set()
        if pick == "another":
            return '"0"', {41201}
        return self._ask("GET", "stamp/v1/get", {"stampIdx": stamp.number}).headers["ETag"] or "*", set()

    def _is_reversed(self, stamp: Stamp, sale: str | None) -> bool:
        return not stamp.deleted and (sale in stamp.answered or sale in self.reversed)

    def _send(
        self,
        method: str,
        path: str,
        body: Body,
        codes: set[int],
        key: str | None = None,
        *,
        shown: bool = False,
        version: str | None = None,
    ) -> Answer | None:
        """The answer of what was done now; None for a refusal, one of `codes`, and for a replay."""
        answer = self._ask(method, path, body, key=key, shown=shown, version=version)
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

    def _ask(
        self,
        method: str,
        path: str,
        body: Body,
        *,
        key: str | None = None,
        shown: bool = False,
        version: str | None = None,
    ) -> Answer:
        headers = {"Idempotency-Key": key} if key else {}
        if shown:
            headers["Prefer"] = "return=representation"
        if version:
            headers["If-Match"] = version
        address = f"/api/{path}"
        if method in ("GET", "DELETE"):
            return self.shop.request(method, f"{address}?{urlencode(body)}", by=self.owner, headers=headers)
        return self.shop.request(method, address, by=self.owner, body=body, headers=headers)

    def _named(self, pick: int, *, coded: bool) -> tuple[Stamp, Body]:
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
