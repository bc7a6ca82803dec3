"""What a shop's stamps and cards should be: plain values, and the codes that an action on them may be answered with.

An empty set of codes means that it goes well; where several things are wrong, any of their codes will do.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

SEOUL = ZoneInfo("Asia/Seoul")

_DESCRIBING = {"memo", "userNm"}

Rewards = dict[int, str]
"""Rewards on the way: their names by the marks that earn them."""


@dataclass
class Card:
    """`shown` is what its stamps show of it, but for the marks, which they keep. places: where it is valid."""

    number: int
    shown: dict[str, Any]
    goal: int
    daily_max: int
    renews: bool
    rewards: Rewards = field(default_factory=dict)
    carries: bool = False
    places: tuple[int, ...] = ()
    active: bool = True
    archived: bool = False
    deleted: bool = False

    def closed(self) -> set[int]:
        """Why it takes no stamps."""
        if self.deleted:
            return {40402}
        return set() if self.active and not self.archived else {40909}


class Marked(NamedTuple):
    """Marks that were added, or taken where `marks` is below zero; by a sale or by none."""

    at: datetime
    marks: int
    sale: str | None


class Sold(NamedTuple):
    """What a sale has done to a stamp.

    count: of its marks, None where it added none; here: how many of them stayed on the stamp. asked: the rewards that were
    asked for, None for the last one; on_the_way: those on the way that were handed out.
    """

    count: int | None = None
    here: int = 0
    asked: frozenset[int | None] = frozenset()
    on_the_way: frozenset[int] = frozenset()


@dataclass
class Stamp:
    """shown: the stamp object. sales: what each sale has done. answered: of the sales that were reversed, what was said.

    handed_out: when each reward on the way was. used: something has happened to it since it was issued.
    """

    shown: dict[str, Any]
    card: Card
    daily_max: int
    rewards: Rewards
    carries: bool
    marked: list[Marked] = field(default_factory=list)
    sales: dict[str, Sold] = field(default_factory=dict)
    answered: dict[str, dict[str, Any]] = field(default_factory=dict)
    handed_out: dict[int, str] = field(default_factory=dict)
    next: "Stamp | None" = None
    merged: "Stamp | None" = None
    used: bool = False
    deleted: bool = False

    @property
    def number(self) -> int:
        number: int = self.shown["stampIdx"]
        return number

    @property
    def redeemed(self) -> bool:
        return bool(self.shown["useYn"] == "Y")

    def gone(self) -> set[int]:
        """Why nothing can be done to it."""
        return {40403} if self.deleted else {40915} if self.merged else set()

    def unusable(self, day: date) -> set[int]:
        """Why it cannot be used: the first of its reasons."""
        reasons = {
            40904: self.redeemed,
            40901: self.shown["activeYn"] == "N",
            40902: str(day) < self.shown["strtYmd"],
            40903: str(day) > self.shown["endYmd"],
        }
        return self.gone() or set([code for code, holds in reasons.items() if holds][:1])

    def resold(self, sale: str | None, count: int) -> set[int] | None:
        """What a sale that has marked it before is answered; None for a new one, and for no sale."""
        sold = self.sales.get(sale or "")
        if self.deleted or sold is None or sold.count is None:
            return None
        return set() if sold.count == count else {40002}

    def unmarkable(self, count: int, at: datetime) -> set[int]:
        surplus = self.shown["stamps"] + count - self.shown["maxStamps"]
        wrong = {
            40002: ymdt(at) < self.shown["regYmdt"],
            40905: surplus > 0 and not (self.carries and self._next_takes(surplus)),
            40910: bool(self.daily_max) and self._marks_on(at.date()) + count > self.daily_max,
        }
        return self.unusable(at.date()) | {code for code, holds in wrong.items() if holds}

    def unremovable(self, count: int) -> set[int]:
        wrong = {40904: self.redeemed, 40906: count > self.shown["stamps"]}
        return self.gone() | {code for code, holds in wrong.items() if holds}

    def unredeemable(self, day: date, reward: int | None) -> set[int]:
        if reward is None:
            wrong = {40907: self.shown["stamps"] < self.shown["maxStamps"], 40912: self.shown["maxStamps"] in self.handed_out}
            return self.unusable(day) | {code for code, holds in wrong.items() if holds}
        wrong = {
            40002: reward not in self.rewards,
            40912: reward in self.handed_out,
            40907: self.shown["stamps"] < reward,
        }
        return self.unusable(day) | {code for code, holds in wrong.items() if holds}

    def uncorrectable(self, given: dict[str, Any], card: Card | None) -> set[int]:
        """`given`: the fields of an update but stampIdx and cardIdx; `card`: what cardIdx names, perhaps the stamp's own."""
        if self.deleted:
            return {40403}
        if card is None and not given.keys() - _DESCRIBING:
            return self.gone()
        moves = card is not None and card is not self.card
        after = {**self.shown, **given, **({"maxStamps": card.goal} if card and moves else {})}
        wrong = {
            40904: self.redeemed,
            40002: after["strtYmd"] > after["endYmd"],
            40905: after["stamps"] > after["maxStamps"],
            40907: given.get("useYn") == "Y" and after["stamps"] < after["maxStamps"],
            40912: given.get("useYn") == "Y" and after["maxStamps"] in self.handed_out,
        }
        closed = card.closed() if card and moves else set()
        return self.gone() | {code for code, holds in wrong.items() if holds} | closed

    def undeletable(self) -> set[int]:
        """The stamp that its marks went to may be gone."""
        return {40403} if self.deleted else {40915} if self.merged and not self.merged.deleted else set()

    def add(self, count: int, at: datetime, sale: str | None) -> int:
        """How many are left for the next stamp."""
        surplus = max(0, self.shown["stamps"] + count - self.shown["maxStamps"])
        self.take(count - surplus, at, sale, count=count)
        return surplus

    def take(self, marks: int, at: datetime, sale: str | None, *, count: int) -> None:
        """Marks that fit, of `count` in all."""
        self.used = True
        self.shown["stamps"] += marks
        self.marked.append(Marked(at, marks, sale))
        if sale:
            self.sales[sale] = self.sales.get(sale, Sold())._replace(count=count, here=marks)

    def remove(self, count: int, at: datetime, sale: str | None = None) -> None:
        """`sale`: that is reversed."""
        self.used = True
        self.shown["stamps"] -= count
        self.marked.append(Marked(at, -count, sale))

    def hand_out(self, at: datetime, reward: int | None, sale: str | None) -> None:
        """One on the way, or for None the last one and all that are owed."""
        owed = {place for place in self.rewards if place <= self.shown["stamps"]} - self.handed_out.keys()
        now = owed if reward is None else {reward}
        self.used = True
        self.handed_out |= dict.fromkeys(now, ymdt(at))
        if reward is None:
            self.shown |= {"useYn": "Y", "useYmdt": ymdt(at)}
        if sale:
            sold = self.sales.get(sale, Sold())
            self.sales[sale] = sold._replace(asked=sold.asked | {reward}, on_the_way=sold.on_the_way | now)
        self.show_rewards()

    def correct(self, given: dict[str, Any], card: Card | None) -> None:
        """All but a redemption."""
        before = dict(self.shown)
        self.shown |= {name: None if value == "" else value for name, value in given.items() if name != "useYn"}
        if card and card is not self.card:
            self.shown |= {**card.shown, "cardIdx": card.number, "maxStamps": card.goal}
            self.card, self.daily_max, self.rewards, self.carries = card, card.daily_max, dict(card.rewards), card.carries
            self.show_rewards()
        self.used |= self.shown != before

    def show_rewards(self) -> None:
        self.shown["rewards"] = [
            {"stamps": place, "rewardTtl": name, "useYmdt": self.handed_out.get(place)}
            for place, name in sorted(self.rewards.items())
        ]

    def _next_takes(self, surplus: int) -> bool:
        return self.shown["renewedStampIdx"] is None and not self.card.closed() and surplus <= self.card.goal

    def _marks_on(self, day: date) -> int:
        """Marks of that day that stand: a correction takes the latest made by then, a reversed sale its own."""
        standing: list[tuple[date, str | None]] = []
        for at, marks, sale in sorted(self.marked, key=lambda marked: marked.at):
            standing += [(at.date(), sale)] * marks
            for _ in range(-marks):
                own = [place for place, (_, of_sale) in enumerate(standing) if sale in (None, of_sale)]
                standing = [mark for place, mark in enumerate(standing) if place not in own[-1:]]
        return sum(made_on == day for made_on, _ in standing)


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
    shown = {**dict.fromkeys((*empty, "stampImgUrl", "renewedStampIdx", "mergedStampIdx")), **shown}
    stamp = Stamp(shown, card, card.daily_max, dict(card.rewards), card.carries)
    stamp.show_rewards()
    return stamp


def ymdt(instant: datetime) -> str:
    return instant.astimezone(SEOUL).strftime("%Y-%m-%d %H:%M:%S")
