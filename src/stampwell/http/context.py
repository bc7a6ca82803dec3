"""What a handler knows of the request it answers."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol
from zoneinfo import ZoneInfo


class Caller(Protocol):
    """As much of the authenticated caller as this kit needs."""

    @property
    def account_id(self) -> int: ...

    @property
    def time_zone(self) -> ZoneInfo: ...


@dataclass(frozen=True, slots=True)
class Context:
    """`principal` is what `authenticate` answered; `today` is the day in the principal's time zone."""

    principal: Any
    request_id: str
    now_us: int
    today: date
