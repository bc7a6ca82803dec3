import pytest
from hypothesis import given
from hypothesis import strategies as st

from stampwell.core.text import digits_of, nearest

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


@given(st.text())
def test_digits_are_digits(phone: str) -> None:
    digits = digits_of(phone)
    assert digits == "" or (digits.isascii() and digits.isdecimal())


@pytest.mark.parametrize(
    ("phone", "digits"),
    [("+1 123-4567-8900", "112345678900"), ("", ""), ("٠١٢", "012"), ("\uff10\uff19", "09"), ("1²³", "1"), ("é1", "1")],
)
def test_digits_of_any_script(phone: str, digits: str) -> None:
    assert digits_of(phone) == digits
