"""Which language an Accept-Language header asks for."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stampwell.locales.languages import Languages

LANGUAGES = Languages()

WANTED = {
    # a browser's header, and what people write by hand
    "ko-KR,ko;q=0.9,en;q=0.8": "ko",
    "ja,en-US;q=0.7,en;q=0.3": "ja",
    "en-GB,en;q=0.9,ko;q=0.8": "en",
    "ko": "ko",
    "KO": "ko",
    "ja-JP": "ja",
    "ja-Jpan-JP": "ja",
    # what there is not
    "de": "en",
    "de, ja;q=0.2": "ja",
    "kok": "en",
    "": "en",
    # weights
    "en;q=0.8, ko;q=0.9": "ko",
    "ko;q=0.8, ja;q=0.801": "ja",
    "ko;q=1.000": "ko",
    "ko;Q=0.5": "ko",
    "ko ; q=0.5 , en;q=0.1": "ko",
    "ko;q=0": "en",
    "ko;q=0, ja;q=0.1": "ja",
    "en;q=0": "en",
    # of equals, the first
    "ko, ja": "ko",
    "ja, ko": "ja",
    "de, ja, ko": "ja",
    # anything
    "*": "en",
    "*;q=0.5, ja;q=0.4": "en",
    "ja;q=0.5, *;q=0.4": "ja",
    "en;q=0, *": "ko",
    "de, *;q=0": "en",
    # a list may have empty members
    ", ko,, ja;q=0.5": "ko",
    # malformed: all of it counts for nothing
    "ko;q=2": "en",
    "ko;q=0.1234": "en",
    "ko;q=": "en",
    "ko;level=1": "en",
    "ko q=1": "en",
    "ko_KR": "en",
    "한국어": "en",
    "ko, ?": "en",
    "toolonglanguage, ko": "en",
}


@pytest.mark.parametrize(("header", "tag"), WANTED.items(), ids=ascii)
def test_which_language(header: str, tag: str) -> None:
    assert LANGUAGES(header.encode()).tag == tag


def test_no_header_is_english() -> None:
    assert LANGUAGES(None).tag == "en"


@given(st.binary())
def test_any_header_has_a_language(header: bytes) -> None:
    assert LANGUAGES(header).tag in LANGUAGES.tags


def test_headers_made_to_cost_something_do_not() -> None:
    started_s = time.monotonic()
    for number in range(5000):
        LANGUAGES(b"ko" + b"-a" * 50_000 + b"%d" % number)
        LANGUAGES(b"," * 499 + b"%d" % (number % 10))
    assert time.monotonic() - started_s < 2
