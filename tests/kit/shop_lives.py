"""Random lives of a shop: time passes, and its cards and locations change."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from kit.lives import Body, Life
from kit.model import Card
from stampwell.features.clocks.service import look_at_clock

PICK = st.integers(0, 9)
KEY = st.sampled_from([None, None, "a", "b", "c", "d"])
REWARDS = st.sampled_from([(), (1,), (2,), (1, 2)])
GOAL = st.integers(1, 4)
YN = st.sampled_from(["Y", "N"])
OFTEN_Y = st.sampled_from(["Y", "Y", "Y", "N"])


class ShopLife(Life):
    """Everything that an account may do to its cards and locations."""

    @rule(hours=st.lists(st.sampled_from([1, 12, 24]), min_size=1, max_size=3))
    def pass_time(self, hours: list[int]) -> None:
        """As the worker sees it that looks at the clock; the server was off for up to a day."""
        for some in hours:
            self.shop.clock.advance(seconds=some * 3600)
            self.shop.data.write(look_at_clock, now_us=self.shop.clock.now_us())

    @precondition(lambda self: len(self._open()) < 4)
    @rule(goal=GOAL, daily_max=st.integers(0, 2), rewards=REWARDS, flags=st.tuples(YN, YN), key=KEY)
    def make_card(self, goal: int, daily_max: int, rewards: tuple[int, ...], flags: tuple[str, str], key: str | None) -> None:
        renew, carry = flags
        gifts = {place: f"gift {place}" for place in rewards if place < goal}
        body = {"cardNm": "Card", "maxStamps": goal, "dailyMax": daily_max, "renewYn": renew, "carryYn": carry}
        if answer := self._send("POST", "card/v1/create", {**body, "rewards": _as_api(gifts)}, set(), key):
            shown = {"cardNm": "Card", "cardTtl": "", "url": ""}
            self.cards.append(Card(answer.result, shown, goal, daily_max, renew == "Y", gifts, carry == "Y"))

    @rule(
        pick=PICK,
        name=st.sampled_from(["Card", "Coffee"]),
        goal=GOAL,
        flags=st.tuples(YN, YN, OFTEN_Y),
        rewards=st.none() | REWARDS,
        place=st.none() | PICK,
        key=KEY,
    )
    def change_card(
        self,
        pick: int,
        name: str,
        goal: int,
        flags: tuple[str, str, str],
        *,
        rewards: tuple[int, ...] | None,
        place: int | None,
        key: str | None,
    ) -> None:
        card, (renew, carry, active) = self._card(pick), flags
        gifts = card.rewards if rewards is None else {place: f"gift {place}" for place in rewards}
        body: Body = {"cardIdx": card.number, "cardNm": name, "maxStamps": goal, "renewYn": renew, "activeYn": active}
        body |= {"carryYn": carry, "rewards": None if rewards is None else _as_api(gifts)}
        places = card.places
        if place is not None:
            # As often everywhere as at one location.
            places = tuple(self.places)[place // 2 : place // 2 + 1] if place % 2 else ()
            body["locationIdxs"] = list(places)
        codes = {40402} if card.deleted else {40002} if any(at >= goal for at in gifts) else set()
        if self._send("PUT", "card/v1/update", body, codes, key):
            card.goal, card.rewards, card.places = goal, gifts, places
            card.renews, card.carries, card.active = renew == "Y", carry == "Y", active == "Y"
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

    @precondition(lambda self: len(self.places) < 3)
    @rule(key=KEY)
    def open_location(self, key: str | None) -> None:
        if answer := self._send("POST", "location/v1/create", {"locationNm": f"Place {len(self.places)}"}, set(), key):
            self.places[answer.result] = True

    @precondition(lambda self: self.places)
    @rule(pick=PICK, active=OFTEN_Y, key=KEY)
    def switch_location(self, pick: int, active: str, key: str | None) -> None:
        number = list(self.places)[pick % len(self.places)]
        if self._send("PUT", "location/v1/update", {"locationIdx": number, "activeYn": active}, set(), key):
            self.places[number] = active == "Y"


def _as_api(rewards: dict[int, str]) -> list[dict[str, Any]]:
    return [{"stamps": place, "rewardTtl": name} for place, name in sorted(rewards.items())]
