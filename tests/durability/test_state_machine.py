"""Random lives of stamps: after every step the server's codes, counts and stamp objects are the model's."""

from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule, run_state_machine_as_test

from kit.clock import START
from kit.lives import Body
from kit.model import Stamp, new_stamp, ymdt
from kit.model_sales import merge, reverse, unmergeable, with_sale
from kit.shop import Shop
from kit.shop_lives import GOAL, KEY, OFTEN_Y, PICK, YN, ShopLife
from stampwell.features.stamps.ledger.proof import prove_next

_EXAMPLES = 45
_STEPS = 50

COUNT = st.integers(1, 3)
FILLING = 0
SALE = st.sampled_from(["sale 1", "sale 2", "sale 3", "sale 4"])
ORDER = st.none() | SALE
PLACE = st.none() | st.none() | st.integers(0, 3)
VERSION = st.sampled_from([None, None, None, "its own", "another"])
HOURS_AGO = st.sampled_from([None, None, 0, 1, 24, 48])
DAYS = st.integers(-3, 3)
DESCRIPTION = {"memo": st.sampled_from(["", "moved"]), "userNm": st.sampled_from(["", "Kim"])}


class AnyLife(ShopLife):
    """Everything that an account may do to its stamps, while its shop changes."""

    @initialize()
    def open_account(self) -> None:
        self.shop.clock.set(START)
        # What earlier lives have left is ahead of this one's clock, which would put the clock in doubt.
        for table in ("idempotency", "clock"):
            self.shop.data.run(f"DELETE FROM {table}")
        self.owner = self.shop.open_account()
        self.make_card(goal=3, daily_max=0, rewards=(2,), flags=("N", "N"), key=None)
        self.make_card(goal=2, daily_max=2, rewards=(1,), flags=("Y", "Y"), key=None)
        for pick in (0, 0, 1):
            self.create(pick, start=-1, length=30, active="Y", stamps=0, place=None, key=None)

    @rule(
        pick=PICK,
        start=st.sampled_from([-3, 0, 0, 1]),
        length=st.sampled_from([0, 3, 30]),
        active=OFTEN_Y,
        stamps=st.sampled_from([0, 0, 1, 3]),
        place=PLACE,
        key=KEY,
    )
    def create(
        self, pick: int, *, start: int, length: int, active: str, stamps: int, place: int | None, key: str | None
    ) -> None:
        card, at = self._card(pick), self._place(place)
        given = {"strtYmd": self._day(start), "endYmd": self._day(start + length), "activeYn": active, "userId": "kim"}
        body = {"cardIdx": card.number, **given, "stamps": stamps, "locationIdx": at.number}
        codes = card.closed() | at.wrong | ({40002} if stamps > card.goal else set())
        if answer := self._send("POST", "stamp/v1/create", body, codes, key):
            self._meet(new_stamp(card, now=self._now(), **given, stamps=stamps), answer.result)

    @rule(
        pick=PICK,
        count=st.just(FILLING) | COUNT,
        sale=ORDER,
        hours_ago=HOURS_AGO,
        place=PLACE,
        version=VERSION,
        key=KEY,
        coded=st.booleans(),
        shown=st.booleans(),
    )
    def add(
        self,
        pick: int,
        count: int,
        sale: str | None,
        key: str | None,
        *,
        hours_ago: int | None = None,
        place: int | None = None,
        version: str | None = None,
        coded: bool,
        shown: bool,
    ) -> None:
        stamp, body = self._named(pick, coded=coded)
        count = count or max(1, stamp.shown["maxStamps"] - stamp.shown["stamps"])
        where, (tag, outdated) = self._place(place, stamp.card), self._version(stamp, version)
        at = self._now() - timedelta(hours=hours_ago or 0)
        body |= {"count": count, "orderRef": sale, "locationIdx": where.number}
        body["occurredYmdt"] = None if hours_ago is None else ymdt(at)
        resold = {40911} if self._is_reversed(stamp, sale) else stamp.resold(sale, count)
        codes = stamp.unmarkable(count, at) | where.wrong | where.closed | outdated if resold is None else resold
        if answer := self._send("PUT", "stamp/v1/add", body, codes, key, shown=shown, version=tag):
            surplus = stamp.add(count, at, sale) if resold is None else 0
            if surplus:
                self._start_next(stamp, at).take(surplus, at, sale, count=surplus)
            assert answer.result == (stamp.shown if shown else None)

    @rule(pick=PICK, count=COUNT, version=VERSION, key=KEY, coded=st.booleans(), shown=st.booleans())
    def remove(self, pick: int, count: int, version: str | None, key: str | None, *, coded: bool, shown: bool) -> None:
        stamp, body = self._named(pick, coded=coded)
        tag, outdated = self._version(stamp, version)
        codes = stamp.unremovable(count) | outdated
        if answer := self._send("PUT", "stamp/v1/remove", {**body, "count": count}, codes, key, shown=shown, version=tag):
            stamp.remove(count, self._now())
            assert answer.result == (stamp.shown if shown else None)

    @rule(
        pick=PICK,
        reward=st.sampled_from([None, None, 1, 2]),
        sale=ORDER,
        place=PLACE,
        version=VERSION,
        key=KEY,
        coded=st.booleans(),
        shown=st.booleans(),
    )
    def redeem(
        self,
        pick: int,
        key: str | None,
        *,
        reward: int | None = None,
        sale: str | None = None,
        place: int | None = None,
        version: str | None = None,
        coded: bool,
        shown: bool,
    ) -> None:
        stamp, body = self._named(pick, coded=coded)
        where, (tag, outdated) = self._place(place, stamp.card), self._version(stamp, version)
        body |= {"reward": reward, "orderRef": sale, "locationIdx": where.number}
        done_before = sale in stamp.sales and reward in stamp.sales[sale].asked and not stamp.deleted
        codes = stamp.unredeemable(self._now().date(), reward) | where.wrong | where.closed | outdated
        if self._is_reversed(stamp, sale):
            codes = {40911}
        elif done_before:
            codes = set()
        if answer := self._send("PUT", "stamp/v1/redeem", body, codes, key, shown=shown, version=tag):
            if not done_before:
                self._hand_out(stamp, reward, sale)
            assert answer.result == (stamp.shown if shown else None)

    @rule(pick=PICK, sale=ORDER, key=KEY)
    def earn(self, pick: int, sale: str | None, key: str | None) -> None:
        """The whole way to the reward, which chance alone seldom finds."""
        self.add(pick, FILLING, sale, None, coded=False, shown=False)
        self.redeem(pick, key, sale=sale, coded=False, shown=True)

    @rule(sale=SALE, pick=st.none() | PICK, place=PLACE, version=VERSION, key=KEY)
    def reverse(self, sale: str, pick: int | None, place: int | None, version: str | None, key: str | None) -> None:
        where, body = self._place(place), {"orderRef": sale}
        found, codes, tag = with_sale(self.stamps, sale), set(where.wrong), None
        if pick is not None:
            stamp, named = self._named(pick, coded=False)
            tag, outdated = self._version(stamp, version)
            body |= named
            found = [one for one in found if one is stamp]
            codes |= {40403} if stamp.deleted else outdated if found and sale not in stamp.answered else set()
        codes |= set() if found or 40403 in codes else {40405}
        body |= {"locationIdx": where.number}
        if answer := self._send("PUT", "stamp/v1/reverse", body, codes, key, version=tag):
            assert answer.result == reverse(found, sale, self._now())
            if pick is None:
                self.reversed.add(sale)

    @rule(pick=PICK, other=PICK, same_card=st.sampled_from([True, True, False]), version=VERSION, key=KEY)
    def merge(self, pick: int, other: int, version: str | None, key: str | None, *, same_card: bool) -> None:
        source, _ = self._named(pick, coded=False)
        target, _ = self._named(other, coded=False)
        near = [stamp for stamp in self._alive() if stamp.card is source.card and stamp is not source]
        if same_card and near:
            target = near[other % len(near)]
        tag, outdated = self._version(source, version)
        body = {"fromStampIdx": source.number, "intoStampIdx": target.number}
        if self._send("PUT", "stamp/v1/merge", body, unmergeable(source, target) | outdated, key, version=tag):
            merge(source, target)

    @rule(
        pick=PICK,
        fields=st.fixed_dictionaries({}, optional={"stamps": GOAL, "useYn": YN, "activeYn": OFTEN_Y, **DESCRIPTION}),
        days=st.tuples(st.none() | DAYS, st.none() | st.integers(3, 6)),
        move=st.none() | PICK,
        version=VERSION,
        key=KEY,
        shown=st.booleans(),
    )
    def update(
        self,
        pick: int,
        fields: Body,
        days: tuple[int | None, int | None],
        move: int | None,
        *,
        version: str | None,
        key: str | None,
        shown: bool,
    ) -> None:
        stamp, body = self._named(pick, coded=False)
        tag, outdated = self._version(stamp, version)
        given = {**fields}
        for name, day in zip(("strtYmd", "endYmd"), days, strict=True):
            if day is not None:
                given[name] = self._day(day)
        card = None if move is None else self._card(move)
        body |= {**given, "cardIdx": card.number if card else None}
        codes = stamp.uncorrectable(given, card) | outdated
        if answer := self._send("PUT", "stamp/v1/update", body, codes, key, shown=shown, version=tag):
            stamp.correct(given, card)
            if given.get("useYn") == "Y":
                self._hand_out(stamp)
            assert answer.result == (stamp.shown if shown else None)

    @precondition(lambda self: len(self._alive()) > 2)
    @rule(pick=PICK, version=VERSION, key=KEY, coded=st.booleans())
    def delete(self, pick: int, version: str | None, key: str | None, *, coded: bool) -> None:
        stamp, body = self._named(pick, coded=coded)
        tag, outdated = self._version(stamp, version)
        if self._send("DELETE", "stamp/v1/delete", body, stamp.undeletable() | outdated, key, version=tag):
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
            self._check_history(stamp)
        for card in self.cards:
            answer = self._ask("GET", "card/v1/get", {"cardIdx": card.number})
            archived = answer.json["code"] if card.deleted else answer.result["archivedYn"] == "Y"
            assert archived == (40402 if card.deleted else card.archived)
        if self.cards:
            chunk = self.shop.data.read(prove_next, after=0, account_id=self.owner.account_id)
            assert chunk is None or chunk.differences == []

    def _check_history(self, stamp: Stamp) -> None:
        answer = self._ask("GET", "stamp/v1/history", {"stampIdx": stamp.number, "limit": 100})
        if stamp.deleted:
            assert answer.json["code"] == 40403
            return
        rows = answer.result["list"][::-1]
        assert (rows[0]["action"], rows[0]["stampsBefore"], answer.result["nextCursor"]) == ("issued", 0, None)
        assert [row["stampsBefore"] for row in rows[1:]] == [row["stampsAfter"] for row in rows[:-1]]
        assert rows[-1]["stampsAfter"] == stamp.shown["stamps"]
        assert (len(rows) > 1) == stamp.used
        added = sorted(row["orderRef"] for row in rows if row["action"] == "added" and row["orderRef"])
        assert added == sorted(sale for sale, sold in stamp.sales.items() if sold.count is not None)


@pytest.mark.timeout(900)
def test_any_life_of_stamps_goes_as_the_model_says(shop: Shop) -> None:
    run_state_machine_as_test(lambda: AnyLife(shop), settings=settings(max_examples=_EXAMPLES, stateful_step_count=_STEPS))
