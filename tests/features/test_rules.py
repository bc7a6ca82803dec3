"""The pure rules of stamps: what they decide from what they are given."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stampwell.core.actors import OPERATOR
from stampwell.core.errors import AppError, FieldsWrong
from stampwell.features.cards.errors import CardClosed
from stampwell.features.cards.model import Card
from stampwell.features.stamps import rules
from stampwell.features.stamps.errors import (
    DailyCapReached,
    NoRoom,
    NotFull,
    StampRedeemed,
    TooFewMarks,
    TooSoon,
)
from stampwell.features.stamps.mark_times import PastMarks, marks_matter_since
from stampwell.features.stamps.model import EventMeta, Stamp

SEOUL = ZoneInfo("Asia/Seoul")
NEW_YORK = ZoneInfo("America/New_York")
SECOND_US = 1_000_000
DAY_US = 86_400 * SECOND_US


def _at(*instant: int, zone: ZoneInfo = SEOUL) -> EventMeta:
    return EventMeta(OPERATOR, int(datetime(*instant, tzinfo=UTC).timestamp()) * SECOND_US, zone)


NOW = _at(2026, 3, 2, 9)


def _later(seconds: float, meta: EventMeta = NOW) -> EventMeta:
    return meta._replace(recorded_at=meta.recorded_at + int(seconds * SECOND_US))


def _stamp(**fields: object) -> Stamp:
    values: dict[str, Any] = dict.fromkeys(Stamp._fields)
    values |= {"starts_on": "2026-01-01", "ends_on": "2026-12-31", "active": True, "stamps": 0, "max_stamps": 10}
    values |= {"cooldown_s": 0, "daily_max": 0, "card_id": 1, "reward_title": "A coffee", "created_at": 0}
    values |= {"card_location_ids": "[]", "rewards": "[]", "handed_out": "[]"}
    return Stamp(**{**values, **fields})


def _card(**fields: object) -> Card:
    values: dict[str, Any] = {
        "card_id": 2,
        "account_id": 1,
        "name": "Tea",
        "title": "",
        "max_stamps": 5,
        "reward_title": "A tea",
        "url": "",
        "stamp_img_url": "",
        "onsite": False,
        "onsite_hash": None,
        "cooldown_s": 9,
        "daily_max": 4,
        "renews": False,
        "active": True,
        "archived_at": None,
        "created_at": 0,
    }
    return Card(**{**values, **fields})


class TestCounting:
    def test_marks_are_added_up_to_the_goal(self) -> None:
        assert rules.with_marks(_stamp(stamps=7), 3, NOW, past=[]) == (10, 0)
        with pytest.raises(NoRoom):
            rules.with_marks(_stamp(stamps=8), 3, NOW, past=[])

    def test_marks_are_removed_down_to_none(self) -> None:
        assert rules.without_marks(_stamp(stamps=3), 3, NOW) == _stamp(stamps=0)
        with pytest.raises(TooFewMarks):
            rules.without_marks(_stamp(stamps=2), 3, NOW)

    def test_a_stamp_without_times_between_marks_needs_no_ledger(self) -> None:
        assert marks_matter_since(_stamp(), NOW) is None

    def test_how_far_back_the_ledger_matters(self) -> None:
        midnight = _at(2026, 3, 1, 15).recorded_at
        assert marks_matter_since(_stamp(cooldown_s=60), NOW) == NOW.recorded_at - 60 * SECOND_US
        assert marks_matter_since(_stamp(daily_max=1), NOW) == midnight
        assert marks_matter_since(_stamp(cooldown_s=60, daily_max=1), NOW) == midnight
        assert marks_matter_since(_stamp(cooldown_s=86_400, daily_max=1), NOW) == NOW.recorded_at - DAY_US


_steps = st.lists(
    st.tuples(
        st.sampled_from(["add", "add", "add", "remove"]),
        st.integers(1, 3),
        st.one_of(st.integers(0, 90), st.integers(0, 2 * 86_400)),
    ),
    max_size=25,
)


class TestTimesBetweenMarks:
    @given(
        steps=_steps,
        cooldown_s=st.sampled_from([0, 30, 3600, 90_000]),
        daily_max=st.integers(0, 4),
        zone=st.sampled_from([SEOUL, NEW_YORK]),
    )
    def test_they_are_those_of_the_marks_that_stand(
        self, steps: list[tuple[str, int, int]], cooldown_s: int, daily_max: int, zone: ZoneInfo
    ) -> None:
        """Against a model that remembers when every standing mark was made. It begins before clocks go forward."""
        stamp = _stamp(starts_on="2025-01-01", max_stamps=1000, cooldown_s=cooldown_s, daily_max=daily_max)
        meta = _at(2025, 3, 8, 20, zone=zone)
        ledger: list[PastMarks] = []
        standing: list[EventMeta] = []
        for action, count, seconds in steps:
            meta = _later(seconds, meta)
            if action == "remove":
                if count <= len(standing):
                    del standing[len(standing) - count :]
                    ledger.append(PastMarks(-count, meta.recorded_at))
                    stamp = rules.without_marks(stamp, count, meta)
                continue
            today = sum(mark.today == meta.today for mark in standing)
            capped = daily_max > 0 and today + count > daily_max
            hasty = bool(standing) and meta.recorded_at - standing[-1].recorded_at < cooldown_s * SECOND_US
            outcome = _marked(stamp, count, meta, ledger)
            if capped or hasty:
                assert type(outcome) is (DailyCapReached if capped else TooSoon)
                continue
            assert isinstance(outcome, Stamp)
            stamp = outcome
            standing += [meta] * count
            ledger.append(PastMarks(count, meta.recorded_at))
        assert stamp.stamps == len(standing)


def _marked(stamp: Stamp, count: int, meta: EventMeta, ledger: list[PastMarks]) -> Stamp | AppError:
    """What comes of it with as much of the ledger as the rules ask for."""
    since = marks_matter_since(stamp, meta)
    try:
        added = rules.with_marks(
            stamp, count, meta, past=[row for row in ledger if since is not None and row.occurred_at >= since]
        )
        return stamp._replace(stamps=added.stamps)
    except AppError as refusal:
        return refusal


class TestMarksThatLieAhead:
    """A clock that was ahead made them; they count as made when it was set back, or now where that is not known."""

    AHEAD = PastMarks(1, NOW.recorded_at + 730 * DAY_US)

    def test_nobody_waits_longer_than_the_cool_down(self) -> None:
        stamp = _stamp(stamps=1, cooldown_s=60)
        refused = _marked(stamp, 1, NOW, [self.AHEAD])
        assert isinstance(refused, TooSoon)
        assert refused.headers == {"Retry-After": "60"}

    @pytest.mark.parametrize(("after_s", "wait"), [(0, "60"), (59, "1"), (60, None), (61, None)])
    def test_the_cool_down_ends(self, after_s: float, wait: str | None) -> None:
        meta = _later(after_s)._replace(set_back_at=NOW.recorded_at)
        outcome = _marked(_stamp(stamps=1, cooldown_s=60), 1, meta, [self.AHEAD])
        assert (outcome.headers["Retry-After"] if isinstance(outcome, TooSoon) else None) == wait

    def test_they_count_on_the_day_on_which_the_clock_was_set_back(self) -> None:
        stamp = _stamp(stamps=1, daily_max=1)
        today = NOW._replace(set_back_at=NOW.recorded_at - SECOND_US)
        tomorrow = _later(86_400, today)
        assert isinstance(_marked(stamp, 1, today, [self.AHEAD]), DailyCapReached)
        assert _marked(stamp, 1, tomorrow, [self.AHEAD]) == _stamp(stamps=2, daily_max=1)

    def test_what_two_servers_are_apart_is_no_leap(self) -> None:
        meta = NOW._replace(set_back_at=NOW.recorded_at - DAY_US)
        refused = _marked(_stamp(stamps=1, cooldown_s=60), 1, meta, [PastMarks(1, NOW.recorded_at + SECOND_US)])
        assert isinstance(refused, TooSoon)
        assert refused.headers == {"Retry-After": "60"}


class TestRedeeming:
    def test_the_reward_is_handed_out_now(self) -> None:
        full = _stamp(stamps=10)
        assert rules.redeemed(full, NOW) == (_stamp(stamps=10, redeemed_at=NOW.recorded_at), (10,))

    def test_what_is_not_full_is_not_redeemed(self) -> None:
        with pytest.raises(NotFull):
            rules.redeemed(_stamp(stamps=9), NOW)

    @pytest.mark.parametrize(
        ("starts_on", "ends_on", "today", "expected"),
        [
            ("2026-01-01", "2026-01-31", date(2026, 3, 2), (date(2026, 3, 2), date(2026, 4, 1))),
            ("2026-03-02", "2026-03-02", date(2026, 3, 2), (date(2026, 3, 2), date(2026, 3, 2))),
            ("2024-01-01", "2024-12-31", date(2027, 1, 1), (date(2027, 1, 1), date(2028, 1, 1))),
            ("2026-01-01", "2030-12-31", date(2028, 2, 29), (date(2028, 2, 29), date(2033, 2, 27))),
            ("0001-01-01", "2031-01-01", date(2028, 2, 29), (date(2028, 2, 29), date(2033, 2, 28))),
            ("0001-01-01", "9998-12-31", date(9994, 12, 31), (date(9994, 12, 31), date(9999, 12, 31))),
        ],
    )
    def test_the_next_stamp_is_as_long_from_today_on(
        self, starts_on: str, ends_on: str, today: date, expected: tuple[date, date]
    ) -> None:
        assert rules.renewal_days(_stamp(starts_on=starts_on, ends_on=ends_on), today) == expected


class TestUpdating:
    def test_what_is_given_replaces_what_is_there(self) -> None:
        after = rules.updated(_stamp(), {"memo": "x", "stamps": 4}, NOW, card=None, redeem=False)
        assert after == _stamp(memo="x", stamps=4)

    @pytest.mark.parametrize("field", sorted(rules.DESCRIBING))
    def test_a_redeemed_stamp_takes_what_describes_it(self, field: str) -> None:
        after = rules.updated(_stamp(stamps=10, redeemed_at=1), {field: "x"}, NOW, card=None, redeem=False)
        assert after == _stamp(stamps=10, redeemed_at=1, **{field: "x"})

    @pytest.mark.parametrize(
        "field", ["starts_on", "ends_on", "active", "stamps", "domain", "card_id", "pin_hash", "redeemed_at"]
    )
    def test_and_nothing_else(self, field: str) -> None:
        redeemed = _stamp(stamps=10, redeemed_at=1)
        with pytest.raises(StampRedeemed):
            rules.updated(redeemed, {field: getattr(redeemed, field)}, NOW, card=None, redeem=False)

    def test_a_move_takes_on_the_cards_rules(self) -> None:
        after = rules.updated(_stamp(stamps=5), {}, NOW, card=_card(), redeem=False)
        assert after == _stamp(
            stamps=5, card_id=2, max_stamps=5, reward_title="A tea", cooldown_s=9, daily_max=4, carries=False
        )

    @pytest.mark.parametrize("closed", [{"active": False}, {"archived_at": 1}], ids=str)
    def test_a_closed_card_takes_none(self, closed: dict[str, object]) -> None:
        with pytest.raises(CardClosed):
            rules.updated(_stamp(), {}, NOW, card=_card(**closed), redeem=False)

    def test_the_count_must_fit_the_goal_after_the_change(self) -> None:
        with pytest.raises(NoRoom):
            rules.updated(_stamp(stamps=6), {}, NOW, card=_card(), redeem=False)
        assert rules.updated(_stamp(stamps=6), {"stamps": 5}, NOW, card=_card(), redeem=False).stamps == 5

    def test_a_redemption_wants_a_full_stamp_after_the_change(self) -> None:
        with pytest.raises(NotFull):
            rules.updated(_stamp(stamps=10), {"stamps": 9}, NOW, card=None, redeem=True)
        assert rules.updated(_stamp(stamps=5), {}, NOW, card=_card(), redeem=True).redeemed_at is None

    @pytest.mark.parametrize(
        ("given_days", "field"),
        [
            ({"starts_on": "2027-01-01"}, "strtYmd"),
            ({"ends_on": "2025-12-31"}, "endYmd"),
            ({"starts_on": "2026-02-02", "ends_on": "2026-02-01"}, "endYmd"),
        ],
    )
    def test_days_out_of_order_are_the_fault_of_the_field_that_was_given(self, given_days: dict[str, str], field: str) -> None:
        with pytest.raises(FieldsWrong) as caught:
            rules.updated(_stamp(), given_days, NOW, card=None, redeem=False)
        assert [row.field for row in caught.value.fields] == [field]
