from dataclasses import dataclass
from typing import Literal, NamedTuple
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from stampwell.core.days import to_ymdt
from stampwell.core.origins import readable_host
from stampwell.core.phrases import Phrase, english

VerifiedBy = Literal["dns", "file", "operator"]

WELL_KNOWN_PATH = "/.well-known/stampwell-domain.txt"


class Outcome(NamedTuple):
    """What a check of a domain found: which proof, or a sentence for each place where there was none."""

    verified_by: VerifiedBy | None
    problems: tuple[Phrase, ...] = ()


@dataclass(frozen=True, slots=True)
class Domain:
    """`origin` is canonical (see `core.origins`); `verified_at` is None until the account proved that it is theirs.

    token: what the proof has to say. checked_at: when it was last looked for; problems: what was not right then.
    """

    domain_id: int
    account_id: int
    origin: str
    verified_at: int | None
    created_at: int
    token: str
    verified_by: VerifiedBy | None
    checked_at: int | None
    problems: tuple[Phrase, ...]

    @property
    def host(self) -> str:
        return host_of(self.origin)

    @property
    def name(self) -> str:
        """The host as people write it: 커피.example rather than xn--ve7b29i.example."""
        return readable_host(self.host)

    @property
    def record_name(self) -> str:
        """The name of the TXT record that proves the domain."""
        return record_name(self.origin)

    @property
    def record_text(self) -> str:
        """What that record has to say."""
        return record_text(self.token)

    @property
    def file_url(self) -> str:
        """Where the file may be that proves the domain; its whole text is the token."""
        return f"{self.origin}{WELL_KNOWN_PATH}"

    def as_json(self, zone: ZoneInfo) -> dict[str, object]:
        """The domain in the contract's words."""
        return {
            "domainIdx": self.domain_id,
            "accountIdx": self.account_id,
            "domain": self.origin,
            "verifiedYn": "N" if self.verified_at is None else "Y",
            "verifiedBy": self.verified_by,
            "checkYmdt": None if self.checked_at is None else to_ymdt(self.checked_at, zone),
            "problems": [problem.said(english) for problem in self.problems],
            "regYmdt": to_ymdt(self.created_at, zone),
        }


def host_of(origin: str) -> str:
    """The host of a canonical origin, in ASCII."""
    return urlsplit(origin).hostname or ""


def record_name(origin: str) -> str:
    return f"_stampwell.{host_of(origin)}"


def record_text(token: str) -> str:
    return f"stampwell-domain={token}"
