from collections.abc import Mapping
from typing import Literal, NamedTuple

from stampwell.core.errors import AppError


class Verdict(NamedTuple):
    """Why the request is refused, or None, and the headers of its answer either way."""

    refusal: AppError | None
    headers: Mapping[str, str]


WindowName = Literal["minute", "hour"]


class Usage(NamedTuple):
    """What is used of one window. Beyond the quota `used` goes on counting; `resets_in_s` is 0 when nothing is used."""

    window: WindowName
    quota: int
    used: int
    resets_in_s: int
