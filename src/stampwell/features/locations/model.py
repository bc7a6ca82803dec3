from dataclasses import dataclass
from zoneinfo import ZoneInfo

from stampwell.core.days import to_ymdt


@dataclass(frozen=True, slots=True)
class Location:
    """A place where a shop adds stamps and hands out rewards: a branch, a counter, a market stall.

    active: whether it takes new marks and rewards. created_at: microseconds since 1970 in UTC. A location is never deleted,
    because the ledger names it.
    """

    location_id: int
    account_id: int
    name: str
    active: bool
    created_at: int

    def as_json(self, zone: ZoneInfo) -> dict[str, object]:
        """The location object of the API, its instant in that zone."""
        return {
            "locationIdx": self.location_id,
            "locationNm": self.name,
            "activeYn": "Y" if self.active else "N",
            "regYmdt": to_ymdt(self.created_at, zone),
        }
