"""How long ago something was: to the microsecond at which the words change."""

import pytest

from stampwell.core.elapsed import time_ago
from stampwell.core.phrases import english

MINUTE, HOUR, DAY = 60_000_000, 3_600_000_000, 86_400_000_000


@pytest.mark.parametrize(
    ("past_us", "words"),
    [
        # A clock that is a little ahead harms nobody.
        (-MINUTE - 1, None),
        (-MINUTE, "just now"),
        (0, "just now"),
        (MINUTE - 1, "just now"),
        (MINUTE, "1 min ago"),
        (HOUR - 1, "59 min ago"),
        (HOUR, "1 h ago"),
        (DAY - 1, "23 h ago"),
        (DAY, "yesterday"),
        (2 * DAY - 1, "yesterday"),
        (2 * DAY, "2 days ago"),
        (30 * DAY - 1, "29 days ago"),
        (30 * DAY, None),
    ],
)
def test_words(past_us: int, words: str | None) -> None:
    ago = time_ago(past_us)
    assert (None if ago is None else ago.said(english)) == words
