from collections.abc import Mapping
from typing import NamedTuple

from stampwell.core.errors import AppError


class Verdict(NamedTuple):
    """Why the request is refused, or None, and the headers of its answer either way."""

    refusal: AppError | None
    headers: Mapping[str, str]
