"""Days of examples, moved so that they are near the day on which somebody reads them."""

import re
from datetime import date, timedelta
from typing import Any

SAMPLE_TODAY = date(2025, 3, 1)
"""The day on which the examples play: their stamps began two months before it and end ten months after it."""

_YMD = re.compile(r"\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b")


def moved_to(today: date, value: Any) -> Any:
    """The value of JSON with every day in it, also one within a text, as far from `today` as it was from SAMPLE_TODAY."""
    return _moved(value, today - SAMPLE_TODAY)


def _moved(value: Any, by: timedelta) -> Any:
    match value:
        case str():
            return _YMD.sub(lambda found: str(date.fromisoformat(found[0]) + by), value)
        case dict():
            return {name: _moved(held, by) for name, held in value.items()}
        case list():
            return [_moved(held, by) for held in value]
    return value
