"""What a handler knows of the request it answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Generic, Protocol, TypeVar
from zoneinfo import ZoneInfo

from stampwell.core.phrases import Translate


class Caller(Protocol):
    """As much of the authenticated caller as this kit needs."""

    @property
    def account_id(self) -> int: ...

    @property
    def time_zone(self) -> ZoneInfo: ...


PrincipalT = TypeVar("PrincipalT", bound=Caller)
PrincipalT_co = TypeVar("PrincipalT_co", bound=Caller, covariant=True)


@dataclass(frozen=True, slots=True)
class Context(Generic[PrincipalT_co]):
    """`principal` is what `authenticate` answered; `today` is the day in the principal's time zone.

    `headers` are the request's, as `core.headers` has them; `translate` is into the language of its answer. `client` is the
    address that it came from; `set_back_at` is when the server's clock was last set back, where that is known.
    """

    principal: PrincipalT_co
    request_id: str
    method: str
    path: str
    headers: Mapping[bytes, bytes]
    translate: Translate
    now_us: int
    today: date
    client: str = ""
    set_back_at: int | None = None
