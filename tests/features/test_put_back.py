"""Which corrections of a stamp can be undone: those of which the history knows what was there before."""

import pytest

from stampwell.features.stamps.undo import can_be_put_back

CARD, FIRST, LAST, SWITCH, GOAL = "cardIdx", "strtYmd", "endYmd", "activeYn", "maxStamps"


@pytest.mark.parametrize(
    ("fields", "can"),
    [
        ([], False),
        ([SWITCH], True),
        ([FIRST, LAST], True),
        ([CARD, GOAL], True),
        ([CARD, FIRST, LAST, SWITCH, GOAL], True),
        (["userNm"], False),
        ([LAST, "userNm"], False),
        (["pinYn"], False),
    ],
)
def test_corrections(fields: list[str], *, can: bool) -> None:
    assert can_be_put_back({field: ["before", "after"] for field in fields}) is can
