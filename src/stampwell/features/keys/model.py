from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

from stampwell.core.days import to_ymdt
from stampwell.features.accounts.model import StampIdxFormat
from stampwell.features.plans.model import Plan


class Scope(StrEnum):
    """What a key may be allowed to do."""

    STAMP_READ = "stamp:read"
    STAMP_CREATE = "stamp:create"
    STAMP_WRITE = "stamp:write"
    STAMP_REDEEM = "stamp:redeem"
    CARD_READ = "card:read"
    CARD_WRITE = "card:write"
    LOCATION_READ = "location:read"
    LOCATION_WRITE = "location:write"
    WEBHOOK_READ = "webhook:read"
    WEBHOOK_WRITE = "webhook:write"
    CUSTOMER_READ = "customer:read"


ALL_SCOPES = frozenset(Scope)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A stored key: everything but the key. Instants are microseconds since 1970 in UTC."""

    key_id: int
    account_id: int
    prefix: str
    name: str
    scopes: frozenset[Scope]
    created_at: int
    expires_at: int | None
    revoked_at: int | None
    last_used_at: int | None

    def as_json(self, zone: ZoneInfo) -> dict[str, object]:
        """The key in the contract's words, its instants in that zone."""

        def ymdt(instant_us: int | None) -> str | None:
            return None if instant_us is None else to_ymdt(instant_us, zone)

        return {
            "keyIdx": self.key_id,
            "accountIdx": self.account_id,
            "keyNm": self.name,
            "prefix": self.prefix,
            "scopes": sorted(self.scopes),
            "regYmdt": ymdt(self.created_at),
            "expiresYmdt": ymdt(self.expires_at),
            "revokedYmdt": ymdt(self.revoked_at),
            "lastUsedYmdt": ymdt(self.last_used_at),
        }


@dataclass(frozen=True, slots=True)
class Principal:
    """Whom a request comes from: what a valid key stands for at this moment.

    region: the country (ISO 3166) of phone numbers without a country code, or None.
    """

    account_id: int
    key_id: int
    plan: Plan
    scopes: frozenset[Scope]
    time_zone: ZoneInfo
    region: str | None
    stamp_idx_format: StampIdxFormat
    suspended: bool
