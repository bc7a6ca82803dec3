import pytest
from hypothesis import given
from hypothesis import strategies as st

from stampwell.core.text import nearest

NAMES = ["cardIdx", "userNm", "userEml", "strtYmd"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("cardidx", "cardIdx"), ("userName", "userNm"), ("start_ymd", "strtYmd"), ("zzz", None), ("", None), ("x" * 41, None)],
)
def test_nearest(typed: str, meant: str | None) -> None:
    assert nearest(typed, NAMES) == meant


@given(st.text())
def test_the_nearest_is_a_known_one(typed: str) -> None:
    assert nearest(typed, NAMES) in {*NAMES, None}
