"""What a shop's stamps and cards should be: plain values, and the codes that an action on them may be answered with.

An empty set of codes means that it goes well; where several things are wrong, any of their codes will do.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

SEOUL = ZoneInfo("Asia/Seoul")

_DESCRIBING = {"memo", "userNm"}


@dataclass
class Card:
    """`shown` is what its stamps show of it, but the number of marks, which they keep."""

    number: int
    shown: dict[str, Any]
    goal: int
    daily_max: int
    renews: bool
    active: bool = True
    archived: bool = False
    deleted: bool = False

    def closed(self) -> set[int]:
        """Why it takes no stamps."""
        if self.deleted:
            return {40402}
        return set() if self.active and not self.archived else {40909}


@dataclass
class Stamp:
    """shown: the stamp object. marks: the day of each mark that was added and not removed again, oldest first. orders: the
    count of each sale."""

    shown: dict[str, Any]
    card: Card
    daily_max: int
    marks: list[date] = field(default_factory=list)
    orders: dict[str, int] = field(default_factory=dict)
    deleted: bool = False

    @property
    def number(self) -> int:
        number: int = self.shown["stampIdx"]
        return number

    def unusable(self, today: date) -> set[int]:
        """Why it cannot be used: the first of its reasons."""
        reasons = {
            40403: self.deleted,
            40904: self.shown["useYn"] == "Y",
            40901: self.shown["activeYn"] == "N",
            40902: str(today) < self.shown["strtYmd"],
            40903: str(today) > self.shown["endYmd"],
        }
        return set([code for code, holds in reasons.items() if holds][:1])

    def resold(self, order: str | None, count: int) -> set[int] | None:
        """What a sale that is sent again is answered; None for a new one, and for no sale."""
        if order not in self.orders or self.deleted:
            return None
        return set() if self.orders[order] == count else {40002}

    def unmarkable(self, count: int, today: date) -> set[int]:
        wrong = {
            40905: self.shown["stamps"] + count > self.shown["maxStamps"],
            40910: bool(self.daily_max) and self.marks.count(today) + count > self.daily_max,
        }
        return self.unusable(today) or {code for code, holds in wrong.items() if holds}

    def unremovable(self, count: int) -> set[int]:
        wrong = {40904: self.shown["useYn"] == "Y", 40906: count > self.shown["stamps"]}
        return {40403} if self.deleted else {code for code, holds in wrong.items() if holds}

    def unredeemable(self, today: date) -> set[int]:
        return self.unusable(today) or ({40907} if self.shown["stamps"] < self.shown["maxStamps"] else set())

    def uncorrectable(self, given: dict[str, Any], card: Card | None) -> set[int]:
        """`given`: the fields of an update but stampIdx and cardIdx; `card`: what cardIdx names, perhaps the stamp's own."""
        if self.deleted:
            return {40403}
        if card is None and not given.keys() - _DESCRIBING:
            return set()
        moves = card is not None and card is not self.card
        after = {**self.shown, **given, **({"maxStamps": card.goal} if card and moves else {})}
        wrong = {
            40904: self.shown["useYn"] == "Y",
            40002: after["strtYmd"] > after["endYmd"],
            40905: after["stamps"] > after["maxStamps"],
            40907: given.get("useYn") == "Y" and after["stamps"] < after["maxStamps"],
        }
        return {code for code, holds in wrong.items() if holds} | (card.closed() if card and moves else set())

    def add(self, count: int, today: date, order: str | None) -> None:
        self.shown["stamps"] += count
        self.marks += [today] * count
        if order:
            self.orders[order] = count

    def remove(self, count: int) -> None:
        self.shown["stamps"] -= count
        del self.marks[max(0, len(self.marks) - count) :]

    def correct(self, given: dict[str, Any], card: Card | None) -> None:
        """All but a redemption."""
        self.shown |= {name: None if value == "" else value for name, value in given.items() if name != "useYn"}
        if card and card is not self.card:
            self.shown |= {**card.shown, "cardIdx": card.number, "maxStamps": card.goal}
            self.card, self.daily_max = card, card.daily_max


def new_stamp(card: Card, *, now: datetime, **given: object) -> Stamp:
    """Without its names, which the server chooses."""
    shown: dict[str, Any] = {
        "domain": "https://vvd.bz",
        "cardIdx": card.number,
        **card.shown,
        "stamps": 0,
        "maxStamps": card.goal,
        "onsiteYn": "N",
        "activeYn": "Y",
        "useYn": "N",
        "regYmdt": ymdt(now),
        "payloadVersion": "v1",
        **given,
    }
    empty = ("onsitePwd", "memo", "useYmdt", "userId", "userNm", "userPhnno", "userEml", "userEtc1", "userEtc2")
    shown = {**dict.fromkeys((*empty, "stampImgUrl", "renewedStampIdx", "mergedStampIdx")), "rewards": [], **shown}
    return Stamp(shown, card, card.daily_max)


def ymdt(instant: datetime) -> str:
    return instant.astimezone(SEOUL).strftime("%Y-%m-%d %H:%M:%S")
