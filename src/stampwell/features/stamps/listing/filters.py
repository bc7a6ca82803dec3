"""What a list of stamps may be narrowed to and ordered by. Pure."""

from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from stampwell.core.days import start_of_day_us
from stampwell.features.stamps.states import State


class StampFilter(NamedTuple):
    """Which stamps; every field but `today` narrows them, unless it is blank, None or 0.

    today: the day that states are judged by, `YYYY-MM-DD`. ends_by: the last day is this one or earlier, and not past.
    to_go: at most so many marks are missing, and at least one. unseen_since: no mark since that instant, and issued before
    it. Where one of these is asked for and no state, stamps have to be in use: valid today, and neither off, merged nor
    redeemed.
    """

    today: str
    state: State | None = None
    ends_by: str = ""
    to_go: int = 0
    unseen_since: int = 0

    @property
    def narrows_use(self) -> bool:
        """Whether it asks for more than a state."""
        return bool(self.ends_by or self.to_go or self.unseen_since)


class Sort(StrEnum):
    """Columns that a list may be ordered by."""

    ISSUED = "issued"
    CUSTOMER = "customer"
    CARD = "card"
    MARKS = "marks"
    ENDS = "ends"


class Order(NamedTuple):
    """By which column, and whether what is largest or latest comes first."""

    sort: Sort = Sort.ISSUED
    descending: bool = True


NEWEST_FIRST = Order()


def make_filter(
    *, today: date, zone: ZoneInfo, state: State | None = None, within_days: int = 0, to_go: int = 0, unseen_days: int = 0
) -> StampFilter:
    """within_days: until the last day. unseen_days: without a mark. `zone`: of the account, whose days they are."""
    return StampFilter(
        today.isoformat(),
        state,
        ends_by=(today + timedelta(days=within_days)).isoformat() if within_days else "",
        to_go=to_go,
        unseen_since=start_of_day_us(today - timedelta(days=unseen_days), zone) if unseen_days else 0,
    )
