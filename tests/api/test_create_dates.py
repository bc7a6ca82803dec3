"""`POST /api/stamp/v1/create`: real days, and how far ahead they may be."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from kit.refusals import has_blank, wrong_fields
from kit.shop import Shop, least

NO_REAL_DAY = "must be a real calendar day written YYYY-MM-DD, such as 2025-12-31"

NO_DAYS = [
    "2025-02-29",
    "2100-02-29",
    "2025-04-31",
    "2025-13-01",
    "2025-00-10",
    "2025-01-00",
    "0000-01-01",
    "20250101",
    "2025-1-1",
    "25-01-01",
    "2025/01/01",
    "01-01-2025",
    "2025-W01-1",
    "2025-001",
    "2025-01-01T00:00:00",
    "+2025-01-01",
    "-2025-01-01",
    "12025-01-01",
    "\u0662\u0660\u0662\u0665-\u0660\u0661-\u0660\u0661",
    "2025\u201001\u201001",
    "today",
]

# (today, the last endYmd that is accepted, the first that is not)
FIVE_YEARS_AHEAD = [
    ("2026-03-02", "2031-03-02", "2031-03-03"),
    ("2025-12-31", "2030-12-31", "2031-01-01"),
    ("2028-02-28", "2033-02-28", "2033-03-01"),
    ("2028-02-29", "2033-02-28", "2033-03-01"),
    ("2028-03-01", "2033-03-01", "2033-03-02"),
    ("2027-02-28", "2032-02-28", "2032-02-29"),
    ("2027-03-01", "2032-03-01", "2032-03-02"),
    ("2095-02-28", "2100-02-28", "2100-03-01"),
]

# (zone, the last second of a day there, that day, the next one): with and without daylight saving.
MIDNIGHTS = [
    ("Pacific/Auckland", datetime(2026, 3, 2, 10, 59, 59, tzinfo=UTC), "2026-03-02", "2026-03-03"),
    ("Pacific/Auckland", datetime(2025, 7, 2, 11, 59, 59, tzinfo=UTC), "2025-07-02", "2025-07-03"),
    ("America/Los_Angeles", datetime(2026, 3, 2, 7, 59, 59, tzinfo=UTC), "2026-03-01", "2026-03-02"),
    ("America/Los_Angeles", datetime(2025, 7, 2, 6, 59, 59, tzinfo=UTC), "2025-07-01", "2025-07-02"),
    ("Pacific/Kiritimati", datetime(2026, 3, 2, 9, 59, 59, tzinfo=UTC), "2026-03-02", "2026-03-03"),
    ("Asia/Kathmandu", datetime(2026, 3, 2, 18, 14, 59, tzinfo=UTC), "2026-03-02", "2026-03-03"),
    ("UTC", datetime(2027, 12, 31, 23, 59, 59, tzinfo=UTC), "2027-12-31", "2028-01-01"),
]


class TestDays:
    @pytest.mark.one_database
    @pytest.mark.parametrize("field", ["strtYmd", "endYmd"])
    @pytest.mark.parametrize("text", NO_DAYS, ids=ascii)
    def test_what_is_no_day(self, shop: Shop, field: str, text: str) -> None:
        answer = shop.refused(shop.alice, least(**{field: text}))
        assert (answer.status, answer.json) == (400, wrong_fields((field, NO_REAL_DAY)))

    @pytest.mark.parametrize("field", ["strtYmd", "endYmd"])
    @pytest.mark.parametrize("blank", [" ", "\n", "\xa0"], ids=ascii)
    def test_a_blank_around_a_day(self, shop: Shop, field: str, blank: str) -> None:
        for text, where in ((f"2025-01-01{blank}", "at the end"), (f"{blank}2025-01-01", "at the start")):
            answer = shop.refused(shop.alice, least(**{field: text}))
            assert (answer.status, answer.json) == (400, wrong_fields((field, has_blank(blank, where=where))))

    @pytest.mark.parametrize(
        ("start", "end"),
        [
            ("0001-01-01", "0001-01-01"),
            ("2024-02-29", "2024-02-29"),
            ("2000-02-29", "2025-12-31"),
            ("2026-03-02", "2026-03-02"),
            ("2031-03-02", "2031-03-02"),
            ("2020-01-01", "2020-12-31"),
        ],
        ids=["the first day", "leap day", "over years", "today", "the last possible day", "long past"],
    )
    def test_what_is_accepted_is_stored(self, shop: Shop, start: str, end: str) -> None:
        stored = shop.data.stamp(shop.create(shop.alice, least(strtYmd=start, endYmd=end)).result)
        assert (stored["starts_on"], stored["ends_on"]) == (start, end)

    @pytest.mark.one_database
    @pytest.mark.parametrize(
        ("start", "end"), [("2026-01-02", "2026-01-01"), ("2027-01-01", "2026-12-31"), ("9999-12-31", "2026-12-31")]
    )
    def test_the_end_before_the_start(self, shop: Shop, start: str, end: str) -> None:
        answer = shop.refused(shop.alice, least(strtYmd=start, endYmd=end))
        expected = wrong_fields(("endYmd", f"must not be before strtYmd ({start})"))
        assert (answer.status, answer.json) == (400, expected)

    @pytest.mark.one_database
    def test_a_wrong_start_does_not_hide_a_wrong_end(self, shop: Shop) -> None:
        answer = shop.refused(shop.alice, least(strtYmd="2026-02-30", endYmd="2031-03-03"))
        expected = wrong_fields(("strtYmd", NO_REAL_DAY), ("endYmd", _too_late("2031-03-02")))
        assert (answer.status, answer.json) == (400, expected)


@pytest.mark.one_database
class TestFiveYearsAhead:
    @pytest.mark.parametrize(("today", "last", "next_day"), FIVE_YEARS_AHEAD)
    def test_to_the_day(self, shop: Shop, today: str, last: str, next_day: str) -> None:
        shop.clock.set(_noon_in_seoul(today))
        assert shop.data.stamp(shop.create(shop.alice, least(endYmd=last)).result)["ends_on"] == last
        answer = shop.refused(shop.alice, least(endYmd=next_day))
        assert (answer.status, answer.json) == (400, wrong_fields(("endYmd", _too_late(last))))

    def test_the_end_of_time(self, shop: Shop) -> None:
        answer = shop.refused(shop.alice, least(endYmd="9999-12-31"))
        assert (answer.status, answer.json) == (400, wrong_fields(("endYmd", _too_late("2031-03-02"))))

    @pytest.mark.parametrize(("zone", "last_second", "day", "next_day"), MIDNIGHTS)
    def test_today_is_the_accounts(self, shop: Shop, zone: str, last_second: datetime, day: str, next_day: str) -> None:
        person = shop.open_account(time_zone=zone)
        shop.clock.set(last_second)
        last, first_too_late = _in_five_years(day), _in_five_years(next_day)
        body = least(cardIdx=person.card_id, endYmd=first_too_late)
        answer = shop.refused(person, body)
        assert (answer.status, answer.json) == (400, wrong_fields(("endYmd", _too_late(last))))
        shop.clock.advance(seconds=1)
        assert shop.data.stamp(shop.create(person, body).result)["ends_on"] == first_too_late


def _too_late(last: str) -> str:
    return f"must be at most 5 years from today: {last} or earlier"


def _in_five_years(day: str) -> str:
    return f"{int(day[:4]) + 5}{day[4:]}"


def _noon_in_seoul(day: str) -> datetime:
    noon = date.fromisoformat(day)
    return datetime(noon.year, noon.month, noon.day, 12, tzinfo=ZoneInfo("Asia/Seoul"))
