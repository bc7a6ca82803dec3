"""Requests that come at once, and what they may be answered: as if they had come one after another, in some order."""

import json
import pickle
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from kit.data import Data
from kit.model import SEOUL, Card, Sold, Stamp, new_stamp
from kit.model_sales import merge, reverse, unmergeable, with_sale
from kit.races import Request
from kit.shop import Answer

# Of the stamps that follow others: the model numbers them from here on, until their numbers are learned.
_UNKNOWN = 10**12
_STORED = """
SELECT stamp_id, stamps, redeemed_at, active, handed_out, merged_stamp_id, renewed_stamp_id FROM stamp WHERE user_id = :user_id
"""

Body = dict[str, Any]
State = tuple[Any, ...]
"""Of a stamp: its marks, whether it is redeemed and active, the rewards on the way that were handed out, what it was merged
with, and its next stamp, by number or by its state. Empty for one that was deleted.
"""


class Sent(NamedTuple):
    request: Request
    answer: Answer


class Wallet:
    """The stamps of one customer, as they should be.

    stamps: by number. reversed: the sales that were reversed as a whole. sale: the number of one that only this customer has.
    """

    def __init__(self, user_id: str) -> None:
        self.user_id = user_id
        self.sale = f"sale {user_id}"
        self.stamps: dict[int, Stamp] = {}
        self.reversed: set[str] = set()
        self._now = datetime.now(SEOUL)

    def put(self, card: Card, number: int, code: str, *, marks: int = 0) -> None:
        """A stamp that was issued for the customer, with an opening balance."""
        days = {"strtYmd": "2020-01-01", "endYmd": "2099-12-31"}
        self.stamps[number] = new_stamp(card, now=self._now, **days, stampIdx=number, code=code, stamps=marks)

    @property
    def numbers(self) -> list[int]:
        """Of the stamps, in ascending order."""
        return sorted(self.stamps)

    def state(self) -> list[State]:
        """Of each stamp whose number is known; and how many stamps there are."""
        known = [number for number in self.stamps if number < _UNKNOWN]
        there = sum(not stamp.deleted for stamp in self.stamps.values())
        return [*(self._state(number) for number in known), (there,)]

    def stored(self, data: Data) -> list[State]:
        """As `state`, of what the database has."""
        rows = {row["stamp_id"]: row for row in data.rows(_STORED, user_id=self.user_id)}
        known = [number for number in self.stamps if number < _UNKNOWN]
        return [*(_stored_state(rows, number, known) for number in known), (len(rows),)]

    def learn(self, data: Data) -> None:
        """The numbers and codes of the stamps that followed others."""
        rows = {row["stamp_id"]: row for row in data.rows("SELECT * FROM stamp WHERE user_id = :user_id", user_id=self.user_id)}
        for stamp in list(self.stamps.values()):
            following = stamp.next
            if following is not None and following.number >= _UNKNOWN:
                row = rows[rows[stamp.number]["renewed_stamp_id"]]
                self.stamps[row["stamp_id"]] = self.stamps.pop(following.number)
                following.shown |= {"stampIdx": row["stamp_id"], "code": row["code"]}
                stamp.shown["renewedStampIdx"] = row["stamp_id"]

    def do(self, request: Request) -> tuple[set[int], object]:
        """Does it; what it may be answered: the codes, none where it goes well, and the result."""
        action, _, query = request.path.removeprefix("stamp/v1/").partition("?")
        if action == "merge":
            return self._merge(request.body or {}), None
        if action == "reverse":
            return self._reverse(request.body or {})
        body = {"stampIdx": int(query.partition("=")[2]), **(request.body or {})} if query else dict(request.body or {})
        stamp = self.stamps[body.pop("stampIdx")]
        acts = {"add": self._add, "remove": self._remove, "redeem": self._redeem, "update": self._update, "delete": _delete}
        return acts[action](stamp, body), None

    def _add(self, stamp: Stamp, body: Body) -> set[int]:
        count, sale = body.get("count", 1), body.get("orderRef")
        resold = {40911} if self._is_reversed(stamp, sale) else stamp.resold(sale, count)
        if resold is not None:
            return resold
        codes = stamp.unmarkable(count, self._now)
        if not codes:
            surplus = stamp.add(count, self._now, sale)
            if surplus:
                self._start_next(stamp).take(surplus, self._now, sale, count=surplus)
        return codes

    def _remove(self, stamp: Stamp, body: Body) -> set[int]:
        codes = stamp.unremovable(body.get("count", 1))
        if not codes:
            stamp.remove(body.get("count", 1), self._now)
        return codes

    def _redeem(self, stamp: Stamp, body: Body) -> set[int]:
        reward, sale = body.get("reward"), body.get("orderRef")
        if self._is_reversed(stamp, sale):
            return {40911}
        if not stamp.deleted and reward in stamp.sales.get(sale or "", Sold()).asked:
            return set()
        codes = stamp.unredeemable(self._now.date(), reward)
        if not codes:
            self._hand_out(stamp, reward, sale)
        return codes

    def _update(self, stamp: Stamp, body: Body) -> set[int]:
        codes = stamp.uncorrectable(body, None)
        if not codes:
            stamp.correct(body, None)
            if body.get("useYn") == "Y":
                self._hand_out(stamp, None, None)
        return codes

    def _merge(self, body: Mapping[str, Any]) -> set[int]:
        source, target = self.stamps[body["fromStampIdx"]], self.stamps[body["intoStampIdx"]]
        codes = unmergeable(source, target)
        if not codes:
            merge(source, target)
        return codes

    def _reverse(self, body: Mapping[str, Any]) -> tuple[set[int], object]:
        sale, number = body["orderRef"], body.get("stampIdx")
        if number is not None and self.stamps[number].deleted:
            return {40403}, None
        found = with_sale(list(self.stamps.values()), sale)
        if number is not None:
            found = [stamp for stamp in found if stamp.number == number]
        if not found:
            return {40405}, None
        if number is None:
            self.reversed.add(sale)
        return set(), [_without_names(row, self.stamps) for row in reverse(found, sale, self._now)]

    def _is_reversed(self, stamp: Stamp, sale: str | None) -> bool:
        return not stamp.deleted and (sale in stamp.answered or sale in self.reversed)

    def _hand_out(self, stamp: Stamp, reward: int | None, sale: str | None) -> None:
        stamp.hand_out(self._now, reward, sale)
        if reward is None and stamp.card.renews and stamp.shown["renewedStampIdx"] is None:
            self._start_next(stamp)

    def _start_next(self, stamp: Stamp) -> Stamp:
        number = _UNKNOWN + len(self.stamps)
        self.put(stamp.card, number, "")
        stamp.next = self.stamps[number]
        stamp.shown["renewedStampIdx"] = number
        return stamp.next

    def _state(self, number: int) -> State:
        stamp = self.stamps[number]
        if stamp.deleted:
            return ()
        shown, following = stamp.shown, stamp.shown["renewedStampIdx"]
        return (
            shown["stamps"],
            stamp.redeemed,
            shown["activeYn"] == "Y",
            tuple(sorted(stamp.handed_out)),
            shown["mergedStampIdx"],
            self._state(following) if following is not None and following >= _UNKNOWN else following,
        )


