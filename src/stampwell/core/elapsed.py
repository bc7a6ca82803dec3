"""How long ago something was, in words."""

from stampwell.core.phrases import Phrase, phrase
from stampwell.core.units import DAY_US, HOUR_US, MINUTE_US

_MOST_DAYS = 30


def time_ago(past_us: int) -> Phrase | None:
    """Of microseconds; None for what is to come, and for what is long past."""
    if past_us < -MINUTE_US or past_us >= _MOST_DAYS * DAY_US:
        return None
    if past_us < MINUTE_US:
        return phrase("just now")
    if past_us < HOUR_US:
        return phrase("{minutes} min ago", minutes=past_us // MINUTE_US)
    if past_us < DAY_US:
        return phrase("{hours} h ago", hours=past_us // HOUR_US)
    days = past_us // DAY_US
    return phrase("yesterday") if days == 1 else phrase("{days} days ago", days=days)
