"""How many stamps somebody has so far, in the spellings of people and spreadsheets."""

import pytest

from stampwell.core.phrases import english
from stampwell.features.imports.field_values import FieldValue, read_field


@pytest.mark.parametrize(("text", "count"), [("7", 7), ("0", 0), ("10", 10), ("007", 7), ("+3", 3), ("123456789", 123_456_789)])
def test_whole_numbers(text: str, count: int) -> None:
    assert read_field("stamps", text, region=None) == FieldValue(count)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("3.0", 3),
        ("3,0", 3),
        ("3.00", 3),
        (" 3", 3),
        ("1.0E+01", 10),
        ("３", 3),  # noqa: RUF001
        ("３．０", 3),  # noqa: RUF001
        ("3 stamps", 3),
        ("1 Stamp", 1),
        ("3개", 3),
        ("3 회", 3),
        ("3個", 3),
        ("３枚", 3),
        ("3/10", 3),
        ("3 / 10", 3),
        ("10/10", 10),
        ("0/10", 0),
        ("3 of 10", 3),
        ("-", None),
        ("–", None),  # noqa: RUF001
    ],
)
def test_what_can_mean_one_number_only_is_taken(text: str, count: int | None) -> None:
    assert read_field("stamps", text, region=None) == FieldValue(count, mended=True)


@pytest.mark.parametrize(
    "text",
    [
        "3.5",
        "3,5",
        "-3",
        "10/3",
        "3/10/26",
        "2026-10-03",
        "3-Oct",
        "10월 3일",
        "seven",
        "3 4",
        "1,000",
        "1" * 10,
        "½",
        "x" * 41,
    ],
)
def test_what_cannot_is_refused_and_named(text: str) -> None:
    read = read_field("stamps", text, region=None)
    assert read.problem is not None
    assert read.problem.said(english) == f"{text[:40]} isn't a number of stamps; write a whole number, such as 3"


@pytest.mark.parametrize("text", ["#N/A", "8.21E+11", "####"])
def test_what_a_spreadsheet_has_lost(text: str) -> None:
    read = read_field("stamps", text, region=None)
    assert read.problem is not None
    assert "isn't a number of stamps" not in read.problem.said(english)