def _delete(stamp: Stamp, _: Body) -> set[int]:
    codes = stamp.undeletable()
    stamp.deleted = stamp.deleted or not codes
    return codes


def explains(wallet: Wallet, sent: Sequence[Sent], stored: Sequence[State]) -> bool:
    """Whether the requests, one after another in some order, are answered like that and leave what is stored.

    wallet: as it was before them; it stays so.
    """
    if not sent:
        return wallet.state() == list(stored)
    # Several times as fast as a deep copy.
    before = pickle.dumps(wallet)
    tried: list[tuple[Request, object]] = []
    for place, (request, answer) in enumerate(sent):
        # Equal ones with equal answers may as well change places.
        if (request, answer.json) in tried:
            continue
        tried.append((request, answer.json))
        after: Wallet = pickle.loads(before)
        codes, result = after.do(request)
        if agrees(answer, codes, result, list(wallet.stamps)) and explains(after, [*sent[:place], *sent[place + 1 :]], stored):
            return True
    return False


def agrees(answer: Answer, codes: set[int], result: object, known: Iterable[int]) -> bool:
    """Whether the answer is what `Wallet.do` says. known: the stamps that there were."""
    if answer.json["code"] not in (codes or {0}):
        return False
    given = answer.json["result"]
    if isinstance(given, list):
        given = [_without_names(row, known) for row in given]
    return bool(given == (None if codes else result))


def _without_names(row: Mapping[str, Any], known: Iterable[int]) -> dict[str, Any]:
    """A row of a reversal; that of a stamp which nobody knew before is without its number and code."""
    is_known = row["stampIdx"] in known and row["stampIdx"] < _UNKNOWN
    return dict(row) if is_known else {**row, "stampIdx": None, "code": None}


def _stored_state(rows: Mapping[int, Mapping[str, Any]], number: int, known: Sequence[int]) -> State:
    row = rows.get(number)
    if row is None:
        return ()
    following = row["renewed_stamp_id"]
    return (
        row["stamps"],
        row["redeemed_at"] is not None,
        row["active"],
        tuple(place for place, _ in json.loads(row["handed_out"])),
        row["merged_stamp_id"],
        _stored_state(rows, following, known) if following is not None and following not in known else following,
    )
