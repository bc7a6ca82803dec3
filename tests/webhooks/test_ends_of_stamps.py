"""That stamps end is told once each: seven days before the last day, and when it is over, by the days of the account."""

import asyncio
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from kit.clock import FakeClock
from kit.data import Data
from kit.people import Person, open_account
from kit.search_shop import SearchShop
from stampwell.core.actors import OPERATOR
from stampwell.core.days import stored_zone
from stampwell.core.units import DAY_US, SECOND_US
from stampwell.db.opening import open_database
from stampwell.features.clocks.service import look_at_clock
from stampwell.features.stamps import expiring
from stampwell.features.stamps.model import EventMeta
from stampwell.features.stamps.publishing import publish
from stampwell.features.stamps.service import StampChange, update
from stampwell.workers.expiry import tell_ends

_SEOUL = ZoneInfo("Asia/Seoul")
_EVENING = datetime(2026, 3, 2, 18, 0, tzinfo=_SEOUL)


class _Days:
    """An account whose ends of stamps are told on the evenings of days."""

    def __init__(self, data: Data) -> None:
        self.data = data
        self.clock = FakeClock(_EVENING)
        self.person: Person = open_account(data, max_stamps=3, now_us=self.clock.now_us())
        self.stamps = SearchShop(data, self.person)
        data.write(look_at_clock, now_us=self.clock.now_us())
        self.tell()

    def issue(self, *, ends_in: int, **fields: object) -> int:
        """A stamp whose last day is so many days after today."""
        today = datetime.fromtimestamp(self.clock.now_us() / SECOND_US, _SEOUL).date()
        ends_on = (today + timedelta(days=ends_in)).isoformat()
        return self.stamps.issue(ends_on=ends_on, created_at=self.clock.now_us(), **fields)

    def goes_by(self, days: int) -> list[tuple[str, int]]:
        """What is told when so many days have gone by with nobody at work."""
        self.clock.advance(seconds=days * DAY_US / SECOND_US)
        return self.tell()

    def tell(self) -> list[tuple[str, int]]:
        """The types of the events that are new, and their stamps."""
        self.data.write(publish, limit=10_000)
        last = self.data.rows("SELECT COALESCE(MAX(event_id), 0) AS last FROM event")[0]["last"]

        async def work() -> None:
            db = open_database(self.data.url, connections=2)
            await db.start()
            try:
                await tell_ends(db, clock=self.clock)
            finally:
                await db.close()

        asyncio.run(work())
        self.data.write(publish, limit=10_000)
        rows = self.data.rows("SELECT type, stamp_id FROM event WHERE event_id > :last ORDER BY event_id", last=last)
        return [(row["type"], row["stamp_id"]) for row in rows]


def test_a_week_before_and_when_it_is_over(data: Data) -> None:
    days = _Days(data)
    stamp = days.issue(ends_in=9)
    assert days.goes_by(1) == []
    assert days.goes_by(1) == [("stamp.expiring", stamp)]
    assert days.goes_by(7) == []
    assert days.goes_by(1) == [("stamp.expired", stamp)]
    assert days.goes_by(1) == []


def test_by_the_midnights_of_the_account(data: Data) -> None:
    days = _Days(data)
    stamp = days.issue(ends_in=0)
    days.clock.set(datetime(2026, 3, 2, 23, 59, 59, tzinfo=_SEOUL))
    assert days.tell() == []
    days.clock.set(datetime(2026, 3, 3, 0, 0, 0, tzinfo=_SEOUL))
    assert days.tell() == [("stamp.expired", stamp)]
    assert days.tell() == []


def test_after_a_week_without_a_server_all_is_told_in_order(data: Data) -> None:
    days = _Days(data)
    early, late, both = days.issue(ends_in=3), days.issue(ends_in=9), days.issue(ends_in=8)
    assert days.goes_by(10) == [
        ("stamp.expiring", both),
        ("stamp.expiring", late),
        ("stamp.expired", early),
        ("stamp.expired", both),
        ("stamp.expired", late),
    ]


def test_of_what_is_used_up_or_came_later_nothing_is_told(data: Data) -> None:
    days = _Days(data)
    used, gone, merged = (days.issue(ends_in=1) for _ in range(3))
    data.run("UPDATE stamp SET redeemed_at = 1 WHERE stamp_id = :used", used=used)
    data.run("UPDATE stamp SET merged_stamp_id = :used WHERE stamp_id = :merged", used=used, merged=merged)
    data.run("DELETE FROM stamp WHERE stamp_id = :gone", gone=gone)
    assert days.goes_by(2) == []
    # Issued, or given that end, after the moment.
    moved = days.issue(ends_in=20)
    days.issue(ends_in=-5)
    days.issue(ends_in=7)
    change = StampChange({"ends_on": "2026-03-05"})
    meta = EventMeta(OPERATOR, days.clock.now_us(), stored_zone("Asia/Seoul"))
    data.write(update, days.person.account_id, moved, change, meta=meta)
    assert [kind for kind, _ in days.goes_by(1)] == []


def test_sequences_go_on(data: Data) -> None:
    days = _Days(data)
    stamp = days.issue(ends_in=8)
    days.goes_by(9)
    rows = data.rows("SELECT type, sequence, data FROM event WHERE stamp_id = :stamp ORDER BY event_id", stamp=stamp)
    assert [(row["type"], row["sequence"]) for row in rows] == [
        ("stamp.issued", 1),
        ("stamp.expiring", 2),
        ("stamp.expired", 3),
    ]
    assert '"actor":{"type":"system","idx":null}' in rows[-1]["data"]


def test_in_parts(data: Data, monkeypatch: pytest.MonkeyPatch) -> None:
    days = _Days(data)
    stamps = [days.issue(ends_in=1) for _ in range(7)]
    monkeypatch.setattr(expiring, "_PART", 3)
    assert days.goes_by(2) == [("stamp.expired", stamp) for stamp in stamps]


def test_a_clock_that_leaps_years_ahead_tells_nothing(data: Data) -> None:
    days = _Days(data)
    days.issue(ends_in=30)
    assert days.goes_by(800) == []
    # The look that a server takes once an hour: from here on it has to go on like that for a day.
    data.write(look_at_clock, now_us=days.clock.now_us())
    assert days.tell() == []
    days.clock.advance(seconds=-799 * DAY_US / SECOND_US)
    assert days.tell() == []


def test_a_server_that_was_off_for_two_months_tells_a_day_later(data: Data) -> None:
    days = _Days(data)
    stamp = days.issue(ends_in=30)
    assert days.goes_by(60) == []
    data.write(look_at_clock, now_us=days.clock.now_us())
    days.clock.advance(seconds=DAY_US / SECOND_US)
    data.write(look_at_clock, now_us=days.clock.now_us())
    assert days.tell() == [("stamp.expiring", stamp), ("stamp.expired", stamp)]
