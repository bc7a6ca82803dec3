from dataclasses import dataclass
from zoneinfo import ZoneInfo

from stampwell.core.days import to_ymdt


@dataclass(frozen=True, slots=True)
class Domain:
    """`origin` is canonical (see `core.origins`); `verified_at` is None until the account proved that it is theirs."""

    domain_id: int
    account_id: int
    origin: str
    verified_at: int | None
    created_at: int

    def as_json(self, zone: ZoneInfo) -> dict[str, object]:
        """The domain in the contract's words."""
        return {
            "domainIdx": self.domain_id,
            "accountIdx": self.account_id,
            "domain": self.origin,
            "verifiedYn": "N" if self.verified_at is None else "Y",
            "regYmdt": to_ymdt(self.created_at, zone),
        }
