from dataclasses import dataclass
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from stampwell.core.days import to_ymdt
from stampwell.core.regions import region_for

StampIdxFormat = Literal["integer", "code"]
STAMP_IDX_FORMATS: tuple[StampIdxFormat, ...] = get_args(StampIdxFormat)


@dataclass(frozen=True, slots=True)
class Account:
    """Instants are microseconds since 1970 in UTC; `suspended_at` is None for an account in good standing.

    color, paper_color: six hexadecimal digits, or blank for ours. logo: handle of an image, or blank.
    language: a tag of `locales`, or blank for that of the reader's browser. country_code: ISO 3166, or blank for that of the
    time zone.
    """

    account_id: int
    name: str
    plan: str
    time_zone: ZoneInfo
    stamp_idx_format: StampIdxFormat
    suspended_at: int | None
    created_at: int
    color: str = ""
    paper_color: str = ""
    logo: str = ""
    language: str = ""
    country_code: str = ""

    @property
    def region(self) -> str | None:
        """Where phone numbers without a country code belong; None where only international ones can be read."""
        return region_for(self.country_code, self.time_zone.key)

    def as_json(self) -> dict[str, object]:
        """The account in the contract's words."""
        return {
            "accountIdx": self.account_id,
            "accountNm": self.name,
            "plan": self.plan,
            "timeZone": self.time_zone.key,
            "countryCode": self.region,
            "stampIdxFormat": self.stamp_idx_format,
            "suspendedYn": "N" if self.suspended_at is None else "Y",
            "regYmdt": to_ymdt(self.created_at, self.time_zone),
        }
